"""What another site can make a visitor's browser send, and learns by it."""

import re

from tests.fixtures.site import Site
from tests.web.asking import wish

KEY = re.compile(r'name="key" value="([^"]+)"')
PAGE = "/book/ada/intro-call"


def test_a_form_that_another_site_sent_comes_back_without_its_key(site: Site) -> None:
    """Else that site, which knows key, time and zone, had only to guess who booked to be given the links."""
    fixed = wish(site, key="known-to-the-attacker") | {"name": ""}
    form = site.post(PAGE, data=fixed)
    assert form.status_code == 422
    (key,) = KEY.findall(form.text)
    assert key != fixed["key"]
    assert "known-to-the-attacker" not in form.text
    assert site.post(PAGE, data=fixed | {"name": "Bob Byrne", "key": key}).status_code == 303
    guessed = site.post("/api/v1/hosts/ada/intro-call/bookings", data=fixed | {"name": "Bob Byrne"})
    assert guessed.status_code == 409
    assert "manage_url" not in guessed.json()


def test_each_form_has_a_key_of_its_own(site: Site) -> None:
    start = site.slots()["slots"][0]
    keys = [KEY.findall(site.get(PAGE, params={"start": start, "key": "known"}).text)[0] for _ in range(3)]
    assert len(set(keys)) == 3
    assert min(map(len, keys)) >= 22


def test_no_page_lets_itself_be_framed(site: Site) -> None:
    booking = site.booked()
    start = site.slots()["slots"][0]
    pages = [
        "/",
        "/guide",
        PAGE,
        f"{PAGE}?start={start}",
        "/book/x/y",
        booking["manage_url"],
        "/bookings/x",
        "/callback",
    ]
    for path in pages:
        policy = site.get(path, headers={"X-Host": "ada"} if path == "/" else {}).headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy, path
        assert "script-src 'self'" in policy, path
