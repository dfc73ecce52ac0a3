"""The page about a host's accounts: how each one stands, what it allows and why, and the buttons for all of it."""

from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.services import connections, farewells, reasons, schedules, settlements
from zoom_blueprint.state import State
from zoom_blueprint.values import Connection, ConnectionStatus, Host
from zoom_blueprint.web import forms, google_card, health, replies
from zoom_blueprint.web.calendar_choices import Choice
from zoom_blueprint.web.health import Section
from zoom_blueprint.web.signed_in import for_host


@for_host
def connection(state: State, host: Host) -> AnyResponse:
    """Show everything that is known of the host's accounts; nobody is asked."""
    return page(state, host)


def page(
    state: State,
    host: Host,
    status: int = 200,
    *,
    errors: Mapping[str, str] | None = None,
    choice: Choice | None = None,
) -> AnyResponse:
    """Return the page, with what is wrong with the ``choice`` of calendars that was sent if something is."""
    return replies.page(
        "connection.html",
        status,
        host=host,
        **{**cards(state, host), "google": google_card.whole(state, host, choice)},
        has_mail=state.has_mail,
        errors=errors or {},
        form=forms.ActionForm(),
    )


def cards(state: State, host: Host) -> dict[str, Any]:
    """Return what the cards of the host's accounts need; ``all_is_well`` says whether one line is enough."""
    theirs = connections.all_of(state, host.id)
    healths = health.sections(state, host)
    questions = settlements.questions(state, host.id)
    untold = farewells.untold(state, host.id)
    return {
        "connections": theirs,
        "healths": healths,
        "may_add": connections.may_add(state, host.id),
        "untold": untold,
        "questions": questions,
        "why_not": reasons.of_connection,
        "zone": schedules.first_zone(state, host.id),
        "may_not_connect": connections.may_connect(state, host),
        "google": google_card.card(state, host),
        "all_is_well": _are_well(theirs, healths) and not questions and not untold,
    }


def _are_well(theirs: list[Connection], healths: Mapping[str, Section]) -> bool:
    used = [one for one in theirs if one.status is not ConnectionStatus.INACTIVE]
    # One that has just been made is not in the healths yet: its card shows it.
    fine = [one.id in healths and healths[one.id].health.is_fine and not one.missing_scopes for one in used]
    return bool(fine) and all(fine)
