"""The options that set the fields of an event type, each named on the command line or left as it is."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

import click

from zoom_blueprint.cli.kinds import day, minutes, number, one_of, or_word, several, switch, word
from zoom_blueprint.cli.questions import asked, questions
from zoom_blueprint.values import AutoRecording, EventType, Location, MeetingSettings, WithoutZoom

_F = TypeVar("_F", bound=Callable[..., None])
_LIMIT = or_word(number, "none")
_SWITCH = or_word(switch, "account")
_SETTINGS = {field.name for field in fields(MeetingSettings)}

_OPTIONS = (
    click.option("--title", help="What visitors read; at first made from the slug."),
    click.option("--description", help="The lead text below the title."),
    click.option("--minutes", "duration_minutes", type=minutes, help="How long it takes."),
    click.option("--step", "step_minutes", type=minutes, help="From one offered start to the next."),
    click.option("--buffer-before", type=minutes, help="Kept free before it."),
    click.option("--buffer-after", type=minutes, help="Kept free after it."),
    click.option("--notice", "notice_minutes", type=minutes, help="How long before its start it can still be booked."),
    click.option(
        "--days",
        "horizon_days",
        type=or_word(number, "forever"),
        help="How many days ahead it is offered; instead of --from and --until.",
    ),
    click.option("--from", "first_day", type=day, help="The first day on which it is offered."),
    click.option("--until", "last_day", type=day, help="The last one."),
    click.option("--per-day", type=_LIMIT, help="How many may begin on one day."),
    click.option("--per-week", type=_LIMIT, help="How many may begin in one week, from Monday on."),
    click.option("--schedule", type=or_word(word, "first"), help="The schedule that holds its hours, by name."),
    click.option("--approval/--no-approval", default=None, help="Each booking waits for the host."),
    click.option(
        "--approval-when-moved/--no-approval-when-moved",
        default=None,
        help="An approved one waits again when it is moved.",
    ),
    click.option("--reminders", type=several(minutes), help="How long before the start, like 1d,1h."),
    click.option(
        "--ask",
        "asked",
        multiple=True,
        nargs=3,
        metavar="KIND NAME LABEL",
        help="A question; all that are asked are named. KIND is text, textarea, checkbox, phone or, with its answers, "
        '"choice:Sales|Support"; a LABEL that ends with * must be answered.',
    ),
    click.option("--no-questions", "asks_nothing", is_flag=True, help="Ask for name and mail address only."),
    click.option("--questions", type=questions, help="All questions as JSON, instead of --ask."),
    click.option("--location", type=one_of(Location), help="Where it takes place."),
    click.option("--place", "location_text", help="The link, number or address where that is not Zoom."),
    click.option("--connection", "connection_id", type=or_word(word, "any"), help="Which of the Zoom accounts."),
    click.option(
        "--without-zoom",
        type=one_of(WithoutZoom),
        help="While no Zoom account works: not offered, the link follows, or the link in --place.",
    ),
    click.option("--waiting-room", type=_SWITCH, help="yes, no, or as the Zoom account has it; so the next four."),
    click.option("--join-before-host", type=_SWITCH),
    click.option("--host-video", type=_SWITCH),
    click.option("--participant-video", type=_SWITCH),
    click.option("--mute-upon-entry", type=_SWITCH),
    click.option("--auto-recording", type=or_word(one_of(AutoRecording), "account")),
    click.option("--alternative-hosts", type=several(word), help="Mail addresses of the Zoom account's users."),
    click.option("--colour", help="For calendars, like #2457d6."),
    click.option("--hidden/--public", default=None, help="Hidden: booked by whoever has the address."),
    click.option("--active/--inactive", default=None, help="Only an active one can be booked."),
)


def event_options(command: _F) -> _F:
    """Add the options to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def changed(event: EventType, named: Mapping[str, Any]) -> EventType:
    """Return the event type with the named options' values.

    Raises:
        UsageError: two options contradict each other.
    """
    own = {name: one for name, one in named.items() if name in EventType.__dataclass_fields__}
    settings = {name: one for name, one in named.items() if name in _SETTINGS}
    days = {"first_day", "last_day"} & own.keys()
    if "horizon_days" in own:
        if days:
            raise click.UsageError("Give either --days or --from and --until.")
        own |= {"first_day": None, "last_day": None}
    ways = [name for name in ("asked", "questions", "asks_nothing") if name in named]
    if len(ways) > 1:
        raise click.UsageError("Give one of --ask, --questions and --no-questions.")
    if "asked" in ways:
        own["questions"] = asked(named["asked"])
    elif "asks_nothing" in ways:
        own["questions"] = ()
    return replace(event, **own, settings=replace(event.settings, **settings))
