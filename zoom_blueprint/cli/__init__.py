"""The commands below ``flask zoom``, each in the file of its kind."""

from importlib import import_module
from typing import Final

import click
from flask.cli import AppGroup

_PLACES: Final = {
    "upgrade": "upkeep.upgrade",
    "worker": "running.worker",
    "retry": "upkeep.retry",
    "purge": "upkeep.purge",
    "rotate-keys": "upkeep.rotate_keys",
    "doctor": "doctor.doctor",
    "simulator": "running.simulator",
    "host": "hosts.host",
    "schedule": "schedules.schedule",
    "event-type": "event_types.event_type",
    "blocked-time": "blocked_times.blocked_time",
    "action": "actions.action",
    "api-key": "api_keys.api_key",
    "endpoint": "endpoints.endpoint",
    "snippet": "snippets.snippet",
    "manifest": "manifest.manifest",
    "mcp": "agents.mcp",
}


class Commands(AppGroup):
    """The group ``flask zoom``; a command is loaded, with the services it needs, when somebody asks for it."""

    def __init__(self) -> None:
        super().__init__(help="Zoom bookings: tables, worker, upkeep, what hosts offer, and the simulator.")
        for name in _PLACES:
            self.add_command(click.Command(name))  # Flask hangs no group without commands into an app's command line

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        module, _, attribute = _PLACES.get(cmd_name, "").partition(".")
        if not module:
            return super().get_command(ctx, cmd_name)
        found: click.Command = getattr(import_module(f"{__name__}.{module}"), attribute)
        return found
