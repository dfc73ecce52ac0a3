"""The hosted page books where JavaScript is off."""

from pathlib import Path

import pytest

from tests.engines import visits
from tests.engines.conftest import Launch
from tests.engines.pages import Page
from tests.engines.shop import Shop
from tests.fixtures.site import Site

pytestmark = pytest.mark.engines


def test_the_link_leads_to_a_page_that_books(
    bookable: Site, shop: Shop, engine_name: str, launch: Launch, shots: Path
) -> None:
    engine = launch(engine_name, scripts=False)
    engine.fresh()
    page = Page(engine, shots)
    engine.open(shop.address)
    page.click(visits.LINK)
    page.see("main .times a")
    assert page.look("book-now dialog, script[src]") is None
    engine.screenshot(shots / f"{engine.name}-hosted.png")
    page.click("main .times a")
    page.fill("input[name=name]", visits.NAME)
    page.fill("input[name=email]", visits.EMAIL)
    page.click("main form button")
    page.read("main", "You’re booked")
    engine.screenshot(shots / f"{engine.name}-hosted-result.png")
    (meeting,) = bookable.simulator.meetings("ada")
    assert page.see(f"a[href='{meeting['join_url']}']").text
