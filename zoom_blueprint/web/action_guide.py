"""The public page that says what each action needs and lets a key do, and what each code means by which one fails."""

from flask import Response

from zoom_blueprint.actions.codes import MEANS
from zoom_blueprint.actions.listed import ACTIONS
from zoom_blueprint.services import permissions
from zoom_blueprint.state import current_state
from zoom_blueprint.web import replies
from zoom_blueprint.web.acting import STATUS


def action_guide() -> Response:
    """Show the actions, as the list of them says, and the codes at the anchors to which problem details lead."""
    base = current_state().links.base
    scopes = {one.action: one.scope for one in permissions.all_of()}
    codes = [(code, int(STATUS[code]), means) for code, means in MEANS.items()]
    return replies.page("action_guide.html", base=base, actions=ACTIONS, scopes=scopes, codes=codes)
