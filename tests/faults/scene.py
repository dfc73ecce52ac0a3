"""One site under faults: order them, let time pass until nothing is owed, and look whether everything is right."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.faults.plan import Fault, Kind
from tests.fixtures.site import Site
from tests.fixtures.waiting import wait_until
from tests.services.looking import LONG_AGO, Letters, look, make_due, only, rows, turn
from zoom_blueprint.services import quotas, readers, times
from zoom_blueprint.store import models
from zoom_blueprint.testing import Simulator
from zoom_blueprint.values import ConnectionStatus

BOB, ADA = "bob@", "ada@"
READERS = {BOB: "Europe/Paris", ADA: "Europe/London"}
_GETS = ("me", "get_meeting", "list_meetings")
_LINK = re.compile(r"https://\S+/j/\S+")
_ROUNDS = 10


@dataclass(frozen=True)
class Order:
    """A fault that waits for the next call of a route."""

    fault: Fault
    route: str
    named: datetime | None


def order(simulator: Simulator, fault: Fault, route: str) -> Order:
    """Have the next call of a route go wrong."""
    now = datetime.now(UTC)
    named = fault.names(now) if fault.names else None
    headers = dict(fault.headers)
    if named and fault.written:
        headers["Retry-After"] = fault.written(named)
    # A GET whose connection broke is sent once more by the connection pool; its second time is the one that counts.
    times_ = 2 if "drop" in fault.details and route in _GETS else 1
    simulator.fault(route=route, times=times_, headers=headers, **fault.details)
    return Order(fault, route, named)


class Scene:
    """What a test of one cell does and sees."""

    def __init__(self, site: Site, letters: Letters) -> None:
        self.site, self.letters = site, letters

    def linked(self) -> dict[str, Any]:
        """Return a booking that has its meeting, and of which everybody has read."""
        booking = self.site.booked()
        self.settle()
        return booking

    def order(self, fault: Fault, route: str) -> Order:
        """Have the next call of a route go wrong."""
        return order(self.site.simulator, fault, route)

    def calls(self, route: str) -> list[dict[str, Any]]:
        """Return the calls of a route so far."""
        return self.site.simulator.calls(route)

    def due(self) -> None:
        """Bring what waits for its next try to it."""
        make_due(self.site.state, models.Meeting)

    def work(self, order: Order) -> None:
        """Work off what is due, until the ordered fault has struck and nobody waits for it any more."""
        self.site.drain()
        wait_until(lambda: any(call["fault"] for call in self.calls(order.route)), 15, why="the fault strikes")
        wait_until(lambda: not self._claimed(), 15, why="all claims are given back")
        self.site.drain()
        self._check_patience(order)

    def settle(self) -> None:
        """Let all the time pass that anything waits for."""
        self.site.drain()
        turn(self.site.state, models.Grant, wait_until=None)
        turn(self.site.state, models.ZoomQuota, models.ZoomQuota.used >= quotas.CALLS_A_DAY, used=0)
        for _ in range(_ROUNDS):
            owed = [row for row in rows(self.site.state, models.Meeting) if row.due_at is not None]
            if not owed:
                break
            pausing = [row.id for row in owed if row.due_at != row.unsure_until]
            if not pausing:  # only whether a lost create surfaces is waited for
                turn(self.site.state, models.Meeting, models.Meeting.unsure_until.is_not(None), unsure_until=LONG_AGO)
            which = [models.Meeting.id.in_(pausing)] if pausing else []
            make_due(self.site.state, models.Meeting, *which)
            self.site.drain()
        else:
            raise AssertionError(f"Never quiet: {[row.last_error for row in rows(self.site.state, models.Meeting)]}")
        make_due(self.site.state, models.Delivery)
        self.site.drain()
        owed_still = [row for row in rows(self.site.state, models.Delivery) if row.due_at is not None]
        assert [row.event_name for row in owed_still if not readers.reminder_of(row.subscriber)[1]] == []

    def check_confirmed(self, booking: dict[str, Any], start: str, end: str) -> dict[str, Any]:
        """Check that a booking is held at its time, with the one meeting there is; return that meeting."""
        now = look(self.site, booking)
        (meeting,) = self.site.simulator.meetings("ada")
        assert (now["status"], now["start"], now["end"]) == ("confirmed", start, end)
        assert (now["meeting_status"], now["join_url"]) == ("ready", meeting["join_url"])
        assert (meeting["start_time"], meeting["duration"]) == (start, _minutes(start, end))
        row = only(self.site.state, models.Meeting)
        assert (row.zoom_meeting_id, row.reason, row.conflict) == (meeting["id"], None, None)
        for reader, zone in READERS.items():
            last = self.letters.texts(reader)[-1]
            assert meeting["join_url"] in last, last
            assert times.spell(datetime.fromisoformat(start), datetime.fromisoformat(end), zone, "en") in last, last
        self._check_mails()
        return meeting

    def check_cancelled(self, booking: dict[str, Any]) -> None:
        """Check that a booking is cancelled, that nothing of it is left at Zoom, and that both were told once."""
        now = look(self.site, booking)
        assert (now["status"], now["join_url"], now["meeting_status"]) == ("cancelled", None, "none")
        assert self.site.simulator.meetings("ada") == []
        for reader in READERS:
            told = [mail for mail in self.letters.sent if reader in mail["To"] and "Cancelled" in mail["Subject"]]
            assert len(told) == 1
        self._check_mails()

    def check_connection(self, *, refreshes: int = 0, alarms: int = 0) -> None:
        """Check that the connection works, on the one refresh chain there is, and that no used-up token came again.

        ``alarms`` is how often the host had to hear that the access is lost, each time after such a token was refused.
        """
        connection = self.site.connection()
        assert (connection.status, connection.reason) == (ConnectionStatus.ACTIVE, None)
        stats = self.site.simulator.token_stats()
        assert (stats["refreshes"], stats["valid_refresh_chains"]) == (refreshes, 1)
        assert only(self.site.state, models.Grant).lease is None
        clear = [call["status"] for call in self.calls("token") if not call["fault"]]
        assert [status for status in clear if status != 200] == [400] * alarms, "a token that was used up came again"
        assert len(self.alarms()) == alarms

    def alarms(self) -> list[str]:
        """Return the subjects of the mails that ask the host to reconnect."""
        return [mail["Subject"] for mail in self.letters.sent if "reconnect" in mail["Subject"]]

    def reason(self) -> str | None:
        """Return why the meeting of the one booking is not as it should be, as the host is told."""
        return only(self.site.state, models.Meeting).reason

    def check_told_of_scopes(self, fault: Fault) -> None:
        """Check that a missing permission is named and nothing tried in vain; then the host allows it."""
        if fault.kind is Kind.SCOPES:
            assert (self.reason(), only(self.site.state, models.Meeting).due_at) == ("scopes", None)
            self.site.connect()
            self.settle()

    def _claimed(self) -> list[models.Meeting]:
        return [row for row in rows(self.site.state, models.Meeting) if row.claim is not None]

    def _check_patience(self, order: Order) -> None:
        """Check that Zoom was not asked again before the instant that it named."""
        if order.named is None:
            return
        calls = self.calls(order.route)
        struck = next(place for place, call in enumerate(calls) if call["fault"])
        # The daily check of an account asks for another list, and is no second try of this call.
        asked = calls[struck]["request"]["query"]
        same = [call for call in calls[struck + 1 :] if call["request"]["query"] == asked]
        again = [datetime.fromtimestamp(call["at"], UTC) for call in same]
        assert all(at >= order.named for at in again)
        if not again:
            row = only(self.site.state, models.Meeting)
            assert row.reason == "quota"
            assert row.due_at is not None
            assert timedelta() <= row.due_at - order.named < timedelta(minutes=2)

    def _check_mails(self) -> None:
        """Check that no mail left twice, and that none holds a link that never led anywhere."""
        ids = [mail["Message-ID"] for mail in self.letters.sent]
        assert len(ids) == len(set(ids))
        made = {meeting["join_url"] for meeting in self.site.simulator.meetings("ada", deleted=True)}
        texts = [text for reader in READERS for text in self.letters.texts(reader)]
        assert {link for text in texts for link in _LINK.findall(text)} <= made


def _minutes(start: str, end: str) -> int:
    return int((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()) // 60
