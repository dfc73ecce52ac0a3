"""The frozen records that hooks and the public API speak."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from zoom_blueprint.values.words import (
    AutoRecording,
    BookingStatus,
    Conference,
    ConnectionReason,
    ConnectionStatus,
    EndedReason,
    LinkReason,
    Location,
    MeetingStatus,
    Provider,
    Response,
    WhenStale,
    WithoutZoom,
)


@dataclass(frozen=True, kw_only=True)
class Host:
    """A person of the embedding app who can be booked.

    ``id`` is the app's own key, opaque to us, at most 191 characters. ``slug`` stands in public addresses and is made
    from the name when None. ``time_zone`` is an IANA name.
    """

    id: str
    name: str
    email: str
    time_zone: str = "UTC"
    slug: str | None = None
    locale: str = "en"


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question of an event type; ``kind`` is text, textarea, choice, checkbox or phone."""

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MeetingSettings:
    """How Zoom shall set up an event type's meetings; None leaves it to the host's account.

    Zoom makes the passcode, and the personal meeting id is never used. ``alternative_hosts`` are mail addresses of
    licensed users of the same account. Zoom stores something else where the account's policy says so:
    ``Booking.setting_changes`` tells. Source: POST /users/{userId}/meetings, ``settings``.
    """

    waiting_room: bool | None = None
    join_before_host: bool | None = None
    host_video: bool | None = None
    participant_video: bool | None = None
    mute_upon_entry: bool | None = None
    auto_recording: AutoRecording | None = None
    alternative_hosts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EventType:
    """What can be booked with a host. Lengths are minutes.

    ``step_minutes`` is the distance between two offered starts. It can be booked from ``first_day`` to ``last_day``,
    both included, where these are given, else for ``horizon_days`` from today, and without end where that is None.
    ``per_day`` and ``per_week`` limit how many of its bookings begin on one date, or in one week from Monday on. All of
    these days are days in the zone of the schedule, which is the host's schedule of that name, None the first.

    With ``approval`` a booking waits for the host, and one that was approved waits again when its invitee moves it if
    ``approval_when_moved``. ``reminders`` are minutes before the start, as they are when a booking is made or moved.
    A ``hidden`` one is booked by whoever has its address; only an ``active`` one can be booked. ``colour`` is
    ``#rrggbb`` for calendars, or empty.

    ``location_text`` is the address, number or link when ``location`` is not Zoom, and the host's own link when
    ``without_zoom`` is ``manual``. ``connection_id`` chooses one of several connections, None the first that works.
    """

    slug: str
    title: str
    description: str = ""
    duration_minutes: int = 30
    step_minutes: int = 30
    buffer_before: int = 0
    buffer_after: int = 0
    notice_minutes: int = 60
    horizon_days: int | None = 60
    first_day: date | None = None
    last_day: date | None = None
    per_day: int | None = None
    per_week: int | None = None
    schedule: str | None = None
    approval: bool = False
    approval_when_moved: bool = False
    reminders: tuple[int, ...] = (1440, 60)
    questions: tuple[Question, ...] = ()
    location: Location = Location.ZOOM
    location_text: str = ""
    connection_id: str | None = None
    without_zoom: WithoutZoom = WithoutZoom.REFUSE
    settings: MeetingSettings = field(default_factory=MeetingSettings)
    colour: str = ""
    hidden: bool = False
    active: bool = True


@dataclass(frozen=True, kw_only=True)
class SettingChange:
    """A setting that Zoom stored otherwise than asked; ``stored`` None means that Zoom did not say."""

    name: str
    asked: bool | str | None
    stored: bool | str | None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A booking that is about to be made: what ``before_booking`` decides on. Instants are aware UTC."""

    host: Host
    event: EventType
    start: datetime
    end: datetime
    name: str
    email: str
    time_zone: str
    locale: str = "en"
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    context: Mapping[str, str] = field(default_factory=dict)
    guests: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CalendarEvent:
    """The event of a booking in its host's Google calendar.

    ``is_there``: Google has it, and ``link`` opens it for the host. ``uid`` is what calendars know it by. ``invites``:
    Google invites invitee and guests, so that our mails bring no second entry; it stopped to where it ``is_detached``,
    for Google was disconnected and the event follows no change any more. ``response`` is the invitee's to Google.

    ``reason`` says why it is not there yet or does not follow a change, since ``reason_since``, in Google's own words
    ``reason_detail``; ``retry_at`` when Google is asked next, ``parked_at`` when we stopped trying; all None while
    nothing is wrong. ``conflict`` tells the host of a change in Google that was not adopted.
    """

    uid: str
    is_there: bool = False
    link: str | None = field(default=None, repr=False)
    invites: bool = True
    is_detached: bool = False
    response: Response | None = None
    reason: LinkReason | None = None
    reason_detail: str | None = None
    reason_since: datetime | None = None
    retry_at: datetime | None = None
    parked_at: datetime | None = None
    conflict: str | None = None


@dataclass(frozen=True, kw_only=True)
class GoogleCalendar:
    """A calendar of the host's account at Google; ``is_target``: bookings are put into it; ``blocks``: what is in it.

    ``is_writable``: it can be the target. ``asked_at`` is since when it is known for sure what is in it, ``trouble``
    Google's word for why that is not known any more.
    """

    id: str
    name: str
    time_zone: str
    is_primary: bool = False
    is_writable: bool = False
    is_target: bool = False
    blocks: bool = False
    asked_at: datetime | None = None
    trouble: str | None = None


@dataclass(frozen=True, kw_only=True)
class CalendarPreferences:
    """What a host wants of bookings' events: ``colour`` is one of Google's numbers, empty for the calendar's own.

    ``reminders`` are minutes before, None for the calendar's own. ``when_stale`` is what becomes of bookings while
    their calendars cannot be read.
    """

    colour: str = ""
    reminders: tuple[int, ...] | None = None
    when_stale: WhenStale = WhenStale.CLOSE


@dataclass(frozen=True, kw_only=True)
class Booking:
    """A booking as hooks and callers see it. Instants are aware UTC; ``time_zone`` and ``locale`` are the invitee's.

    ``topic`` and ``settings`` are what the host decided for this one: what Zoom calls its meeting, where it is not
    called after event and invitee, and options on top of the event type's.

    A pending one holds its time until ``hold_until``. ``confirmed_at`` is when it was first confirmed, None while it
    never was: only then are there entries in calendars.

    ``conference`` is by what people meet, None where they do not meet online. ``join_url`` and ``passcode`` are what
    the invitee may know, None until the link is ready; ``is_own_link``: it is the host's own, given in the place of
    Zoom's. ``calendar`` is its event in the host's Google calendar, None where it has none. ``meeting_reason`` says why
    there is none yet, or why the meeting does not follow a change, since ``reason_since``; ``retry_at`` when Zoom is
    asked next, if that is known; all None while nothing is wrong. ``parked_at`` is when we stopped trying, until the
    host presses *Try again* or changes the booking. ``reason_detail`` is for the host alone: Zoom's own words, with its
    tracking id. ``conflict`` tells the host of a change in Zoom that was not adopted. ``is_detached``: the connection
    was cut, the link works, and the meeting in Zoom follows no change. ``setting_changes`` is what Zoom stored
    otherwise than asked; the name ``protection`` stands for a meeting with neither passcode nor waiting room.
    ``started_at`` and ``ended_at`` are when the meeting really began and ended, as far as Zoom told.
    """

    id: str
    host: Host
    event: EventType
    status: BookingStatus
    ended_reason: EndedReason | None
    start: datetime
    end: datetime
    sequence: int
    name: str
    email: str
    time_zone: str
    locale: str
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    context: Mapping[str, str] = field(default_factory=dict)
    guests: tuple[str, ...] = ()
    cancel_reason: str | None = None
    join_url: str | None = field(default=None, repr=False)
    passcode: str | None = field(default=None, repr=False)
    location_text: str = ""
    meeting_status: MeetingStatus = MeetingStatus.NONE
    conference: Conference | None = None
    is_own_link: bool = False
    meeting_reason: LinkReason | None = None
    reason_detail: str | None = None
    reason_since: datetime | None = None
    retry_at: datetime | None = None
    parked_at: datetime | None = None
    conflict: str | None = None
    is_detached: bool = False
    setting_changes: tuple[SettingChange, ...] = ()
    started_at: datetime | None = None
    ended_at: datetime | None = None
    hold_until: datetime | None = None
    confirmed_at: datetime | None = None
    topic: str | None = None
    settings: MeetingSettings | None = None
    calendar: CalendarEvent | None = None


@dataclass(frozen=True, kw_only=True)
class BlockedTime:
    """Time that a host keeps free of bookings; instants are aware UTC."""

    id: str
    start: datetime
    end: datetime
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Connection:
    """A host's link to an account of a provider, Zoom or Google, as pages and hooks see it; no tokens in it.

    ``reason`` says why it is not active, or what a check found though it still works. ``name``, ``email`` and
    ``time_zone`` are those of the account, empty once it is cut; Google tells no name.
    """

    id: str
    host_id: str
    status: ConnectionStatus
    reason: ConnectionReason | None
    name: str
    email: str
    time_zone: str
    connected_at: datetime
    ended_at: datetime | None = None
    missing_scopes: tuple[str, ...] = ()
    provider: Provider = Provider.ZOOM
