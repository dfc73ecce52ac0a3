"""The answers that the API's description shows: what the examples of the actions' inputs are given back."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from zoom_blueprint.actions import inputs, outputs
from zoom_blueprint.actions.listed import ACTIONS
from zoom_blueprint.services.told import BookingOut
from zoom_blueprint.values import BookingStatus, Conference, ConnectionStatus, EndedReason, MeetingStatus

_GIVEN: Final[dict[type, Any]] = {action.given: action.example for action in ACTIONS}
_ZONE: Final = "Europe/London"
_CONNECTION: Final = "5c1f0a9d3b7e4c62a8f40d17e6b92c35"
_BOB: Final[inputs.CreateBooking] = _GIVEN[inputs.CreateBooking]
_LENGTH: Final = timedelta(minutes=30)
_LINK: Final = "https://us02web.zoom.us/j/85746065?pwd=…"
_PASSCODE: Final = "246810"


def answers(base: str) -> dict[type, object]:
    """Return what each action gives back to its example, by the class of its input, of a blueprint at ``base``."""
    meeting, booking = _meeting(), _booking(base)
    moved: inputs.RescheduleBooking = _GIVEN[inputs.RescheduleBooking]
    asked: inputs.ListSlots = _GIVEN[inputs.ListSlots]
    return {
        inputs.CreateMeeting: meeting,
        inputs.GetMeeting: meeting,
        inputs.UpdateMeeting: replace(meeting, duration_minutes=_GIVEN[inputs.UpdateMeeting].duration_minutes),
        inputs.ListMeetings: outputs.MeetingPage(meetings=[listed()], next_cursor=None),
        inputs.DeleteMeeting: outputs.Deleted(meeting_id=meeting.id),
        inputs.GetUser: _user(),
        inputs.GetHealth: _health(base),
        inputs.ListSlots: outputs.SlotsOut(
            event=asked.event,
            duration_minutes=_LENGTH // timedelta(minutes=1),
            time_zone=asked.time_zone or _ZONE,
            slots=[_BOB.start, _BOB.start + _LENGTH],
        ),
        inputs.CreateBooking: booking,
        inputs.RescheduleBooking: replace(booking, start=moved.start, end=moved.start + _LENGTH, sequence=1),
        inputs.CancelBooking: replace(
            booking,
            status=BookingStatus.CANCELLED,
            ended_reason=EndedReason.HOST,
            meeting_status=MeetingStatus.NONE,
            join_url=None,
            passcode=None,
            sequence=1,
        ),
    }


def listed() -> outputs.ListedOut:
    """Return a meeting as lists show it."""
    meeting = vars(_meeting())
    return outputs.ListedOut(**{name: meeting[name] for name in outputs.ListedOut.__dataclass_fields__})


def _meeting() -> outputs.MeetingOut:
    asked: inputs.CreateMeeting = _GIVEN[inputs.CreateMeeting]
    return outputs.MeetingOut(
        id=_GIVEN[inputs.GetMeeting].meeting_id,
        uuid="k1mPqRs7TtuVwXyZ012345==",
        topic=asked.topic,
        start=asked.start,
        duration_minutes=asked.duration_minutes,
        time_zone=asked.time_zone,
        join_url=_LINK,
        passcode=_PASSCODE,
        agenda=asked.agenda,
        status="waiting",
        settings={"waiting_room": True, "join_before_host": False},
    )


def _user() -> outputs.UserOut:
    return outputs.UserOut(
        id="z8yXW7vUT6sRqPo5nMlKjI",
        account_id="aB3dEf6hIjK9mNoPqRs2Tu",
        email="ada@example.com",
        display_name="Ada Lovelace",
        time_zone=_ZONE,
        type=2,
        status="active",
        connection=_CONNECTION,
    )


def _health(base: str) -> outputs.HealthOut:
    checked = _BOB.start
    return outputs.HealthOut(
        connection=_CONNECTION,
        healthy=True,
        status=ConnectionStatus.ACTIVE,
        problems=[],
        quota_left=97,
        quota_resets_at=datetime.combine(checked.date() + timedelta(days=1), time(), UTC),
        checked_at=checked,
        reconnect_url=f"{base}/connection",
    )


def _booking(base: str) -> BookingOut:
    return BookingOut(
        id=_GIVEN[inputs.CancelBooking].booking_id,
        event=_BOB.event,
        status=BookingStatus.CONFIRMED,
        ended_reason=None,
        start=_BOB.start,
        end=_BOB.start + _LENGTH,
        name=_BOB.name,
        email=_BOB.email,
        time_zone=_ZONE,
        locale="en",
        guests=[*_BOB.guests],
        answers=_BOB.answers,
        conference=Conference.ZOOM,
        meeting_status=MeetingStatus.READY,
        join_url=_LINK,
        passcode=_PASSCODE,
        place="",
        manage_url=f"{base}/bookings/…",
        hold_until=None,
        sequence=0,
    )
