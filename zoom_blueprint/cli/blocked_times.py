"""``flask zoom blocked-time``: time that a host keeps free of bookings."""

from datetime import UTC, date, datetime, time, timedelta

import click
from flask.cli import with_appcontext

from zoom_blueprint.cli.kinds import day, place
from zoom_blueprint.cli.speaking import as_json_option, echo_json, host_argument, host_of, said_plainly
from zoom_blueprint.scheduling.zones import zone
from zoom_blueprint.services import blocks, schedules
from zoom_blueprint.state import current_state
from zoom_blueprint.values import BlockedTime

_Moment = date | datetime
_zone_option = click.option(
    "--zone", "time_zone", type=place, help="In which days and times are read and shown; that of the working hours."
)


def moment(text: str) -> _Moment:
    """Return a day, a time on the clock like ``2030-01-15T09:00`` (naive), or an instant with its offset or ``Z``."""
    try:
        return datetime.fromisoformat(text) if len(text) > len("2030-01-15") else day(text)
    except (ValueError, click.BadParameter):
        raise click.BadParameter(f"{text!r} is no time. Give a day like 2030-01-15, or 2030-01-15T09:00.") from None


@click.group("blocked-time")
def blocked_time() -> None:
    """Time that a host keeps free of bookings."""


@blocked_time.command("add")
@host_argument
@click.argument("start", type=moment)
@click.argument("end", type=moment, required=False)
@click.option("--title", default="", help="For the host alone.")
@_zone_option
@as_json_option
@with_appcontext
def add(host_name: str, start: _Moment, end: _Moment | None, title: str, time_zone: str | None, as_json: bool) -> None:
    """Keep START to END free; a day as END is blocked as a whole, and START alone is one whole day."""
    with said_plainly():
        state = current_state()
        host = host_of(state, host_name)
        where = time_zone or schedules.first_zone(state, host.id)
        if end is None and isinstance(start, datetime):
            raise click.UsageError("Say when it ends, too: the END after the START.")
        made = blocks.add(state, host.id, _begin(start, where), _end(start if end is None else end, where), title)
    _print([made], where, as_json=as_json)


@blocked_time.command("list")
@host_argument
@click.option("--all", "everything", is_flag=True, help="Those that are over, too.")
@_zone_option
@as_json_option
@with_appcontext
def list_(host_name: str, everything: bool, time_zone: str | None, as_json: bool) -> None:
    """List blocked times that are not over, each with the id that removes it."""
    with said_plainly():
        state = current_state()
        host = host_of(state, host_name)
        since = datetime.min.replace(tzinfo=UTC) if everything else datetime.now(UTC)
        found = blocks.all_of(state, host.id, since=since)
        where = time_zone or schedules.first_zone(state, host.id)
    _print(found, where, as_json=as_json)


@blocked_time.command("remove")
@host_argument
@click.argument("block_id", metavar="ID")
@with_appcontext
def remove(host_name: str, block_id: str) -> None:
    """Offer a blocked time again."""
    with said_plainly():
        state = current_state()
        blocks.remove(state, host_of(state, host_name).id, block_id)
    click.echo("The time is free again.")


def _begin(when: _Moment, where: str) -> datetime:
    return _instant(when if isinstance(when, datetime) else datetime.combine(when, time()), where)


def _end(when: _Moment, where: str) -> datetime:
    if isinstance(when, datetime):
        return _instant(when.replace(fold=1), where)  # of an hour that comes twice, the second is blocked as well
    try:
        return _instant(datetime.combine(when + timedelta(days=1), time()), where)
    except OverflowError:
        raise _beyond() from None


def _instant(when: datetime, where: str) -> datetime:
    try:
        return (when if when.tzinfo else when.replace(tzinfo=zone(where))).astimezone(UTC)
    except OverflowError:
        raise _beyond() from None


def _beyond() -> click.UsageError:
    return click.UsageError("This lies beyond the calendar.")


def _print(found: list[BlockedTime], where: str, *, as_json: bool) -> None:
    if as_json:
        echo_json(found)
        return
    for one in found:
        start, end = (instant.astimezone(zone(where)) for instant in (one.start, one.end))
        click.echo(f"{one.id}  {start:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M} {where}  {one.title}".rstrip())
