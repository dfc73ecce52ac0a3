"""Know a meeting's settings: their defaults, and what Zoom makes of the values it is given."""

from typing import Any

_BOOLEANS = {
    "host_video": False,
    "participant_video": False,
    "cn_meeting": False,
    "in_meeting": False,
    "join_before_host": False,
    "mute_upon_entry": False,
    "watermark": False,
    "use_pmi": False,
    "enforce_login": False,
    "alternative_hosts_email_notification": True,
    "close_registration": False,
    "show_share_button": False,
    "allow_multiple_devices": False,
    "registrants_confirmation_email": True,
    "waiting_room": True,
    "request_permission_to_unmute_participants": False,
    "registrants_email_notification": True,
    "meeting_authentication": False,
    "internal_meeting": False,
    "participant_focused_meeting": False,
    "push_change_to_calendar": False,
    "alternative_host_manage_meeting_summary": False,
    "email_notification": True,
    "host_save_video_order": False,
    "device_testing": False,
    "focus_mode": False,
    "private_meeting": False,
    "auto_start_meeting_summary": False,
    "auto_start_ai_companion_questions": False,
}
# The first choice is the default, and what an unknown value silently becomes.
_CHOICES: dict[str, tuple[object, ...]] = {
    "jbh_time": (0, 5, 10, 15),
    "approval_type": (2, 0, 1),
    "registration_type": (1, 2, 3),
    "audio": ("both", "telephony", "voip", "thirdParty"),
    "auto_recording": ("none", "local", "cloud"),
    "encryption_type": ("enhanced_encryption", "e2ee"),
}
_TEXTS = {
    "enforce_login_domains": "",
    "alternative_hosts": "",
    "contact_name": "",
    "contact_email": "",
}
_SHAPES: dict[str, Any] = {
    "approved_or_denied_countries_or_regions": {"enable": False},
    "breakout_room": {"enable": False},
    "continuous_meeting_chat": {"enable": False},
    "resources": [],
    "meeting_invitees": [],
    "global_dial_in_countries": [],
}
# Shown only if they were given, for nobody has seen Zoom show them by itself.
_SHOWN_IF_GIVEN: dict[str, type] = {
    "waiting_room_options": dict,
    "authentication_option": str,
    "authentication_domains": str,
    "authentication_exception": list,
    "audio_conference_info": str,
    "calendar_type": int,
    "language_interpretation": dict,
    "sign_language_interpretation": dict,
    "who_will_receive_summary": int,
    "who_can_ask_questions": int,
    "summary_template_id": str,
    "allow_host_control_participant_mute_state": bool,
    "disable_participant_video": bool,
    "email_in_attendee_report": bool,
    "show_join_info": bool,
    "additional_data_center_regions": list,
}
_WORDS = {True: True, False: False, "true": True, "false": False}


def defaults() -> dict[str, Any]:
    """Return the settings of a meeting about which nothing was said."""
    choices = {name: values[0] for name, values in _CHOICES.items() if name != "registration_type"}
    return {**_BOOLEANS, **choices, **_TEXTS, **_SHAPES}


def read(given: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the settings that are understood, and the names of those whose value has the wrong type.

    Unknown names are dropped, and unknown values of a choice become its default without a word.
    """
    understood: dict[str, Any] = {}
    wrong: list[str] = []
    for name, value in given.items():
        if name in _BOOLEANS:
            if isinstance(value, bool | str) and value in _WORDS:
                understood[name] = _WORDS[value]
            else:
                wrong.append(name)
        elif name in _CHOICES:
            understood[name] = _choice(name, value)
        elif name in _TEXTS:
            _accept(name, value, str, understood, wrong)
        elif name in _SHAPES:
            _accept(name, value, type(_SHAPES[name]), understood, wrong)
        elif name in _SHOWN_IF_GIVEN:
            _accept(name, value, _SHOWN_IF_GIVEN[name], understood, wrong)
    return understood, wrong


def effective(settings: dict[str, Any], *, licensed: bool, locked: dict[str, Any]) -> dict[str, Any]:
    """Return what holds in the end: registration needs a licence, a waiting room rules, and so does the account."""
    result = {**settings, **locked}
    if not licensed:
        result["approval_type"] = 2
    if result["waiting_room"]:
        result["join_before_host"] = False
    result["alternative_hosts"] = result["alternative_hosts"].replace(",", ";")
    return result


def _choice(name: str, value: object) -> object:
    known = _CHOICES[name]
    return value if any(value == one and type(value) is type(one) for one in known) else known[0]


def _accept(name: str, value: object, kind: type, understood: dict[str, Any], wrong: list[str]) -> None:
    if isinstance(value, kind):
        understood[name] = value
    else:
        wrong.append(name)
