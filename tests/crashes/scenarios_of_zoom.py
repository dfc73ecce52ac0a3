"""The operations of the crash matrix on connections, and on what Zoom sends."""

from collections.abc import Callable
from contextlib import suppress
from threading import Thread

from tests.crashes.lives import Life
from tests.crashes.scenarios import CONFIRMED, MOVED, Act, Judge, Scenario, booked, connected, ends_remotely
from tests.fixtures.waiting import wait_until
from tests.services.looking import LONG_AGO, rows, turn
from zoom_blueprint.errors import ZoomBlueprintError
from zoom_blueprint.services import consents, endings, settlements
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.services.farewells import Notice
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionStatus

# --------------------------------------------------------------------------------------------------------- connections


def connect(life: Life) -> None:
    """Press Connect Zoom, as long as the dashboard does not show that it has worked out."""
    life.settle()
    if not life.is_connected():
        life.note(pressed=life.noted().get("pressed", 0) + 1)
        with suppress(consents.NotYetKnown):
            life.connect()


def question(life: Life) -> str | None:
    """Sign in to Zoom as somebody else, if that was not done, and return the question about it."""
    if life.connection().email == "grace@example.com":
        return None
    asked = settlements.questions(life.state, "1")
    if asked:
        return asked[0].consent_id
    try:
        life.connect("grace")
    except consents.AnotherAccount as error:
        return error.question.consent_id
    return None


def change_account(life: Life) -> None:
    """Change the account, and say yes to the question."""
    asked = question(life)
    if asked is not None:
        settlements.change(life.state, "1", asked)


def keep_account(life: Life) -> None:
    """Sign in as somebody else by mistake, once, and say no to the question."""
    if life.noted().get("kept"):
        asked = next((one.consent_id for one in settlements.questions(life.state, "1")), None)
    else:
        asked = question(life)
    life.note(kept=True)
    if asked is not None:
        settlements.keep(life.state, "1", asked)


def keep_account_late(life: Life) -> None:
    """Say no when the access token of the other account is at its end."""
    life.simulator.knobs(access_lifetime=1)
    keep_account(life)


def is_account(email: str) -> Judge:
    """Judge whose account is connected, and that Zoom honours no other grant."""

    def judge(life: Life) -> list[str]:
        live = sorted(grant["user"] for grant in life.simulator.grants() if grant["live"])
        connected_as = life.connection().email
        right = connected_as == email and len(live) == 1
        return [] if right else [f"connected as {connected_as}, and Zoom honours the grants of {live}"]

    return judge


def refresh(life: Life) -> None:
    """Use the account when its access token is at its end."""
    life.expire()
    _use(life)


def refresh_late(life: Life) -> None:
    """Come back with the new tokens when somebody else has given the grant up meanwhile."""
    _while_refreshing(life, lambda: _try_too(life))


def refresh_cut(life: Life) -> None:
    """Come back with the new tokens of an account that was cut meanwhile."""
    _while_refreshing(life, lambda: disconnect(life))


def _try_too(life: Life) -> None:
    turn(life.state, models.Grant, lease_until=LONG_AGO)
    _use(life)


def _while_refreshing(life: Life, happens: Callable[[], None]) -> None:
    """Let something happen after Zoom has given new tokens and before its answer is here."""
    if life.noted().get("answered") is None and life.noted().get("began"):
        happens() if not life.is_ill() else None
        return
    life.note(began=True)
    life.expire()

    def use() -> None:
        with life.app.app_context():
            _use(life)

    slow = Thread(target=use)
    slow.start()
    wait_until(lambda: life.simulator.token_stats()["refreshes"] == 1, 20)
    happens()
    slow.join()


def _use(life: Life) -> None:
    with suppress(ZoomBlueprintError):
        life.zoom.meetings("1").me()


def disconnect(life: Life) -> None:
    """Disconnect, and tell the invitees."""
    endings.disconnect(life.state, "1", life.connection().id, Notice(words="We shall meet by telephone."))


def disconnect_late(life: Life) -> None:
    """Disconnect when the access token is at its end, by Zoom's clock and by ours."""
    life.expire()
    disconnect(life)


def is_cut(life: Life) -> list[str]:
    """Judge a connection that was cut."""
    found = life.connection().status, life.grants()
    return [] if found == (ConnectionStatus.INACTIVE, 0) else [f"the connection is {found[0]} with {found[1]} grants"]


def tend(life: Life) -> None:
    """Look after the connection, an hour after something happened to the meeting of which nobody was told."""
    turn(life.state, models.Connection, compared_at=None, checked_at=None)
    life.do_duties(DutyName.TEND)


# --------------------------------------------------------------------------------------------------------- from Zoom


def press(life: Life, action: str, **fields: object) -> None:
    """Press a button on Zoom's page of the booking's meeting."""
    number = life.meeting().zoom_meeting_id
    assert number is not None
    life.simulator.press("ada", number, action, **fields)


def hears(happens: Act) -> Act:
    """Let something happen in Zoom, once; the act is that Zoom tells of it."""

    def before(life: Life) -> None:
        booked(life)
        happens(life)

    return before


def moves(life: Life) -> None:
    """Move the meeting."""
    press(life, "move", start=life.noted()["to"][:16], duration=30)


def deletes(life: Life) -> None:
    """Delete the meeting."""
    press(life, "delete")


def meets(life: Life) -> None:
    """Start the meeting, let somebody in and out, and end it."""
    press(life, "start")
    number = life.meeting().zoom_meeting_id or 0
    life.simulator.join(number, name="Bob Byrne")
    life.simulator.leave(number, name="Bob Byrne")
    press(life, "end")


def unreadable(life: Life) -> None:
    """Let what Zoom told be stored with a fault that somebody mends later."""
    booked(life)
    moves(life)
    life.post_webhooks()
    life.note(sealed={row.id: row.payload_sealed for row in rows(life.state, models.WebhookEvent)})
    turn(life.state, models.WebhookEvent, payload_sealed="unreadable")


def mend(life: Life) -> None:
    """Mend the fault."""
    for row_id, sealed in life.noted()["sealed"].items():
        turn(life.state, models.WebhookEvent, models.WebhookEvent.id == row_id, payload_sealed=sealed)
    life.settle()


def has_met(life: Life) -> list[str]:
    """Judge what is known of a meeting that took place."""
    stays = rows(life.state, models.Attendance)
    meeting = life.meeting()
    told = sorted(row.name for row in rows(life.state, models.LifecycleEvent) if row.name.startswith("meeting."))
    once = [name for name in ("meeting.started", "meeting.ended") if told.count(name) == 1]
    is_right = meeting.started_at and meeting.ended_at and len(once) == 2 and len(stays) == 1
    return [] if is_right else [f"of the meeting is told {told}, with {len(stays)} stays"]


def is_changed(life: Life) -> None:
    """Let an administrator change the user."""
    life.simulator.change_user("ada", first_name="Augusta")


def is_removed(life: Life) -> None:
    """Let the host remove the app in Zoom."""
    life.simulator.remove_app("ada", life.settings["ZOOM_CLIENT_ID"])


def wiped(life: Life) -> None:
    """Let something be heard of a connection, and the connection be cut before it is applied."""
    booked(life)
    is_changed(life)
    life.post_webhooks()
    turn(life.state, models.WebhookEvent, payload_sealed=None)


ADA, GRACE = "ada@example.com", "grace@example.com"
ME_SILENT = {"route": "me", "status": 503}
TOKEN_UNHEARD = {"route": "token", "drop": "before"}
TOKEN_SILENT = {"route": "token", "status": 503, "times": 2}
TOKEN_LATE = {"route": "token", "delay_after": 1.5}
REVOKE_UNKNOWN = {"route": "revoke", "status": 400, "body": {"reason": "Invalid Token!", "error": "invalid_grant"}}

OF_ZOOM = {
    "connect": Scenario(connect, judge=is_account(ADA)),
    "connect, Zoom slow to say whose": Scenario(connect, judge=is_account(ADA), faults=(ME_SILENT,)),
    "connect as somebody else": Scenario(change_account, connected, is_account(GRACE)),
    "connect as somebody else, and stay": Scenario(keep_account, connected, is_account(ADA)),
    "connect as somebody else, and stay, later": Scenario(
        keep_account, connected, is_account(ADA), faults=(REVOKE_UNKNOWN,)
    ),
    "refresh": Scenario(refresh, connected, is_account(ADA)),
    "refresh, unheard": Scenario(refresh, connected, is_account(ADA), faults=(TOKEN_UNHEARD,)),
    "refresh, no answer": Scenario(refresh, connected, is_account(ADA), faults=(TOKEN_SILENT,)),
    "refresh, come back late": Scenario(
        refresh_late, connected, is_account(ADA), faults=(TOKEN_LATE,), holds_tokens=True
    ),
    "refresh, cut meanwhile": Scenario(refresh_cut, connected, is_cut, faults=(TOKEN_LATE,)),
    "tend": Scenario(tend, hears(deletes), ends_remotely, then=tend),
    "tend, no answer": Scenario(tend, hears(deletes), ends_remotely, faults=(ME_SILENT,), then=tend),
    "disconnect": Scenario(disconnect, booked, is_cut),
    "disconnect, the token at its end": Scenario(disconnect_late, booked, is_cut),
    "webhook, moved": Scenario(Life.post_webhooks, hears(moves), MOVED),
    "webhook, deleted": Scenario(Life.post_webhooks, hears(deletes), ends_remotely),
    "webhook, met": Scenario(Life.post_webhooks, hears(meets), has_met),
    "webhook, user changed": Scenario(Life.post_webhooks, hears(is_changed), CONFIRMED),
    "webhook, app removed": Scenario(Life.post_webhooks, hears(is_removed), is_cut),
    "webhook, stored with a fault": Scenario(Life.drain, unreadable, MOVED, then=mend),
    "webhook, of a wiped connection": Scenario(Life.drain, wiped, CONFIRMED),
}
