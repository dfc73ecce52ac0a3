"""``flask zoom event-type``: what can be booked with a host."""

from collections.abc import Iterator
from typing import Any

import click
import msgspec
from flask.cli import with_appcontext

from zoom_blueprint.cli.event_fields import changed, event_options
from zoom_blueprint.cli.questions import lines_of
from zoom_blueprint.cli.speaking import as_json_option, echo_json, given, host_argument, host_of, said_plainly
from zoom_blueprint.errors import NotFound
from zoom_blueprint.services import event_types
from zoom_blueprint.state import current_state
from zoom_blueprint.values import EventType


@click.group("event-type")
def event_type() -> None:
    """Set what can be booked; lengths of time are minutes, or like 2h or 1d."""


@event_type.command("put")
@host_argument
@click.argument("slug")
@event_options
@as_json_option
@with_appcontext
def put(host_name: str, slug: str, as_json: bool, **_: object) -> None:
    """Make or change an event type; what is not named stays, or begins with its default."""
    named = given()
    with said_plainly():
        state = current_state()
        host = host_of(state, host_name)

        def change(old: EventType | None) -> EventType:
            return changed(old or EventType(slug=slug, title=slug.replace("-", " ").capitalize()), named)

        stored = event_types.change(state, host.id, slug, change)
    _print(host.slug or "", stored, as_json=as_json)


@event_type.command("show")
@host_argument
@click.argument("slug")
@as_json_option
@with_appcontext
def show(host_name: str, slug: str, as_json: bool) -> None:
    """Show all that is set of an event type."""
    with said_plainly():
        state = current_state()
        host = host_of(state, host_name)
        found = {one.slug: one for one in event_types.all_of(state, host.id)}
        if slug not in found:
            raise NotFound(f"This host has no event type {slug!r}, only: {', '.join(found)}.")
    _print(host.slug or "", found[slug], as_json=as_json)


@event_type.command("list")
@host_argument
@as_json_option
@with_appcontext
def list_(host_name: str, as_json: bool) -> None:
    """List a host's event types."""
    with said_plainly():
        state = current_state()
        host = host_of(state, host_name)
        found = event_types.all_of(state, host.id)
    if as_json:
        echo_json(found)
        return
    for one in found:
        marks = [mark for mark, holds in (("hidden", one.hidden), ("inactive", not one.active)) if holds]
        click.echo("  ".join((f"{host.slug}/{one.slug}", one.title, f"{one.duration_minutes} min", *marks)))


def _print(host_slug: str, event: EventType, *, as_json: bool) -> None:
    if as_json:
        echo_json(event)
        return
    click.echo(f"{host_slug}/{event.slug}")
    for name, value in _rows(event):
        click.echo(f"  {name.replace('_', ' '):22}{value}")
    for line in lines_of(event.questions):
        click.echo(f"  {line}")


def _rows(event: EventType) -> Iterator[tuple[str, str]]:
    plain: dict[str, Any] = msgspec.to_builtins(event)
    settings = plain.pop("settings")
    for name in ("slug", "questions"):
        del plain[name]
    for name, value in {**plain, **settings}.items():
        yield name, _said(value)


def _said(value: object) -> str:
    match value:
        case None | "" | () | []:
            return "–"
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(str(one) for one in value)
        case _:
            return str(value)
