"""``flask zoom schedule``: the working hours of a host, and the dates on which they are others."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain

import click
from flask.cli import with_appcontext

from zoom_blueprint.cli.hours import WEEKDAYS, days, hours, lines_of
from zoom_blueprint.cli.kinds import place
from zoom_blueprint.cli.speaking import as_json_option, echo_json, given, host_argument, host_of, said_plainly
from zoom_blueprint.errors import NotFound
from zoom_blueprint.scheduling.rules import Hours, Schedule
from zoom_blueprint.scheduling.stored import dump_overrides, dump_weekly
from zoom_blueprint.services import schedules
from zoom_blueprint.state import current_state

_SETS = {"weekdays": WEEKDAYS[:5], "weekend": WEEKDAYS[5:], "daily": WEEKDAYS}
_name_option = click.option("--name", help="Of the schedule; the one the host began with unless given.")


@click.group("schedule")
def schedule() -> None:
    """Working hours, as the clock on the wall of the schedule's zone shows them."""


def _hours_options(command: Callable[..., None]) -> Callable[..., None]:
    for name in reversed((*_SETS, *WEEKDAYS)):
        told = f"{', '.join(_SETS[name])}." if name in _SETS else None
        command = click.option(f"--{name}", type=hours, help=told)(command)
    return command


@schedule.command("put")
@host_argument
@_name_option
@click.option("--zone", "time_zone", type=place, help="Like Europe/London; at first the host's.")
@_hours_options
@as_json_option
@with_appcontext
def put(host_name: str, name: str | None, time_zone: str | None, as_json: bool, **_: object) -> None:
    """Make or change a schedule; what is not named stays, or begins as Monday to Friday, nine to five.

    Hours are spans like 09:00-12:00,13:00-17:00; 22:00-02:00 goes past midnight and belongs to the day it begins; the
    word closed is for none. A weekday's own option goes before --weekdays, --weekend and --daily.
    """
    named = given()
    week: dict[str, Hours] = {}
    for one in ("daily", "weekdays", "weekend", *WEEKDAYS):
        if one in named:
            week |= dict.fromkeys(_SETS.get(one, (one,)), named[one])  # type: ignore[arg-type]  # its option's kind

    def change(old: Schedule) -> Schedule:
        weekly = tuple(week.get(day, usual) for day, usual in zip(WEEKDAYS, old.weekly, strict=True))
        return replace(old, time_zone=time_zone or old.time_zone, weekly=weekly)

    _change(host_name, name, change, as_json=as_json, creates=True)


@schedule.command("override")
@host_argument
@click.argument("dates", type=days, metavar="DAY")
@click.argument("spans", type=hours, metavar="HOURS")
@_name_option
@as_json_option
@with_appcontext
def override(host_name: str, dates: tuple[date, ...], spans: Hours, name: str | None, as_json: bool) -> None:
    """Replace all hours that begin on a DAY, like 2030-12-24, or on each from 2030-12-24..2030-12-31."""
    _change(host_name, name, lambda old: _overridden(old, dates, spans), as_json=as_json)


@schedule.command("close")
@host_argument
@click.argument("dates", type=days, nargs=-1, required=True, metavar="DAY…")
@_name_option
@as_json_option
@with_appcontext
def close(host_name: str, dates: Sequence[tuple[date, ...]], name: str | None, as_json: bool) -> None:
    """Offer nothing that begins on a DAY; what began on the day before ends as usual."""
    _change(host_name, name, lambda old: _overridden(old, tuple(chain(*dates)), ()), as_json=as_json)


@schedule.command("reopen")
@host_argument
@click.argument("dates", type=days, nargs=-1, required=True, metavar="DAY…")
@_name_option
@as_json_option
@with_appcontext
def reopen(host_name: str, dates: Sequence[tuple[date, ...]], name: str | None, as_json: bool) -> None:
    """Give a DAY its usual hours again: forget that it was closed or had others."""
    gone = set(chain(*dates))

    def change(old: Schedule) -> Schedule:
        return replace(old, overrides={day: spans for day, spans in old.overrides.items() if day not in gone})

    _change(host_name, name, change, as_json=as_json)


@schedule.command("remove")
@host_argument
@click.argument("name")
@with_appcontext
def remove(host_name: str, name: str) -> None:
    """Remove a schedule that no event type uses."""
    with said_plainly():
        state = current_state()
        schedules.remove(state, host_of(state, host_name).id, name)
    click.echo(f"{name} is removed.")


@schedule.command("show")
@host_argument
@_name_option
@as_json_option
@with_appcontext
def show(host_name: str, name: str | None, as_json: bool) -> None:
    """Show a schedule's week and the dates that differ from it."""
    with said_plainly():
        found = _all_of(host_name)
        if name is None:
            name = next(iter(found))
        if name not in found:
            raise NotFound(f"This host has no schedule {name!r}, only: {', '.join(found)}.")
    _print(name, found[name], as_json=as_json)


@schedule.command("list")
@host_argument
@as_json_option
@with_appcontext
def list_(host_name: str, as_json: bool) -> None:
    """List the schedules of a host, the one they began with first."""
    with said_plainly():
        found = _all_of(host_name)
    if as_json:
        echo_json([_members(name, one) for name, one in found.items()])
    else:
        for name, one in found.items():
            click.echo(f"{name}  {one.time_zone}")


def _change(
    host_name: str, name: str | None, change: Callable[[Schedule], Schedule], *, as_json: bool, creates: bool = False
) -> None:
    with said_plainly():
        state = current_state()
        stored = schedules.change(state, host_of(state, host_name).id, change, name, creates=creates)
        found = name.strip() if name else next(iter(_all_of(host_name)))
    _print(found, stored, as_json=as_json)


def _overridden(old: Schedule, dates: tuple[date, ...], spans: Hours) -> Schedule:
    return replace(old, overrides={**old.overrides, **dict.fromkeys(dates, spans)})


def _all_of(host_name: str) -> dict[str, Schedule]:
    state = current_state()
    return schedules.all_of(state, host_of(state, host_name).id)


def _print(name: str, found: Schedule, *, as_json: bool) -> None:
    if as_json:
        echo_json(_members(name, found))
    else:
        for line in lines_of(name, found):
            click.echo(line)


def _members(name: str, found: Schedule) -> dict[str, object]:
    return {
        "name": name,
        "time_zone": found.time_zone,
        "weekly": dump_weekly(found.weekly),
        "overrides": dump_overrides(found.overrides),
    }
