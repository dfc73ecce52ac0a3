"""The session clock: kept in the host app's session, shown on each page of a host, and the end of what they may see.

Flask keeps sessions in a cookie unless the app does otherwise, and a cookie can be kept and sent again: an old one is
good until the end that stands in it, and no longer.
"""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from flask import g, session
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.languages import said
from zoom_blueprint.services import clocks, times
from zoom_blueprint.services.clocks import Clock
from zoom_blueprint.state import State
from zoom_blueprint.values import Host
from zoom_blueprint.web import forms, reading, replies, sign_in

_KEY = "zoom_clock"


@dataclass(frozen=True)
class Shown:
    """What a page says of the clock, and asks when it is nearly over."""

    clock: Clock
    left: int
    until: str
    form: forms.ActionForm
    cuts: bool
    asked_before: int = clocks.ASKED_BEFORE
    answer_seconds: int = clocks.ANSWER_SECONDS

    @property
    def is_asking(self) -> bool:
        """Whether the question stands in the page from the beginning."""
        return self.clock.is_leaving or self.left <= self.asked_before


def of(state: State, host: Host, now: float) -> Clock | None:
    """Return the clock of this sign-in, a new one if it has none; None while none is running."""
    found = _read(host)
    if not clocks.are_running(state):
        found = None
    elif found is not None and found.left(now) > clocks.ASKED_BEFORE:
        return keep(clocks.cap(state, found, now))
    elif clocks.is_connected(state, host.id):
        return keep(found or clocks.begin(state, host.id, now))
    forget()
    return None


def keep(clock: Clock) -> Clock:
    """Write a clock into the session and return it."""
    told: dict[str, Any] = asdict(clock)
    if session.get(_KEY) != told:
        session[_KEY] = told
    return clock


def forget() -> None:
    """Take the clock out of the session."""
    session.pop(_KEY, None)


def refuse(state: State, host: Host) -> AnyResponse | None:
    """Return the answer for somebody whose time is over, and who is not served; None for all others.

    They are asked once what shall become of Zoom. Who does not answer is signed out with what they ask for next.
    """
    now = clocks.now()
    clock = of(state, host, now)
    show(state, host, clock, now)
    if clock is None or not clock.is_over(now):
        return None
    if clock.is_unanswered(now):
        is_confirmed = end(state, host, is_answered=False)
        return replies.page(
            "left.html",
            401,
            language=reading.of_host(host),
            is_confirmed=is_confirmed,
            is_unanswered=True,
            after=sign_in.address_of(state) or sign_in.first_page(state),
        )
    if clock.asked_at is None:
        clock = keep(Clock(**{**asdict(clock), "asked_at": now}))
    if replies.is_for_programs():
        return replies.problem(401, None, said("Please sign in"), said("Your time here is over."))
    return replies.page("leave.html", 401, host=host)


def show(state: State, host: Host, clock: Clock | None, now: float) -> Shown | None:
    """Let the pages of this request show the clock, and return what they show."""
    if clock is None:
        return None
    until = times.clock(datetime.fromtimestamp(clock.ends_at, UTC), host.time_zone, reading.of_host(host).locale)
    cuts = state.config.interlock_action == "disconnect"
    shown = g.zoom_clock = Shown(clock, clock.left(now), until, forms.ActionForm(), cuts)
    return shown


def end(state: State, host: Host, *, is_answered: bool = True) -> bool | None:
    """End the sign-in; return whether Zoom confirmed that it is disconnected, None when it stays connected."""
    is_confirmed = None
    if not is_answered and state.config.interlock_action == "disconnect":
        is_confirmed = clocks.cut(state, host.id)
    forget()
    if state.hooks.sign_out is not None:
        state.hooks.sign_out()
    return is_confirmed


def _read(host: Host) -> Clock | None:
    """Return what the session says, if it is about this host."""
    kept = session.get(_KEY)
    if not isinstance(kept, dict) or kept.get("host_id") != host.id:
        return None
    return Clock(**kept)
