"""All the actions, as one list that REST, command line, MCP and documents go by."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from zoom_blueprint.actions import accounts, bookings, inputs, meetings, outputs
from zoom_blueprint.actions.calls import Call
from zoom_blueprint.actions.codes import Code
from zoom_blueprint.languages import Said, said
from zoom_blueprint.services.told import BookingOut
from zoom_blueprint.zoom_api.scopes import Action as Ask


@dataclass(frozen=True, kw_only=True)
class Action:
    """One action: its function, what it is given and gives back, and what it asks of Zoom.

    ``may`` says to a host what a key can do that has it. ``asks`` are what Zoom has to allow; ``reads_only``: it
    changes nothing; ``destroys``: what it does cannot be taken back; ``repeatable``: done twice it leaves what doing it
    once does. ``keeps_answers``: the same idempotency key again gets the answer of the first call; bookings know their
    own keys, and what only reads needs none. ``fails`` are codes of its own, beside those that each action can fail
    with. ``example`` is an input that could be sent.
    """

    function: Callable[[Call, Any], Any]
    given: type
    gives: type
    may: Said
    asks: tuple[Ask, ...] = ()
    reads_only: bool = False
    destroys: bool = False
    keeps_answers: bool = False
    repeatable: bool = False
    fails: AbstractSet[Code]
    example: Any

    @property
    def name(self) -> str:
        """What it is called everywhere."""
        return self.function.__name__

    @property
    def summary(self) -> str:
        """What it does, in a line."""
        return (self.function.__doc__ or "").strip()

    @property
    def codes(self) -> tuple[Code, ...]:
        """All by which it can fail, in the order of ``Code``."""
        kept = _KEPT if self.keeps_answers else frozenset()
        return tuple(code for code in Code if code in _ALWAYS | self.fails | kept)


_ALWAYS: Final = frozenset(
    {
        Code.UNAUTHORIZED,
        Code.PERMISSION_DENIED,
        Code.INVALID_INPUT,
        Code.RATE_LIMITED,
        Code.SITE_UNAVAILABLE,
        Code.INTERNAL_ERROR,
    }
)
_KEPT: Final = frozenset({Code.KEY_REUSED, Code.IN_PROGRESS})
_CONNECTION: Final = frozenset({Code.CONNECTION_LOST, Code.NOT_FOUND})
_ZOOM: Final = _CONNECTION | {Code.ZOOM_REFUSED, Code.ZOOM_UNAVAILABLE}
_MEETING: Final = _ZOOM | {Code.MEETING_NOT_FOUND}

_START = datetime(2030, 1, 15, 9, 0, tzinfo=UTC)
_BOOKING = "0b7d6d1f0e0b4d3f9a4b6f1c2d3e4f50"

ACTIONS = (
    Action(
        function=meetings.create_meeting,
        given=inputs.CreateMeeting,
        gives=outputs.MeetingOut,
        may=said("Create meetings in Zoom"),
        asks=(Ask.CREATE,),
        keeps_answers=True,
        fails=_ZOOM | {Code.INVALID_TIME},
        example=inputs.CreateMeeting(topic="Project kick-off", start=_START, duration_minutes=45),
    ),
    Action(
        function=meetings.get_meeting,
        given=inputs.GetMeeting,
        gives=outputs.MeetingOut,
        may=said("Read a meeting in Zoom, with its link"),
        asks=(Ask.GET,),
        reads_only=True,
        fails=_MEETING,
        example=inputs.GetMeeting(meeting_id=85746065),
    ),
    Action(
        function=meetings.update_meeting,
        given=inputs.UpdateMeeting,
        gives=outputs.MeetingOut,
        may=said("Change meetings in Zoom"),
        asks=(Ask.UPDATE, Ask.GET),
        keeps_answers=True,
        repeatable=True,
        fails=_MEETING | {Code.INVALID_TIME},
        example=inputs.UpdateMeeting(meeting_id=85746065, duration_minutes=60),
    ),
    Action(
        function=meetings.list_meetings,
        given=inputs.ListMeetings,
        gives=outputs.MeetingPage,
        may=said("List the meetings in Zoom"),
        asks=(Ask.LIST,),
        reads_only=True,
        fails=_ZOOM,
        example=inputs.ListMeetings(page_size=100),
    ),
    Action(
        function=meetings.delete_meeting,
        given=inputs.DeleteMeeting,
        gives=outputs.Deleted,
        may=said("Delete meetings in Zoom"),
        asks=(Ask.DELETE,),
        destroys=True,
        keeps_answers=True,
        repeatable=True,
        fails=_MEETING,
        example=inputs.DeleteMeeting(meeting_id=85746065),
    ),
    Action(
        function=accounts.get_user,
        given=inputs.GetUser,
        gives=outputs.UserOut,
        may=said("See whose Zoom account is connected"),
        asks=(Ask.READ_USER,),
        reads_only=True,
        fails=_ZOOM,
        example=inputs.GetUser(),
    ),
    Action(
        function=accounts.get_health,
        given=inputs.GetHealth,
        gives=outputs.HealthOut,
        may=said("Check the connection to Zoom"),
        asks=(Ask.READ_USER,),
        reads_only=True,
        fails=_CONNECTION,
        example=inputs.GetHealth(),
    ),
    Action(
        function=bookings.list_slots,
        given=inputs.ListSlots,
        gives=outputs.SlotsOut,
        may=said("See when somebody can book"),
        reads_only=True,
        fails=_CONNECTION,
        example=inputs.ListSlots(
            event="30-minutes",
            first_day=date(2030, 1, 14),
            last_day=date(2030, 1, 18),
            time_zone="Europe/London",
        ),
    ),
    Action(
        function=bookings.create_booking,
        given=inputs.CreateBooking,
        gives=BookingOut,
        may=said("Make bookings"),
        asks=(Ask.CREATE, Ask.GET, Ask.LIST),
        fails=_CONNECTION | {Code.INVALID_TIME, Code.SLOT_TAKEN, Code.BOOKING_REFUSED, Code.KEY_REUSED},
        example=inputs.CreateBooking(event="30-minutes", start=_START, name="Bob Byte", email="bob@example.com"),
    ),
    Action(
        function=bookings.reschedule_booking,
        given=inputs.RescheduleBooking,
        gives=BookingOut,
        may=said("Move bookings"),
        asks=(Ask.UPDATE, Ask.GET),
        repeatable=True,
        fails=frozenset({Code.NOT_FOUND, Code.INVALID_TIME, Code.SLOT_TAKEN, Code.BOOKING_ENDED}),
        example=inputs.RescheduleBooking(booking_id=_BOOKING, start=_START),
    ),
    Action(
        function=bookings.cancel_booking,
        given=inputs.CancelBooking,
        gives=BookingOut,
        may=said("Cancel bookings"),
        asks=(Ask.DELETE,),
        destroys=True,
        repeatable=True,
        fails=frozenset({Code.NOT_FOUND, Code.BOOKING_ENDED}),
        example=inputs.CancelBooking(booking_id=_BOOKING, words="Something came up."),
    ),
)
NAMES = tuple(action.name for action in ACTIONS)


def find(name: str) -> Action | None:
    """Return the action of that name."""
    return next((action for action in ACTIONS if action.name == name), None)


def taking(given: type) -> Action:
    """Return the action that takes an input of that class."""
    return next(action for action in ACTIONS if action.given is given)


def of(function: Callable[[Call, Any], Any]) -> Action:
    """Return the action that a function is."""
    return next(action for action in ACTIONS if action.function is function)
