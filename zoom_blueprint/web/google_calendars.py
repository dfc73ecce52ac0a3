"""Taking what a host chooses of their Google calendars: which gets the bookings, which block, what events are like."""

from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.languages import said
from zoom_blueprint.services import google_calendars
from zoom_blueprint.state import State
from zoom_blueprint.values import Host
from zoom_blueprint.web import calendar_choices, connection
from zoom_blueprint.web.signed_in import for_writing_host, see_other, tell


def _again(state: State, host: Host, *, errors: dict[str, str], status: int) -> AnyResponse:
    """Show the page with what was chosen."""
    return connection.page(state, host, status, errors=errors, choice=calendar_choices.typed())


@for_writing_host(_again)
def choose_calendars(state: State, host: Host) -> AnyResponse:
    """Keep what the host has chosen; bookings that are in a calendar stay there."""
    choice = calendar_choices.typed()
    wanted = calendar_choices.preferences(choice)
    google_calendars.choose(state, host.id, target=choice.target, blocking=choice.blocking, wanted=wanted)
    tell(host, said("Your calendars are saved. They are being read anew."))
    return see_other(f"{state.links.base}/connection")
