"""A limit for each host keeps calendars from being filled, and must not be a way to close them."""

import pytest
from werkzeug.middleware.proxy_fix import ProxyFix

from tests.fixtures.site import MakeSite, Site
from tests.web.asking import INTRO, refused, wish
from tests.web.desk import ASKED

PATH = f"{INTRO}/bookings"


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """A site whose hosts take three bookings an hour."""
    made = make_site(ZOOM_LIMITS="", ZOOM_HOST_LIMITS="3 per hour")
    for who in ("ada", "grace"):
        made.connect(who)
    return made


def book(site: Site, number: int, event: str = "ada/intro-call", **changes: str) -> int:
    """Book as one of many people, each somewhere else, and return the status."""
    fields = wish(site, event, email=f"person{number}@example.org", key=f"key-of-{number}") | changes
    path = f"/api/v1/hosts/{event}/bookings"
    return site.post(path, data=fields, headers={"X-Forwarded-For": f"203.0.113.{number}"}).status_code


def test_a_host_is_booked_so_often_and_others_still_are(proxied: Site) -> None:
    assert [book(proxied, number) for number in range(5)] == [201, 201, 201, 429, 429]
    assert book(proxied, 5, "grace/intro-call") == 201
    answer = proxied.post("/book/ada/intro-call", data=wish(proxied))
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 60


def test_refused_bookings_close_nobodys_calendar(proxied: Site) -> None:
    refusals = ({"start": "2030-01-01T03:03:00Z"}, {"token": "forged"}, {"name": ""}, {"website": "x"})
    for number in range(20):
        assert book(proxied, number, **refusals[number % 4]) in (409, 422)
    assert [book(proxied, number) for number in range(30, 33)] == [201] * 3


def test_one_booking_sent_again_and_again_closes_nobodys_calendar(proxied: Site) -> None:
    fields = wish(proxied, email="eve@example.org", guests="victim@example.org")
    for number in range(15):
        headers = {"X-Forwarded-For": f"203.0.113.{number}"}
        assert proxied.post(PATH, data=fields, headers=headers).status_code == 201
    assert book(proxied, 40, guests="victim@example.org") == 201, "nor uses up the mails that its guests may get"


def test_a_double_click_on_the_last_booking_is_answered_as_the_first(proxied: Site) -> None:
    assert [book(proxied, number) for number in range(2)] == [201, 201]
    fields = wish(proxied, key="key-of-the-last")
    one, other = (proxied.post(PATH, data=fields) for _ in range(2))
    assert one.status_code == other.status_code == 201
    assert one.json()["id"] == other.json()["id"]
    refused(proxied.post(PATH, data=wish(proxied, key="one-too-many")), 429)


def test_the_key_of_a_booking_opens_no_other_host(proxied: Site) -> None:
    assert [book(proxied, number) for number in range(3)] == [201] * 3
    assert book(proxied, 3, "grace/intro-call", key="a-key-for-grace") == 201
    assert book(proxied, 4, key="a-key-for-grace") == 429


def test_one_client_cannot_hold_a_calendar_that_awaits_approval(make_site: MakeSite) -> None:
    """A request takes its time for two days and costs nothing: two hundred a day would be most of two months."""
    site = make_site(ZOOM_LIMITS="")
    for who, host_id in (("ada", "1"), ("grace", "2")):
        site.connect(who)
        with site.app.app_context():
            site.zoom.event_types.put(host_id, ASKED)
    site.app.wsgi_app = ProxyFix(site.app.wsgi_app)  # type: ignore[method-assign]  # as Flask's documentation does

    def ask(number: int, client: str = "203.0.113.7", event: str = "ada/asked") -> int:
        fields = wish(site, event, email=f"person{number}@example.org", key=f"key-of-{number}")
        path = f"/api/v1/hosts/{event}/bookings"
        return site.post(path, data=fields, headers={"X-Forwarded-For": client}).status_code

    assert [ask(number) for number in range(12)] == [201] * 10 + [429] * 2
    assert ask(20, "198.51.100.9") == 201, "others can ask"
    assert ask(21, event="grace/asked") == 201, "and others can be asked"
    assert ask(22, event="ada/intro-call") == 201, "and what needs no approval can be booked"
