"""``flask zoom snippet``: what a site owner pastes, following each release or pinned to this one."""

import base64
import hashlib
import html
import re
from importlib.metadata import version

from tests.cli.commands import Zoom


def test_a_snippet_is_the_one_of_the_hosts_page(zoom: Zoom) -> None:
    printed = zoom("snippet ada intro-call")
    base = zoom.site.base
    assert printed == (
        f'<script async crossorigin src="{base}/widget/v1/book-now.js"></script>\n<book-now event="ada/intro-call">'
        f'<a class="book-now" href="{base}/book/ada/intro-call">Book Now</a></book-now>\n'
    )
    page = zoom.site.get("/embed?event=intro-call", headers={"X-Host": "ada"}).text
    assert printed.rstrip() in html.unescape(page)


def test_a_pinned_snippet_has_the_digest_of_what_its_address_serves(zoom: Zoom) -> None:
    printed = zoom("snippet ada intro-call --pinned")
    found = re.match(r'<script async crossorigin src="([^"]+)" integrity="([^"]+)"></script>\n', printed)
    assert found
    assert found[1] == f"{zoom.site.base}/widget/{version('zoom-blueprint')}/book-now.js"
    script = zoom.site.get(found[1]).content
    assert found[2] == f"sha384-{base64.b64encode(hashlib.sha384(script).digest()).decode()}"


def test_what_cannot_be_booked_has_no_snippet(zoom: Zoom) -> None:
    assert "only: 30-minutes, intro-call" in zoom("snippet ada nothing", status=1)
    assert "no host 'bea'" in zoom("snippet bea intro-call", status=1)
