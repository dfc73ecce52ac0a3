"""What code of the host app calls: hosts, event types, bookings and blocked time of the current app."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from tests.embedding.conftest import MakeApp
from tests.embedding.test_registration import CALL
from tests.fixtures.site_app import HOSTS
from zoom_blueprint import Booking, BookingStatus, EndedReason, Host, ZoomBlueprint, ZoomBlueprintError
from zoom_blueprint.errors import BadInput, BookingEnded, NotFound, SlotTaken
from zoom_blueprint.services import availability, bookables, bookings
from zoom_blueprint.state import EXTENSION, State

ADA = HOSTS["ada"]
Embedded = tuple[Flask, ZoomBlueprint]


@pytest.fixture
def embedded(make_app: MakeApp) -> Embedded:
    """An app with the blueprint."""
    app, zoom = make_app(), ZoomBlueprint()
    SQLAlchemy(app)
    app.register_blueprint(zoom, url_prefix="/zoom")
    return app, zoom


def test_outside_of_an_app_context_the_error_says_what_to_do(embedded: Embedded) -> None:
    _, zoom = embedded
    for call in (
        lambda: zoom.hosts.put(ADA),
        lambda: zoom.event_types.list("1"),
        lambda: zoom.hosts.get("1"),
        lambda: zoom.connections.list("1"),
        lambda: zoom.connections.disconnect("1"),
        lambda: zoom.meetings("1").me(),
        lambda: zoom.start_url("1", "1"),
        lambda: zoom.bookings.upcoming("1"),
        lambda: zoom.bookings.cancel("1", "1"),
        lambda: zoom.blocked_times.list("1"),
    ):
        with pytest.raises(RuntimeError, match=r"app\.app_context\(\)"):
            call()


def test_in_an_app_without_the_blueprint_the_error_says_what_to_do(embedded: Embedded) -> None:
    _, zoom = embedded
    with Flask("another").app_context(), pytest.raises(ZoomBlueprintError, match="register_blueprint"):
        zoom.hosts.put(ADA)


def test_a_host_is_stored_and_found(embedded: Embedded) -> None:
    app, zoom = embedded
    with app.app_context():
        assert zoom.hosts.put(ADA) == ADA
        assert zoom.hosts.get(ADA.id) == ADA
        changed = replace(ADA, name="Augusta King", slug="augusta", time_zone="Asia/Tokyo", locale="ja")
        assert zoom.hosts.put(changed) == zoom.hosts.get(ADA.id) == changed
        assert zoom.hosts.put(replace(changed, slug=None)).slug == "augusta", "no slug keeps the one there is"
        with pytest.raises(NotFound):
            zoom.hosts.get("nobody")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"slug": "Ada"}, "slug"),
        ({"slug": "a da"}, "slug"),
        ({"slug": "-ada"}, "slug"),
        ({"slug": "ada/../x"}, "slug"),
        ({"slug": "a" * 65}, "slug"),
        ({"slug": ""}, "slug"),
        ({"id": ""}, "id"),
        ({"id": "x" * 192}, "id"),
        ({"name": "  "}, "name"),
        ({"email": "ada"}, "email"),
        ({"time_zone": "London"}, "time_zone"),
    ],
)
def test_a_malformed_host_is_refused_by_field(embedded: Embedded, change: dict[str, str], field: str) -> None:
    app, zoom = embedded
    with app.app_context():
        with pytest.raises(BadInput) as refused:
            zoom.hosts.put(replace(ADA, **change))
        assert set(refused.value.errors) == {field}
        with pytest.raises(NotFound):
            zoom.hosts.get(ADA.id)


def test_a_slug_belongs_to_one_host(embedded: Embedded) -> None:
    app, zoom = embedded
    with app.app_context():
        zoom.hosts.put(ADA)
        with pytest.raises(BadInput, match="belongs to another host"):
            zoom.hosts.put(replace(HOSTS["grace"], slug="ada"))
        others = [zoom.hosts.put(replace(ADA, id=str(number), slug=None, name="Ada")).slug for number in (5, 6, 7)]
        assert len({"ada", *others}) == 4
        assert zoom.hosts.put(Host(id="9", name="孫悟空", email="s@example.com")).slug


def test_event_types_are_stored_and_listed(embedded: Embedded) -> None:
    app, zoom = embedded
    with app.app_context():
        zoom.hosts.put(ADA)
        zoom.event_types.put(ADA.id, CALL)
        zoom.event_types.put(ADA.id, replace(CALL, title="Another title"))
        assert [event.title for event in zoom.event_types.list(ADA.id)] == ["30-minute meeting", "Another title"]
        with pytest.raises(NotFound):
            zoom.event_types.put("nobody", CALL)
        with pytest.raises(BadInput, match="duration"):
            zoom.event_types.put(ADA.id, replace(CALL, duration_minutes=0))
        for field, wrong in (("slug", replace(CALL, slug="A Call")), ("title", replace(CALL, title=" "))):
            with pytest.raises(BadInput) as refused:
                zoom.event_types.put(ADA.id, wrong)
            assert set(refused.value.errors) == {field}


def test_bookings_are_made_answered_and_changed_in_the_hosts_name(embedded: Embedded) -> None:
    app, zoom = embedded
    with app.app_context():
        zoom.hosts.put(ADA)
        zoom.event_types.put(ADA.id, replace(CALL, approval=True))
        start = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=3)
        book = partial(zoom.bookings.book, ADA.id, CALL.slug, start=start, name="Bob Byrne", email="bob@example.com")
        booking = book(key="call-1", guests=["carol@example.com"])
        assert book(key="call-1", guests=["carol@example.com"]) == booking
        assert zoom.bookings.upcoming(ADA.id) == [zoom.bookings.get(ADA.id, booking.id)] == [booking]
        with pytest.raises(SlotTaken):
            book(key="call-2")
        moved = zoom.bookings.reschedule(ADA.id, booking.id, start + timedelta(hours=1))
        assert moved.start == start + timedelta(hours=1)
        with pytest.raises(BookingEnded):
            zoom.bookings.decline(ADA.id, booking.id)
        assert zoom.bookings.cancel(ADA.id, booking.id, "I am ill.").cancel_reason == "I am ill."
        assert zoom.bookings.upcoming(ADA.id) == []
        with pytest.raises(BookingEnded):
            zoom.bookings.approve(ADA.id, booking.id)


def test_requests_are_answered_in_the_hosts_name(embedded: Embedded) -> None:
    app, zoom = embedded
    with app.app_context():
        zoom.hosts.put(ADA)
        zoom.event_types.put(ADA.id, replace(CALL, approval=True))
        first, second = (_request(app, place) for place in (0, 5))
        assert {one.id for one in zoom.bookings.waiting(ADA.id)} == {first.id, second.id}
        approved = zoom.bookings.approve(ADA.id, first.id, sequence=first.sequence)
        assert approved.status is BookingStatus.CONFIRMED
        assert zoom.bookings.decline(ADA.id, second.id, "Sorry.").ended_reason is EndedReason.DECLINED
        assert zoom.bookings.waiting(ADA.id) == []


def test_another_hosts_booking_is_not_there(embedded: Embedded) -> None:
    app, zoom = embedded
    grace = HOSTS["grace"]
    with app.app_context():
        for host in (ADA, grace):
            zoom.hosts.put(host)
        zoom.event_types.put(ADA.id, replace(CALL, approval=True))
        booking = _request(app, 0)
        for call in (
            zoom.bookings.get,
            zoom.bookings.approve,
            zoom.bookings.decline,
            zoom.bookings.cancel,
            lambda host_id, booking_id: zoom.bookings.reschedule(host_id, booking_id, datetime.now(UTC)),
        ):
            with pytest.raises(NotFound):
                call(grace.id, booking.id)
        assert zoom.bookings.get(ADA.id, booking.id) == booking
        assert zoom.bookings.waiting(grace.id) == zoom.bookings.upcoming(grace.id) == []


def test_time_is_blocked_and_given_back(embedded: Embedded) -> None:
    app, zoom = embedded
    with app.app_context():
        zoom.hosts.put(ADA)
        start = datetime.now(UTC) + timedelta(days=3)
        block = zoom.blocked_times.add(ADA.id, start, start + timedelta(hours=1), "Dentist")
        assert zoom.blocked_times.list(ADA.id) == [block]
        assert zoom.blocked_times.list(ADA.id, since=block.end) == []
        with pytest.raises(BadInput):
            zoom.blocked_times.add(ADA.id, start, start)
        with pytest.raises(NotFound):
            zoom.blocked_times.remove("2", block.id)
        zoom.blocked_times.remove(ADA.id, block.id)
        assert zoom.blocked_times.list(ADA.id) == []


def _request(app: Flask, place: int) -> Booking:
    """Ask for one of the offered times, as a visitor does."""
    state: State = app.extensions[EXTENSION]
    now = datetime.now(UTC)
    bookable = bookables.look_up(state, ADA.slug or "", CALL.slug)
    days = availability.Range(now.date() + timedelta(days=5), now.date() + timedelta(days=15), "UTC")
    offered = availability.offer(state, bookable, days, now=now)
    assert offered.starts is not None
    return bookings.confirm(
        state,
        bookings.Request(
            host_slug=ADA.slug or "",
            event_slug=CALL.slug,
            start=datetime.fromtimestamp(offered.starts[place], UTC),
            name="Bob Byrne",
            email="bob@example.com",
            time_zone="UTC",
            key=f"attempt {place}",
            token=offered.token,
        ),
    )
