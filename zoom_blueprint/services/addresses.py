"""Mail addresses of visitors: the codes by which people show that one is theirs, and which ones were shown to be.

A code is derived from the address and a bucket of ten minutes, so it is stored nowhere. It counts in its bucket and the
next one, and only if a mail with it was owed. The counters of mails and tries are rows of the database, whatever
``ZOOM_LIMITS`` and ``ZOOM_RATELIMIT_URL`` say: they are what makes six digits enough.
"""

import hmac
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from zoom_blueprint import values
from zoom_blueprint.config import FIRST
from zoom_blueprint.events import EventName, VisitorPayload
from zoom_blueprint.links import BUCKET, bucket_start
from zoom_blueprint.services import counters, journal
from zoom_blueprint.state import State
from zoom_blueprint.store.models import KnownAddress
from zoom_blueprint.store.upserts import insert

VISITOR = "mail:visitor"
TRIES = 5
TRIES_OF_ALL = 15
_DIGITS = 6
_HALF = 32  # hex digits of each of a digest's halves: the address, and the address at a client


class Entered(StrEnum):
    """What became of a code that somebody entered."""

    RIGHT = "right"
    WRONG = "wrong"
    TOO_OFTEN = "too often"


def code_for(state: State, email: str, at: datetime) -> str:
    """Return the six digits that are mailed to an address because of a ``visitor.checked`` event of that instant."""
    return _digits(state.links.fingerprint(_coded(email, bucket_start(at))))


def good_until(at: datetime) -> datetime:
    """Return when the code of a ``visitor.checked`` event of that instant stops to count; later none need be mailed."""
    return bucket_start(at) + 2 * BUCKET


def are_asked(state: State) -> bool:
    """Return whether visitors are asked for codes at all."""
    return state.config.mail_codes == FIRST or state.config.proof_of_work > 0


def is_asked(state: State, email: str, now: datetime) -> bool:
    """Return whether a mail with a code was owed in this bucket: nobody is owed a second one."""
    key = _mailed(state, email, bucket_start(now))
    return counters.look(state.database, [key], now)[key][0] > 0


def ask(state: State, host: values.Host, email: str, locale: str, now: datetime) -> None:
    """Owe the address a mail with its code, unless that was done in this bucket."""

    def work(session: Session) -> None:
        key = _mailed(state, email, bucket_start(now))
        hit = (key, (good_until(now) - now).total_seconds(), 1)
        if counters.count(session.connection(), [hit], now)[key][0] > 1:
            return
        payload = VisitorPayload(host=host, email=email, locale=locale)
        journal.record(state, session, EventName.VISITOR_CHECKED, payload, now=now, mails={VISITOR: now})

    state.database.write(work)
    state.work.wake()


def enter(state: State, email: str, client: str, code: str, now: datetime) -> Entered:
    """Judge a code; the right one makes the address known at this client.

    A client has ``TRIES`` in a bucket, and all together have ``TRIES_OF_ALL``: nobody alone keeps the owner out.
    """
    given = _ascii(code)

    def work(session: Session) -> Entered:
        connection, bucket = session.connection(), bucket_start(now)
        for whose, most in ((f"{email} at {client}", TRIES), (email, TRIES_OF_ALL)):
            key = _tried(state, whose, bucket)
            if counters.count(connection, [(key, BUCKET.total_seconds(), 1)], now)[key][0] > most:
                return Entered.TOO_OFTEN
        mailed = {_mailed(state, email, start): start for start in (bucket, bucket - BUCKET)}
        good = [
            _digits(digest)
            for key, (mails, _) in counters.read(connection, mailed, now).items()
            if mails
            for digest in state.links.fingerprints(_coded(email, mailed[key]))
        ]
        if not any([hmac.compare_digest(given, one.encode()) for one in good]):  # noqa: C419 - all of them, always
            return Entered.WRONG
        known = insert(session, KnownAddress).values(digest=_digests(state, email, client)[0], confirmed_at=now)
        session.execute(known.on_conflict_do_update(index_elements=["digest"], set_={"confirmed_at": now}))
        return Entered.RIGHT

    return state.database.write(work)


def known(state: State, emails: Iterable[str], client: str) -> set[str]:
    """Return which of these addresses were shown to be theirs by whoever asks from this client."""
    wanted = {digest: email for email in emails for digest in _digests(state, email, client)}
    found = select(KnownAddress.digest).where(KnownAddress.digest.in_(wanted))
    return {wanted[digest] for digest in state.database.read(lambda session: session.scalars(found).all())}


def shown_at(state: State, session: Session, email: str) -> list[datetime]:
    """Return when an address was shown to be somebody's, once for each network."""
    query = select(KnownAddress.confirmed_at).where(_anywhere(state, [email]))
    return list(session.scalars(query.order_by(KnownAddress.confirmed_at)))


def forget(state: State, session: Session, emails: Iterable[str]) -> None:
    """Forget that these addresses are anybody's, in the transaction of the erasure of those who had them."""
    these = _anywhere(state, emails)
    session.execute(delete(KnownAddress).where(these).execution_options(synchronize_session=False))


def _anywhere(state: State, emails: Iterable[str]) -> ColumnElement[bool]:
    halves = {digest[:_HALF] for email in emails for digest in state.links.fingerprints(_address(email))}
    return func.substr(KnownAddress.digest, 1, _HALF).in_(halves)


def _digests(state: State, email: str, client: str) -> list[str]:
    """Return the digests by which an address may be known at a client, the newest key's first.

    The first half is that of the address, so that an address can be forgotten wherever it was used.
    """
    links, here = state.links, f"{_address(email)} at {client}"
    halves = zip(links.fingerprints(_address(email)), links.fingerprints(here), strict=True)
    return [address[:_HALF] + at_client[:_HALF] for address, at_client in halves]


def _address(email: str) -> str:
    return f"address {email.lower()}"


def _coded(email: str, bucket: datetime) -> str:
    return f"code {email.lower()} {bucket.isoformat()}"


def _mailed(state: State, email: str, bucket: datetime) -> str:
    return f"code:{state.links.fingerprint(_address(email))}:{bucket.timestamp():.0f}"


def _tried(state: State, whose: str, bucket: datetime) -> str:
    return f"tries:{state.links.fingerprint(_address(whose))}:{bucket.timestamp():.0f}"


def _digits(digest: str) -> str:
    return f"{int(digest, 16) % 10**_DIGITS:0{_DIGITS}}"


def _ascii(code: str) -> bytes:
    """Return the digits of what was typed, in whatever script, without the spaces between."""
    found = "".join(str(unicodedata.decimal(character)) for character in code[:100] if character.isdecimal())
    return found.encode()
