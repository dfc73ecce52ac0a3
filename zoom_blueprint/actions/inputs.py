"""What is given to actions, one dataclass for each; instants carry their offset, lengths are minutes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

from msgspec import Meta

from zoom_blueprint.actions.outputs import Deleted, HealthOut, MeetingOut, MeetingPage, SlotsOut, UserOut
from zoom_blueprint.services.call_marks import LONGEST_AGENDA
from zoom_blueprint.services.told import BookingOut
from zoom_blueprint.zoom_api.client import ListType
from zoom_blueprint.zoom_api.payloads import LONGEST_MEETING, TOPIC_LENGTH

Out_co = TypeVar("Out_co", covariant=True)

_SEEN = r"^[!-~]*$"  # PostgreSQL cannot be asked for a NUL
_Connection = Annotated[
    Annotated[str, Meta(pattern=_SEEN)] | None,
    Meta(description="The id of one of several Zoom accounts; without it the first that works."),
]
_Id = Annotated[str, Meta(min_length=1, max_length=64)]
_MeetingId = Annotated[int, Meta(gt=0, lt=1 << 53, description="Zoom's number of the meeting.")]
_Instant = Annotated[datetime, Meta(description="An instant with its offset, such as 2030-01-15T09:00:00Z.")]
_Minutes = Annotated[int, Meta(ge=1, le=LONGEST_MEETING, description="Length in minutes.")]
_Topic = Annotated[str, Meta(min_length=1, max_length=TOPIC_LENGTH)]
_Agenda = Annotated[
    str, Meta(max_length=LONGEST_AGENDA, description="Zoom keeps 2,000 characters; 50 of them are our reference's.")
]
_Zone = Annotated[str, Meta(max_length=64, description="An IANA time zone, such as Europe/London.")]
_Settings = Annotated[Mapping[str, Any], Meta(description="Zoom's own meeting settings, as its API names them.")]
_Event = Annotated[
    str, Meta(min_length=1, max_length=64, description="The slug of one of the host's event types.", pattern=_SEEN)
]
_Words = Annotated[str, Meta(max_length=2000, description="Words to the invitee, who is mailed them.")]
_Locale = Annotated[
    str,
    Meta(
        max_length=16,
        pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$(?!\n)",
        description="A language, such as de or pt-BR.",
    ),
]
_Type = Annotated[
    ListType,
    Meta(
        description="Which ones: upcoming and previous_meetings reach six months, live is now, and scheduled holds all "
        "that have not expired, of any date, past ones too."
    ),
]
_Mail = Annotated[str, Meta(max_length=254)]


class Asks(Generic[Out_co]):
    """An input of the action that gives this back."""


@dataclass(frozen=True, kw_only=True)
class CreateMeeting(Asks[MeetingOut]):
    """A meeting to make in the host's Zoom account, beside those of bookings."""

    topic: _Topic
    start: _Instant
    duration_minutes: _Minutes = 30
    agenda: _Agenda = field(default="", repr=False)
    time_zone: _Zone = "UTC"
    settings: _Settings = field(default_factory=dict, repr=False)
    connection: _Connection = None


@dataclass(frozen=True, kw_only=True)
class GetMeeting(Asks[MeetingOut]):
    """Which meeting to look at."""

    meeting_id: _MeetingId
    connection: _Connection = None


@dataclass(frozen=True, kw_only=True)
class UpdateMeeting(Asks[MeetingOut]):
    """What to change about a meeting; what is left out stays."""

    meeting_id: _MeetingId
    topic: _Topic | None = None
    start: _Instant | None = None
    duration_minutes: _Minutes | None = None
    agenda: _Agenda | None = field(default=None, repr=False)
    time_zone: _Zone | None = None
    settings: _Settings | None = field(default=None, repr=False)
    connection: _Connection = None


@dataclass(frozen=True, kw_only=True)
class ListMeetings(Asks[MeetingPage]):
    """Which meetings to list, and where to go on: ``cursor`` is the ``next_cursor`` of the page before."""

    type: _Type = ListType.UPCOMING
    page_size: Annotated[int, Meta(ge=1, le=300)] = 30
    cursor: Annotated[str, Meta(max_length=2000)] | None = None
    connection: _Connection = None


@dataclass(frozen=True, kw_only=True)
class DeleteMeeting(Asks[Deleted]):
    """Which meeting to delete."""

    meeting_id: _MeetingId
    connection: _Connection = None


@dataclass(frozen=True, kw_only=True)
class GetUser(Asks[UserOut]):
    """Whose account to look at."""

    connection: _Connection = None


@dataclass(frozen=True, kw_only=True)
class GetHealth(Asks[HealthOut]):
    """Which connection to check."""

    connection: _Connection = None


@dataclass(frozen=True, kw_only=True)
class ListSlots(Asks[SlotsOut]):
    """For which days times are wanted, both included, as ``time_zone`` counts them; at most 62 days."""

    event: _Event
    first_day: date
    last_day: date
    time_zone: _Zone | None = None


@dataclass(frozen=True, kw_only=True)
class CreateBooking(Asks[BookingOut]):
    """Who books what, and when: ``start`` is one of the offered slots.

    Without zone and language they are the host's.
    """

    event: _Event
    start: _Instant
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    email: _Mail
    time_zone: _Zone | None = None
    locale: _Locale | None = None
    answers: Annotated[Mapping[str, str], Meta(description="Answers by the questions' names.")] = field(
        default_factory=dict, repr=False
    )
    guests: Annotated[tuple[_Mail, ...], Meta(max_length=10)] = ()


@dataclass(frozen=True, kw_only=True)
class RescheduleBooking(Asks[BookingOut]):
    """To which offered slot a booking is moved."""

    booking_id: _Id
    start: _Instant


@dataclass(frozen=True, kw_only=True)
class CancelBooking(Asks[BookingOut]):
    """Which booking is cancelled, and with which words."""

    booking_id: _Id
    words: _Words = field(default="", repr=False)
