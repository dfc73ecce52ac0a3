"""What Zoom answers, for each route of requests_table; sections are those of zoom-platform.md."""

from tests.wire import settings_table
from tests.wire.shapes import Bool, Fields, Int, Items, Shape, Text
from tests.wire.values import (
    ANY_TEXT,
    DURATION,
    JOIN_LINK,
    LINK,
    LONG_ID,
    MAIL,
    MEETING_ID,
    MEETING_TYPE,
    SECRET,
    START_LINK,
    TIME_ZONE,
    UTC_TIME,
    UUID,
)

# §A6
TOKEN = Fields(
    {
        "access_token": SECRET,
        "token_type": Text(choices=("bearer",)),
        "refresh_token": SECRET,
        "expires_in": Int(choices=(3599, 3600)),
        "scope": Text(r"[a-z_]+(:[a-z_]+)+( [a-z_]+(:[a-z_]+)+)*"),
        "api_url": Text(r"https?://[^/\s]+"),
    }
)
REVOKED = Fields({"status": Text(choices=("success",))})  # §A1
_OCCURRENCE = Fields(
    {
        "occurrence_id": Text(r"\d{13}"),
        "start_time": UTC_TIME,
        "duration": DURATION,
        "status": Text(choices=("available", "deleted")),
    }
)
# §C2; a passcode may be absent (§C2, lessons), the start of a meeting without a fixed time is.
MEETING = Fields(
    {
        "uuid": UUID,
        "id": MEETING_ID,
        "host_id": LONG_ID,
        "host_email": MAIL,
        "topic": Text(longest=200),
        "type": MEETING_TYPE,
        "status": Text(choices=("waiting", "started")),
        "duration": DURATION,
        "timezone": TIME_ZONE,
        "agenda": Text(longest=2000),
        "created_at": UTC_TIME,
        "start_url": START_LINK,
        "join_url": JOIN_LINK,
        "settings": settings_table.SHOWN,
        "creation_source": Text(choices=("other", "open_api", "web_portal")),
        "pre_schedule": Bool(),
    },
    {
        "start_time": UTC_TIME,
        **dict.fromkeys(("password", "h323_password", "pstn_password", "encrypted_password"), SECRET),
        "assistant_id": ANY_TEXT,
        "registration_url": LINK,
        "chat_join_url": LINK,
        "pmi": Text(r"\d{10}"),
        "recurrence": Fields(open=True),
        "occurrences": Items(_OCCURRENCE),
        "tracking_fields": Items(Fields({"field": ANY_TEXT, "value": ANY_TEXT}, {"visible": Bool()})),
        "dynamic_host_key": ANY_TEXT,
    },
)
# §C3: no start link, no passcode, no status.
LISTED = Fields(
    {
        "uuid": UUID,
        "id": MEETING_ID,
        "host_id": LONG_ID,
        "topic": ANY_TEXT,
        "type": MEETING_TYPE,
        "duration": DURATION,
        "timezone": TIME_ZONE,
        "created_at": UTC_TIME,
        "join_url": JOIN_LINK,
    },
    {"start_time": UTC_TIME, "agenda": Text(longest=250), "pmi": Text(r"\d{10}")},
)
LIST = Fields(
    {
        "page_count": Int(0),
        "page_number": Int(1),
        "page_size": Int(1, 300),
        "total_records": Int(0),
        "next_page_token": ANY_TEXT,
        "meetings": Items(LISTED, most=300),
    }
)
# §C7
USER = Fields(
    {
        "id": LONG_ID,
        "email": MAIL,
        "first_name": ANY_TEXT,
        "last_name": ANY_TEXT,
        "display_name": ANY_TEXT,
        "type": Int(choices=(1, 2, 4, 99)),
        "account_id": LONG_ID,
        "account_number": Int(),
        "pmi": Int(1_000_000_000, 9_999_999_999),
        "use_pmi": Bool(),
        "personal_meeting_url": LINK,
        "timezone": TIME_ZONE,
        "language": ANY_TEXT,
        "status": Text(choices=("pending", "active", "inactive")),
        "verified": Int(choices=(0, 1)),
        "role_id": ANY_TEXT,
        "role_name": ANY_TEXT,
        "dept": ANY_TEXT,
        "created_at": UTC_TIME,
        "user_created_at": UTC_TIME,
        "last_login_time": UTC_TIME,
        "login_types": Items(Int()),
        "pic_url": ANY_TEXT,
        "cluster": Text(r"us\d\d"),
        "jid": MAIL,
        "group_ids": Items(ANY_TEXT),
        "im_group_ids": Items(ANY_TEXT),
        "phone_numbers": Items(Fields(open=True)),
        "company": ANY_TEXT,
        "job_title": ANY_TEXT,
        "location": ANY_TEXT,
    }
)
# §C7: as far as the sheet names it.
SETTINGS = Fields(
    {
        "schedule_meeting": Fields(
            {
                "join_before_host": Bool(),
                "require_password_for_scheduling_new_meetings": Bool(),
                "default_password_for_scheduled_meetings": ANY_TEXT,
                "embed_password_in_join_link": Bool(),
                "meeting_password_requirement": Fields(open=True),
            },
            open=True,
        ),
        "in_meeting": Fields({"waiting_room": Bool()}, open=True),
    },
    open=True,
)
BODIES: dict[str, Shape] = {
    "token": TOKEN,
    "revoke": REVOKED,
    "me": USER,
    "user settings": SETTINGS,
    "list": LIST,
    "create": MEETING,
    "get": MEETING,
}
