"""How values are made of what Zoom sends, and bodies of what we want."""

import contextlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.zoom_api import tables
from zoom_blueprint.zoom_api.payloads import (
    ListedMeeting,
    Meeting,
    MeetingChange,
    MeetingRequest,
    TokenSet,
    ZoomUser,
)

START = datetime(2030, 1, 15, 9, tzinfo=UTC)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=4,
)


def meeting(**changes: object) -> Meeting:
    return Meeting.from_zoom({**tables.MEETING, **changes})


def test_a_meeting_needs_only_its_id_and_join_link() -> None:
    found = Meeting.from_zoom({"id": "8", "join_url": "https://zoom.us/j/8"})
    assert (found.id, found.join_url) == (8, "https://zoom.us/j/8")
    assert (found.start, found.duration, found.password, found.settings) == (None, None, None, {})


def test_a_listed_meeting_needs_only_its_id() -> None:
    assert ListedMeeting.from_zoom({"id": 8}).join_url == ""


@pytest.mark.parametrize("value", [81234567890, "81234567890"])
def test_an_id_may_be_a_number_or_digits(value: object) -> None:
    assert meeting(id=value).id == 81234567890


@pytest.mark.parametrize("value", [None, True, 0, -8, 8.0, "", "8a", " 8", "٨", [8], 2**63, str(2**63), "9" * 5000])
def test_an_id_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="no id"):
        meeting(id=value)


@pytest.mark.parametrize(
    "value",
    [
        *(None, "", 7, "javascript:alert(1)", "zoom.us/j/8", "https://", "https://[zoom", "https://zoom.us/j 8"),
        *("https://zoom.us/j/8\r\nSet-Cookie: a=b", "https://zoom.us/\u202e8", f"https://zoom.us/{'8' * 5000}"),
    ],
)
def test_a_join_link_that_is_no_web_address_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="no join_url"):
        meeting(join_url=value)


@pytest.mark.parametrize("value", [None, "", "soon", 1893456000, "2030-01-15T09:00:00", "0001-01-01T00:00:00+14:00"])
def test_a_start_that_names_no_instant_is_none(value: object) -> None:
    assert meeting(start_time=value).start is None


def test_a_start_is_an_instant_in_utc() -> None:
    assert meeting(start_time="2030-01-15T10:00:00+01:00").start == START
    assert meeting(start_time="2030-01-15T09:00:00Z").start == START


@pytest.mark.parametrize("value", [None, "", 481516, [], "1\n\nPay first: evil.example", "\u202e1", "1" * 65])
def test_a_passcode_that_is_none_is_not_told(value: object) -> None:
    assert meeting(password=value).password is None


def test_text_that_no_database_takes_is_mended() -> None:
    assert meeting(topic="a\x00b\ud800c").topic == "ab?c"


@pytest.mark.parametrize("kind", [Meeting, ListedMeeting, ZoomUser, TokenSet])
@given(data=st.data())
def test_odd_types_give_a_value_or_a_value_error(
    kind: type[Meeting | ListedMeeting | ZoomUser | TokenSet], data: st.DataObject
) -> None:
    whole = {**tables.MEETING, **tables.USER, **tables.TOKENS, "id": 8}
    source = data.draw(
        st.fixed_dictionaries({}, optional={key: st.just(value) | anything for key, value in whole.items()})
    )
    with contextlib.suppress(ValueError):
        kind.from_zoom(source)


def test_secrets_of_a_meeting_are_not_in_its_repr() -> None:
    shown = repr(meeting()) + repr(ListedMeeting.from_zoom(tables.LISTED))
    for secret in ("481516", "abcDEF123", "eyJStartSecret", "https://", "Booking abc"):
        assert secret not in shown


def test_tokens_are_not_in_the_repr_of_a_token_set() -> None:
    assert "eyJ" not in repr(TokenSet.from_zoom(tables.TOKENS))


def test_a_user_without_a_display_name_is_called_by_first_and_last_name() -> None:
    user = ZoomUser.from_zoom({"id": "u", "first_name": "Ada", "last_name": "Lovelace"})
    assert user.display_name == "Ada Lovelace"
    assert ZoomUser.from_zoom({"id": "u"}).display_name == ""


def test_a_request_fits_zooms_table() -> None:
    request = MeetingRequest("x" * 300, START, 1440, agenda="y" * 3000, settings={"waiting_room": True})
    assert tables.faults(request.to_zoom(), tables.CREATE) == []


def test_a_request_is_one_scheduled_meeting_with_a_passcode_by_zoom() -> None:
    body = MeetingRequest("Call", START, 30).to_zoom()
    assert (body["type"], body["default_password"], body["timezone"]) == (2, True, "UTC")
    assert "password" not in body


def test_options_cannot_bring_the_personal_meeting_id_back() -> None:
    options = {"use_pmi": True, "waiting_room": False}
    assert MeetingRequest("Call", START, 30, settings=options).to_zoom()["settings"] == {
        "use_pmi": False,
        "waiting_room": False,
    }
    assert MeetingChange(settings=options).to_zoom() == {"settings": {"use_pmi": False, "waiting_room": False}}


def test_a_topic_is_cut_at_200_characters_and_never_inside_one() -> None:
    assert MeetingRequest("é" * 250, START, 30).to_zoom()["topic"] == "é" * 200
    assert MeetingRequest("a" + "😀" * 250, START, 30).to_zoom()["topic"] == "a" + "😀" * 99


def test_an_agenda_keeps_its_beginning() -> None:
    agenda = MeetingRequest("Call", START, 30, agenda="Booking abc" + "y" * 3000).to_zoom()["agenda"]
    assert isinstance(agenda, str)
    assert agenda.startswith("Booking abc")
    assert len(agenda) == 2000


def test_a_body_with_a_lone_surrogate_can_be_sent() -> None:
    json.dumps(MeetingRequest("a\ud800b", START, 30).to_zoom()).encode()


def test_a_change_leaves_out_settings_that_zoom_takes_on_create_only() -> None:
    change = MeetingChange(
        settings={"show_join_info": True, "additional_data_center_regions": [], "waiting_room": True}
    )
    settings = change.to_zoom()["settings"]
    assert isinstance(settings, dict)
    assert not tables.NOT_IN_UPDATE_SETTINGS & settings.keys()


def test_a_change_can_empty_the_agenda() -> None:
    assert MeetingChange(agenda="").to_zoom() == {"agenda": ""}


@pytest.mark.parametrize("duration", [0, -1, 1441])
def test_a_duration_that_zoom_does_not_take_is_refused(duration: int) -> None:
    with pytest.raises(ValueError, match="1 to 1440"):
        MeetingRequest("Call", START, duration)
    with pytest.raises(ValueError, match="1 to 1440"):
        MeetingChange(duration=duration)


def test_a_naive_start_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        MeetingRequest("Call", START.replace(tzinfo=None), 30)
    with pytest.raises(ValueError, match="aware"):
        MeetingChange(start=START.replace(tzinfo=None))


@pytest.mark.parametrize("value", [START, float("nan"), {1}])
def test_settings_that_are_no_json_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match="plain JSON"):
        MeetingRequest("Call", START, 30, settings={"x": value})


@pytest.mark.parametrize("lost", ["access_token", "refresh_token"])
@pytest.mark.parametrize("value", [None, "", 7, "line\nbreak", "a b", "ü"])
def test_a_token_set_needs_both_tokens_fit_for_a_header(lost: str, value: object) -> None:
    with pytest.raises(ValueError, match="incomplete"):
        TokenSet.from_zoom({**tables.TOKENS, lost: value})


@pytest.mark.parametrize(
    ("value", "seconds"), [(3599, 3599), ("3599", 3599), (None, 3600), ("x", 3600), (-1, 3600), (0, 3600)]
)
def test_a_lifetime_that_cannot_be_read_is_zooms_hour(value: object, seconds: int) -> None:
    assert TokenSet.from_zoom({**tables.TOKENS, "expires_in": value}).expires_in == seconds


def test_scopes_are_a_set_of_names() -> None:
    assert TokenSet.from_zoom(tables.TOKENS).scopes == {
        "meeting:delete:meeting",
        "meeting:read:meeting",
        "user:read:user",
    }
    assert TokenSet.from_zoom({**tables.TOKENS, "scope": None}).scopes == frozenset()
