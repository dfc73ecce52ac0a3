"""The host's pages of webhooks: where programs are told of what happens, by which secret, and whether it arrives."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.errors import BadInput
from zoom_blueprint.events import EventName, for_programs
from zoom_blueprint.languages import Said, said
from zoom_blueprint.services import endpoints as kept
from zoom_blueprint.services import postings, times
from zoom_blueprint.state import State
from zoom_blueprint.store.base import new_id
from zoom_blueprint.values import DisabledReason, Endpoint, Host
from zoom_blueprint.web import faults, forms, limits, reading, replies, subjects
from zoom_blueprint.web.signed_in import for_host, for_writing_host, see_other, tell, warn

_USUAL = (
    EventName.BOOKING_CONFIRMED,
    EventName.BOOKING_RESCHEDULED,
    EventName.BOOKING_CANCELLED,
    EventName.MEETING_READY,
)
_OF_GOOGLE = ("google.", "calendar.")
_OFF = {
    DisabledReason.GONE: said("It answered that it takes no more messages."),
    DisabledReason.FAILING: said("It took no message for three days."),
}


@dataclass(frozen=True)
class Shown:
    """An endpoint as pages show it, its instants in words; ``off`` says why nothing is sent there."""

    endpoint: Endpoint
    name: str
    off: Said | None
    failing: str | None
    both_until: str | None


@for_host
def endpoints(state: State, host: Host) -> AnyResponse:
    """Show the host's endpoints."""
    listed = [_shown(host, one) for one in kept.all_of(state, host.id)]
    return replies.page("endpoints.html", host=host, listed=listed, most=kept.MOST)


@for_host
def write_endpoint(state: State, host: Host) -> AnyResponse:
    """Show the form for a new endpoint."""
    return _form(state, host, MultiDict([("events", str(one)) for one in _USUAL]))


def _make_again(state: State, host: Host, *, errors: Mapping[str, str], status: int) -> AnyResponse:
    """Show the form with what was typed."""
    return _form(state, host, request.form, errors=errors, status=status)


@for_writing_host(_make_again)
def make_endpoint(state: State, host: Host) -> AnyResponse:
    """Make an endpoint, and show its secret on the answer itself, which nothing keeps."""
    url, events, name = _sent()
    made, secret = kept.make(state, host.id, url, events, name=name, endpoint_id=forms.once())
    return _with_secret(host, made, secret, 201)


@for_host
def endpoint(state: State, host: Host, endpoint_id: str) -> AnyResponse:
    """Show one endpoint, to be changed, tested and switched on."""
    found = kept.get(state, host.id, endpoint_id)
    given = [("url", found.url), ("name", found.name), *(("events", one) for one in found.events)]
    return _form(state, host, MultiDict(given), found=found)


def _change_again(state: State, host: Host, endpoint_id: str, *, errors: Mapping[str, str], status: int) -> AnyResponse:
    found = kept.get(state, host.id, endpoint_id)
    return _form(state, host, request.form, found=found, errors=errors, status=status)


@for_writing_host(_change_again)
def change_endpoint(state: State, host: Host, endpoint_id: str) -> AnyResponse:
    """Keep another address, name or choice of events."""
    url, events, name = _sent()
    kept.change(state, host.id, endpoint_id, url, events, name=name)
    tell(host, said("The webhook is saved."))
    return see_other(f"{state.links.base}/endpoints")


@for_host
def test_endpoint(state: State, host: Host, endpoint_id: str) -> AnyResponse:
    """Send a message that tells of nothing, and say what came of it."""
    found = kept.get(state, host.id, endpoint_id)
    with limits.replaying(state, host, endpoint_id, None):
        posted = postings.test(state, host.id, found.id)
    if posted.error is None:
        tell(host, said("The test arrived: your program answered with {code}.", code=posted.status))
    else:
        why = faults.words(posted.error) or posted.error
        warn(host, said("The test did not arrive. {why}", why=why))
    return _back(state, found)


@for_host
def rotate_endpoint(state: State, host: Host, endpoint_id: str) -> AnyResponse:
    """Give an endpoint a new secret, and show it on the answer itself, which nothing keeps; once for each form."""
    seen = kept.get(state, host.id, endpoint_id)
    try:
        if request.form.get("once", _secrets(seen)) != _secrets(seen):
            raise BadInput({"": kept.ROTATED})
        found, secret = kept.rotate(state, host.id, endpoint_id, seen=seen)
    except BadInput as error:
        warn(host, error.errors[""])
        return _back(state, seen)
    return _with_secret(host, found, secret, 200)


@for_host
def enable_endpoint(state: State, host: Host, endpoint_id: str) -> AnyResponse:
    """Send to an endpoint again."""
    found = kept.enable(state, host.id, endpoint_id)
    tell(host, said("The webhook is switched on. What did not arrive can be sent again from the page Deliveries."))
    return _back(state, found)


@for_host
def ask_remove_endpoint(state: State, host: Host, endpoint_id: str) -> AnyResponse:
    """Ask before an endpoint is removed: a program may live by it."""
    shown = _shown(host, kept.get(state, host.id, endpoint_id))
    return replies.page("endpoint_remove.html", host=host, shown=shown, form=forms.ActionForm())


@for_host
def remove_endpoint(state: State, host: Host, endpoint_id: str) -> AnyResponse:
    """Forget an endpoint."""
    kept.remove(state, host.id, endpoint_id)
    tell(host, said("The webhook is removed. Nothing is sent there any more."))
    return see_other(f"{state.links.base}/endpoints")


def _sent() -> tuple[str, list[str], str]:
    return request.form.get("url", ""), request.form.getlist("events"), request.form.get("name", "")


def _back(state: State, found: Endpoint) -> AnyResponse:
    return see_other(f"{state.links.base}/endpoints/{found.id}")


def _secrets(found: Endpoint) -> str:
    """Return what changes whenever there is a new secret, and tells nothing of it."""
    return str(found.former_until or "")


def _with_secret(host: Host, found: Endpoint, secret: str, status: int) -> AnyResponse:
    return replies.page("endpoint_made.html", status, host=host, shown=_shown(host, found), secret=secret)


def _form(
    state: State,
    host: Host,
    fields: MultiDict[str, str],
    *,
    found: Endpoint | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> AnyResponse:
    offered = [one for one in for_programs if state.config.has_google or not one.startswith(_OF_GOOGLE)]
    return replies.page(
        "endpoint.html",
        status,
        host=host,
        shown=None if found is None else _shown(host, found),
        offered=[(one, subjects.about(one)) for one in offered],
        fields=fields,
        errors=errors or {},
        longest=kept.LONGEST_NAME,
        once=new_id() if found is None else _secrets(found),
        form=forms.ActionForm(),
    )


def _shown(host: Host, found: Endpoint) -> Shown:
    moment = partial(times.moment, time_zone=host.time_zone, locale=reading.of_host(host).locale)
    is_off, has_both = found.disabled_at is not None, found.former_until and found.former_until > datetime.now(UTC)
    return Shown(
        endpoint=found,
        name=found.name or found.site,
        off=_OFF[found.disabled_reason] if is_off and found.disabled_reason else None,
        failing=moment(found.failing_since) if found.failing_since and not is_off else None,
        both_until=moment(found.former_until) if found.former_until and has_both else None,
    )
