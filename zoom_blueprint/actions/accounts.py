"""The host's Zoom account: who it is, and how its connection stands."""

from zoom_blueprint.actions import problems
from zoom_blueprint.actions.calls import Call
from zoom_blueprint.actions.codes import ActionFailed
from zoom_blueprint.actions.inputs import GetHealth, GetUser
from zoom_blueprint.actions.outputs import HealthOut, UserOut
from zoom_blueprint.services import accounts, checks, health, limits


def get_user(call: Call, given: GetUser) -> UserOut:
    """Return the Zoom user behind the host's connection."""
    account = call.account(given.connection)
    return UserOut.of(account.me(), account.connection_id)


def get_health(call: Call, given: GetHealth) -> HealthOut:
    """Ask Zoom how the host's connection stands, and say what is wrong and what to press."""
    connection_id = accounts.meant(call.state, call.host_id, given.connection).id
    seconds = limits.count(call.state, checks.by_programs(call.state, connection_id))
    if seconds:
        raise ActionFailed(problems.too_many("Zoom was asked too often how this connection stands.", seconds))
    return HealthOut.of(health.check(call.state, connection_id), f"{call.state.links.base}/connection")
