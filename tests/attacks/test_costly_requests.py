"""Requests that are small to send and shall not be much to answer."""

import itertools
import json
import string
import time
import tracemalloc

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


def test_a_header_full_of_languages_takes_no_longer_than_it_takes_to_read(site: Site) -> None:
    """Each of them was once looked for on the disk: seconds of work for one request."""
    tags = languages_there_are_none_of()
    began = time.process_time()
    assert language(*tags).code == "en"
    assert time.process_time() - began < 0.1, "of eight thousand, each of which took a tenth of a millisecond"
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
