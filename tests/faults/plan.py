"""What may go wrong on Zoom's side, and which of it is tried on which database.

The bodies are Zoom's own words; see the page "Error Codes" and the captured answers of devforum.zoom.us thread 18928.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum

import pytest

PER_SECOND = "You have reached the maximum per-second rate limit for this API. Try again later."
PER_DAY = (
    "You have reached the maximum daily rate limit for this API. Refer to the response header for details on when you"
    " can make another request."
)
HUNDRED = (
    "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests permitted for this particular"
    " user. You may resume these requests at GMT 00:00:00."
)
NO_SCOPES = (
    "Invalid access token, does not contain scopes:[meeting:write:meeting, meeting:read:meeting,"
    " meeting:update:meeting, meeting:delete:meeting, meeting:read:list_meetings, user:read:user]."
)
HTML = "<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"
XML = '<?xml version="1.0" encoding="UTF-8"?><result><code>300</code><message>Service Unavailable.</message></result>'


class Kind(StrEnum):
    """What a fault means for the one who asked."""

    HARMLESS = "harmless"  # late or odd, and everything is there
    UNCLEAR = "unclear"  # it may have happened
    REFUSED = "refused"  # a clear no that is over at the next call
    WAIT = "wait"
    TOKEN = "token"
    SCOPES = "scopes"
    GONE = "gone"


class Place(StrEnum):
    """Where ``make test`` tries a fault; the rest of the matrix is for ``make test-deep``."""

    BOTH = "both databases, whatever is done"
    ALWAYS = "one database, whatever is done"
    ONE = "one database, where Zoom is to change something"
    DEEP = "nowhere"


def iso(when: datetime) -> str:
    """Write an instant as Zoom does in ``Retry-After``."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def http_date(when: datetime) -> str:
    """Write an instant as HTTP wants it."""
    return format_datetime(when, usegmt=True)


@dataclass(frozen=True)
class Fault:
    """One way to go wrong; ``happens`` tells that Zoom does what was asked nevertheless.

    ``names`` returns the instant before which Zoom does not want to be asked again, ``written`` is how ``Retry-After``
    says it; without the latter only the body does.
    """

    name: str
    kind: Kind
    details: Mapping[str, object]
    happens: bool = False
    names: Callable[[datetime], datetime] | None = None
    written: Callable[[datetime], str] | None = None
    place: Place = Place.ONE
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def refreshes(self) -> int:
        """How often the tokens are refreshed because of it."""
        return 1 if self.kind is Kind.TOKEN else 0


def _json(status: int, code: int, message: str) -> dict[str, object]:
    return {"status": status, "body": {"code": code, "message": message}}


def _in(**span: float) -> Callable[[datetime], datetime]:
    return lambda now: (now + timedelta(**span)).replace(microsecond=0)


def _midnight(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _done(name: str, place: Place = Place.ONE, **details: object) -> Fault:
    return Fault(name, Kind.UNCLEAR, {"effect": True, **details}, happens=True, place=place)


_DAILY = {"X-RateLimit-Category": "Light", "X-RateLimit-Type": "Daily-limit", "X-RateLimit-Remaining": "0"}
_LIGHT = {"X-RateLimit-Category": "Light", "X-RateLimit-Limit": "6000", "X-RateLimit-Remaining": "5893"}

FAULTS = (
    Fault("late_effect", Kind.HARMLESS, {"delay": 0.3}),
    Fault("late_answer", Kind.HARMLESS, {"delay_after": 0.3}),
    Fault("odd_content_type", Kind.HARMLESS, {}, headers={"Content-Type": "text/html"}),
    Fault("dropped_before", Kind.UNCLEAR, {"drop": "before"}, place=Place.BOTH),
    Fault("dropped_after", Kind.UNCLEAR, {"drop": "after"}, happens=True, place=Place.BOTH),
    Fault("html_500", Kind.UNCLEAR, {"status": 500, "body": HTML}, place=Place.ALWAYS),
    Fault("empty_502", Kind.UNCLEAR, {"status": 502}),
    Fault("xml_503", Kind.UNCLEAR, {"status": 503, "body": XML, "content_type": "application/xml"}),
    Fault("html_200", Kind.UNCLEAR, {"status": 200, "body": "<html><title>Please sign in</title></html>"}),
    _done("done_and_500", Place.ALWAYS, status=500, body=HTML),
    _done("done_and_cut_short", status=201, body='{"uuid": "4444AAAiAAAAAiAii', content_type="application/json"),
    _done("done_and_empty", status=201, body=""),
    Fault("per_second", Kind.WAIT, _json(429, 429, PER_SECOND), place=Place.ALWAYS),
    Fault("wait_iso", Kind.WAIT, _json(429, 429, PER_DAY), names=_in(hours=3), written=iso, headers=_DAILY),
    Fault("wait_http_date", Kind.WAIT, _json(429, 429, PER_DAY), names=_in(hours=2), written=http_date),
    Fault("wait_seconds", Kind.WAIT, _json(429, 429, PER_DAY), names=_in(), written=lambda _: "1"),
    Fault("hundred_a_day", Kind.WAIT, _json(429, 429, HUNDRED), names=_midnight, headers=_LIGHT),
    Fault("token_refused", Kind.TOKEN, _json(401, 124, "Invalid access token."), place=Place.BOTH),
    Fault("scope_missing", Kind.SCOPES, _json(400, 4711, NO_SCOPES), place=Place.BOTH),
    Fault("not_found", Kind.GONE, _json(404, 3001, "Meeting does not exist: 81234567890.")),
    # Longer than any call of ours takes.
    Fault("too_late_effect", Kind.UNCLEAR, {"delay": 11.5}, happens=True, place=Place.DEEP),
    Fault("too_late_answer", Kind.UNCLEAR, {"delay_after": 11.5}, happens=True, place=Place.DEEP),
)
"""The 201 and 200 stand where Zoom says 204, too: both are answers of which nothing can be read."""


def cells(
    action: str,
    *more: Fault,
    without: Sequence[str] = (),
    only_reads: bool = False,
) -> pytest.MarkDecorator:
    """Give a test the argument ``fault`` and both databases, all of it or what ``make test`` has time for."""
    chosen = [fault for fault in (*FAULTS, *more) if fault.name not in without]
    return pytest.mark.parametrize(
        ("fault", "database_kind"),
        [
            pytest.param(
                fault,
                database,
                id=f"{action}-{fault.name}-{database}",
                marks=_marks(fault, database, only_reads=only_reads),
            )
            for fault in chosen
            for database in ("sqlite", "postgresql")
        ],
    )


def _marks(fault: Fault, database: str, *, only_reads: bool) -> list[pytest.MarkDecorator]:
    places = {Place.BOTH} if database == "postgresql" else {Place.BOTH, Place.ALWAYS}
    if database == "sqlite" and not only_reads:
        places.add(Place.ONE)
    return [] if fault.place in places else [pytest.mark.deep]
