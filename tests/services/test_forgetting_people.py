"""``ZOOM_BOOKING_RETENTION_DAYS``: bookings lose their people, and still count."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.site import MakeSite, Site, api
from tests.services.looking import Letters, meeting_of, only, rows, turn
from zoom_blueprint import EventType, Question
from zoom_blueprint.errors import NotFound
from zoom_blueprint.events import LifecycleEvent
from zoom_blueprint.services import agendas, attendances, event_types, upkeep
from zoom_blueprint.store import models
from zoom_blueprint.store.base import Base, new_id

DAYS = 5
SECOND = timedelta(seconds=1)
NAMES = ("Zelda", "zelda@example.com", "guest@example.com", "my-answer", "my-campaign", "my-reason")
SURVEY = EventType(slug="survey", title="Survey", notice_minutes=0, questions=(Question(name="goal", label="Goal"),))


@pytest.fixture
def kept_for_days(make_site: MakeSite) -> Site:
    """A site that forgets people."""
    site = make_site(ZOOM_BOOKING_RETENTION_DAYS=DAYS)
    Letters(site)

    @site.zoom.on("booking.confirmed")
    def crm(_: LifecycleEvent) -> None:
        """Be owed a delivery."""

    site.connect()
    event_types.put(site.state, "1", SURVEY)
    return site


def book(site: Site, place: int = 0) -> dict[str, Any]:
    """Book as somebody whose every word is to be forgotten."""
    offered = site.slots("ada/survey")
    fields = {"start": offered["slots"][place], "token": offered["token"], "key": f"a-key-for-{place}"}
    person = {"name": "Zelda Zeta", "email": "zelda@example.com", "guests": "guest@example.com"}
    return site.booked("ada/survey", **fields, **person, **{"answers.goal": "my-answer", "utm_source": "my-campaign"})


def everything_open(site: Site) -> str:
    """Return whatever is stored, with all that is sealed opened."""
    found: list[str] = []

    def work(session: Any) -> None:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(table.select()).mappings():
                found.append(repr(dict(row)))
                for name, value in row.items():
                    if name.endswith("_sealed") and value:
                        key = row.get("id") or row["connection_id"]
                        found.append(site.state.cipher.open(table.name, key, name.removesuffix("_sealed"), value))

    site.state.database.read(work)
    return " ".join(found)


def over_since(site: Site, end: datetime) -> None:
    """Let all bookings have ended then."""
    half = timedelta(minutes=30)
    turn(site.state, models.Booking, starts_at=end - half, ends_at=end, busy_start=end - half, busy_end=end)


def test_nothing_of_a_person_is_left_and_the_booking_still_counts(kept_for_days: Site) -> None:
    site = kept_for_days
    booking, cancelled = book(site), book(site, 3)
    site.post(f"{api(cancelled)}/cancel", data={"reason": "my-reason"})
    site.drain()
    number = meeting_of(site, booking).zoom_meeting_id
    person = {
        "participant_uuid": "u",
        "user_name": "Zelda Zeta",
        "email": "zelda@example.com",
        "join_time": "2030-01-15T09:00:00Z",
    }
    about = {"id": str(number), "participant": person}
    site.simulator.send_webhook("meeting.participant_joined", payload={"object": about})
    site.drain()
    before = only(site.state, models.Booking, models.Booking.id == booking["id"])
    assert [name for name in NAMES if name not in everything_open(site)] == []
    end = datetime.now(UTC)
    over_since(site, end)
    now = end + timedelta(days=DAYS) + SECOND
    assert upkeep.purge(site.state, now=now).bookings == 2
    assert [name for name in NAMES if name in everything_open(site)] == []
    after = only(site.state, models.Booking, models.Booking.id == booking["id"])
    assert (after.status, after.event_type_id, after.created_at) == (
        "confirmed",
        before.event_type_id,
        before.created_at,
    )
    assert (after.starts_at, after.ends_at, after.purged_at) == (end - timedelta(minutes=30), end, now)
    assert len(rows(site.state, models.Booking)) == 2
    assert len(rows(site.state, models.Attendance)) == 1
    assert upkeep.purge(site.state, now=now + timedelta(days=1)).bookings == 0


def test_people_are_kept_to_the_second_counted_from_the_bookings_end(kept_for_days: Site) -> None:
    site = kept_for_days
    book(site)
    end = datetime(2031, 5, 1, 12, 0, tzinfo=UTC)
    over_since(site, end)
    last = end + timedelta(days=DAYS)
    for now, forgotten in ((last - SECOND, 0), (last, 0), (last + SECOND, 1)):
        assert upkeep.purge(site.state, now=now, dry_run=True).bookings == forgotten
        assert upkeep.purge(site.state, now=now).bookings == forgotten
        assert bool(only(site.state, models.Booking).purged_at) == bool(forgotten)


def test_without_the_setting_people_are_kept(site: Site) -> None:
    booking = site.booked()
    purged = upkeep.purge(site.state, now=datetime.now(UTC) + timedelta(days=36_000))
    assert (purged.bookings, purged.log_entries) == (0, 0)
    assert agendas.get(site.state, booking["id"]).name == "Bob Byrne"


def test_a_forgotten_booking_is_said_to_be_no_longer_kept(kept_for_days: Site) -> None:
    site = kept_for_days
    booking = book(site)
    over_since(site, datetime.now(UTC))
    upkeep.purge(site.state, now=datetime.now(UTC) + timedelta(days=DAYS, seconds=1))
    for path in (booking["manage_url"], api(booking), f"{api(booking)}/invite.ics"):
        answer = site.get(path)
        assert answer.status_code == 404
        assert "no longer kept" in answer.text
        assert "ask them for a new one" not in answer.text, "the address is right"
    for path in (f"{api(booking)}/cancel", f"{booking['manage_url']}/cancel"):
        assert site.post(path, data={"reason": ""}).status_code == 404
    assert site.post(f"{api(booking)}/reschedule", data={"start": booking["start"], "token": "t"}).status_code == 404
    with pytest.raises(NotFound):
        agendas.of_host(site.state, "1", booking["id"])
    with pytest.raises(NotFound):
        agendas.get(site.state, booking["id"])


def test_its_idempotency_key_makes_a_new_booking(kept_for_days: Site) -> None:
    site = kept_for_days
    offered = site.slots()
    again = {"start": offered["slots"][0], "token": offered["token"], "key": "the-same-key"}
    first = site.booked(**again)
    assert site.booked(**again)["id"] == first["id"]
    over_since(site, datetime.now(UTC) - timedelta(days=DAYS, seconds=1))
    upkeep.purge(site.state)
    second = site.booked(**again)
    assert second["id"] != first["id"]


def test_zoom_may_still_speak_of_a_forgotten_booking(kept_for_days: Site) -> None:
    site = kept_for_days
    booking = book(site)
    site.drain()
    over_since(site, datetime.now(UTC) - timedelta(days=DAYS, seconds=1))
    upkeep.purge(site.state)
    number = meeting_of(site, booking).zoom_meeting_id or 0
    for action in ("start", "end", "delete"):
        site.simulator.press("ada", number, action)
    site.drain()
    assert all(row.last_error is None for row in rows(site.state, models.Meeting))
    assert all(row.last_error is None and row.due_at is None for row in rows(site.state, models.WebhookEvent))
    assert "Zelda" not in everything_open(site)
    assert meeting_of(site, booking).started_at is None
    (past,) = attendances.recent(site.state, "1", now=datetime.now(UTC))
    assert (past.is_purged, past.booking.name) == (True, "")


def test_a_late_mail_about_a_forgotten_booking_is_not_sent(kept_for_days: Site) -> None:
    site = kept_for_days
    book(site)
    assert rows(site.state, models.Delivery)
    over_since(site, datetime.now(UTC) - timedelta(days=DAYS, seconds=1))
    upkeep.purge(site.state)
    assert rows(site.state, models.Delivery) == []
    site.drain()


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_database_file_holds_no_forgotten_person_either(kept_for_days: Site) -> None:
    """Rows that are gone may live on in freed pages, in what an index left behind, or in the write-ahead log."""
    site = kept_for_days
    book(site)
    site.drain()
    row = only(site.state, models.Booking)
    columns = {name: value for name, value in vars(row).items() if name[0] != "_"}
    draw = random.Random(1)

    def add_many(session: Any) -> None:
        for _ in range(1000):
            own = {"id": new_id(), "key": new_id(), "email": f"zelda{draw.random()}@example.com"}
            session.add(models.Booking(**{**columns, **own}))

    site.state.database.write(add_many)
    path = Path(str(site.state.database.engine.url.database))
    files = [path, path.with_name(f"{path.name}-wal")]

    def written(word: str) -> bool:
        return any(word.encode() in file.read_bytes() for file in files if file.exists())

    assert written("zelda0.")
    over_since(site, datetime.now(UTC) - timedelta(days=DAYS, seconds=1))
    assert upkeep.purge(site.state).bookings == 1001
    assert [word for word in ("Zelda", "zelda") if written(word)] == []
