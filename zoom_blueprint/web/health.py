"""How a connection stands: the section in its card, the button that asks, and the same as JSON."""

from dataclasses import dataclass
from functools import partial

from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.healths import Health
from zoom_blueprint.languages import said
from zoom_blueprint.services import bulletins, connections, health, permissions, times
from zoom_blueprint.state import State
from zoom_blueprint.values import ConnectionStatus, Host, Provider
from zoom_blueprint.web import limits, reading, replies
from zoom_blueprint.web.signed_in import for_host, see_other, tell, warn


@dataclass(frozen=True)
class Section:
    """A connection's health as its card shows it; ``allowed``: label, answer, reason and scope of each permission."""

    health: Health
    headline: str
    lines: list[tuple[str, str]]
    allowed: list[tuple[str, str, str, str]]


def sections(state: State, host: Host, provider: Provider = Provider.ZOOM) -> dict[str, Section]:
    """Return what is known of a host's connections to a provider, by their ids; it is not asked."""
    moment = partial(times.moment, time_zone=host.time_zone, locale=reading.of_host(host).locale)
    return {
        connection_id: _section(found, bulletins.lines(found, moment))
        for connection_id, found in health.of_host(state, host.id, provider).items()
    }


def _section(found: Health, lines: list[tuple[str, str]]) -> Section:
    allowed = bulletins.allowed(found)
    return Section(
        health=found,
        headline=bulletins.headline(found),
        lines=[line for line in lines if line not in allowed],
        allowed=[
            (label, answer, permissions.why(one.action), one.scope)
            for (label, answer), one in zip(allowed, found.permissions, strict=True)
        ],
    )


@for_host
def connection_health(state: State, host: Host, connection_id: str) -> AnyResponse:
    """Return what is known of a connection."""
    return replies.json_reply(health.last(state, connections.get(state, host.id, connection_id).id))


@for_host
def check_connection(state: State, host: Host, connection_id: str) -> AnyResponse:
    """Ask the provider how the account stands."""
    connection = connections.get(state, host.id, connection_id)
    limits.ensure_not_too_many_checks(state, connection.id)
    found = health.check(state, connection.id)
    is_google = found.provider is Provider.GOOGLE
    if found.status is ConnectionStatus.INACTIVE and is_google:
        warn(
            host, said("Google Calendar is not connected, so there is nothing to check. Press Connect Google Calendar.")
        )
    elif found.status is ConnectionStatus.INACTIVE:
        warn(host, said("Zoom is not connected, so there is nothing to check. Press Connect Zoom."))
    elif found.problems:
        warn(host, *(problem.sentence for problem in found.problems))
    else:
        fine = said("Google answered, and everything is fine.")
        tell(host, fine if is_google else said("Zoom answered, and everything is fine."))
    return see_other(f"{state.links.base}/connection")
