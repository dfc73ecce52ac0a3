"""What Zoom tells by webhook; sections are those of zoom-platform.md."""

from collections.abc import Mapping

from tests.wire import settings_table
from tests.wire.shapes import Bool, Fields, Int, Items, Shape, Text
from tests.wire.values import (
    ANY_TEXT,
    DURATION,
    JOIN_LINK,
    LONG_ID,
    MAIL,
    MEETING_ID,
    MEETING_ID_TEXT,
    MEETING_TYPE,
    MILLISECONDS,
    SECRET,
    TIME_ZONE,
    UTC_TIME,
    UUID,
)

# §F2, names in lower case.
HEADERS: dict[str, str] = {
    "content-type": r"application/json; charset=utf-8",
    "user-agent": r"Zoom Marketplace/1\.0a",
    "x-zm-request-timestamp": r"\d{10}",  # seconds
    "x-zm-signature": r"v0=[0-9a-f]{64}",
    "x-zm-request-id": r"[0-9a-f]{8}(_[0-9a-f]{4}){3}_[0-9a-f]{12}",
    "x-zm-trackingid": r"v=2\.0;clid=us\d\d;rid=WEB_[0-9a-f]{32}",
    "traceparent": r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}",
    "zm-trace-upstream": r".+",
    "clientid": r".+",
}

_OPERATOR: dict[str, Shape] = {"operator": MAIL, "operator_id": LONG_ID}
_ALL_OR_ONE = Text(choices=("all", "single"))
_OCCURRENCE = Fields({"occurrence_id": Text(r"\d{13}"), "start_time": UTC_TIME}, open=True)


def _event(payload: Fields, name: str) -> Fields:
    return Fields({"event": Text(choices=(name,)), "event_ts": MILLISECONDS, "payload": payload})


def _scheduling(thing: Shape, allowed: Mapping[str, Shape] | None = None) -> Fields:
    return Fields({"account_id": LONG_ID, **_OPERATOR, "object": thing}, allowed or {})


def _room(thing: Shape) -> Fields:
    return Fields({"account_id": LONG_ID, "object": thing}, {"operator": ANY_TEXT, "operator_id": ANY_TEXT})


# §F6 meeting.created: what has a star there is needed.
_CREATED = Fields(
    {
        "uuid": UUID,
        "id": MEETING_ID,
        "host_id": LONG_ID,
        "topic": ANY_TEXT,
        "type": MEETING_TYPE,
        "duration": DURATION,
        "join_url": JOIN_LINK,
        "settings": Fields(
            {"use_pmi": Bool(), "alternative_hosts": ANY_TEXT},
            {
                "meeting_invitees": Items(Fields({"email": MAIL}, open=True)),
                "join_before_host": Bool(),
                "jbh_time": Int(choices=(0, 5, 10, 15)),
            },
        ),
    },
    {
        "start_time": UTC_TIME,
        "timezone": TIME_ZONE,
        "password": SECRET,
        "pmi": Text(r"\d{10}"),
        "occurrences": Items(_OCCURRENCE),
        "recurrence": Fields(open=True),
        "tracking_fields": Items(Fields(open=True)),
    },
)
# §F6 meeting.updated: the id, and only what changed.
_CHANGED = Fields(
    {"id": MEETING_ID},
    {
        "topic": ANY_TEXT,
        "agenda": ANY_TEXT,
        "type": MEETING_TYPE,
        "start_time": UTC_TIME,
        "duration": DURATION,
        "timezone": TIME_ZONE,
        "join_url": JOIN_LINK,
        "password": SECRET,
        "pmi": Text(r"\d{10}"),
        "recurrence": Fields(open=True),
        "occurrences": Items(_OCCURRENCE),
        "tracking_fields": Items(Fields(open=True)),
        "settings": Fields(allowed=settings_table.SHOWN.allowed),
    },
)
# §F6 meeting.deleted; recovered and permanently_deleted are said to exist, their shape is taken to be the same.
_DELETED = Fields(
    {"uuid": UUID, "id": MEETING_ID, "host_id": LONG_ID, "type": MEETING_TYPE},
    {
        "topic": ANY_TEXT,
        "start_time": UTC_TIME,
        "duration": DURATION,
        "timezone": TIME_ZONE,
        "occurrences": Items(_OCCURRENCE),
    },
)
# §F6 meeting.started: the id is a text here, and the host's address stands in it against the documents.
_ROOM: dict[str, Shape] = {
    "duration": DURATION,
    "start_time": UTC_TIME,
    "timezone": TIME_ZONE,
    "topic": ANY_TEXT,
    "id": MEETING_ID_TEXT,
    "type": MEETING_TYPE,
    "uuid": UUID,
    "host_id": LONG_ID,
}
_MAY_BE_IN_A_ROOM = {"host_email": MAIL}
# §F6 participant events: ids and address are empty for who is not signed in.
_PERSON: dict[str, Shape] = {
    "user_id": Text(r"\d+"),
    "user_name": Text(r".+"),
    "id": Text(r"([A-Za-z0-9_-]{22})?"),
    "participant_uuid": Text(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}"),
    "email": Text(r"([^@\s]+@[^@\s]+)?"),
}
_MAY_BE_OF_A_PERSON: dict[str, Shape] = {
    "participant_user_id": Text(r"([A-Za-z0-9_-]{22})?"),
    "registrant_id": ANY_TEXT,
    "customer_key": ANY_TEXT,
    "phone_number": ANY_TEXT,
    "public_ip": Text(r"[0-9a-f.:]+"),
}
_JOINED = Fields({**_PERSON, "join_time": UTC_TIME}, _MAY_BE_OF_A_PERSON)
_LEFT = Fields(
    {**_PERSON, "leave_time": UTC_TIME, "leave_reason": Text(r".+")},
    {**_MAY_BE_OF_A_PERSON, "private_ip": Text(r"[0-9a-f.:]+"), "join_time": UTC_TIME},
)
# §F6, at its end.
_USER = Fields(
    {
        "id": LONG_ID,
        "email": MAIL,
        "first_name": ANY_TEXT,
        "last_name": ANY_TEXT,
        "type": Int(choices=(1, 2, 4, 99)),
    }
)
# §G1: the time may stand inside or at the top, and need not be there at all.
_DEAUTHORIZED = Fields(
    {
        "event": Text(choices=("app_deauthorized",)),
        "payload": Fields(
            {
                "account_id": LONG_ID,
                "user_id": LONG_ID,
                "signature": Text(r"[0-9a-f]{64}"),
                "deauthorization_time": Text(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
                "client_id": SECRET,
            },
            {
                "event_ts": Text(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"),
                "user_data_retention": Text(choices=("true", "false")),
            },
        ),
    },
    {"event_ts": MILLISECONDS},
)

EVENTS: dict[str, Fields] = {
    "meeting.created": _event(_scheduling(_CREATED, {"operation": _ALL_OR_ONE}), "meeting.created"),
    "meeting.updated": _event(
        Fields(
            {
                "account_id": LONG_ID,
                **_OPERATOR,
                "object": _CHANGED,
                "old_object": _CHANGED,
                "time_stamp": MILLISECONDS,
            },
            {"scope": Text(choices=("single", "all"))},
        ),
        "meeting.updated",
    ),
    **{
        name: _event(_scheduling(_DELETED, {"operation": _ALL_OR_ONE}), name)
        for name in ("meeting.deleted", "meeting.recovered", "meeting.permanently_deleted")
    },
    "meeting.started": _event(_room(Fields(_ROOM, _MAY_BE_IN_A_ROOM)), "meeting.started"),
    "meeting.ended": _event(_room(Fields({**_ROOM, "end_time": UTC_TIME}, _MAY_BE_IN_A_ROOM)), "meeting.ended"),
    "meeting.participant_joined": _event(
        _room(Fields({**_ROOM, "participant": _JOINED}, _MAY_BE_IN_A_ROOM)), "meeting.participant_joined"
    ),
    "meeting.participant_left": _event(
        _room(Fields({**_ROOM, "participant": _LEFT}, _MAY_BE_IN_A_ROOM)), "meeting.participant_left"
    ),
    **{
        name: _event(Fields({"account_id": LONG_ID, "object": _USER}, _OPERATOR), name)
        for name in ("user.updated", "user.activated", "user.deactivated", "user.deleted", "user.disassociated")
    },
    "app_deauthorized": _DEAUTHORIZED,
    # §F4
    "endpoint.url_validation": _event(Fields({"plainToken": Text(r"\S+")}), "endpoint.url_validation"),
}
