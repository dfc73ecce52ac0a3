"""On which sites a host's buttons work: what they type, what is kept of it, and what it lets in."""

import pytest

from tests.fixtures.site import Site
from zoom_blueprint.errors import BadInput, NotFound
from zoom_blueprint.services import bookables, sites


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://www.example.com", "https://www.example.com"),
        ("  WWW.Example.com/contact?x=1#y ", "https://www.example.com"),
        ("http://localhost:3000/", "http://localhost:3000"),
        ("https://example.com:443", "https://example.com"),
        ("http://example.com:80", "http://example.com"),
        ("http://example.com:443", "http://example.com:443"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://straße.example", "https://xn--strae-oqa.example"),
        ("STRAẞE。example", "https://xn--strae-oqa.example"),
        ("https://[::1]:8443/x", "https://[::1]:8443"),
        ("*.example.com", "https://*.example.com"),
        ("http://*.example.com:8080", "http://*.example.com:8080"),
    ],
)
def test_a_site_is_known_by_its_origin_as_browsers_write_it(typed: str, origin: str) -> None:
    assert sites.origin(typed) == origin


@pytest.mark.parametrize(
    "typed",
    [
        *("", "null", "://", "https://", "ftp://example.com", "javascript:alert(1)", "https://ada@example.com"),
        *("*", "*.com", "https://*", "https://a.*.com", "https://example.com:x", "https://example.com:99999"),
        *("https://exa mple.com", "https://example.com;script-src", "https://[::1", "https://.example.com"),
        *("https://example.com'", "about:blank", f"https://{'a' * 64}.example", "moz-extension://1b2c"),
    ],
)
def test_what_is_no_site_has_no_origin(typed: str) -> None:
    # A name without a dot is one: intranets have such.
    assert sites.origin(typed) in (None, "https://null")


@pytest.mark.parametrize(
    ("asking", "is_allowed"),
    [
        ("https://shop.example", True),
        ("http://shop.example", False),
        ("https://shop.example:8443", False),
        ("https://www.shop.example", False),
        ("https://evilshop.example", False),
        ("https://a.example.org", True),
        ("https://b.a.example.org", True),
        ("https://example.org", False),
        ("https://evilexample.org", False),
        ("http://a.example.org", False),
        ("https://a.example.org:444", False),
        ("https://a.example.org.evil.example", False),
        ("null", False),
    ],
)
def test_a_name_stands_for_itself_and_a_star_for_all_below(asking: str, is_allowed: bool) -> None:
    assert sites.allows(["https://shop.example", "https://*.example.org"], asking) is is_allowed
    assert sites.allows([], asking)


def test_what_is_allowed_is_kept_once_each_and_known_at_once_where_times_are_asked_for(site: Site) -> None:
    assert bookables.look_up(site.state, "ada", "intro-call").allowed_sites == ()
    text = "shop.example\r\n\r\nhttps://SHOP.example/x\n*.example.org"
    kept = ("https://shop.example", "https://*.example.org")
    assert sites.allow(site.state, "1", text) == kept == sites.of_host(site.state, "1")
    assert bookables.look_up(site.state, "ada", "intro-call").allowed_sites == kept
    assert sites.of_host(site.state, "2") == ()
    assert sites.allow(site.state, "1", " \n") == ()
    assert bookables.look_up(site.state, "ada", "intro-call").allowed_sites == ()


def test_a_line_that_names_no_site_changes_nothing(site: Site) -> None:
    sites.allow(site.state, "1", "shop.example")
    for text in ("other.example\nftp://x", "\n".join(f"{n}.example" for n in range(sites.MOST + 1))):
        with pytest.raises(BadInput):
            sites.allow(site.state, "1", text)
    assert sites.of_host(site.state, "1") == ("https://shop.example",)
    with pytest.raises(NotFound):
        sites.allow(site.state, "nobody", "shop.example")
