"""No header and no parameter leads anybody to another site."""

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.web.asking import INTRO, days, wish
from tests.web.browsing import Browser
from tests.web.sockets import send

FORM = "Content-Type: application/x-www-form-urlencoded"
ELSEWHERE = ["//evil.example", "/\\evil.example", "https://evil.example", "\\\\evil.example", "/%09/evil.example"]
EVIL = "evil.example"


def test_a_forged_host_header_changes_no_link(site: Site) -> None:
    offer = site.slots()
    fields = "&".join(f"{name}={value.replace(':', '%3A').replace('@', '%40')}" for name, value in wish(site).items())
    headers = [FORM, f"Content-Length: {len(fields)}", f"X-Forwarded-Host: {EVIL}", f"Forwarded: host={EVIL}"]
    booked = send(site, f"{INTRO}/bookings", headers, fields.encode(), host=EVIL)
    assert booked.status == 201
    assert EVIL.encode() not in booked.body
    assert site.base.encode() in booked.body
    for path in (INTRO, f"{INTRO}/slots?from=x", "/api/v1/openapi.json", "/book/ada/intro-call", "/guide", "/book/x/y"):
        answer = send(site, path, [f"X-Forwarded-Host: {EVIL}"], method="GET", host=EVIL)
        assert EVIL.encode() not in answer.body, path
        assert EVIL not in str(answer.headers), path
    assert offer["token"]


def test_a_forged_host_header_reaches_neither_the_snippet_nor_the_consent(site: Site) -> None:
    page = send(site, "/", ["X-Host: ada"], method="GET", host=EVIL)
    assert page.status == 302
    assert page.headers["location"].startswith(f"{site.base}/")


@pytest.mark.parametrize("path", ["/", "/connections/x/disconnect", "/callback"])
@pytest.mark.parametrize("name", ["localhost", EVIL, "127.0.0.1", "127.0.0.1:1"])
def test_host_pages_lead_to_the_public_origin(shared_site: Site, path: str, name: str) -> None:
    answer = send(shared_site, f"{path}?state=a&state=%2f%2fevil.example", ["X-Host: ada"], method="GET", host=name)
    assert answer.status == 302
    assert answer.headers["location"].startswith(f"{shared_site.base}{path}?state=a&state=%2F%2Fevil.example&")


def test_the_public_origin_is_known_by_any_spelling(make_site: MakeSite) -> None:
    site = make_site(ZOOM_PUBLIC_URL="https://Book.example.com")
    client = site.app.test_client()
    for base_url in ("https://book.example.com", "https://BOOK.example.com:443", "http://book.example.com"):
        page = client.get("/zoom/", base_url=base_url, headers={"X-Host": "ada"})
        assert page.status_code == 200, "also behind a proxy that ends TLS, where the scheme is seen wrongly"


def test_a_wrong_public_address_is_explained_instead_of_leading_in_a_circle(make_site: MakeSite) -> None:
    site = make_site(ZOOM_PUBLIC_URL="https://book.example.com", APPLICATION_ROOT="/shop")
    client = site.app.test_client()
    first = client.get("/zoom/", base_url="http://10.0.0.5:8000", headers={"X-Host": "ada"})
    assert first.headers["Location"] == "https://book.example.com/shop/zoom/?to_public=1"
    second = client.get("/zoom/?to_public=1", base_url="http://10.0.0.5:8000", headers={"X-Host": "ada"})
    assert second.status_code == 421
    assert "ZOOM_PUBLIC_URL is https://book.example.com" in second.text
    assert "ProxyFix" in second.text


@pytest.mark.parametrize("name", ["next", "url", "redirect", "redirect_uri", "return_to", "continue", "r", "to_public"])
@pytest.mark.parametrize("value", ELSEWHERE)
def test_no_parameter_redirects_elsewhere(shared_site: Site, name: str, value: str) -> None:
    browser = Browser(shared_site)
    for path in ("/", "/callback", "/book/ada/intro-call", "/guide", "/connections/x/disconnect"):
        answer = browser.get(path, params={name: value, "state": value})
        assert EVIL not in answer.headers.get("Location", "")


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "//evil.example/zoom/", "/%5Cevil.example"])
def test_no_path_redirects_elsewhere(shared_site: Site, path: str) -> None:
    """Werkzeug may merge slashes, but stays on this site."""
    for host in ("", "localhost"):
        answer = send(shared_site, path, ["X-Host: ada"], method="GET", host=host)
        target = answer.headers.get("location", "")
        assert not target.startswith(("//", "/\\", f"http://{EVIL}", f"https://{EVIL}"))


def test_the_login_page_is_an_endpoint_and_not_a_parameter(make_site: MakeSite) -> None:
    site = make_site(ZOOM_LOGIN_ENDPOINT="sign_in")
    site.app.add_url_rule("/sign-in", "sign_in", lambda: "please")
    answer = site.get("/", params={"next": "//evil.example"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=/zoom/")


@pytest.mark.parametrize(
    ("method", "path", "back"),
    [
        ("GET", "/host/bookings/a%3Fb", "/shop/zoom/host/bookings/a%253Fb"),
        ("GET", "/connection?account=1", "/shop/zoom/connection"),
        ("GET", "/callback?code=secret&state=secret", "/shop/zoom/"),
        ("GET", "/connections/x/health", "/shop/zoom/"),
        ("POST", "/connect", "/shop/zoom/"),
    ],
)
def test_the_login_page_is_told_the_path_to_come_back_to(
    make_site: MakeSite, method: str, path: str, back: str
) -> None:
    site = make_site(ZOOM_LOGIN_ENDPOINT="sign_in", APPLICATION_ROOT="/shop")
    site.app.add_url_rule("/sign-in", "sign_in", lambda: "please")
    answer = site.app.test_client().open(f"/zoom{path}", method=method, base_url=site.state.config.public_url)
    assert answer.status_code == 302
    assert answer.headers["Location"].partition("next=")[2] == back


def test_hosted_pages_lead_to_our_own_addresses_only(site: Site) -> None:
    fields = wish(site)
    answer = site.post("/book/ada/intro-call?next=//evil.example", data=fields | {"next": "//evil.example"})
    assert answer.status_code == 303
    manage = answer.headers["Location"]
    assert manage.startswith(f"{site.base}/bookings/")
    page = manage.removesuffix("?new=1")
    offer = site.get(page.replace("/bookings/", "/api/v1/bookings/") + "/slots", params=days()).json()
    moved = site.post(f"{page}/reschedule?next=//evil", data={"start": offer["slots"][2], "token": offer["token"]})
    assert moved.headers["Location"] == f"{page}?moved=1"
    assert site.post(f"{page}/cancel").headers["Location"] == page
