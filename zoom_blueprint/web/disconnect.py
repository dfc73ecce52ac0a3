"""The way out of a connection: what it will do, the button, and the notice to the invitees whom it leaves behind."""

from collections.abc import Mapping

from babel.lists import format_list
from flask import request
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.errors import BadInput
from zoom_blueprint.languages import said, said_count
from zoom_blueprint.services import connections, endings, event_types, farewells, providers
from zoom_blueprint.services.farewells import Notice
from zoom_blueprint.state import State
from zoom_blueprint.values import Connection, ConnectionReason, ConnectionStatus, EventType, Host, Location, WithoutZoom
from zoom_blueprint.web import forms, reading, replies, session_clock
from zoom_blueprint.web.signed_in import for_host, see_other, tell, warn

_LOST = (ConnectionReason.LOST, ConnectionReason.INTERRUPTED)


@for_host
def ask_disconnect(state: State, host: Host, connection_id: str) -> AnyResponse:
    """Say what disconnecting will do, and ask."""
    return _ask_disconnect(state, host, connections.get(state, host.id, connection_id))


@for_host
def disconnect(state: State, host: Host, connection_id: str) -> AnyResponse:
    """Cut the link."""
    connection = connections.get(state, host.id, connection_id)
    words = providers.side(connection.provider).sentences
    if connection.status is ConnectionStatus.INACTIVE:
        tell(host, words.was_cut)
        return see_other(f"{state.links.base}/connection")
    try:
        notice = _notice(state)
    except BadInput as error:
        return _ask_disconnect(state, host, connection, error.errors)
    ending = endings.disconnect(state, host.id, connection_id, notice)
    session_clock.forget()  # who still has another account connected gets one anew
    told = _told(ending.told) if ending.told else None
    if ending.is_confirmed:
        tell(host, words.cut, told)
    else:
        warn(host, words.cut_unconfirmed, told)
    return see_other(f"{state.links.base}/connection")


@for_host
def write_notice(state: State, host: Host, connection_id: str) -> AnyResponse:
    """Ask what the invitees of a cut connection's bookings shall be told."""
    return _write_notice(state, host, connections.get(state, host.id, connection_id))


@for_host
def send_notice(state: State, host: Host, connection_id: str) -> AnyResponse:
    """Tell those who were told nothing yet."""
    connection = connections.get(state, host.id, connection_id)
    try:
        notice = _notice(state)
    except BadInput as error:
        return _write_notice(state, host, connection, error.errors)
    told = farewells.tell(state, host.id, connection.id, notice) if notice else 0
    tell(host, _told(told) if told else said("There was nobody left to tell."))
    return see_other(f"{state.links.base}/connection")


def _ask_disconnect(
    state: State, host: Host, connection: Connection, errors: Mapping[str, str] | None = None
) -> AnyResponse:
    everyone = connections.all_of(state, host.id)
    return replies.page(
        "disconnect.html",
        422 if errors else 200,
        host=host,
        connection=connection,
        is_lost=connection.reason in _LOST,
        linked=farewells.linked(state, connection.id),
        afterwards=_afterwards(host, connection, everyone, event_types.all_of(state, host.id)),
        google_works=connections.has_google(state, host.id),
        retention_days=state.config.retention_days,
        has_mail=state.has_mail,
        errors=errors or {},
        fields=request.form,
        form=forms.ActionForm(),
    )


def _write_notice(
    state: State, host: Host, connection: Connection, errors: Mapping[str, str] | None = None
) -> AnyResponse:
    return replies.page(
        "notice.html",
        422 if errors else 200,
        host=host,
        connection=connection,
        untold=farewells.untold(state, host.id).get(connection.id, 0),
        has_mail=state.has_mail,
        errors=errors or {},
        fields=request.form,
        form=forms.ActionForm(),
    )


def _notice(state: State) -> Notice | None:
    """Return what to tell; None when nobody is to be told, or there is no mail to tell by.

    Raises:
        BadInput: naming every bad field.
    """
    if not state.has_mail:
        return None
    fields = forms.checked(forms.NoticeForm())
    return Notice(words=fields["words"] or None, link=fields["link"] or None) if fields["tell"] else None


def _afterwards(
    host: Host, connection: Connection, everyone: list[Connection], events: list[EventType]
) -> list[tuple[WithoutZoom, str]]:
    """Return what becomes of the event types that are left without a working connection: a list for each policy."""
    goes_on = any(one.status is ConnectionStatus.ACTIVE for one in everyone if one.id != connection.id)
    known = {one.id for one in everyone}
    left = [
        event
        for event in events
        if event.active
        and event.location is Location.ZOOM
        and (event.connection_id == connection.id or (event.connection_id not in known and not goes_on))
    ]
    by_policy = {policy: [event.title for event in left if event.without_zoom is policy] for policy in WithoutZoom}
    locale = reading.of_host(host).locale
    return [
        (policy, format_list(titles, "or" if policy is WithoutZoom.REFUSE else "standard", locale))
        for policy, titles in by_policy.items()
        if titles
    ]


def _told(n: int) -> str:
    return said_count("{n} invitee is told by mail.", "{n} invitees are told by mail.", n)
