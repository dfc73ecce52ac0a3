"""What an app may send to Zoom, for each route that a scheduling app needs; sections are those of zoom-platform.md."""

from dataclasses import dataclass

from tests.wire import settings_table
from tests.wire.shapes import Bool, Fields, Int, Items, Shape, Text
from tests.wire.values import ANY_TEXT, DURATION, PASSCODE, SECRET, TIME_ZONE, UTC_TIME

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
# §A1: what must never stand in an address.
NEVER_IN_A_QUERY = ("access_token", "refresh_token", "token", "client_secret", "code", "code_verifier", "zak")


NOTHING = Fields()


@dataclass(frozen=True)
class Route:
    """One thing an app may ask: how it is asked, and with which status a yes comes."""

    name: str
    method: str
    path: str
    yes: int
    query: Fields = NOTHING
    bodies: tuple[Shape, ...] = ()
    content_type: str = ""


_NUMBER = Text(r"\d+")
_DAY = Text(r"\d{4}-\d\d-\d\d")
_ID = r"\d{9,11}"
_YES_OR_NO = Text(choices=("true", "false"))
_RECURRENCE = Fields(needed={"type": Int(choices=(1, 2, 3))}, open=True)
_TRACKING = Items(Fields(needed={"field": ANY_TEXT, "value": ANY_TEXT}))
# §A1: the credentials are in the Basic header or in the form; never only half of them.
_CLIENT = {"client_id": SECRET, "client_secret": SECRET}
_REDIRECT = Text(r"https://\S+|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?/\S*")  # §A3

# §A1, §A2, §0.3: no scope; PKCE with S256 named; a state that needs no escaping.
_AUTHORIZE = Fields(
    needed={
        "response_type": Text(choices=("code",)),
        "client_id": SECRET,
        "redirect_uri": _REDIRECT,
        "state": Text(r"[A-Za-z0-9._~-]{22,}"),
        "code_challenge": Text(r"[A-Za-z0-9_-]{43}"),
        "code_challenge_method": Text(choices=("S256",)),
    }
)
_EXCHANGE = {
    "grant_type": Text(choices=("authorization_code",)),
    "code": SECRET,
    "redirect_uri": _REDIRECT,
    "code_verifier": SECRET,
}
_REFRESH = {"grant_type": Text(choices=("refresh_token",)), "refresh_token": SECRET}  # §A1: and nothing else

_FIELDS: dict[str, Shape] = {
    "topic": Text(r".+", longest=200),
    "start_time": UTC_TIME,  # §0.9: with Z, for offsets are not honoured
    "timezone": TIME_ZONE,
    "duration": DURATION,
    "agenda": Text(longest=2000),
    "password": PASSCODE,
    "tracking_fields": _TRACKING,
    "recurrence": _RECURRENCE,
}
# §C2 as far as it suits this app: one scheduled meeting (type 2) for each booking, with its time said.
CREATE = Fields(
    needed={
        **{name: _FIELDS[name] for name in ("topic", "start_time", "duration")},
        "type": Int(choices=(2,)),
        "settings": settings_table.ON_CREATE,
    },
    allowed={**_FIELDS, "default_password": Bool(), "schedule_for": ANY_TEXT, "pre_schedule": Bool()},
)
# §C5: default_password is not taken on PATCH.
CHANGE = Fields(allowed={**_FIELDS, "type": Int(choices=(2,)), "settings": settings_table.ON_CHANGE})
# §C3
_LIST = Fields(
    allowed={
        "type": Text(choices=("scheduled", "live", "upcoming", "upcoming_meetings", "previous_meetings")),
        "page_size": Text(r"[1-9]\d?|[12]\d\d|300"),
        "next_page_token": ANY_TEXT,
        "page_number": _NUMBER,
        "from": _DAY,
        "to": _DAY,
        "timezone": TIME_ZONE,
    }
)
_OCCURRENCE = {"occurrence_id": Text(r"\d{13}")}

ROUTES = (
    Route("authorize", "GET", r"/oauth/authorize", 200, _AUTHORIZE),
    Route(
        "token",
        "POST",
        r"/oauth/token",
        200,
        bodies=(Fields(_EXCHANGE, _CLIENT), Fields(_REFRESH, _CLIENT)),
        content_type=FORM,
    ),
    Route("revoke", "POST", r"/oauth/revoke", 200, bodies=(Fields({"token": SECRET}, _CLIENT),), content_type=FORM),
    Route("me", "GET", r"/v2/users/me", 200),
    Route("user settings", "GET", r"/v2/users/me/settings", 200, Fields(allowed={"option": ANY_TEXT})),
    Route("list", "GET", r"/v2/users/me/meetings", 200, _LIST),
    Route("create", "POST", r"/v2/users/me/meetings", 201, bodies=(CREATE,), content_type=JSON),
    Route(
        "get",
        "GET",
        rf"/v2/meetings/{_ID}",
        200,
        Fields(allowed={**_OCCURRENCE, "show_previous_occurrences": _YES_OR_NO}),
    ),
    Route(
        "change",
        "PATCH",
        rf"/v2/meetings/{_ID}",
        204,
        Fields(allowed=_OCCURRENCE),
        bodies=(CHANGE,),
        content_type=JSON,
    ),
    Route(
        "delete",
        "DELETE",
        rf"/v2/meetings/{_ID}",
        204,
        Fields(allowed={**_OCCURRENCE, "schedule_for_reminder": _YES_OR_NO, "cancel_meeting_reminder": _YES_OR_NO}),
    ),
)
