"""Settlements: from what a provider gave to a connection, or to a question for the host, or back to the provider."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from zoom_blueprint import logs, values
from zoom_blueprint.errors import ConnectError, NotFound, ProviderError, ScopeMissing, Unknown
from zoom_blueprint.languages import said
from zoom_blueprint.services import channels, pending_grants, providers
from zoom_blueprint.services.placings import (
    ANSWERED,
    Outcome,
    Overtaken,
    Placing,
    Question,
    Refusal,
    is_open,
    question_of,
)
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import Provider

_TRIES = 3
_SHORTEST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=1)
_log = logs.logger(__name__)


def settle(state: State, consent_id: str, *, may_replace: bool = False) -> Outcome | None:
    """Ask whose grant a consent keeps and put it where it belongs; None when nothing was kept any more.

    ``may_replace``: the host has agreed to change a connection to this person's account.

    Raises:
        ProviderError: it is not known yet whose it is; the grant is kept for a later try.
    """
    for _ in range(_TRIES):
        pending = pending_grants.read(state, consent_id)
        if pending is None or not pending.is_ours(state):
            return None
        asked_at = datetime.now(UTC)
        user = pending.side.who(state, pending.tokens)
        placing = Placing(state, consent_id, pending, user, asked_at, may_replace=may_replace)
        try:
            outcome = state.database.write(placing.place)
        except (Overtaken, IntegrityError):
            continue
        if may_replace:
            state.database.checkpoint()  # the other account was wiped
        state.work.wake()
        return outcome
    raise Unknown("Several attempts to connect one account came at the same time.")


def pursue(state: State, consent_id: str) -> datetime | None:
    """Do the duty towards a grant that a consent keeps; return when to look again."""
    consent = state.database.read(lambda session: session.get(models.Consent, consent_id))
    pending = None if consent is None else pending_grants.open_pending(state, consent)
    if consent is None or pending is None:
        return None
    if not pending.is_ours(state):
        pending_grants.forget(state, consent_id)
        return None
    now = datetime.now(UTC)
    if consent.expires_at <= now:
        is_done = pending_grants.give_back(state, consent_id, pending, now - consent.expires_at)
        return None if is_done else now + _pause(consent.expires_at, now)
    if consent.zoom_user_sealed is not None:
        return consent.expires_at
    try:
        outcome = settle(state, consent_id)
    except ScopeMissing:
        return consent.expires_at
    except ProviderError as error:
        _log.warning("it is not known yet whose a new grant is: %s", error)
        return min(consent.expires_at, now + _pause(pending.got_at, now))
    return consent.expires_at if isinstance(outcome, Question) else None


def questions(state: State, host_id: str) -> list[Question]:
    """Return what a host has been asked and has not answered yet."""

    def work(session: Session) -> list[Question]:
        consents = session.scalars(
            select(models.Consent)
            .where(models.Consent.host_id == host_id, models.Consent.zoom_user_sealed.is_not(None))
            .order_by(models.Consent.expires_at)
        )
        return [question_of(state, session, consent) for consent in consents if is_open(consent)]

    return state.database.read(work)


def question(state: State, host_id: str, consent_id: str) -> Question | None:
    """Return a question to a host, None when it is answered or has expired.

    Raises:
        NotFound: there is no such consent of this host.
    """

    def work(session: Session) -> Question | None:
        consent = _own(session, host_id, consent_id)
        return question_of(state, session, consent) if is_open(consent) else None

    return state.database.read(work)


def change(state: State, host_id: str, consent_id: str) -> values.Connection:
    """Answer a question with yes: the connection's present account is cut off, and the other one takes its place.

    Raises:
        NotFound: there is no such consent of this host.
        ConnectError: it was answered before or has expired, or the provider does not answer; the text is for the host.
    """
    asked = question(state, host_id, consent_id)
    if asked is None:
        raise ConnectError(ANSWERED)
    channels.stop_all(state, host_id, asked.connection_id)
    try:
        outcome = settle(state, consent_id, may_replace=True)
    except ProviderError as error:
        _log.warning("changing the account failed: %s", error)
        raise ConnectError(providers.side(asked.provider).sentences.no_change) from None
    if isinstance(outcome, values.Connection):
        return outcome
    raise ConnectError(outcome.words if isinstance(outcome, Refusal) else ANSWERED)


def keep(state: State, host_id: str, consent_id: str) -> Provider:
    """Answer a question with no, and return who was asked: the other account's grant goes back, soon.

    Raises:
        NotFound: there is no such consent of this host.
        ConnectError: it was answered before or has expired; the text is for the host.
    """

    def work(session: Session) -> Provider:
        consent = _own(session, host_id, consent_id)
        if not is_open(consent):
            raise ConnectError(ANSWERED)
        pending_grants.return_soon(session, consent, datetime.now(UTC))
        return Provider(consent.provider)

    provider = state.database.write(work)
    state.work.wake()
    return provider


def _own(session: Session, host_id: str, consent_id: str) -> models.Consent:
    consent = session.get(models.Consent, consent_id, with_for_update=True)
    if consent is None or consent.host_id != host_id:
        raise NotFound(said("There is no such question."))
    return consent


def _pause(since: datetime, now: datetime) -> timedelta:
    """Return how long to wait before the next try: as long again as it has taken so far."""
    return min(max(now - since, _SHORTEST_PAUSE), _LONGEST_PAUSE)
