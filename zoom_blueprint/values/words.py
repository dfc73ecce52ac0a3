"""The closed vocabularies in which the frozen values speak."""

from enum import StrEnum


class BookingStatus(StrEnum):
    """Where a booking stands."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class EndedReason(StrEnum):
    """Who or what ended a booking."""

    INVITEE = "invitee"
    HOST = "host"
    DECLINED = "declined"
    LAPSED = "lapsed"
    REMOTE = "remote"


class MeetingStatus(StrEnum):
    """What a visitor can be told about the link: here, on its way, or none to come."""

    READY = "ready"
    COMING = "coming"
    NONE = "none"


class Provider(StrEnum):
    """Whose account a connection leads to."""

    ZOOM = "zoom"
    GOOGLE = "google"


class ConnectionStatus(StrEnum):
    """How a host's link to a provider stands; ``reason`` beside it says why."""

    ACTIVE = "active"
    UNHEALTHY = "unhealthy"
    INACTIVE = "inactive"


class ConnectionReason(StrEnum):
    """Why a connection is not active, or was not the last time somebody looked."""

    LOST = "lost"
    INTERRUPTED = "interrupted"
    ACCOUNT_INACTIVE = "account_inactive"
    MAY_NOT_HOST = "may_not_host"
    SCOPES = "scopes"
    DISCONNECTED = "disconnected"
    DEAUTHORIZED = "deauthorized"


class WhenStale(StrEnum):
    """What becomes of bookings when nobody has known for too long how busy a host's calendars are."""

    CLOSE = "close"
    OPEN = "open"


class WithoutZoom(StrEnum):
    """What becomes of a Zoom event type while no connection works.

    ``refuse``: it is not offered. ``later``: it is booked, and the link follows. ``manual``: it is booked with the
    host's own link, which is the event type's ``location_text``. ``calendar``: it is booked with a Google Meet link
    where the host's Google Calendar is connected, else it is not offered.
    """

    REFUSE = "refuse"
    LATER = "later"
    MANUAL = "manual"
    CALENDAR = "calendar"


class AutoRecording(StrEnum):
    """Whether Zoom records a meeting by itself, and where to."""

    NONE = "none"
    LOCAL = "local"
    CLOUD = "cloud"


class Location(StrEnum):
    """Where an event type takes place."""

    ZOOM = "zoom"
    LINK = "link"
    PHONE = "phone"
    IN_PERSON = "in_person"


class Conference(StrEnum):
    """By what people meet: Zoom, Google Meet, or a link of the host's own."""

    ZOOM = "zoom"
    MEET = "meet"
    OWN = "own"


class Response(StrEnum):
    """What somebody answered to an invitation; the values are Google's."""

    NONE = "needsAction"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"


class LinkReason(StrEnum):
    """Why a booking has no link yet, or what stands at Zoom or in the calendar does not follow it."""

    NOT_CONNECTED = "not_connected"
    QUOTA = "quota"
    SCOPES = "scopes"
    NOT_ALLOWED = "not_allowed"
    UNREACHABLE = "unreachable"
    REMOVED = "removed"
    APPROVAL = "approval"
    PAST = "past"
    SITE = "site"
    NO_MEET = "no_meet"


class DisabledReason(StrEnum):
    """Why nothing is sent to an endpoint any more: it said that it is gone, or answered nothing for days."""

    GONE = "gone"
    FAILING = "failing"
