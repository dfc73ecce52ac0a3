"""The interlock: before a host leaves, or when their time is over, they say what shall become of Zoom."""

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.errors import ConfigurationError
from zoom_blueprint.services import clocks
from zoom_blueprint.state import State, current_state
from zoom_blueprint.values import Host
from zoom_blueprint.web import reading, replies, session_clock, sign_in
from zoom_blueprint.web.signed_in import current_host, for_leaving_host, see_other


@for_leaving_host
def session_left(state: State, host: Host) -> AnyResponse:
    """Return how many seconds are left, null while there is no bound, and a fresh token for the form of an old page."""
    return _as_json(state, host, clocks.now())


@for_leaving_host
def ask_leave(state: State, host: Host) -> AnyResponse:
    """Ask who pressed sign-out what shall become of Zoom; nobody else is asked here."""
    now = clocks.now()
    clock = session_clock.of(state, host, now)
    if clock is None or not (clock.is_leaving or clock.is_over(now)):
        return redirect(f"{state.links.base}/")
    session_clock.show(state, host, clock, now)
    return replies.page("leave.html", host=host)


@for_leaving_host
def answer_interlock(state: State, host: Host) -> AnyResponse:
    """Do what the host has chosen: stay, disconnect Zoom and leave, or leave; no answer is one too."""
    now = clocks.now()
    clock = session_clock.of(state, host, now)
    choice = request.form.get("answer")
    if choice == "stay" and (clock is None or not clock.is_over(now)):
        return _stay(state, host, is_bound=clock is not None)
    if choice not in ("stay", "disconnect", "leave", "none"):
        return redirect(f"{state.links.base}/")
    is_confirmed = clocks.cut(state, host.id) if choice == "disconnect" else None
    # Who stays after the end has to sign in again: whoever sits there may be somebody else by now.
    is_cut = session_clock.end(state, host, is_answered=choice != "none")
    after = (clock.after if clock and choice != "stay" else "") or sign_in.address_of(state)
    if choice in ("stay", "leave") and after:
        return see_other(after)
    return replies.page(
        "left.html",
        language=reading.of_host(host),
        is_confirmed=is_cut if is_confirmed is None else is_confirmed,
        is_unanswered=choice == "none",
        after=after or sign_in.first_page(state),
    )


def leave(endpoint: str | None) -> Response:
    """Sign the host of this request out, after a question while their Zoom is connected.

    Raises:
        ConfigurationError: there is no ``sign_out`` function.
    """
    state = current_state()
    if state.hooks.sign_out is None:
        raise ConfigurationError("Say how your app ends a sign-in: decorate a function with @zoom.sign_out.")
    after = url_for(endpoint) if endpoint else ""
    host, now = current_host(state), clocks.now()
    clock = session_clock.of(state, host, now) if host else None
    if clock is not None:
        session_clock.keep(clocks.hurry(clock, now, after))
        return see_other(f"{state.links.base}/leave")
    session_clock.forget()
    state.hooks.sign_out()
    return see_other(after or sign_in.address_of(state) or sign_in.first_page(state))


def _stay(state: State, host: Host, *, is_bound: bool) -> AnyResponse:
    now = clocks.now()
    if is_bound:
        session_clock.keep(clocks.begin(state, host.id, now))
    if request.accept_mimetypes.best == "application/json":
        return _as_json(state, host, now)
    back, home = request.form.get("back", ""), sign_in.first_page(state)
    is_ours = back.startswith(home) and back.isascii() and back.isprintable()
    return see_other(f"{state.config.public_url}{back if is_ours else home}")


def _as_json(state: State, host: Host, now: float) -> AnyResponse:
    clock = session_clock.of(state, host, now)
    shown = session_clock.show(state, host, clock, now)
    if shown is None:
        return replies.json_reply({"left": None})
    return replies.json_reply({"left": shown.left, "until": shown.until, "token": shown.form.csrf_token.current_token})
