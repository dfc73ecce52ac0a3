"""The life of a host's bookings in any order: booked, asked, answered, moved, cancelled, blocked, and time goes by."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.fixtures.site import MakeSite
from tests.properties.hooked import Hooked
from tests.properties.ledger import CANCELLED, CONFIRMED, EVENTS, PENDING, SCHEDULE, Line
from tests.properties.post import Post
from tests.properties.stage import HOST, Stage
from tests.services.looking import LONG_AGO, turn
from zoom_blueprint import values
from zoom_blueprint.errors import BadInput, BookingEnded, KeyReused, SlotTaken
from zoom_blueprint.services import (
    approvals,
    blocks,
    bookings,
    by_hosts,
    event_types,
    schedules,
)
from zoom_blueprint.services.bookings import Request
from zoom_blueprint.store import models
from zoom_blueprint.values import EndedReason

SLUGS = st.sampled_from(sorted(EVENTS))
WHICH = st.integers(0, 30)
# Days from the first on, and minutes of the day there: on the grid, off it, at lunch, at night; mostly close together.
MINUTES = st.sampled_from([*range(540, 735, 15), 780, 840, 900, 915, 550, 722, 0])
TIMES = st.tuples(st.integers(0, 4), MINUTES)


def has_any(life: Stage) -> bool:
    """Return whether there is a booking to do something with."""
    return bool(life.ledger.lines)


class Life(Stage):
    """Everything that may happen to the bookings of one host."""

    @initialize(is_connected=st.booleans(), minutes=st.lists(MINUTES, min_size=4, max_size=8))
    def begin(self, is_connected: bool, minutes: list[int]) -> None:
        if is_connected:
            self.connect()
        for place, minute in enumerate(minutes):
            self.book(sorted(EVENTS)[place % len(EVENTS)], (1 + place % 2, minute), 1 - place % 2)

    @rule(slug=SLUGS, time=TIMES, guests=st.integers(0, 2))
    def book(self, slug: str, time: tuple[int, int], guests: int) -> None:
        event, start, number = EVENTS[slug], self.start(time), len(self.requests)
        request = Request(
            host_slug="ada",
            event_slug=slug,
            start=start,
            name=f"Visitor {number}",
            email=f"v{number}@example.com",
            time_zone="Europe/Paris",
            key=f"attempt-{number}",
            token=self.token(slug),
            guests=tuple(f"g{number}-{place}@example.com" for place in range(guests)),
        )
        answer = self.attempt(lambda: bookings.confirm(self.state, request, now=self.now))
        if not self.ledger.is_offered(event, start):
            assert isinstance(answer, SlotTaken), answer
            return
        assert isinstance(answer, values.Booking), answer
        self.requests.append((request, answer.id))
        self.ledger.book(Line(answer.id, event, start, request.email, request.guests), asks=event.approval)

    @precondition(lambda self: bool(self.requests))
    @rule(which=WHICH, is_other=st.booleans())
    def send_again(self, which: int, is_other: bool) -> None:
        request, booking_id = self.requests[which % len(self.requests)]
        again = Request(**{**vars(request), "token": self.token(request.event_slug)})
        if is_other:
            again = Request(**{**vars(again), "name": "Somebody Else"})
        answer = self.attempt(lambda: bookings.confirm(self.state, again, now=self.now))
        if is_other:
            assert isinstance(answer, KeyReused), answer
        else:
            self.compare(answer, next(line for line in self.ledger.lines if line.id == booking_id))

    @rule(slug=SLUGS, time=TIMES)
    def host_books(self, slug: str, time: tuple[int, int]) -> None:
        event, start, number = EVENTS[slug], self.start(time), len(self.ledger.lines)
        mail = f"friend{number}@example.com"
        answer = self.attempt(
            lambda: by_hosts.book(
                self.state, HOST, slug, start=start, name="A Friend", email=mail, key=f"host-{number}-{start}"
            )
        )
        if start <= self.real_now:
            assert isinstance(answer, BadInput), answer
        elif not self.ledger.is_free(event, start):
            assert isinstance(answer, SlotTaken), answer
        else:
            assert isinstance(answer, values.Booking), answer
            self.ledger.book(Line(answer.id, event, start, mail), asks=False, remind_from=self.real_now)

    @precondition(has_any)
    @rule(which=WHICH)
    def approve(self, which: int) -> None:
        line = self.line(which)
        answer = self.attempt(lambda: approvals.approve(self.state, line.id, now=self.now))
        if line.status == CANCELLED or self.ledger.has_lapsed(line):
            assert isinstance(answer, BookingEnded), answer
            return
        if line.status == PENDING:
            self.ledger.approve(line)
        self.compare(answer, line)

    @precondition(has_any)
    @rule(which=WHICH)
    def decline(self, which: int) -> None:
        line = self.line(which)
        answer = self.attempt(lambda: approvals.decline(self.state, line.id, words="Not today", now=self.now))
        if line.status == CONFIRMED:
            assert isinstance(answer, BookingEnded), answer
            return
        if line.status == PENDING and not self.ledger.has_lapsed(line):
            self.ledger.end(line, EndedReason.DECLINED)
        self.compare(answer, line)

    @precondition(has_any)
    @rule(which=WHICH, time=TIMES, by_invitee=st.booleans())
    def move(self, which: int, time: tuple[int, int], by_invitee: bool) -> None:
        line, start = self.line(which), self.start(time)
        if by_invitee:
            token = self.token(line.event.slug)
            answer = self.attempt(lambda: bookings.reschedule(self.state, line.id, start, token, now=self.now))
            may = self.ledger.is_offered(line.event, start, line)
        else:
            answer = self.attempt(lambda: by_hosts.move(self.state, line.id, start, now=self.now))
            may = start > self.now and self.ledger.is_free(line.event, start, line)
        has_ended = line.status == CANCELLED or self.ledger.has_lapsed(line)
        if not has_ended and line.start == start:
            self.compare(answer, line)
        elif has_ended or line.start <= self.now:
            assert isinstance(answer, BookingEnded | BadInput), answer
        elif not may:
            assert isinstance(answer, SlotTaken | BadInput), answer
        else:
            self.ledger.move(line, start, by_invitee=by_invitee)
            self.compare(answer, line)

    @precondition(has_any)
    @rule(which=WHICH, by=st.sampled_from([EndedReason.INVITEE, EndedReason.HOST]))
    def cancel(self, which: int, by: EndedReason) -> None:
        line = self.line(which)
        answer = self.attempt(lambda: bookings.cancel(self.state, line.id, by=by, now=self.now))
        has_ended = line.status == CANCELLED or self.ledger.has_lapsed(line)
        if not has_ended and line.end <= self.now:
            assert isinstance(answer, BookingEnded), answer
            return
        if not has_ended:
            self.ledger.end(line, by)
        self.compare(answer, line)

    @rule(time=TIMES, minutes=st.sampled_from([15, 60, 180]))
    def block(self, time: tuple[int, int], minutes: int) -> None:
        start = self.start(time)
        end = start + timedelta(minutes=minutes)
        self.ledger.blocks[blocks.add(self.state, HOST, start, end).id] = (start, end)

    @precondition(lambda self: bool(self.ledger.blocks))
    @rule(which=WHICH)
    def unblock(self, which: int) -> None:
        block_id = sorted(self.ledger.blocks)[which % len(self.ledger.blocks)]
        blocks.remove(self.state, HOST, block_id)
        del self.ledger.blocks[block_id]

    @rule(minutes=st.sampled_from([10, 60, 600, 1440]))
    def let_time_pass(self, minutes: int) -> None:
        self.ledger.now += timedelta(minutes=minutes)
        # What has no argument for the time looks at the clock on the wall, which stands still meanwhile.
        is_over = models.Booking.hold_until <= self.now
        turn(self.state, models.Booking, models.Booking.status == PENDING, is_over, hold_until=LONG_AGO)

    @precondition(lambda self: not self.ledger.is_connected)
    @rule()
    def connect(self) -> None:
        self.site.connect()
        self.ledger.is_connected = True

    @rule()
    def work(self) -> None:
        self.do_what_is_due()

    def teardown(self) -> None:
        self.do_what_is_due()
        for slug in EVENTS:
            self.look_at_offers(slug)


def live(make_site: MakeSite, examples: int, steps: int, *, is_random: bool = False) -> None:
    """Run through lives on one site, which is made as new for each."""
    site = make_site(ZOOM_APPROVAL_HOURS=9)
    schedules.put(site.state, HOST, SCHEDULE)
    for event in EVENTS.values():
        event_types.put(site.state, HOST, event)

    class OnThisSite(Life):
        pass

    OnThisSite.site, OnThisSite.post, OnThisSite.hooked = site, Post(site), Hooked(site)
    run_state_machine_as_test(
        OnThisSite,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            database=None,
            derandomize=not is_random,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink] if is_random else [Phase.generate],
        ),
    )


@pytest.mark.timeout(400)
def test_bookings_live_through_everything_in_any_order(make_site: MakeSite) -> None:
    live(make_site, examples=20, steps=25)


@pytest.mark.deep
@pytest.mark.timeout(1800)
def test_bookings_live_through_everything_many_times(make_site: MakeSite) -> None:
    live(make_site, examples=100, steps=40, is_random=True)
