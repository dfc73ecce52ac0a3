"""Mails as a phone shows them."""

import pytest
from playwright.sync_api import expect

from tests.fixtures.browser import NewPage
from tests.fixtures.site import MakeSite
from tests.services.looking import Letters

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]


def test_the_labels_of_a_japanese_mail_do_not_stand_on_end(make_site: MakeSite, new_page: NewPage) -> None:
    site = make_site()
    site.connect()
    letters = Letters(site)
    site.booked(lang="ja", name="Bartholomew Featherstonehaugh-Byrne")
    site.drain()
    (mail,) = (mail for mail in letters.sent if "bob@example.com" in mail["To"])
    body = mail.get_body(("html",))
    assert body is not None
    page = new_page(viewport={"width": 390, "height": 844})
    page.set_content(body.get_content())
    labels = page.locator("td.muted bdi")
    expect(labels.filter(has_text="日時")).to_have_count(1)
    lines = labels.evaluate_all("all => all.map(one => one.getClientRects().length)")
    assert set(lines) == {1}, "each on one line"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
