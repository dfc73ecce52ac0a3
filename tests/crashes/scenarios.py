"""The operations of the crash matrix on bookings: what there is before, what is asked for, and what there is then.

``act`` is what a person or Zoom asks for. If the process dies before it has answered, they ask again: the same of a
booking, once more of a connection.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from tests.crashes.lives import INTRO, Life
from tests.services.looking import rows
from zoom_blueprint.errors import ZoomError
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus, EndedReason
from zoom_blueprint.zoom_api.payloads import MeetingChange, MeetingRequest

Act = Callable[[Life], object]
Judge = Callable[[Life], list[str]]
ASKS = replace(INTRO, slug="asks", title="On approval", approval=True, approval_when_moved=True)


def _nothing(life: Life) -> None:
    del life


def _right(life: Life) -> list[str]:
    del life
    return []


@dataclass(frozen=True)
class Scenario:
    """One operation.

    Args:
        act: what is asked for.
        before: what is done first, in peace.
        judge: what is wrong in the end, besides what is judged of every operation.
        then: what comes by itself some time later, in the second life.
        faults: what Zoom does in the first life, and not any more in the second.
        refused: recipients whom the mail server refuses in the first life, with its words.
        has_options: whether a function of the site has a say about each meeting; else a visitor's is begun at once.
        has_mailer: whether mails leave by a function of the site.
        has_google: whether hosts can connect Google Calendar, too.
        has_celery: whether Celery does what is due, with a broker that forgets everything when the process dies.
        loses_grant: whether Zoom takes our access back meanwhile, and the host has to reconnect.
        holds_tokens: whether another thread holds new tokens meanwhile that are not stored yet, and dies with us.
    """

    act: Act
    before: Act = _nothing
    judge: Judge = _right
    settings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    then: Act = _nothing
    faults: tuple[Mapping[str, object], ...] = ()
    refused: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    loses_grant: bool = False
    holds_tokens: bool = False
    has_options: bool = True
    has_mailer: bool = False
    has_google: bool = False
    has_celery: bool = False


def wants(status: BookingStatus, *, moved: bool = False) -> Judge:
    """Judge the one booking there is: as it was wished, at the chosen time."""

    def judge(life: Life) -> list[str]:
        found = [(row.status, row.starts_at.strftime("%Y-%m-%dT%H:%M")) for row in rows(life.state, models.Booking)]
        wish = status, life.noted()["to" if moved else "start"][:16]
        return [] if found == [wish] else [f"wished was {wish}, and there is {found}"]

    return judge


# ------------------------------------------------------------------------------------------------------------- before


def connected(life: Life) -> None:
    """Let the host be connected."""
    life.connect()
    life.drain()


def ready(life: Life) -> None:
    """Let the visitor have chosen a time."""
    connected(life)
    life.choose()


def booked(life: Life) -> None:
    """Let there be a booking with everything about it done, and another time chosen."""
    ready(life)
    life.book()
    life.settle()
    life.note(to=life.slots()["slots"][5])


def asking(life: Life) -> None:
    """Let the visitor have chosen a time that the host has to approve."""
    connected(life)
    life.zoom.event_types.put("1", ASKS)
    life.choose(event="asks")


def asked(life: Life) -> None:
    """Let there be a request that awaits the host's answer."""
    asking(life)
    life.book()
    life.settle()
    life.note(to=life.slots("asks")["slots"][5])


def approved(life: Life) -> None:
    """Let there be a request that was answered with yes."""
    asked(life)
    approve(life)
    life.settle()


def over(life: Life) -> None:
    """Let there be a booking of the year before last, whose people are to be forgotten."""
    booked(life)
    then = datetime.now(UTC) - timedelta(days=600)
    life.turn_booking(starts_at=then, ends_at=then + timedelta(minutes=30), busy_start=then, busy_end=then)


# ---------------------------------------------------------------------------------------------------------------- acts


def move(life: Life) -> None:
    """Reschedule as the invitee does."""
    noted = life.noted()
    life.ask("POST", f"{noted['manage']}/reschedule", data={"start": noted["to"], "token": noted["token"]})


def move_request(life: Life) -> None:
    """Reschedule what has to be approved again then, which is done in a while."""
    noted = life.noted()
    token = life.slots("asks")["token"]
    life.ask("POST", f"{noted['manage']}/reschedule", data={"start": noted["to"], "token": token})
    life.settle()  # what is told of a request that is answered already is superseded
    approve(life)


def cancel(life: Life) -> None:
    """Cancel as the invitee does."""
    life.ask("POST", f"{life.noted()['manage']}/cancel", data={"reason": "ill"})


def approve(life: Life) -> None:
    """Let the host say yes."""
    life.zoom.bookings.approve("1", life.noted()["booking"])


def decline(life: Life) -> None:
    """Let the host say no."""
    life.zoom.bookings.decline("1", life.noted()["booking"], "not this week")


def run_out(life: Life) -> None:
    """Let the host say nothing until it is too late."""
    life.turn_booking(hold_until=datetime.now(UTC) - timedelta(seconds=1))
    life.pass_time()
    life.drain()


def book_for(life: Life) -> None:
    """Let the host book on somebody's behalf."""
    start = datetime.fromisoformat(life.noted()["start"])
    made = life.zoom.bookings.book("1", "intro-call", start=start, name="Bob", email="bob@example.com", key="by-hand")
    life.note(booking=made.id)


def book_two(life: Life) -> None:
    """Let the host book twice, for Zoom to take its time with the first."""
    book_for(life)
    start = datetime.fromisoformat(life.noted()["start"]) + timedelta(hours=1)
    life.zoom.bookings.book("1", "intro-call", start=start, name="Carol", email="carol@example.com", key="by-hand-too")


def are_two(life: Life) -> list[str]:
    """Judge whether both bookings are there."""
    found = [row.status for row in rows(life.state, models.Booking)]
    return [] if found == [BookingStatus.CONFIRMED] * 2 else [f"the bookings are {found}"]


def move_for(life: Life) -> None:
    """Let the host move the booking, and look for the link that starts it."""
    noted = life.noted()
    life.zoom.bookings.reschedule("1", noted["booking"], datetime.fromisoformat(noted["to"]))
    with suppress(ZoomError):
        life.zoom.start_url(noted["booking"], "1")


def call_by_hand(life: Life) -> None:
    """Let the host app use the Zoom account itself; what it has left there in the life before it deletes."""
    mine = life.zoom.meetings("1")
    for left in [one for one in mine.list() if one.topic == "By hand"]:
        mine.delete(left.id)
    assert mine.me().id
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
    made = mine.create(MeetingRequest(topic="By hand", start=start, duration=30, agenda=""))
    mine.update(made.id, MeetingChange(start=start + timedelta(hours=1), duration=30, time_zone="UTC"))
    mine.get(made.id)
    mine.delete(made.id)


def purge(life: Life) -> None:
    """Forget whom the site needs no more."""
    life.do_duties(DutyName.PURGE)


def is_forgotten(life: Life) -> list[str]:
    """Judge whether the people of the booking are forgotten."""
    return [] if life.booking().purged_at is not None else ["the booking's people are not forgotten"]


def lose_grant(life: Life) -> None:
    """Book at a moment when Zoom takes our access no more."""
    life.expire()
    life.book()


def ends_remotely(life: Life) -> list[str]:
    """Judge a booking whose meeting was deleted in Zoom."""
    row = life.booking()
    is_right = (row.status, row.ended_reason) == (BookingStatus.CANCELLED, EndedReason.REMOTE)
    return [] if is_right else [f"the booking is {row.status}, {row.ended_reason}"]


CONFIRMED, CANCELLED = wants(BookingStatus.CONFIRMED), wants(BookingStatus.CANCELLED)
MOVED = wants(BookingStatus.CONFIRMED, moved=True)
LIMITED = {"ZOOM_LIMITS": "200 per minute"}
NO_ANSWER = {"route": "create_meeting", "drop": "after"}
A_NO = {"route": "create_meeting", "status": 400, "body": {"code": 3161, "message": "Not allowed."}}
OF_THE_DAY = (
    "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests permitted for this user."
)
DAY_IS_OVER = {
    "route": "create_meeting",
    "status": 429,
    "body": {"code": 429, "message": OF_THE_DAY},
}
SLOW = {"route": "create_meeting", "delay_after": 1.1}
TOKEN_LOST = {"route": "token", "status": 400, "body": {"reason": "Invalid Token!", "error": "invalid_grant"}}
NEVER_MIND = {"bob@example.com": "451 4.7.1 come back"}

OF_BOOKINGS = {
    "confirm": Scenario(Life.book, ready, CONFIRMED, LIMITED),
    "confirm, the answer lost": Scenario(Life.book, ready, CONFIRMED, faults=(NO_ANSWER,)),
    "confirm, refused by Zoom": Scenario(Life.book, ready, CONFIRMED, faults=(A_NO,)),
    "confirm, the day's calls used up": Scenario(Life.book, ready, CONFIRMED, faults=(DAY_IS_OVER,)),
    "confirm, the grant lost": Scenario(lose_grant, ready, CONFIRMED, faults=(TOKEN_LOST,), loses_grant=True),
    "confirm at once": Scenario(Life.book, ready, CONFIRMED, has_options=False),
    "confirm at once, the answer lost": Scenario(Life.book, ready, CONFIRMED, faults=(NO_ANSWER,), has_options=False),
    "confirm at once, refused by Zoom": Scenario(Life.book, ready, CONFIRMED, faults=(A_NO,), has_options=False),
    "confirm on approval": Scenario(Life.book, asking, wants(BookingStatus.PENDING)),
    "confirm by the host": Scenario(book_for, ready, CONFIRMED),
    "confirm two, Zoom slow": Scenario(book_two, ready, are_two, faults=(SLOW,)),
    "reschedule": Scenario(move, booked, MOVED, LIMITED),
    "reschedule by the host": Scenario(move_for, booked, MOVED),
    "reschedule on approval": Scenario(move_request, approved, MOVED),
    "cancel": Scenario(cancel, booked, CANCELLED),
    "approve": Scenario(approve, asked, CONFIRMED),
    "decline": Scenario(decline, asked, CANCELLED),
    "lapse": Scenario(run_out, asked, CANCELLED),
    "delivery, refused for now": Scenario(Life.book, ready, CONFIRMED, refused=NEVER_MIND),
    "delivery by the site's mailer": Scenario(Life.book, ready, CONFIRMED, has_mailer=True),
    "purge": Scenario(purge, over, is_forgotten, {"ZOOM_BOOKING_RETENTION_DAYS": "30"}),
    "calls by hand": Scenario(call_by_hand, connected),
}
