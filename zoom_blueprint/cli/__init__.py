"""The commands below ``flask zoom``, each in the file of its kind."""

import click

from zoom_blueprint.cli.blocked_times import blocked_time
from zoom_blueprint.cli.doctor import doctor
from zoom_blueprint.cli.event_types import event_type
from zoom_blueprint.cli.hosts import host
from zoom_blueprint.cli.running import simulator, worker
from zoom_blueprint.cli.schedules import schedule
from zoom_blueprint.cli.upkeep import purge, rotate_keys, upgrade


def add_commands(group: click.Group) -> None:
    """Add the commands to the blueprint's group."""
    group.help = "Zoom bookings: tables, worker, upkeep, what hosts offer, and the simulator."
    commands = (upgrade, worker, purge, rotate_keys, doctor, simulator, host, schedule, event_type, blocked_time)
    for command in commands:
        group.add_command(command)
