"""Actions: what programs do with a host's Zoom and bookings, the same by REST, command line, MCP and Python.

``listed.ACTIONS`` is all of them; ``running.run`` runs one for a host. None ever shows a token. Code of the host app
takes from here what ``zoom.act`` is given, gives and raises.
"""

from zoom_blueprint.actions.codes import ActionFailed, Code, Problem
from zoom_blueprint.actions.inputs import (
    CancelBooking,
    CreateBooking,
    CreateMeeting,
    DeleteMeeting,
    GetHealth,
    GetMeeting,
    GetUser,
    ListMeetings,
    ListSlots,
    RescheduleBooking,
    UpdateMeeting,
)
from zoom_blueprint.actions.outputs import (
    Deleted,
    HealthOut,
    HealthProblem,
    ListedOut,
    MeetingOut,
    MeetingPage,
    SlotsOut,
    UserOut,
)
from zoom_blueprint.services.told import BookingOut

__all__ = [
    "ActionFailed",
    "BookingOut",
    "CancelBooking",
    "Code",
    "CreateBooking",
    "CreateMeeting",
    "DeleteMeeting",
    "Deleted",
    "GetHealth",
    "GetMeeting",
    "GetUser",
    "HealthOut",
    "HealthProblem",
    "ListMeetings",
    "ListSlots",
    "ListedOut",
    "MeetingOut",
    "MeetingPage",
    "Problem",
    "RescheduleBooking",
    "SlotsOut",
    "UpdateMeeting",
    "UserOut",
]
