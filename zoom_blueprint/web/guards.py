"""Guards: what a visitor has to show before a booking is made.

With ``ZOOM_PROOF_OF_WORK``: a proof of work, or, when none comes because the browser runs no scripts, the code that was
mailed to the address. With ``ZOOM_MAIL_CODES=first``: that code, from whoever has not entered one before.

What the answers tell of an address, and to whom:

- "Before" means before *from here*: a confirmed address is known at the client (an IPv4 address, a /64 of IPv6) from
  which its code was entered. From everywhere else the answer is "a code was mailed", for addresses that confirmed one,
  booked before, or never came here. Were it enough that the address is known, anybody could ask about anybody by
  booking in their name, and book in their name too. The price: who comes from another network enters a code again.
- The answer is the same, too, whether a mail leaves or one left within these ten minutes, and so is a wrong code's
  whether there was a mail at all.
- What is left: whoever shares the owner's network learns that the address was confirmed from there, by a booking
  that its owner is told of. And 429 tells that an address was written to up to its limit within the hour, which takes
  as many bookings to find out.
- An address can be kept from confirming for ten minutes by fifteen wrong codes, five from each of three clients: six
  digits need such a bound.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from zoom_blueprint import logs
from zoom_blueprint.config import FIRST
from zoom_blueprint.errors import BadInput, CodeNeeded, ProofNeeded
from zoom_blueprint.languages import said
from zoom_blueprint.links import BUCKET, bucket_start
from zoom_blueprint.services import addresses, bookings, proofs
from zoom_blueprint.services.addresses import Entered
from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.services.bookings import Request
from zoom_blueprint.state import State
from zoom_blueprint.web.kinds import TooMany
from zoom_blueprint.web.limits import client, telling

_log = logs.logger(__name__)


class TooEarly(BadInput):
    """A form was sent before its script could find a proof of work; nothing that was typed is wrong."""


def admit(state: State, bookable: Bookable, fields: Mapping[str, str], asked: Request) -> None:
    """Let a booking that ``asked`` for be tried, or say what is needed first.

    ``fields`` are the request's own; ``proof`` and ``code`` are read from them.

    Raises:
        CodeNeeded: a code was mailed to the address; it belongs into the field ``code``.
        ProofNeeded: the proof of work is missing or wrong, and there is no mail for a code instead.
        BadLink: the slot token is forged (ExpiredLink: too old); that is said first, for nothing else would help.
        TooMany: the address was written to too often, or too many codes were tried.
    """
    has_proof = proofs.holds(asked.token, asked.key, fields.get("proof", ""), state.config.proof_of_work)
    if has_proof and state.config.mail_codes != FIRST:
        return
    if addresses.known(state, [asked.email], client()) or bookings.is_made(state, bookable, asked):
        return
    now = datetime.now(UTC)
    state.links.read_slot_token(asked.token, bookable.event_type_id, now)
    if state.has_mail:
        _ask_for_code(state, bookable, fields.get("code", "").strip(), asked, now)
    elif has_proof:
        _log.warning("ZOOM_MAIL_CODES asks for codes, and no mail can leave. Set ZOOM_SMTP_URL or a mailer hook.")
    else:
        raise ProofNeeded({"proof": said("This page could not show that it is no robot. Allow scripts and try again.")})


def ensure_not_early(state: State, fields: Mapping[str, str]) -> None:
    """See whether a form was sent before its script ran: then its proof is empty, and not said to be none.

    A slow network or a quick hand is no reason to mail a code.

    Raises:
        TooEarly: it was.
    """
    if state.config.proof_of_work and fields.get("proof") == "":
        raise TooEarly({})


def _ask_for_code(state: State, bookable: Bookable, code: str, asked: Request, now: datetime) -> None:
    """Return when the code is right; else see that a good one is on its way, and say so."""
    if code:
        entered = addresses.enter(state, asked.email, client(), code, now)
        if entered is Entered.RIGHT:
            return
        if entered is Entered.TOO_OFTEN:
            raise TooMany(round((bucket_start(now) + BUCKET - now).total_seconds()) + 1)
    if not addresses.is_asked(state, asked.email, now):
        with telling(state, [asked.email]):
            addresses.ask(state, bookable.host, asked.email, asked.locale, now)
    if code:
        raise CodeNeeded({"code": said("This code is not right, or too old. Enter the one from our latest mail.")})
    raise CodeNeeded({"code": said("We have mailed you a code of six digits. Enter it here.")})
