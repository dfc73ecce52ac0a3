"""Requests that are small to send and shall not be much to answer."""

import html
import itertools
import json
import os
import re
import string
import sys
import tracemalloc
from collections.abc import Callable
from types import FrameType
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.fixtures.site import Site
from tests.web.asking import INTRO, refused
from zoom_blueprint.languages import language

_LONGEST_HEADER = 60_000  # what the servers that are used let through


def languages_there_are_none_of() -> list[str]:
    """Return as many languages as a header has room for, each in a region and unlike every other."""
    letters = itertools.product("qx", string.ascii_lowercase, string.ascii_lowercase, "abcdef", "abcdef")
    tags = ["{}{}{}-{}{}".format(*one) for one in letters]
    return tags[: _LONGEST_HEADER // len("qaa-aa,")]


def calls_into_babel(work: Callable[[], object]) -> int:
    """Return how often functions of babel are called, which look for languages on the disk."""
    calls = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal calls
        calls += event == "call" and f"{os.sep}babel{os.sep}" in frame.f_code.co_filename

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


def test_of_a_header_full_of_languages_none_is_looked_for_that_is_not_spoken(site: Site) -> None:
    """Each of them was once looked for on the disk: seconds of work for one request."""
    tags = languages_there_are_none_of()
    assert len(tags) > 8000
    language(tags[0])  # whatever is read of English itself is read once
    assert calls_into_babel(lambda: language(*tags)) < 100
    assert language(*tags).code == "en"
    answer = site.get("/book/ada/nothing", headers={"Accept-Language": ",".join(tags)})
    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["{}", "a.{}", "answers.{}"])
def test_the_names_of_nested_members_are_not_multiplied(site: Site, path: str) -> None:
    """One long name before a few thousand short ones was once put before each of them: 64 KiB became 130 MiB."""
    members = {f"{number:x}": 1 for number in range(4000)}
    content: dict[str, object] = {"k" * 30_000: members}
    for name in reversed(path.split(".")[:-1]):
        content = {name: content}
    body = json.dumps(content, separators=(",", ":"))
    assert len(body) < 64 * 1024
    tracemalloc.start()
    try:
        refused(site.post(f"{INTRO}/bookings", data=body, headers={"Content-Type": "application/json"}), 422)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 20 * 2**20


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_long_campaign_is_not_written_into_the_link_of_every_time(site: Site, method: str) -> None:
    """Each of a fortnight’s links was once 50 kB long: 8 MB for one request."""
    known = {"utm_source": "news", "gclid": "x" * 100, "utm_campaign": "Frühling 2030"}
    sent = known | {f"utm_{number}": "é" * 500 for number in range(17)}
    ask: dict[str, dict[str, Any]] = {"GET": {"params": sent}, "POST": {"data": sent}}
    answer = site.session.request(method, f"{site.base}/book/ada/intro-call", timeout=30, **ask[method])
    links = re.findall(r'href="[^"]*[?&](?:amp;)?start=[^"]*"', answer.text)
    assert len(links) > 50
    assert max(map(len, links)) < 3500
    carried = parse_qs(html.unescape(links[-1][:-1].partition("?")[2]))
    assert {name: carried[name] for name in known} == {name: [value] for name, value in known.items()}
