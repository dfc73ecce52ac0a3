"""Offered times as the visitor API answers with them: whoever holds the answer already is told so at little cost."""

import gzip
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec
from flask import Response
from werkzeug.datastructures import Headers
from werkzeug.http import parse_accept_header

from zoom_blueprint.errors import BadInput, SiteRefused
from zoom_blueprint.languages import Language, said
from zoom_blueprint.scheduling.instants import utc_json
from zoom_blueprint.scheduling.zones import zone
from zoom_blueprint.services import availability, bookables, bookings
from zoom_blueprint.services.availability import Range, Stamp
from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.services.tallies import Step
from zoom_blueprint.state import State, current_state
from zoom_blueprint.web import looks, reading, replies
from zoom_blueprint.web.asked import request_itself
from zoom_blueprint.web.asking import fields_for
from zoom_blueprint.web.asking_sites import ensure_may_read
from zoom_blueprint.web.contract import event_parts
from zoom_blueprint.web.strings import words
from zoom_blueprint.web.visitor import held

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_MOST_KEPT = 500
_TO_THE_MINUTE = len("2030-01-15T09:00")
_LASTS = (("Cache-Control", "no-cache"), ("Vary", "Accept-Language, Accept-Encoding"))
_FASTEST = 1
_encoded: dict[tuple[str, int, int, str, bool], dict[str, msgspec.Raw]] = {}
# By the question as it was sent, with the stamp of its answer: the answer's ETag.
_tags: dict[tuple[str, str | None, Stamp], str] = {}


def slots(host: str, event: str) -> Response:
    """Answer with the offered starts of some days."""
    state = current_state()
    bookable = bookables.look_up(state, host, event)
    try:
        ensure_may_read(state, bookable)
    except SiteRefused:
        looks.count_times(state, bookable, Step.REFUSED)
        raise
    looks.count_times(state, bookable)
    now = datetime.now(UTC)
    sent = request_itself().environ  # as the server has it: most visitors are answered without more
    question = sent.get("QUERY_STRING", ""), sent.get("HTTP_ACCEPT_LANGUAGE"), availability.stamp(state, bookable, now)
    has = sent.get("HTTP_IF_NONE_MATCH")
    if has is not None and has == _tags.get(question) and state.hooks.busy_times is None:
        return _varied(_unchanged(has), bookable)
    response = _varied(_slots(state, bookable, now=now), bookable)
    if len(_tags) >= _MOST_KEPT:
        _tags.clear()
    _tags[question] = response.headers["ETag"]
    return response


def _varied(response: Response, bookable: Bookable) -> Response:
    """Tell caches of an answer that not every site's page is given."""
    if bookable.allowed_sites:
        response.vary.add("Origin")
    return response


def slots_again(token: str) -> Response:
    """Answer with the starts to which a booking can move; its own time counts as free."""
    state = current_state()
    booking = held(state, token)
    return _slots(state, bookings.bookable_again(state, booking.id), now=datetime.now(UTC), moving=booking.id)


def _slots(state: State, bookable: Bookable, *, now: datetime, moving: str | None = None) -> Response:
    days = _asked_days(bookable.schedule.time_zone)
    language = reading.of_visitor()
    has = request_itself().environ.get("HTTP_IF_NONE_MATCH", "")
    known, _, spoken = has.strip().removeprefix("W/").strip('"').partition("-")
    known = known if spoken == language.code else ""
    offer = availability.offer(state, bookable, days, now=now, moving=moving, known=known)
    tag = f'W/"{offer.etag}-{language.code}"'  # weak, for it names the answer however it is packed
    if offer.starts is None or offer.etag == known:
        return _unchanged(tag)
    response = replies.json_reply(
        {
            **_lasting(bookable, language, has_mail=state.has_mail),
            "slots": msgspec.Raw(utc_json(offer.starts)),
            "time_zone": days.time_zone,
            "clock": _clock(offer.starts, days.time_zone),
            "token": offer.token,
            "proof_of_work": state.config.proof_of_work,
        }
    )
    response.headers["ETag"] = tag
    for header in _LASTS:
        response.headers.set(*header)
    return _packed(response)


def _packed(response: Response) -> Response:
    """Return an answer as small as the client takes it: times pack to a seventh, and hold nothing that is secret."""
    if _takes_gzip(request_itself().environ.get("HTTP_ACCEPT_ENCODING", "")):
        response.set_data(gzip.compress(response.get_data(), _FASTEST, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


@lru_cache(maxsize=256)
def _takes_gzip(header: str) -> bool:
    return parse_accept_header(header)["gzip"] > 0


def _clock(starts: list[int], time_zone: str) -> str | None:
    """Return what our rules for a zone show at the first start."""
    if not starts:
        return None
    return datetime.fromtimestamp(starts[0], zone(time_zone)).isoformat(timespec="minutes")[:_TO_THE_MINUTE]


class _Unchanged(Response):
    """Say that what the visitor holds is still right; there is no content to name the type of."""

    default_mimetype = None
    default_status = 304

    def get_wsgi_headers(self, environ: "WSGIEnvironment") -> Headers:
        """Return them as they are, without a search for what an answer with content would need."""
        del environ
        return self.headers


def _unchanged(tag: str) -> Response:
    return _Unchanged(headers=[*_LASTS, ("ETag", tag)])


def _asked_days(default_zone: str) -> Range:
    """Return the days named by ``from``, ``to`` and ``tz`` of the query.

    Raises:
        BadInput: naming every bad one.
    """
    asked = request_itself().args
    return _days(asked.get("from", ""), asked.get("to", ""), asked.get("tz") or default_zone)


@lru_cache(maxsize=256)
def _days(first: str, last: str, time_zone: str) -> Range:
    errors: dict[str, str] = {}
    found: dict[str, date] = {}
    for name, text in (("from", first), ("to", last)):
        try:
            found[name] = date.fromisoformat(text)
        except ValueError:
            errors[name] = said("Give a day as YYYY-MM-DD.")
    try:
        zone(time_zone)
    except ValueError as error:
        errors["tz"] = str(error)
    if errors:
        raise BadInput(errors)
    return Range(found["from"], found["to"], time_zone)


def _lasting(bookable: Bookable, language: Language, *, has_mail: bool) -> dict[str, msgspec.Raw]:
    """Return the members of a ``SlotsPage`` that stay the same until the host changes something, encoded once."""
    key = (bookable.event_type_id, bookable.revision, bookable.rules.duration, language.locale, has_mail)
    found = _encoded.get(key)
    if found is None:
        parts = {
            **event_parts(bookable),
            "fields": fields_for(language, bookable),
            "strings": words(language, bookable, has_mail=has_mail),
        }
        found = {name: msgspec.Raw(replies.json(part)) for name, part in parts.items()}
        if len(_encoded) >= _MOST_KEPT:
            _encoded.clear()
        _encoded[key] = found
    return found
