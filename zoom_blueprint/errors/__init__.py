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
    └── ProviderError                     what a provider of accounts did not do, by kind: GrantLost, ClientRefused,
        │                             Unauthorized, ScopeMissing, RateLimited, Rejected, Unknown
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

from zoom_blueprint.errors.google import (
    GoogleChanged,
    GoogleClientRefused,
    GoogleDuplicate,
    GoogleError,
    GoogleGrantLost,
    GoogleNotFound,
    GoogleRateLimited,
    GoogleRejected,
    GoogleScopeMissing,
    GoogleSyncLost,
    GoogleUnauthorized,
    GoogleUnknown,
)
from zoom_blueprint.errors.own import (
    BadInput,
    BadLink,
    BadSignature,
    BookingEnded,
    BookingError,
    BookingRefused,
    CodeNeeded,
    ConfigurationError,
    ConnectError,
    ExpiredLink,
    KeyReused,
    NotConnected,
    NotFound,
    NotOpen,
    ProofNeeded,
    SiteRefused,
    SlotTaken,
    StoreUnavailable,
    TablesMissing,
    TablesNewer,
    ZoomBlueprintError,
)
from zoom_blueprint.errors.providers import (
    ClientRefused,
    GrantLost,
    ProviderError,
    RateLimited,
    Rejected,
    ScopeMissing,
    Unauthorized,
    Unknown,
)
from zoom_blueprint.errors.zoom import (
    ZoomClientRefused,
    ZoomError,
    ZoomGrantLost,
    ZoomMeetingNotFound,
    ZoomRateLimited,
    ZoomRejected,
    ZoomScopeMissing,
    ZoomUnauthorized,
    ZoomUnknown,
)

__all__ = [
    "BadInput",
    "BadLink",
    "BadSignature",
    "BookingEnded",
    "BookingError",
    "BookingRefused",
    "ClientRefused",
    "CodeNeeded",
    "ConfigurationError",
    "ConnectError",
    "ExpiredLink",
    "GoogleChanged",
    "GoogleClientRefused",
    "GoogleDuplicate",
    "GoogleError",
    "GoogleGrantLost",
    "GoogleNotFound",
    "GoogleRateLimited",
    "GoogleRejected",
    "GoogleScopeMissing",
    "GoogleSyncLost",
    "GoogleUnauthorized",
    "GoogleUnknown",
    "GrantLost",
    "KeyReused",
    "NotConnected",
    "NotFound",
    "NotOpen",
    "ProofNeeded",
    "ProviderError",
    "RateLimited",
    "Rejected",
    "ScopeMissing",
    "SiteRefused",
    "SlotTaken",
    "StoreUnavailable",
    "TablesMissing",
    "TablesNewer",
    "Unauthorized",
    "Unknown",
    "ZoomBlueprintError",
    "ZoomClientRefused",
    "ZoomError",
    "ZoomGrantLost",
    "ZoomMeetingNotFound",
    "ZoomRateLimited",
    "ZoomRejected",
    "ZoomScopeMissing",
    "ZoomUnauthorized",
    "ZoomUnknown",
]
