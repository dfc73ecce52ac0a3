"""One booking that its host edits: its topic, length and meeting options, and a link of its own."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint import values
from zoom_blueprint.errors import BadInput, BookingEnded, SlotTaken
from zoom_blueprint.languages import said
from zoom_blueprint.services import agendas, edits, own_links, reasons, restorations, settings
from zoom_blueprint.state import State
from zoom_blueprint.values import AutoRecording, BookingStatus, Host, Location, MeetingSettings
from zoom_blueprint.web import agenda, forms, limits, replies, ways_back
from zoom_blueprint.web.kinds import kind_of
from zoom_blueprint.web.signed_in import for_host, for_writing_host, see_other, tell, told_by_mail, warn

SWITCHES: Final = ("waiting_room", "join_before_host", "host_video", "participant_video", "mute_upon_entry")
_ON: Final = {"yes": True, "no": False}
_RECORDINGS: Final = {
    AutoRecording.NONE: said("No"),
    AutoRecording.LOCAL: said("On your computer"),
    AutoRecording.CLOUD: said("In Zoom’s cloud"),
}


@for_host
def edit(state: State, host: Host, booking_id: str) -> AnyResponse:
    """Show what can be changed about a booking."""
    booking = agendas.of_host(state, host.id, booking_id)
    return _page(state, host, booking, _spread(booking))


def _again(state: State, host: Host, booking_id: str, *, errors: Mapping[str, str], status: int = 422) -> AnyResponse:
    """Show both forms with what was typed into the one that was sent."""
    booking = agendas.of_host(state, host.id, booking_id)
    fields = {**_spread(booking), **request.form.to_dict()}
    return _page(state, host, booking, fields, errors=errors, status=status)


@for_writing_host(_again)
def save(state: State, host: Host, booking_id: str) -> AnyResponse:
    """Change topic, length and options."""
    booking = agendas.of_host(state, host.id, booking_id)
    fields = request.form
    try:
        wanted, minutes = _wanted(fields, booking), _minutes(fields, booking)
        is_told = minutes not in (None, _length(booking))
        with limits.retelling(state, _readers(booking) if is_told else ()):
            edited = edits.edit(state, booking.id, topic=fields.get("topic"), duration_minutes=minutes, settings=wanted)
    except SlotTaken as error:
        return _again(state, host, booking_id, errors={"duration_minutes": str(error)}, status=kind_of(error)[0])
    except BookingEnded as error:
        warn(host, error)
    else:
        has_moved = edited.sequence != booking.sequence
        told = told_by_mail(state, booking.name) if has_moved else None
        tell(host, said("The booking with {name} is changed.", name=booking.name), told)
    return see_other(ways_back.to_booking(state, booking.id))


@for_writing_host(_again)
def use_link(state: State, host: Host, booking_id: str) -> AnyResponse:
    """Give the booking a link of its own, or take it back where the field is empty."""
    booking = agendas.of_host(state, host.id, booking_id)
    link = "" if request.form.get("take_back") else request.form.get("link", "")
    try:
        if not link.strip() and not request.form.get("take_back"):
            raise BadInput({"link": said("Paste a link.")})
        with limits.retelling(state, _readers(booking)):
            changed = own_links.use(state, booking.id, link)
    except BookingEnded as error:
        warn(host, error)
    else:
        mine = said("The booking with {name} has your own link now.", name=booking.name)
        theirs = said("The booking with {name} has no link of its own any more.", name=booking.name)
        if changed != booking:
            tell(host, mine if changed.is_own_link else theirs, told_by_mail(state, booking.name))
    return see_other(ways_back.to_booking(state, booking.id))


def _wanted(fields: Mapping[str, str], booking: values.Booking) -> MeetingSettings | None:
    """Return the options that a form names; None where it has none, as for what does not take place in Zoom."""
    if "waiting_room" not in fields:
        return None
    recording = fields.get("auto_recording", "")
    hosts = forms.guests_of(fields.get("alternative_hosts", ""))
    usual = booking.event.settings.alternative_hosts
    return MeetingSettings(
        **{name: _ON.get(fields.get(name, "")) for name in SWITCHES},
        auto_recording=AutoRecording(recording) if recording in _RECORDINGS else None,
        alternative_hosts=() if hosts == usual else hosts,
    )


def _minutes(fields: Mapping[str, str], booking: values.Booking) -> int | None:
    """Return the length that a form names, None where it has begun and none can be named.

    Raises:
        BadInput: it is no whole number.
    """
    text = fields.get("duration_minutes", "").strip()
    if not text and booking.start <= datetime.now(UTC):
        return None
    try:
        return int(text[:9])
    except ValueError:
        words = said("Enter a whole number of minutes from {low} to {high}.", low=1, high=edits.LONGEST)
        raise BadInput({"duration_minutes": words}) from None


def _length(booking: values.Booking) -> int:
    return int((booking.end - booking.start).total_seconds()) // 60


def _readers(booking: values.Booking) -> tuple[str, ...]:
    return booking.email, *booking.guests


def _spread(booking: values.Booking) -> dict[str, str]:
    """Return what the forms show of a booking."""
    own = booking.settings or MeetingSettings()
    words = {None: "", True: "yes", False: "no"}
    return {
        "topic": booking.topic or "",
        "duration_minutes": str(_length(booking)),
        **{name: words[getattr(own, name)] for name in SWITCHES},
        "auto_recording": own.auto_recording or "",
        "alternative_hosts": ", ".join(own.alternative_hosts),
        "link": (booking.join_url or "") if booking.is_own_link else "",
    }


def _page(
    state: State,
    host: Host,
    booking: values.Booking,
    fields: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> AnyResponse:
    now = datetime.now(UTC)
    is_open = booking.status is not BookingStatus.CANCELLED and booking.end > now
    return replies.page(
        "edit.html",
        status,
        host=host,
        entry=agenda.entry(host, booking),
        is_open=is_open,
        has_begun=booking.start <= now,
        in_zoom=booking.event.location is Location.ZOOM and not booking.is_own_link,
        usual_topic=settings.usual_topic(booking.event.title, booking.name),
        switches=[(name, reasons.SETTINGS[name], getattr(booking.event.settings, name)) for name in SWITCHES],
        recordings=_RECORDINGS,
        lasting=restorations.lasting(state, booking),
        longest=edits.LONGEST,
        longest_topic=edits.LONGEST_TOPIC,
        fields=fields,
        errors=errors or {},
        has_mail=state.has_mail,
        back=ways_back.of_booking(booking.id),
        way_back=ways_back.untouched(state, booking.id),
        form=forms.ActionForm(),
    )
