"""The widget's calendar on odd days of time zones, in Firefox and WebKit."""

import json
from typing import TYPE_CHECKING

import pytest
from werkzeug.wrappers import Request, Response

from tests.engines import visits, zones
from tests.engines.front import Front
from tests.engines.pages import Page
from tests.engines.shop import Shop
from tests.engines.zones import OddDay
from tests.fixtures.site import Site

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

pytestmark = pytest.mark.engines
CLOCK_STANDS = """(now) => {
  globalThis.Date = class extends Date {
    constructor(...given) { super(...(given.length ? given : [now])) }
    static now() { return now }
  };
}"""


@pytest.mark.parametrize(
    "odd", [zones.LORD_HOWE_BACK, zones.KATHMANDU_LEAP_DAY, zones.APIA_NO_DAY], ids=lambda it: it.zone
)
def test_every_day_and_time_is_the_one_of_the_chosen_zone(
    bookable: Site, front: Front, shop: Shop, page: Page, odd: OddDay
) -> None:
    like = bookable.slots()

    def answer(_: object, environ: "WSGIEnvironment") -> Response:
        content = odd.answer(like, Request(environ).args)
        return Response(json.dumps(content), headers={"Access-Control-Allow-Origin": "*"}, mimetype="application/json")

    front.for_times = answer
    page.engine.open(shop.address)
    page.see(f"{visits.LINK}[role=button]")
    page.run(CLOCK_STANDS, odd.now.timestamp() * 1000)
    page.click(visits.LINK)
    page.see(visits.TIME)
    page.refill("#zone", odd.typed or odd.zone.replace("_", " "))
    page.engine.press("Tab")  # the first Enter closes the list that WebKit shows
    for month in odd.months():
        page.see(".calendar[aria-busy=false]")
        assert page.run(zones.SHOWN) == odd.must_show(month)
        page.click(".month .icon", 1)
