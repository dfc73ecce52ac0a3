"""The widget in a browser whose system says of its owner no more than the time zone."""

from pathlib import Path

import pytest

from tests.engines import visits
from tests.engines.conftest import Launch
from tests.engines.pages import Page
from tests.engines.shop import Shop
from tests.fixtures.site import Site

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("webkit")]
WITHOUT_LANGUAGE = "() => [navigator.language, document.documentElement.removeAttribute('lang')][0]"


def test_a_system_without_a_language_books_in_its_zone(bookable: Site, shop: Shop, launch: Launch, shots: Path) -> None:
    engine = launch("webkit", language="C.UTF-8", zone="Asia/Kathmandu")
    engine.fresh()
    page = Page(engine, shots)
    engine.open(shop.address)
    assert page.run(WITHOUT_LANGUAGE) == "C"
    page.click(visits.LINK)
    page.see(visits.TIME)
    assert page.see("dialog").attributes["lang"] == "en"
    page.read(".zone label", "GMT+5:45")
    visits.choose_time(page)
    visits.fill_in(page)
    page.click(visits.CONFIRM)
    visits.check_meeting(page, bookable)
