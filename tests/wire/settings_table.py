"""Meeting settings as §C2 lists them: what may be asked for, and what a meeting shows."""

from tests.wire.shapes import Bool, Fields, Int, Items, Shape, Text
from tests.wire.values import ANY_TEXT, MAIL

_SWITCHES = (
    *("host_video", "participant_video", "join_before_host", "mute_upon_entry", "watermark", "use_pmi"),
    *("waiting_room", "meeting_authentication", "alternative_hosts_email_notification", "email_notification"),
    *("registrants_email_notification", "registrants_confirmation_email", "close_registration", "show_share_button"),
    *("allow_multiple_devices", "private_meeting", "focus_mode", "internal_meeting", "participant_focused_meeting"),
    *("push_change_to_calendar", "auto_start_meeting_summary", "auto_start_ai_companion_questions"),
    *("device_testing", "request_permission_to_unmute_participants", "disable_participant_video"),
    *("allow_host_control_participant_mute_state", "email_in_attendee_report"),
)
_ENABLED = Fields(needed={"enable": Bool()}, open=True)

COMMON: dict[str, Shape] = {
    **dict.fromkeys(_SWITCHES, Bool()),
    "jbh_time": Int(choices=(0, 5, 10, 15)),
    "approval_type": Int(choices=(0, 1, 2)),
    "registration_type": Int(choices=(1, 2, 3)),
    "audio": Text(choices=("both", "telephony", "voip", "thirdParty")),
    "audio_conference_info": Text(longest=2048),
    "auto_recording": Text(choices=("none", "local", "cloud")),
    "waiting_room_options": Fields(open=True),
    "authentication_option": ANY_TEXT,
    "authentication_domains": ANY_TEXT,
    "authentication_exception": Items(Fields(open=True)),
    "alternative_hosts": Text(r"([^;,\s]+(;[^;,\s]+)*)?"),
    "contact_name": ANY_TEXT,
    "contact_email": ANY_TEXT,
    "meeting_invitees": Items(Fields(needed={"email": MAIL}, open=True)),
    "calendar_type": Int(choices=(1, 2)),
    "encryption_type": Text(choices=("enhanced_encryption", "e2ee")),
    "global_dial_in_countries": Items(Text(r"[A-Z]{2}")),
    "breakout_room": _ENABLED,
    "language_interpretation": _ENABLED,
    "sign_language_interpretation": _ENABLED,
    "approved_or_denied_countries_or_regions": _ENABLED,
    "continuous_meeting_chat": _ENABLED,
    "resources": Items(Fields(open=True)),
    "who_will_receive_summary": Int(),
    "who_can_ask_questions": Int(),
    "summary_template_id": ANY_TEXT,
}

# §C5: these two are not taken on PATCH, so they stand apart.
ON_CREATE = Fields(
    needed={"use_pmi": Bool(only=False)},  # §H: always said, and never the personal meeting
    allowed={**COMMON, "show_join_info": Bool(), "additional_data_center_regions": Items(Text(r"[A-Z]{2}"))},
)
ON_CHANGE = Fields(allowed={**COMMON, "use_pmi": Bool(only=False)})

# §C2: every setting of the sample answer.
_SHOWN = (
    *("host_video", "participant_video", "cn_meeting", "in_meeting", "join_before_host", "jbh_time"),
    *("mute_upon_entry", "watermark", "use_pmi", "approval_type", "audio", "auto_recording", "enforce_login"),
    *("enforce_login_domains", "alternative_hosts", "alternative_hosts_email_notification", "close_registration"),
    *("show_share_button", "allow_multiple_devices", "registrants_confirmation_email", "waiting_room"),
    *("request_permission_to_unmute_participants", "registrants_email_notification", "meeting_authentication"),
    *("encryption_type", "approved_or_denied_countries_or_regions", "breakout_room", "internal_meeting"),
    *("continuous_meeting_chat", "participant_focused_meeting", "push_change_to_calendar", "resources"),
    *("alternative_host_manage_meeting_summary", "email_notification", "host_save_video_order"),
    *("device_testing", "focus_mode", "meeting_invitees", "private_meeting"),
)
_ONLY_SHOWN: dict[str, Shape] = {
    **dict.fromkeys(("cn_meeting", "in_meeting", "enforce_login", "host_save_video_order"), Bool()),
    "alternative_host_manage_meeting_summary": Bool(),
    "enforce_login_domains": ANY_TEXT,
    "show_join_info": Bool(),
}
SHOWN = Fields(
    needed={name: {**COMMON, **_ONLY_SHOWN}[name] for name in _SHOWN},
    allowed={**COMMON, **_ONLY_SHOWN},
)
