"""The whole error tree.

::

    ConfigurationError                    stops the app at start; outside the root, so that nobody swallows it
    ZoomBlueprintError
    ├── BadInput                          fields that are wrong, all named at once
    │   ├── CodeNeeded                    the code that was mailed to the visitor is missing or wrong
    │   └── ProofNeeded                   the proof of work is missing or wrong, and there is no mail for a code
    ├── BadSignature                      a webhook that Zoom did not sign, or not just now
    ├── BadLink                           a signed link or token that is forged or mistyped
    │   └── ExpiredLink                   a signed token that was ours and is too old
    ├── NotFound                          no such thing, or not yours
    │   └── NotOpen                       it is there, and cannot be booked at the moment
    ├── BookingError
    │   ├── SlotTaken                     the time is not offered (any more)
    │   ├── BookingRefused                raised by a ``before_booking`` hook; its text is shown to the visitor
    │   ├── SiteRefused                   asked by a page of a site that the host has not allowed
    │   ├── BookingEnded                  cancelled, declined or past: it can no longer be changed
    │   └── KeyReused                     the idempotency key came with another body before
    ├── ConnectError                      a consent that did not end in a connection; its text is shown to the host
    ├── NotConnected                      there is no working connection for this host
    ├── StoreUnavailable                  the database did not let us in; try again
    │   ├── TablesMissing                 ``flask zoom upgrade`` was not run yet, or not with this release
    │   └── TablesNewer                   a later release made the tables; only ``flask zoom upgrade`` minds
    ├── GoogleError
    │   ├── GoogleGrantLost               ``invalid_grant``: the host has to connect again
    │   ├── GoogleClientRefused           the site's client is not accepted, or its project lacks the Calendar API
    │   ├── GoogleUnauthorized            401: this access token is not accepted
    │   ├── GoogleScopeMissing            403: the grant lacks scopes
    │   ├── GoogleNotFound                404, or 410 after a deletion: the event, calendar or channel is gone
    │   ├── GoogleDuplicate               409: there is, or was, an event with this id
    │   ├── GoogleChanged                 412: the event changed meanwhile
    │   ├── GoogleSyncLost                410: the sync token is too old
    │   ├── GoogleRateLimited             429, or 403 with a limit's reason
    │   ├── GoogleRejected                any other clear "no"
    │   └── GoogleUnknown                 time-out, 5xx, dropped, unreadable: it may have happened
    └── ZoomError
        ├── ZoomGrantLost                 ``invalid_grant``: the host has to connect again
        ├── ZoomClientRefused             ``invalid_client``: ZOOM_CLIENT_ID or ZOOM_CLIENT_SECRET is wrong
        ├── ZoomUnauthorized              401 / 124: this access token is not accepted
        ├── ZoomScopeMissing              4711: the grant lacks scopes
        ├── ZoomMeetingNotFound           404 / 3001: the meeting is gone
        ├── ZoomRateLimited               429 of any kind
        ├── ZoomRejected                  any other clear "no"
        └── ZoomUnknown                   time-out, 5xx, dropped, unreadable: it may have happened
"""

from collections.abc import Mapping, Sequence
from datetime import datetime


class ConfigurationError(Exception):
    """A ``ZOOM_*`` key is missing or malformed; the message names the key and says what to set."""


class ZoomBlueprintError(Exception):
    """The root of everything this package raises while it runs."""


class BadInput(ZoomBlueprintError):
    """Name every field that is wrong: ``errors`` maps a field's name to a sentence for the person who typed it."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {message}" for field, message in errors.items()))
        self.errors = dict(errors)


class CodeNeeded(BadInput):
    """The visitor has to send the code that was just mailed; ``errors`` says so of ``code``."""


class ProofNeeded(BadInput):
    """The visitor's browser has to send a proof of work, no mail can carry a code; ``errors`` says so of ``proof``."""


class BadSignature(ZoomBlueprintError):
    """A webhook is unsigned, wrongly signed, too old or ahead of the clock; the text says which, for our log."""


class BadLink(ZoomBlueprintError):
    """A signed link or token was not made by us, or was changed on the way."""


class ExpiredLink(BadLink):
    """A signed token was made by us and is too old."""


class NotFound(ZoomBlueprintError):
    """There is no such thing, or it belongs to somebody else."""


class NotOpen(NotFound):
    """What was asked for exists, and cannot be booked at the moment."""


class BookingError(ZoomBlueprintError):
    """A booking could not be made or changed; nothing was written."""


class SlotTaken(BookingError):
    """The chosen start is not offered, or not any more."""


class BookingRefused(BookingError):
    """Raise this in ``before_booking`` to refuse a booking; the text is shown to the visitor."""


class SiteRefused(BookingError):
    """The page that asks is of a site on which the host's buttons do not work; the text says where to book instead."""


class BookingEnded(BookingError):
    """The booking is cancelled, declined or past and can no longer be changed."""


class KeyReused(BookingError):
    """The idempotency key was used before with another body."""


class ConnectError(ZoomBlueprintError):
    """A connection attempt failed; the text tells the host what happened and what to press."""


class NotConnected(ZoomBlueprintError):
    """The host has no working connection to Zoom."""


class StoreUnavailable(ZoomBlueprintError):
    """The database refused us or kept us waiting too long; the same call may go through later."""


class TablesMissing(StoreUnavailable):
    """Our tables are not there, or older than this release; the text names the command that makes them."""

    def __init__(self) -> None:
        super().__init__(
            "The tables of zoom_blueprint are missing, or older than this release. Run: flask zoom upgrade"
        )


class TablesNewer(StoreUnavailable):
    """Our tables are of a later release, which this one cannot bring anywhere; the text says what to install."""

    def __init__(self) -> None:
        super().__init__(
            "The tables of zoom_blueprint are newer than this release. Install the release that made them, "
            "or a later one."
        )


class ZoomError(ZoomBlueprintError):
    """Zoom did not do what was asked.

    The text says what happened and what to do. ``status`` is the HTTP status or None when no answer came, ``code`` is
    Zoom's own number or None, ``tracking_id`` is the ``x-zm-trackingid`` header, which Zoom's support asks for: it
    stands at the end of the text, too.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: int | None = None,
        tracking_id: str | None = None,
    ) -> None:
        super().__init__(f"{message} (Zoom's tracking id: {tracking_id})" if tracking_id else message)
        self.status = status
        self.code = code
        self.tracking_id = tracking_id


class ZoomGrantLost(ZoomError):
    """The refresh token or code is not accepted (``invalid_grant``)."""


class ZoomClientRefused(ZoomError):
    """The client id or secret is not accepted (``invalid_client``)."""


class ZoomUnauthorized(ZoomError):
    """The access token is expired, revoked or unknown (401, code 124)."""


class ZoomScopeMissing(ZoomError):
    """The grant lacks a scope (code 4711); ``scopes`` are the spellings of which any one would do."""

    def __init__(
        self,
        message: str,
        scopes: Sequence[str],
        *,
        status: int | None = None,
        code: int | None = None,
        tracking_id: str | None = None,
    ) -> None:
        super().__init__(message, status=status, code=code, tracking_id=tracking_id)
        self.scopes = tuple(scopes)


class ZoomMeetingNotFound(ZoomError):
    """The meeting does not exist (code 3001)."""


class ZoomRateLimited(ZoomError):
    """Zoom asks to wait; ``retry_at`` is an aware UTC datetime, or None for the per-second limit.

    ``is_hosts_day`` tells the limit of 100 new or changed meetings for a host and UTC day from the others.
    """

    def __init__(
        self,
        message: str,
        retry_at: datetime | None,
        *,
        status: int | None = None,
        code: int | None = None,
        tracking_id: str | None = None,
        is_hosts_day: bool = False,
    ) -> None:
        super().__init__(message, status=status, code=code, tracking_id=tracking_id)
        self.retry_at = retry_at
        self.is_hosts_day = is_hosts_day


class ZoomRejected(ZoomError):
    """Zoom understood and said no; ``code`` says why (3161: the account may not host meetings, 300: a bad field)."""


class ZoomUnknown(ZoomError):
    """No clear answer came: the call may or may not have taken effect."""


class GoogleError(ZoomBlueprintError):
    """Google did not do what was asked.

    The text says what happened and what to do. ``status`` is the HTTP status or None when no answer came, ``reason`` is
    Google's own word, like ``forbiddenForNonOrganizer``, or empty.
    """

    def __init__(self, message: str, *, status: int | None = None, reason: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason


class GoogleGrantLost(GoogleError):
    """The refresh token or code is not accepted (``invalid_grant``), or there is none."""


class GoogleClientRefused(GoogleError):
    """The client id or secret is not accepted, or its project may not call the Calendar API."""


class GoogleUnauthorized(GoogleError):
    """The access token is expired, revoked or unknown (401)."""


class GoogleScopeMissing(GoogleError):
    """The grant lacks a scope (403, ``insufficientPermissions``)."""


class GoogleNotFound(GoogleError):
    """The event, calendar or channel does not exist, or not any more."""


class GoogleDuplicate(GoogleError):
    """An event with this id exists in the calendar, or did before it was deleted (409)."""


class GoogleChanged(GoogleError):
    """The event is not any more what its ETag says (412)."""


class GoogleSyncLost(GoogleError):
    """The sync token is not valid any more (410): everything has to be read anew."""


class GoogleRateLimited(GoogleError):
    """Google asks to wait; ``retry_at`` is an aware UTC datetime, or None when it does not say how long."""

    def __init__(self, message: str, retry_at: datetime | None, *, status: int | None = None, reason: str = "") -> None:
        super().__init__(message, status=status, reason=reason)
        self.retry_at = retry_at


class GoogleRejected(GoogleError):
    """Google understood and said no; ``reason`` says why."""


class GoogleUnknown(GoogleError):
    """No clear answer came: the call may or may not have taken effect."""
