"""The stage of a life of bookings: a site made as new, its ledger, and what has to be the same in both."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, invariant

from tests.fixtures.site import Site
from tests.properties.hooked import Hooked
from tests.properties.ledger import CANCELLED, CONFIRMED, EVENTS, OFFSET, Ledger, Line
from tests.properties.post import Entry, Post
from tests.services.looking import make_due, only, rows
from zoom_blueprint import values
from zoom_blueprint.errors import ZoomBlueprintError
from zoom_blueprint.services import availability, bookables
from zoom_blueprint.services.bookings import Request
from zoom_blueprint.store import models
from zoom_blueprint.store.base import Base
from zoom_blueprint.values import EndedReason

HOST, HOST_MAIL = "1", "ada@example.com"
GRACE = timedelta(seconds=10)
KEPT = {"zoom_host", "zoom_schedule", "zoom_event_type"}


class Stage(RuleBasedStateMachine):
    """One host with three event types on one site, which each life finds as new."""

    site: Site
    post: Post
    hooked: Hooked

    def __init__(self) -> None:
        super().__init__()
        self.state, self.simulator = self.site.state, self.site.simulator
        self.simulator.settle()
        self.simulator.reset()
        origin = self.state.config.public_url
        self.simulator.set_app(redirect_uris=[f"{origin}/zoom/callback"], webhook_url=f"{origin}/zoom/webhook")
        self.state.database.write(
            lambda session: [
                session.execute(table.delete())
                for table in reversed(Base.metadata.sorted_tables)
                if table.name not in KEPT
            ]
        )
        self.post.forget()
        self.hooked.forget()
        # What is tried again within the hour is due as well, and slot tokens begin with their ten minutes.
        real = datetime.now(UTC)
        self.real_now = real
        today = real.replace(hour=0, minute=0, second=0, microsecond=0)
        self.ledger = Ledger(today + timedelta(days=2), HOST_MAIL)
        self.first_day = today + timedelta(days=2)
        self.steps = 0
        self.requests: list[tuple[Request, str]] = []
        self.ids = {row.slug: row.id for row in rows(self.state, models.EventType)}

    @property
    def now(self) -> datetime:
        return self.ledger.now

    def start(self, time: tuple[int, int]) -> datetime:
        days, minute = time
        return self.first_day + timedelta(days=days, minutes=minute) - OFFSET

    def line(self, which: int) -> Line:
        return self.ledger.lines[which % len(self.ledger.lines)]

    def token(self, slug: str) -> str:
        return self.state.links.slot_token(self.ids[slug], self.now)

    def attempt(self, act: Callable[[], Any]) -> Any:
        try:
            return act()
        except ZoomBlueprintError as error:
            return error

    def do_what_is_due(self) -> None:
        """Let the workers do everything, and check what came of it outside."""
        for model in (models.Meeting, models.Duty):
            make_due(self.state, model, model.due_at <= self.now)
        self.site.drain()
        due = models.Delivery.due_at <= self.now + GRACE
        tries = 0
        while rows(self.state, models.Delivery, due):  # hooks that failed, and mails in their grace
            make_due(self.state, models.Delivery, due)
            self.site.drain()
            tries += 1
            assert tries < 5, "a delivery fails again and again"
        assert sorted(self.post.come()) == sorted(self.ledger.work())
        assert self.hooked.steady == self.hooked.shaky == self.ledger.told
        self.look_at_zoom()
        self.look_at_calendars()

    @invariant()
    def offers_are_what_can_be_booked(self) -> None:
        self.steps += 1
        self.look_at_offers(sorted(EVENTS)[self.steps % len(EVENTS)])

    def look_at_offers(self, slug: str) -> None:
        """Check that exactly what can be booked is offered, whatever the reader's zone."""
        bookable = bookables.look_up(self.state, "ada", slug)
        day = self.now.date()
        days = availability.Range(day, day + timedelta(days=5), "UTC")
        found = availability.offer(self.state, bookable, days, now=self.now).starts or []
        expected = [start for start in self.ledger.offered(EVENTS[slug], 7) if days.begin <= start < days.end]
        assert [datetime.fromtimestamp(each, UTC) for each in found] == expected, slug

    @invariant()
    def bookings_are_as_they_have_to_be(self) -> None:
        found = {row.id: row for row in rows(self.state, models.Booking)}
        assert found.keys() == {line.id for line in self.ledger.lines}
        for line in self.ledger.lines:
            row = found[line.id]
            assert (row.status, row.starts_at, row.sequence) == (line.status, line.start, line.sequence)
            assert row.ended_reason == line.ended

    def compare(self, answer: Any, line: Line) -> None:
        assert isinstance(answer, values.Booking), answer
        has_lapsed = self.ledger.has_lapsed(line)
        assert (answer.id, answer.start, answer.sequence) == (line.id, line.start, line.sequence)
        assert answer.status == (CANCELLED if has_lapsed else line.status)
        assert answer.ended_reason == (EndedReason.LAPSED if has_lapsed else line.ended)

    def look_at_zoom(self) -> None:
        """Check that a meeting stands in Zoom for each confirmed booking, and for no cancelled one."""
        at_zoom = {one["id"]: one["start_time"] for one in self.simulator.meetings("ada")}
        wanted = [line for line in self.ledger.lines if line.has_meeting]
        assert len(at_zoom) == len(wanted)
        for line in wanted:
            row = only(self.state, models.Meeting, models.Meeting.booking_id == line.id)
            assert row.zoom_meeting_id in at_zoom
            if line.status == CONFIRMED:  # else it waits where it was for the host's answer
                assert datetime.fromisoformat(at_zoom[row.zoom_meeting_id]) == line.start

    def look_at_calendars(self) -> None:
        """Check that whoever believes the mails has the right calendar."""
        expected: dict[str, list[Entry]] = {}
        for line in self.ledger.lines:
            if line.was_confirmed and line.status != CANCELLED:
                status = "CONFIRMED" if line.status == CONFIRMED else "TENTATIVE"
                for mail in (line.mail, HOST_MAIL, *line.guests):
                    expected.setdefault(mail, []).append(Entry(line.sequence, line.start, status))
        found = {mail: list(kept.values()) for mail, kept in self.post.calendars.items() if kept}
        assert {mail: sorted(kept) for mail, kept in found.items()} == {
            mail: sorted(kept) for mail, kept in expected.items()
        }
