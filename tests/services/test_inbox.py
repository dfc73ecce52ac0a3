"""What Zoom tells is stored by one insert, believed about facts alone, and kept only if it is about us."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from tests.fixtures.site import MakeSite, Site
from tests.races.fleet import together
from tests.services.looking import meeting_of, only, rows, turn
from tests.services.test_queries import counted
from zoom_blueprint.events import LifecycleEvent
from zoom_blueprint.services import drain, endings, inbox
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.store import models
from zoom_blueprint.testing.signing import sign_webhook
from zoom_blueprint.values import ConnectionStatus

USERS = ("user.updated", "user.activated", "user.deactivated", "user.deleted", "user.disassociated")
SCHEDULING = tuple(f"meeting.{what}" for what in ("created", "updated", "deleted", "permanently_deleted", "recovered"))
ROOM = tuple(f"meeting.{what}" for what in ("started", "ended", "participant_joined", "participant_left"))
OTHERS = (
    "meeting.participant_joined_waiting_room",
    "meeting.participant_jbh_waiting",
    "meeting.registration_created",
    "meeting.registration_cancelled",
    "user.created",
    "recording.completed",
)
# What a look at Zoom may leave behind: texts sealed anew, the count of wishes, when we last called and were called.
MAY_CHANGE = ("join_url_sealed", "passcode_sealed", "wanted_version", "last_call_at", "last_webhook_at")
PERSON = {"participant_uuid": "bob", "user_name": "Bob", "join_time": "2030-01-15T09:00:00Z"}


def post(site: Site, name: str, about: Any, **more: Any) -> models.WebhookEvent:
    """Post a signed event and return its row."""
    body = json.dumps({"event": name, "payload": {"object": about, **more}, "event_ts": time.time_ns()}).encode()
    answer = site.post("/webhook", data=body, headers=sign_webhook(site.simulator.webhook_secret, body))
    assert answer.status_code == 200, answer.text
    return max(rows(site.state, models.WebhookEvent), key=lambda row: row.received_at)


def told(site: Site, name: str, about: Any, **more: Any) -> models.WebhookEvent:
    """Post a signed event, apply it, and return what is left of it."""
    row = post(site, name, about, **more)
    drain.drain(site.state, "inbox")
    return only(site.state, models.WebhookEvent, models.WebhookEvent.id == row.id)


def number_of(site: Site, booking: dict[str, Any]) -> int:
    """Return the id of a booking's meeting at Zoom."""
    number = meeting_of(site, booking).zoom_meeting_id
    assert number is not None
    return number


def here(site: Site) -> list[str]:
    """Return what must not change."""
    tables = (models.Booking, models.Meeting, models.Connection, models.Attendance, models.LifecycleEvent)
    found = [vars(row) for table in tables for row in rows(site.state, table)]
    return sorted(
        repr({name: value for name, value in row.items() if name[0] != "_" and name not in MAY_CHANGE}) for row in found
    )


@pytest.mark.parametrize(
    "name",
    ["meeting.updated", "meeting.started", "meeting.participant_joined", *USERS[:1], *OTHERS[:1], "app_deauthorized"],
)
def test_ingest_is_one_insert_and_nothing_else_whatever_the_handlers_do(site: Site, name: str) -> None:
    heard: list[str] = []

    @site.zoom.on("meeting.started")
    def crm(event: LifecycleEvent) -> None:
        heard.append(event.name)
        raise RuntimeError("handlers may fail")

    booking = site.booked()
    about = {"id": number_of(site, booking), "participant": PERSON}
    with counted(site) as statements:
        body = json.dumps({"event": name, "payload": {"object": about}}).encode()
        answer = site.post("/webhook", data=body, headers=sign_webhook(site.simulator.webhook_secret, body))
    assert answer.status_code == 200
    assert [statement.split()[:3] for statement in statements] == [["INSERT", "INTO", "zoom_webhook_event"]]
    assert heard == []


@pytest.mark.parametrize("kind", [int, str])
def test_events_about_a_meeting_of_ours_are_kept_sealed_with_all_their_fields(site: Site, kind: type) -> None:
    booking = site.booked()
    site.drain()
    for name in (*SCHEDULING, "meeting.started", "meeting.ended"):
        row = told(site, name, {"id": kind(number_of(site, booking)), "never_heard_of": "before"})
        connection = only(site.state, models.Connection)
        assert (row.outcome, row.connection_id) == ("applied", connection.id), name
        assert connection.last_webhook_at == row.received_at
        assert row.payload_sealed is not None
        assert "before" not in row.payload_sealed
        content = json.loads(site.state.cipher.open("zoom_webhook_event", row.id, "payload", row.payload_sealed))
        assert content["payload"]["object"]["never_heard_of"] == "before"


def test_of_events_about_a_strangers_meeting_only_name_and_digest_stay(site: Site) -> None:
    site.booked()
    site.drain()
    before = here(site)
    for name in (*SCHEDULING, *ROOM):
        row = told(site, name, {"id": 81234567890, "topic": "Theirs", "participant": PERSON})
        assert (row.name, row.outcome, row.payload_sealed, row.connection_id) == (name, "not ours", None, None)
        assert len(row.digest) == 64
    assert here(site) == before


def test_events_that_are_not_handled_are_stored_as_a_name_and_a_digest(site: Site) -> None:
    for name in OTHERS:
        row = post(site, name, {"id": 1, "registrant": {"email": "zelda@example.com"}})
        assert (row.name, row.outcome, row.payload_sealed, row.due_at) == (name, "ignored", None, None)


def test_a_double_of_what_was_dropped_is_known_by_its_digest(site: Site) -> None:
    site.simulator.send_webhook("meeting.updated", payload={"object": {"id": 81234567890}}, times=3)
    site.drain()
    assert only(site.state, models.WebhookEvent).payload_sealed is None


def test_an_older_message_does_not_set_back_when_we_last_heard(site: Site) -> None:
    booking = site.booked()
    site.drain()
    later = datetime.now(UTC) + timedelta(hours=1)
    turn(site.state, models.Connection, last_webhook_at=later)
    told(site, "meeting.updated", {"id": number_of(site, booking)})
    assert only(site.state, models.Connection).last_webhook_at == later


@pytest.mark.parametrize("name", USERS)
def test_what_is_said_of_a_person_is_looked_at_and_not_believed(site: Site, name: str) -> None:
    turn(site.state, models.Connection, checked_at=datetime.now(UTC))
    site.state.database.write(lambda session: session.execute(delete(models.Duty)))
    zoom_user = only(site.state, models.Connection).zoom_user_id
    row = told(site, name, {"id": zoom_user, "email": "ada@example.test", "type": 1})
    connection = only(site.state, models.Connection)
    assert (connection.status, connection.checked_at) == (ConnectionStatus.ACTIVE, None)
    assert (row.outcome, row.connection_id, connection.last_webhook_at) == ("applied", connection.id, row.received_at)
    duty = only(site.state, models.Duty)
    assert (duty.name, duty.subject) == (DutyName.TEND, connection.id)
    assert duty.due_at is not None
    assert duty.due_at <= datetime.now(UTC)


def test_what_is_said_of_a_stranger_changes_nothing(site: Site) -> None:
    before = here(site), len(rows(site.state, models.Duty))
    strangers: tuple[object, ...] = ("NobodyWeKnow0000000000", "", None, 5, [], "x" * 5000)
    for who in strangers:
        row = told(site, "user.deleted", {"id": who, "email": "ada@example.test"})
        assert (row.outcome, row.payload_sealed) == ("not ours", None)
    assert (here(site), len(rows(site.state, models.Duty))) == before


def test_the_removal_of_the_app_leaves_no_content_behind(site: Site) -> None:
    zoom_user = only(site.state, models.Connection).zoom_user_id
    moment = (datetime.now(UTC) + timedelta(seconds=5)).isoformat()
    row = told(site, "app_deauthorized", None, user_id=zoom_user, deauthorization_time=moment)
    assert (row.outcome, row.payload_sealed) == ("applied", None)
    assert only(site.state, models.Connection).status == ConnectionStatus.INACTIVE


def test_after_a_connection_ended_events_about_its_meetings_change_nothing(site: Site) -> None:
    booking = site.booked()
    number = number_of(site, booking)
    site.drain()
    endings.disconnect(site.state, "1", site.connection().id)
    site.drain()
    before = here(site)
    for name in (*SCHEDULING, *ROOM):
        row = told(site, name, {"id": number, "participant": PERSON})
        assert (row.outcome, row.payload_sealed, row.connection_id) == ("not followed any more", None, None)
    assert here(site) == before


def test_an_event_that_is_applied_once_more_changes_nothing(site: Site) -> None:
    """As when a worker was killed before it could say that it was done."""
    booking = site.booked()
    site.drain()
    at = {"start_time": "2030-01-15T09:00:00Z", "end_time": "2030-01-15T09:30:00Z"}
    about = {"id": number_of(site, booking), "participant": PERSON, **at}
    event = models.WebhookEvent
    sealed = {row.id: row.payload_sealed for row in (post(site, name, about) for name in (*SCHEDULING, *ROOM))}
    site.drain()
    before, calls = here(site), len(site.simulator.calls())
    for row_id, payload in sealed.items():
        turn(site.state, event, event.id == row_id, due_at=datetime.now(UTC), payload_sealed=payload)
    site.drain()
    assert here(site) == before
    assert {call["method"] for call in site.simulator.calls()[calls:]} <= {"GET"}


def test_one_whose_content_was_wiped_meanwhile_is_done_with(site: Site) -> None:
    post(site, "meeting.updated", {"id": 1})
    turn(site.state, models.WebhookEvent, payload_sealed=None)
    drain.drain(site.state, "inbox")
    row = only(site.state, models.WebhookEvent)
    assert (row.outcome, row.due_at) == ("wiped", None)


def test_several_workers_make_one_stay_of_a_coming_and_a_going(site: Site) -> None:
    booking = site.booked()
    about = {"id": number_of(site, booking), "uuid": "x"}
    for minute in range(6):
        person = {"participant_uuid": "bob", "user_name": "Bob", "join_time": f"2030-01-15T09:0{minute}:00Z"}
        post(site, "meeting.participant_joined", {**about, "participant": person})
        gone = {**person, "leave_time": f"2030-01-15T09:0{minute}:30Z"}
        post(site, "meeting.participant_left", {**about, "participant": gone})
    together(4, lambda _: list(iter(lambda: drain.drain(site.state, "inbox"), 0)))
    found = rows(site.state, models.Attendance)
    assert len(found) == 6
    lengths = {row.left_at - row.joined_at for row in found if row.left_at and row.joined_at}
    assert lengths == {timedelta(seconds=30)}
    assert all(row.last_error is None for row in rows(site.state, models.WebhookEvent))


def test_the_creation_of_a_meeting_of_ours_is_heard_and_asks_nothing(site: Site) -> None:
    booking = site.booked()
    site.drain()
    before, calls = here(site), len(site.simulator.calls())
    assert told(site, "meeting.created", {"id": number_of(site, booking)}).outcome == "applied"
    site.drain()
    assert here(site) == before
    assert len(site.simulator.calls()) == calls


def test_the_guide_names_every_event_that_is_handled(make_site: MakeSite) -> None:
    site = make_site()
    page = site.get("/guide").text
    assert set(inbox.SUBSCRIBED) == {*SCHEDULING, *ROOM, *USERS}
    assert [name for name in inbox.SUBSCRIBED if f"<code>{name}</code>" not in page] == []
