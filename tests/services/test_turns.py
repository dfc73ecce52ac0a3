"""Taking turns: no host waits for another's heap, one subscriber hears in order, and each row is worked on once."""

import threading
from collections import Counter
from datetime import timedelta

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.races.fleet import together
from tests.services import owing
from tests.services.looking import LONG_AGO, make_due, rows, turn
from tests.services.parking import OF_KIND
from tests.services.test_queries import counted
from zoom_blueprint.events import BookingPayload, LifecycleEvent, VisitorPayload
from zoom_blueprint.services import drain
from zoom_blueprint.services.turns import DueModel
from zoom_blueprint.store import models

HEAP = 500
LATER = LONG_AGO + timedelta(days=1)
KINDS = ("meeting", "delivery", "inbox")


class Heard:
    """A hook that is told of codes: of whose, how often, and whether it was called twice for one."""

    def __init__(self, site: Site) -> None:
        self.events: Counter[str] = Counter()
        self.hosts: list[str] = []
        self._lock = threading.Lock()
        site.zoom.on("visitor.checked", subscriber="heard")(self.hear)

    def hear(self, event: LifecycleEvent) -> None:
        """Count."""
        assert isinstance(event.payload, VisitorPayload)
        with self._lock:
            self.events[event.id] += 1
            self.hosts.append(event.payload.host.id)


@pytest.fixture
def calm(make_site: MakeSite) -> Site:
    """A site that owes nothing: nobody has connected, and only hooks that are told of codes are owed any."""
    site = make_site()
    Heard(site)
    turn(site.state, models.Duty, due_at=None)
    return site


def owe(site: Site, kind: str, host_id: str, number: int, *, since_day: int = 0) -> None:
    """Have a heap of a host's due rows, due from some day on."""
    owing.host(site, host_id)
    since = LONG_AGO + timedelta(days=since_day)
    if kind == "meeting":
        owing.meetings(site, host_id, number, since)
    elif kind == "delivery":
        owing.deliveries(site, host_id, number, since)
    else:
        owing.webhooks(site, f"account of {host_id}", number)


def lanes_of(site: Site, kind: str, row_ids: list[str]) -> list[str]:
    """Return whose rows these are."""
    model = OF_KIND[kind]
    found = {row.id: row for row in rows(site.state, model)}
    return [_lane(found[row_id]) for row_id in row_ids]


def _lane(
    row: models.Meeting | models.CalendarEvent | models.Delivery | models.WebhookEvent | models.Duty,
) -> str:
    if isinstance(row, models.Meeting | models.CalendarEvent | models.Delivery):
        return row.host_id
    assert isinstance(row, models.WebhookEvent)
    return row.lane


@pytest.mark.parametrize("kind", KINDS)
def test_a_heap_of_one_host_keeps_anothers_first_from_nobody(calm: Site, kind: str) -> None:
    owe(calm, kind, "1", HEAP)
    owe(calm, kind, "2", 1, since_day=1)
    assert drain.drain(calm.state, kind, 2) == 2
    done = [row.id for row in rows(calm.state, OF_KIND[kind]) if row.due_at is None]
    assert len(done) == 2
    assert len(set(lanes_of(calm, kind, done))) == 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("heaps", ["side by side", "one after the other"])
def test_heaps_of_three_hosts_keep_a_fourth_from_nothing(calm: Site, kind: str, heaps: str) -> None:
    for number, host_id in enumerate(("1", "2", "3")):
        owe(calm, kind, host_id, 250, since_day=number if heaps == "one after the other" else 0)
    owe(calm, kind, "4", 1, since_day=9)
    first = drain.due(calm.state, kind)[:4]
    assert len(set(lanes_of(calm, kind, first))) == 4


def test_what_was_due_first_of_a_host_goes_first(calm: Site) -> None:
    owe(calm, "delivery", "1", 5)
    in_order = [row.id for row in sorted(rows(calm.state, models.Delivery), key=lambda row: str(row.due_at))]
    assert drain.due(calm.state, "delivery") == in_order


class Teller:
    """A hook that is told of confirmations and can be held up, by booking."""

    def __init__(self, site: Site) -> None:
        self.told: list[tuple[str, str]] = []
        self.overlaps: list[str] = []
        self.gate = threading.Event()
        self.gate.set()
        self.begun = threading.Event()
        self._busy: set[str] = set()
        self._lock = threading.Lock()
        site.zoom.on("booking.confirmed", subscriber="crm")(self.hear)

    def hear(self, event: LifecycleEvent) -> None:
        """Note who is told of what, and whether somebody is at it already."""
        assert isinstance(event.payload, BookingPayload)
        booking_id = event.payload.booking.id
        with self._lock:
            if booking_id in self._busy:
                self.overlaps.append(booking_id)
            self._busy.add(booking_id)
        self.begun.set()
        assert self.gate.wait(30)
        with self._lock:
            self._busy.discard(booking_id)
            self.told.append((booking_id, event.id))


def test_one_subscriber_hears_about_one_booking_in_order_and_one_by_one(make_site: MakeSite) -> None:
    site = make_site()
    crm = Teller(site)
    site.connect()
    booking = site.booked()
    site.drain()
    crm.told.clear()
    for minute in (3, 1, 2):
        owing.about(site, booking["id"], LATER + timedelta(minutes=minute))
    waiting = [row for row in rows(site.state, models.Delivery) if row.due_at is not None]
    in_order = [row.event_id for row in sorted(waiting, key=lambda row: str(row.due_at))]
    crm.gate.clear()
    crm.begun.clear()
    worker = threading.Thread(target=drain.drain, args=(site.state, "delivery", 1))
    worker.start()
    try:
        assert crm.begun.wait(30)
        assert drain.drain(site.state, "delivery") == 0
        for row in waiting:
            assert not drain.drain_one(site.state, "delivery", row.id)
    finally:
        crm.gate.set()
        worker.join()
    site.drain()
    assert [event_id for _, event_id in crm.told] == in_order
    assert crm.overlaps == []


def test_many_workers_never_tell_one_subscriber_twice_at_once_about_a_booking(make_site: MakeSite) -> None:
    site = make_site()
    crm = Teller(site)
    site.connect()
    bookings = [site.booked(email=f"bob{place}@example.com")["id"] for place in range(3)]
    site.drain()
    crm.told.clear()
    for minute in range(6):
        for booking_id in bookings:
            owing.about(site, booking_id, LATER + timedelta(minutes=minute))
    in_order = {row.event_id: row.due_at for row in rows(site.state, models.Delivery)}
    _drain_together(site, "delivery")
    assert crm.overlaps == []
    assert len(crm.told) == 18
    for booking_id in bookings:
        heard = [str(in_order[event_id]) for whose, event_id in crm.told if whose == booking_id]
        assert heard == sorted(heard)


def test_one_that_was_put_off_lets_the_next_go_on(make_site: MakeSite) -> None:
    site = make_site()
    crm = Teller(site)
    site.connect()
    booking = site.booked()
    site.drain()
    crm.told.clear()
    for minute in (1, 2):
        owing.about(site, booking["id"], LATER + timedelta(minutes=minute))
    first, second = sorted(
        (row for row in rows(site.state, models.Delivery) if row.due_at), key=lambda r: str(r.due_at)
    )
    turn(site.state, models.Delivery, models.Delivery.id == first.id, due_at=LATER + timedelta(days=36500))
    site.drain()
    assert [event_id for _, event_id in crm.told] == [second.event_id]
    make_due(site.state, models.Delivery)
    site.drain()
    assert [event_id for _, event_id in crm.told] == [second.event_id, first.event_id]


def test_what_was_not_begun_after_a_second_is_given_back_as_it_was(make_site: MakeSite) -> None:
    site = make_site()
    calls: list[str] = []

    @site.zoom.on("visitor.checked", subscriber="slow")
    def slow(event: LifecycleEvent) -> None:
        calls.append(event.id)
        threading.Event().wait(1.1)

    owing.deliveries(site, "1", 3)
    assert drain.drain(site.state, "delivery", 3) == 1
    left = [row for row in rows(site.state, models.Delivery) if row.done_at is None]
    assert [(row.claim, row.attempts, row.last_error) for row in left] == [(None, 0, None)] * 2
    assert len(drain.due(site.state, "delivery")) == 2
    assert len(calls) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_workers_that_drain_at_once_work_on_each_row_once(make_site: MakeSite, kind: str) -> None:
    site = make_site()
    heard = Heard(site)
    for host_id in ("1", "2", "3"):
        owe(site, kind, host_id, 20)
    assert _drain_together(site, kind) == 60
    found = rows(site.state, OF_KIND[kind])
    assert [(row.due_at, row.claim, row.attempts) for row in found] == [(None, None, 0)] * 60
    if kind == "delivery":
        assert set(heard.events.values()) == {1}
        assert Counter(heard.hosts) == {"1": 20, "2": 20, "3": 20}


def _drain_together(site: Site, kind: str) -> int:
    """Drain with several workers until nothing is left, and return how many rows they worked on."""

    def work(_: int) -> int:
        done = 0
        while drain.due(site.state, kind):
            done += drain.drain(site.state, kind, 7)
        return done

    return sum(together(5, work))


def test_looking_when_there_is_nothing_to_do_only_reads(calm: Site) -> None:
    model: DueModel
    for model in (models.Meeting, models.Delivery, models.WebhookEvent, models.Duty):
        turn(calm.state, model, due_at=None)
    for kind in drain.KINDS:
        with counted(calm) as statements:
            assert drain.drain(calm.state, kind) == 0
        assert [statement.split()[0] for statement in statements] == ["SELECT"], kind
