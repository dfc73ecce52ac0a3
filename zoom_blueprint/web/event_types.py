"""Event types on the host's own pages: the list, the form, its preview, and why a time is not offered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.errors import BadInput
from zoom_blueprint.languages import said
from zoom_blueprint.services import connections, hosts, previews, reasons, timetables
from zoom_blueprint.services import event_types as kept_types
from zoom_blueprint.services import schedules as kept_schedules
from zoom_blueprint.state import State
from zoom_blueprint.values import AutoRecording, EventType, Host, Location, WithoutZoom
from zoom_blueprint.web import event_fields, forms, free_times, paged, question_rows, replies, why
from zoom_blueprint.web.signed_in import for_host, for_writing_host, see_other, tell, warn

_PREVIEW, _WHY = "preview", "why"
_STEPS = {"up": -1, "down": 1}
_LONGEST_SLUG = 50


@dataclass(frozen=True)
class Listed:
    """An event type as the list shows it."""

    id: str
    event: EventType
    url: str
    has_page: bool
    without: str | None


@for_host
def event_types(state: State, host: Host) -> AnyResponse:
    """Show what can be booked."""
    theirs, has_google = connections.all_of(state, host.id), connections.has_google(state, host.id)
    page = paged.asked(list(kept_types.by_id(state, host.id).items()))
    listed = [
        Listed(
            event_type_id,
            event,
            state.links.book_url(host.slug or "", event.slug),
            previews.has_page(event, theirs, has_google=has_google),
            None if previews.works(event, theirs) else reasons.without_zoom(event, has_google=has_google),
        )
        for event_type_id, event in page.items
    ]
    return replies.page("event_types.html", host=host, listed=listed, page=page, form=forms.ActionForm())


@for_host
def write_event_type(state: State, host: Host) -> AnyResponse:
    """Show the form for a new event type, with what is usual in it."""
    return _form(state, host, None, {})


@for_host
def event_type(state: State, host: Host, event_type_id: str) -> AnyResponse:
    """Show all that is set of an event type; a date and time in the query are explained."""
    return _form(state, host, event_type_id, {})


def _again(
    state: State, host: Host, event_type_id: str | None = None, *, errors: Mapping[str, str], status: int
) -> AnyResponse:
    """Show the form with what was typed."""
    return _form(state, host, event_type_id, request.form, errors=errors, status=status)


@for_writing_host(_again)
def add_event_type(state: State, host: Host) -> AnyResponse:
    """Create an event type, or go on with the form as the pressed button says."""
    return _sent(state, host, None)


@for_writing_host(_again)
def change_event_type(state: State, host: Host, event_type_id: str) -> AnyResponse:
    """Store what was changed, or go on with the form as the pressed button says."""
    kept_types.get(state, host.id, event_type_id)
    return _sent(state, host, event_type_id)


@for_host
def move_event_type(state: State, host: Host, event_type_id: str) -> AnyResponse:
    """Move an event type by one place, and lead back to its button, to be pressed on; at an end to the other one."""
    way = request.form.get("way", "")
    place = kept_types.move(state, host.id, event_type_id, _STEPS.get(way, 0))
    is_last = place == len(kept_types.all_of(state, host.id)) - 1
    button = "down" if place == 0 else "up" if is_last else way
    page = f"?page={paged.of_place(place)}" if paged.of_place(place) > 1 else ""
    return see_other(f"{state.links.base}/event-types{page}#{button}-{event_type_id}")


@for_host
def remove_event_type(state: State, host: Host, event_type_id: str) -> AnyResponse:
    """Remove an event type that was never booked."""
    event = kept_types.get(state, host.id, event_type_id)
    try:
        kept_types.remove(state, host.id, event_type_id)
    except BadInput as error:
        warn(host, error)
        return see_other(f"{state.links.base}/event-types/{event_type_id}")
    tell(host, said("“{title}” is removed.", title=event.title))
    return see_other(f"{state.links.base}/event-types")


def _sent(state: State, host: Host, event_type_id: str | None) -> AnyResponse:
    fields: Mapping[str, str] = request.form
    deed = fields.get("do", "")
    moved = question_rows.done(fields, deed)
    if moved is not None:
        return _form(state, host, event_type_id, moved[0], go_on=moved[1])
    if deed in (_PREVIEW, _WHY):
        return _form(state, host, event_type_id, fields, deed=deed)
    names = [one.name for one in kept_schedules.kept(state, host.id)]
    if event_type_id is None and not fields.get("slug", "").strip():
        fields = {**fields, "slug": _free_slug(state, host, fields.get("title", ""))}
    event, errors = event_fields.read(fields, names)
    if errors:
        raise BadInput(errors)
    if event_type_id is None:
        kept_types.add(state, host.id, event)
    else:
        kept_types.edit(state, host.id, event_type_id, event)
    ids = {one.slug: one_id for one_id, one in kept_types.by_id(state, host.id).items()}
    tell(host, said("“{title}” is saved.", title=event.title))
    return see_other(f"{state.links.base}/event-types/{ids.get(event.slug, '')}")


def _free_slug(state: State, host: Host, title: str) -> str:
    taken = {one.slug for one in kept_types.all_of(state, host.id)}
    plain = hosts.slug_of(title)[:_LONGEST_SLUG].strip("-") or "meeting"
    return next(slug for slug in (plain, *(f"{plain}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)


def _form(
    state: State,
    host: Host,
    event_type_id: str | None,
    fields: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    deed: str = "",
    go_on: int | None = None,
    status: int = 200,
) -> AnyResponse:
    """Return the form with these fields, or with those of what is stored where none were sent."""
    now = datetime.now(UTC)
    kept = kept_schedules.kept(state, host.id)
    theirs, has_google = connections.all_of(state, host.id), connections.has_google(state, host.id)
    stored = kept_types.get(state, host.id, event_type_id) if event_type_id else None
    if not fields:
        usual = EventType(slug="", title="")
        asked = {name: request.args[name] for name in why.FIELDS if name in request.args}
        fields = {**event_fields.spread(stored or usual, kept[0].name), **asked}
    event, found = event_fields.read(fields, [one.name for one in kept])
    wrong = {name: told for name, told in found.items() if name in event_fields.TIMES}
    preview = answer = None
    shown = {**(errors or {}), **(wrong if deed == _PREVIEW else {})}
    if not wrong:
        schedule = next(one.schedule for one in kept if one.name == (event.schedule or kept[0].name))
        calendars = timetables.look_up(state, host.id)
        bookable = previews.bookable(
            host, event, schedule, theirs, event_type_id or "", has_google=has_google, calendars=calendars
        )
        preview = free_times.preview(state, bookable, now=now)
        if deed == _WHY or fields.get("why-date"):
            try:
                is_connected = previews.works(event, theirs)
                answer = why.answer(state, bookable, fields, is_connected=is_connected, has_google=has_google, now=now)
            except BadInput as error:
                shown |= error.errors
    return replies.page(
        "event_type.html",
        status,
        host=host,
        event_type_id=event_type_id,
        stored=stored,
        url=state.links.book_url(host.slug or "", stored.slug) if stored else None,
        has_page=stored is not None and previews.has_page(stored, theirs, has_google=has_google),
        fields=fields,
        errors=shown,
        is_refused=status != 200,
        wrong=wrong,
        rows=question_rows.rows(fields),
        go_on=go_on,
        reminders=_reminder_rows(fields),
        schedules=kept,
        connections=theirs,
        google_works=has_google,
        locations=list(Location),
        recordings=list(AutoRecording),
        ways=list(WithoutZoom),
        switches=event_fields.SWITCHES,
        preview=preview,
        answer=answer,
        form=forms.ActionForm(),
    )


def _reminder_rows(fields: Mapping[str, str]) -> list[int]:
    """Return the places of reminders to show: those that are there and one more."""
    filled = [place for place in range(event_fields.MOST_REMINDERS) if fields.get(f"reminder-{place}")]
    return list(range(min(max(filled, default=-1) + 2, event_fields.MOST_REMINDERS)))
