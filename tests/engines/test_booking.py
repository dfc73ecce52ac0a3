"""A booking on somebody else's page, from the button to the link: by mouse, by keyboard, without a secure context."""

import pytest

from tests.engines import visits
from tests.engines.pages import Page
from tests.engines.shop import Shop
from tests.fixtures.site import Site
from tests.fixtures.waiting import wait_until

pytestmark = pytest.mark.engines
DAY = ".day[tabindex='0']"


def test_a_booking_ends_with_the_link_of_the_only_meeting(bookable: Site, shop: Shop, page: Page) -> None:
    visits.open_dialog(page, shop.address)
    page.shot("times")
    visits.choose_time(page)
    page.shot("form")
    visits.fill_in(page)
    page.click(visits.CONFIRM)
    page.see(visits.JOIN)
    page.shot("result")
    visits.check_meeting(page, bookable)


def test_the_strict_policy_of_the_page_is_never_violated(bookable: Site, shop: Shop, page: Page) -> None:
    visits.book(page, shop.address)
    visits.check_meeting(page, bookable)
    # A violation of our own shows that they are reported; reports keep their order.
    page.run("""() => {
      const frame = document.createElement("iframe");
      frame.src = "/framed";
      document.body.append(frame);
    }""")
    wait_until(lambda: shop.reports, why="our own violation is reported")
    assert [report["effective-directive"] for report in shop.reports] == ["frame-src"]


def test_a_booking_by_keyboard_alone(bookable: Site, shop: Shop, page: Page) -> None:
    press = page.engine.press
    page.engine.open(shop.address)
    page.see(f"{visits.LINK}[role=button]")
    page.tab_to(visits.LINK)
    press("Enter")
    page.focused(DAY)
    first = page.see(DAY).attributes["aria-label"]
    press("ArrowRight")
    page.focused(DAY)
    assert page.see(DAY).attributes["aria-label"] != first
    press("Enter")
    page.tab_to(visits.TIME)
    press("Enter")
    page.focused("#name")
    page.engine.type(visits.NAME)
    press("Tab")
    page.focused("#email")
    page.engine.type(visits.EMAIL)
    press("Enter")
    page.focused(visits.RESULT)
    visits.check_meeting(page, bookable)
    press("Escape")
    page.gone("dialog")
    page.focused(visits.LINK)


def test_a_booking_from_a_page_that_is_no_secure_context(bookable: Site, shop: Shop, page: Page) -> None:
    address = f"http://shop.test:{shop.port}/"
    page.engine.open(address)
    assert page.run("() => [isSecureContext, location.href]") == [False, address]
    visits.book(page, address)
    visits.check_meeting(page, bookable)


def test_a_booking_in_a_window_as_narrow_as_a_phone(bookable: Site, shop: Shop, page: Page) -> None:
    page.engine.fresh(390, 844)
    visits.open_dialog(page, shop.address)
    # MiniBrowser's tool bar needs more than a phone has.
    assert page.see("dialog").width == page.run("() => innerWidth")
    page.shot("phone-times")
    visits.choose_time(page)
    page.shot("phone-form")
    visits.fill_in(page)
    page.click(visits.CONFIRM)
    page.see(visits.JOIN)
    page.shot("phone-result")
    visits.check_meeting(page, bookable)


def test_escape_closes_each_step_and_gives_the_focus_back(bookable: Site, shop: Shop, page: Page) -> None:
    visits.open_dialog(page, shop.address)
    page.engine.press("Escape")
    page.gone("dialog")
    page.focused(visits.LINK)
    page.engine.press("Enter")
    visits.choose_time(page)
    page.fill("#name", visits.NAME)
    page.engine.press("Escape")
    page.gone("dialog")
    page.focused(visits.LINK)
    page.engine.press("Enter")
    assert page.see("#name").value == visits.NAME
