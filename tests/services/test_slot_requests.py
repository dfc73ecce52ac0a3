"""What a request for offered times costs, counted: queries, and calls of the arithmetic."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from tests.fixtures.site import Site
from tests.services.test_queries import counted
from zoom_blueprint.scheduling import slots
from zoom_blueprint.services import blocks, event_types
from zoom_blueprint.values import EventType

ARITHMETIC = Path(slots.__file__)
LIMITED = EventType(slug="limited", title="Limited", notice_minutes=0, per_day=4, per_week=9, buffer_after=15)


@contextmanager
def calls() -> Iterator[list[str]]:
    """Collect the names of the functions of ``scheduling.slots`` that this thread calls."""
    called: list[str] = []

    def note(frame: FrameType, happens: str, _: Any) -> None:
        if happens == "call" and Path(frame.f_code.co_filename) == ARITHMETIC:
            called.append(frame.f_code.co_name)

    sys.setprofile(note)
    try:
        yield called
    finally:
        sys.setprofile(None)


def asking(site: Site, path: str) -> Callable[..., TestResponse]:
    """Return what asks for four weeks of times, in this thread."""
    first = datetime.now(UTC).date() + timedelta(days=1)
    days = {"from": first.isoformat(), "to": (first + timedelta(days=27)).isoformat(), "tz": "Europe/London"}
    client = site.app.test_client()

    def ask(**headers: str) -> TestResponse:
        return client.get(path, query_string=days, headers=headers)

    return ask


@pytest.mark.parametrize("event", ["intro-call", "limited"])
def test_the_times_take_at_most_four_queries_however_much_is_in_the_way(site: Site, event: str) -> None:
    event_types.put(site.state, "1", LIMITED)
    ask = asking(site, f"/zoom/api/v1/hosts/ada/{event}/slots")
    ask()
    with counted(site) as few, calls() as called:
        empty = ask()
    assert "starts" in called
    begin = datetime.now(UTC) + timedelta(days=2)
    for number in range(20):
        start = begin + timedelta(hours=7 * number)
        blocks.add(site.state, "1", start, start + timedelta(minutes=20))
    for number in range(3):
        site.booked("ada/intro-call", email=f"bob{number}@example.com")
        site.booked("ada/limited", email=f"bea{number}@example.com")
    with counted(site) as many:
        full = ask()
    with counted(site) as again:
        ask()
    assert full.get_json()["slots"] != empty.get_json()["slots"]
    assert len(few) <= 3, few
    assert len(many) <= 4, many  # the host has changed something: what can be booked is read again
    assert len(again) <= 3, again


def test_an_unchanged_answer_takes_one_query_at_most_and_no_arithmetic(site: Site) -> None:
    ask = asking(site, "/zoom/api/v1/hosts/ada/intro-call/slots")
    tag = ask().headers["ETag"]
    with counted(site) as statements, calls() as called:
        answer = ask(**{"If-None-Match": tag})
    assert (answer.status_code, answer.data) == (304, b"")
    assert len(statements) <= 1, statements
    assert called == []
    assert "zoom_booking" not in " ".join(statements)


def test_the_times_to_which_a_booking_can_move_take_four_queries_and_their_repetition_two(site: Site) -> None:
    token = site.booked()["manage_url"].rsplit("/", 1)[1]
    ask = asking(site, f"/zoom/api/v1/bookings/{token}/slots")
    with counted(site) as statements:
        tag = ask().headers["ETag"]
    assert len(statements) <= 4, statements
    with counted(site) as statements, calls() as called:
        assert ask(**{"If-None-Match": tag}).status_code == 304
    assert (len(statements) <= 2, called) == (True, []), statements


def test_the_page_with_the_times_takes_four_queries(site: Site) -> None:
    path = urlsplit(f"{site.base}/book/ada/intro-call").path
    with counted(site) as statements:
        assert site.app.test_client().get(path).status_code == 200
    assert len(statements) <= 4, statements
