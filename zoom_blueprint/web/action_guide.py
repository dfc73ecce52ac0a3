"""The public page that says of each action which scopes of Zoom it needs, and what a key with it may do."""

from flask import Response

from zoom_blueprint.actions.listed import ACTIONS
from zoom_blueprint.services import permissions
from zoom_blueprint.state import current_state
from zoom_blueprint.web import replies


def action_guide() -> Response:
    """Show the actions, as the list of them says."""
    base = current_state().links.base
    scopes = {one.action: one.scope for one in permissions.all_of()}
    return replies.page("action_guide.html", base=base, actions=ACTIONS, scopes=scopes)
