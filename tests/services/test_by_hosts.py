"""Hosts book on somebody's behalf, and move bookings where they want them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import INTRO_CALL
from tests.services.looking import only, rows
from tests.services.pending import ON_APPROVAL, at_zoom, book, events, owed, reconcile, run_out, site_with, starts
from zoom_blueprint import values
from zoom_blueprint.errors import (
    BadInput,
    BookingEnded,
    BookingRefused,
    KeyReused,
    NotFound,
    NotOpen,
    SlotTaken,
)
from zoom_blueprint.services import agendas, blocks, bookings, by_hosts, event_types, journal
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus, Draft, EndedReason, Host, WithoutZoom


@pytest.fixture
def office(make_site: MakeSite) -> Site:
    """A site whose event type has buffers, a limit and approval, none of which bind the host but the first."""
    event = replace(
        ON_APPROVAL, buffer_before=5, buffer_after=10, per_day=1, notice_minutes=60 * 24 * 3, horizon_days=20
    )
    return site_with(make_site, event)


def soon() -> datetime:
    """Return an instant within the notice period, in the night and off every grid."""
    return (datetime.now(UTC) + timedelta(days=1)).replace(hour=2, minute=7, second=0, microsecond=0)


def booked(site: Site, start: datetime, key: str = "a key", **other: object) -> values.Booking:
    """Book as the host does."""
    fields = {"name": "Bob Byrne", "email": "Bob@example.com", **other}
    return by_hosts.book(site.state, "1", "intro-call", start=start, key=key, **fields)  # type: ignore[arg-type]


def test_hours_notice_limits_and_approval_do_not_bind_the_host(office: Site) -> None:
    first = booked(office, soon(), guests=["carol@example.com"], answers={"topic": "a roof"}, words="As you asked.")
    assert (first.status, first.email, first.answers) == (
        BookingStatus.CONFIRMED,
        "bob@example.com",
        {"topic": "a roof"},
    )
    assert first.confirmed_at is not None
    assert (first.time_zone, first.locale) == ("Europe/London", "en")
    second = booked(office, soon() + timedelta(hours=1), key="another")
    far = booked(office, soon() + timedelta(days=200), key="a third", time_zone="Asia/Tokyo", locale="ja")
    assert (far.time_zone, far.locale) == ("Asia/Tokyo", "ja")
    assert {"mail:invitee", "mail:host", "mail:guests"} <= set(owed(office, first))
    reconcile(office)
    assert at_zoom(office) == [first.start, second.start, far.start]
    entry = only(
        office.state,
        models.LifecycleEvent,
        models.LifecycleEvent.booking_id == first.id,
        models.LifecycleEvent.name == "booking.confirmed",
    )
    payload = office.state.database.read(lambda session: journal.read(office.state, session, entry.id)).payload
    assert getattr(payload, "note", None) == "As you asked."


@pytest.mark.parametrize(("minutes", "is_free"), [(0, False), (39, False), (40, True), (-39, False), (-40, True)])
def test_overlaps_and_buffers_bind_the_host_too(office: Site, minutes: int, is_free: bool) -> None:
    first = booked(office, soon())
    wanted = first.start + timedelta(minutes=minutes)
    if is_free:
        assert booked(office, wanted, key="another").start == wanted
    else:
        with pytest.raises(SlotTaken):
            booked(office, wanted, key="another")
        other = booked(office, first.start + timedelta(hours=5), key="another")
        with pytest.raises(SlotTaken):
            by_hosts.move(office.state, other.id, wanted)
        assert by_hosts.move(office.state, first.id, wanted).start == wanted  # it is not in its own way


def test_requests_blocked_time_and_the_sites_calendar_are_in_the_way(office: Site) -> None:
    asked = book(office, starts(office)[0])
    blocks.add(office.state, "1", soon(), soon() + timedelta(minutes=5))
    busy = soon() + timedelta(hours=6)

    @office.zoom.busy_times
    def elsewhere(host: Host, start: datetime, end: datetime) -> Sequence[tuple[datetime, datetime]]:
        assert host.id == "1"
        assert start < end
        return [(busy, busy + timedelta(minutes=1))]

    for taken in (asked.start, soon(), busy):
        with pytest.raises(SlotTaken):
            booked(office, taken)
    run_out(office, asked, is_noticed=False)
    assert booked(office, asked.start).start == asked.start


def test_the_same_key_is_the_same_booking_and_no_visitors(office: Site) -> None:
    first = booked(office, soon())
    assert booked(office, soon()).id == first.id
    assert len(rows(office.state, models.Booking)) == 1
    with pytest.raises(KeyReused):
        booked(office, soon(), words="Other words.")
    event_types.put(office.state, "1", INTRO_CALL)
    start = starts(office)[0]
    visitors = book(office, start)
    with pytest.raises(SlotTaken):  # and not that booking with its links
        booked(
            office,
            start,
            key=f"key intro-call {start} bob",
            name="Bob Byrne",
            email="bob@example.com",
            time_zone="Europe/Paris",
        )
    assert agendas.get(office.state, visitors.id).status is BookingStatus.CONFIRMED


def test_the_site_is_asked_before(office: Site) -> None:
    drafts: list[Draft] = []

    @office.zoom.before_booking
    def decide(draft: Draft) -> None:
        drafts.append(draft)
        raise BookingRefused("Not without a contract.")

    with pytest.raises(BookingRefused):
        booked(office, soon(), guests=["carol@example.com"])
    (draft,) = drafts
    assert (draft.start, draft.end, draft.guests) == (soon(), soon() + timedelta(minutes=30), ("carol@example.com",))
    assert rows(office.state, models.Booking) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"start": datetime(2020, 1, 1, tzinfo=UTC)}, "start"),
        ({"start": datetime(2030, 1, 1)}, "start"),  # noqa: DTZ001  # naive is what is wrong with it
        ({"start": datetime(9000, 1, 1, tzinfo=UTC)}, "start"),
        ({"start": datetime(2030, 1, 1, 9, 0, 1, tzinfo=UTC)}, "start"),
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"email": "bob"}, "email"),
        ({"email": "bob@example.com\nBcc: eve@example.com"}, "email"),
        ({"guests": ["carol"]}, "guests"),
        ({"guests": [f"guest{n}@example.com" for n in range(11)]}, "guests"),
        ({"time_zone": "Nowhere/Else"}, "time_zone"),
        ({"key": ""}, "key"),
    ],
)
def test_malformed_fields_are_named(office: Site, wrong: dict[str, object], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        booked(office, **{"start": soon(), **wrong})  # type: ignore[arg-type]
    assert set(refused.value.errors) == {field}
    assert rows(office.state, models.Booking) == []


def test_what_is_not_the_hosts_or_not_offered_cannot_be_booked(office: Site) -> None:
    fields = {"start": soon(), "name": "Bob", "email": "bob@example.com", "key": "a key"}
    for host_id, slug in (("2", "no-such-event"), ("nobody", "intro-call")):
        with pytest.raises(NotFound):
            by_hosts.book(office.state, host_id, slug, **fields)  # type: ignore[arg-type]
    event_types.put(office.state, "2", replace(INTRO_CALL, without_zoom=WithoutZoom.REFUSE))
    with pytest.raises(NotOpen, match="connect Zoom first"):
        by_hosts.book(office.state, "2", "intro-call", **fields)  # type: ignore[arg-type]


def test_a_host_moves_a_booking_out_of_hours_and_zoom_follows(make_site: MakeSite) -> None:
    site = site_with(make_site, INTRO_CALL)
    booking = book(site, starts(site)[0])
    reconcile(site)
    moved = by_hosts.move(site.state, booking.id, soon())
    assert (moved.start, moved.status, moved.sequence) == (soon(), BookingStatus.CONFIRMED, 1)
    assert by_hosts.move(site.state, booking.id, soon()) == moved
    assert events(site, booking).count("booking.rescheduled") == 1
    reconcile(site)
    assert at_zoom(site) == [soon()]
    assert booking.start in starts(site)
    event_types.put(site.state, "1", replace(INTRO_CALL, active=False))
    assert by_hosts.move(site.state, booking.id, soon() + timedelta(hours=1)).sequence == 2


def test_what_has_ended_is_not_moved_and_nothing_moves_into_the_past(office: Site) -> None:
    booking = booked(office, soon())
    with pytest.raises(BadInput):
        by_hosts.move(office.state, booking.id, datetime.now(UTC) - timedelta(minutes=1))
    bookings.cancel(office.state, booking.id, by=EndedReason.HOST)
    with pytest.raises(BookingEnded):
        by_hosts.move(office.state, booking.id, soon() + timedelta(hours=1))
    with pytest.raises(NotFound):
        by_hosts.move(office.state, "no such booking", soon())
