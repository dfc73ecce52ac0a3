"""The operations of the crash matrix on a Google account."""

from contextlib import suppress

from tests.crashes.lives import Life
from tests.crashes.scenarios import Judge, Scenario, connected
from tests.crashes.scenarios_of_zoom import ADA, GRACE
from tests.services.looking import LONG_AGO, turn
from zoom_blueprint.services import consents, endings, settlements, tokens
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.services.farewells import Notice
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionStatus, Provider


def both(life: Life) -> None:
    """Let the host have connected Zoom and Google Calendar."""
    connected(life)
    life.connect(provider=Provider.GOOGLE)
    life.drain()


def connect_google(life: Life) -> None:
    """Press Connect Google Calendar, as long as the dashboard does not show that it has worked out."""
    life.settle()
    if not life.is_connected(Provider.GOOGLE):
        with suppress(consents.NotYetKnown):
            life.connect(provider=Provider.GOOGLE)


def stay(life: Life) -> None:
    """Sign in to Google as somebody else by mistake, once, and say no to the question."""
    asked = [one.consent_id for one in settlements.questions(life.state, "1")]
    if not (asked or life.noted().get("kept")):
        with suppress(consents.AnotherAccount):
            life.connect("grace", provider=Provider.GOOGLE)
        asked = [one.consent_id for one in settlements.questions(life.state, "1")]
    life.note(kept=True)
    for consent_id in asked:
        settlements.keep(life.state, "1", consent_id)


def change(life: Life) -> None:
    """Sign in to Google as somebody else, and say yes to the question."""
    if life.connection(Provider.GOOGLE).email == GRACE:
        return
    asked = [one.consent_id for one in settlements.questions(life.state, "1")]
    if not asked:
        with suppress(consents.AnotherAccount):
            life.connect("grace", provider=Provider.GOOGLE)
        asked = [one.consent_id for one in settlements.questions(life.state, "1")]
    for consent_id in asked:
        settlements.change(life.state, "1", consent_id)


def refresh(life: Life) -> None:
    """Use the account when its access token is at its end."""
    connection_id = life.connection(Provider.GOOGLE).id
    turn(life.state, models.Grant, models.Grant.connection_id == connection_id, expires_at=LONG_AGO)
    tokens.with_google(life.state, connection_id, lambda google: list(google.calendars()))


def tend(life: Life) -> None:
    """Look after the account, a day later."""
    turn(life.state, models.Connection, checked_at=None)
    life.do_duties(DutyName.TEND)


def disconnect(life: Life) -> None:
    """Disconnect Google Calendar, and tell the invitees."""
    endings.disconnect(life.state, "1", life.connection(Provider.GOOGLE).id, Notice(words="See you."))


def is_account(email: str) -> Judge:
    """Judge whose account is connected, and that Google honours no other grant."""

    def judge(life: Life) -> list[str]:
        live = [f"{grant['user']}@example.com" for grant in life.google.grants() if grant["live"]]
        found = life.connection(Provider.GOOGLE).email
        return [] if (found, live) == (email, [email]) else [f"connected as {found}, and Google honours {live}"]

    return judge


def is_cut(life: Life) -> list[str]:
    """Judge whether nothing is left of Google's access here; as with Zoom's, whoever died may not have revoked it."""
    status, held = life.connection(Provider.GOOGLE).status, life.grants()
    is_right = status is ConnectionStatus.INACTIVE and held == 1
    return [] if is_right else [f"the connection is {status}, and we hold {held} grants"]


OF_GOOGLE = {
    "connect Google": Scenario(connect_google, connected, is_account(ADA), has_google=True),
    "connect Google as somebody else": Scenario(change, both, is_account(GRACE), has_google=True),
    "connect Google as somebody else, and stay": Scenario(stay, both, is_account(ADA), has_google=True),
    "refresh Google": Scenario(refresh, both, is_account(ADA), has_google=True),
    "tend Google": Scenario(tend, both, is_account(ADA), has_google=True),
    "disconnect Google": Scenario(disconnect, both, is_cut, has_google=True),
}
