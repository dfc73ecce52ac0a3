"""Alarms: mails to hosts about what no longer works and is no booking: a connection, or an endpoint."""

from zoom_blueprint import values
from zoom_blueprint.errors import NotFound
from zoom_blueprint.events import ConnectionPayload, EndpointPayload, EventName
from zoom_blueprint.languages import language
from zoom_blueprint.services import connections, endpoints, farewells, hosts, letters, reasons
from zoom_blueprint.services.letters import Letter
from zoom_blueprint.services.outcomes import Outcome
from zoom_blueprint.state import State
from zoom_blueprint.values import ConnectionStatus

_OF_CONNECTIONS = {
    EventName.ZOOM_UNHEALTHY: "unhealthy",
    EventName.ZOOM_DEAUTHORIZED: "deauthorized",
    EventName.GOOGLE_UNHEALTHY: "google_unhealthy",
}


def write(
    state: State, delivery_id: str, name: EventName, payload: ConnectionPayload | EndpointPayload
) -> Letter | Outcome:
    """Return the mail that the host is owed, or why none is owed any more."""
    if isinstance(payload, ConnectionPayload):
        return _about_connection(state, delivery_id, name, payload.connection)
    return _about_endpoint(state, delivery_id, payload.endpoint)


def _about_connection(state: State, delivery_id: str, name: EventName, then: values.Connection) -> Letter | Outcome:
    """Write to the host, unless what there was to tell is over: the account was cut, or connected again."""
    connection = connections.get(state, then.host_id, then.id)
    if (connection.status is ConnectionStatus.INACTIVE) != (name == EventName.ZOOM_DEAUTHORIZED):
        return Outcome.SUPERSEDED
    host = hosts.get(state, then.host_id)
    message = letters.write(
        state,
        delivery_id,
        _OF_CONNECTIONS[name],
        letters.mailbox(host.name, host.email),
        language(host.locale),
        connection=then,
        host=host,
        why=reasons.of_connection(then),
        untold=farewells.untold(state, host.id).get(then.id, 0),
        connection_url=f"{state.links.base}/connection",
        notice_url=f"{state.links.base}/connections/{then.id}/notice",
    )
    return Letter(message)


def _about_endpoint(state: State, delivery_id: str, then: values.Endpoint) -> Letter | Outcome:
    """Write to the host that nothing is sent there any more, unless it is removed or sent to again."""
    try:
        endpoint = endpoints.get(state, then.host_id, then.id)
    except NotFound:
        return Outcome.SUPERSEDED
    if endpoint.disabled_at is None:
        return Outcome.SUPERSEDED
    host = hosts.get(state, then.host_id)
    message = letters.write(
        state,
        delivery_id,
        "endpoint_disabled",
        letters.mailbox(host.name, host.email),
        language(host.locale),
        endpoint=endpoint,
        host=host,
        endpoint_url=f"{state.links.base}/endpoints/{endpoint.id}",
    )
    return Letter(message)
