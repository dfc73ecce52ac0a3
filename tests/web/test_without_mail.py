"""A site that sends no mail promises none."""

import re

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.web.browsing import Browser, words


@pytest.fixture(params=[False, True], ids=["without mail", "with mail"])
def asked(request: pytest.FixtureRequest, make_site: MakeSite) -> tuple[Site, bool]:
    """Serve a site with a connected host, once without and once with a mail server."""
    mail = {"ZOOM_SMTP_URL": "smtp://127.0.0.1:1", "ZOOM_MAIL_FROM": "bookings@example.com"}
    site = make_site(**(mail if request.param else {}))
    site.connect()
    return site, request.param


def test_pages_speak_of_mail_only_where_mail_is_sent(asked: tuple[Site, bool]) -> None:
    site, has_mail = asked
    start = site.slots()["slots"][0]
    booking = site.booked()
    pages = [
        words(site.get(f"/book/ada/intro-call?start={start}").text),
        words(site.get(f"{booking['manage_url']}?new=1").text),
        Browser(site).read(f"/host/bookings/{booking['id']}/cancel"),
    ]
    promises = ["You get a mail", "A confirmation is on its way", "is told by mail"]
    assert [promise in page for promise, page in zip(promises, pages, strict=True)] == [has_mail] * 3
    assert bool(re.search("Keep the address of this page", pages[1])) is not has_mail


def test_the_widgets_words_speak_of_mail_only_where_mail_is_sent(asked: tuple[Site, bool]) -> None:
    site, has_mail = asked
    strings = site.slots()["strings"]
    assert ("inbox" in strings["confirmed_note"], "inbox" in strings["coming"]) == (has_mail, has_mail)
