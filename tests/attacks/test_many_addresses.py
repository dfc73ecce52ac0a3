"""The limit of posts, for those who have many addresses or make some up."""

from collections.abc import Iterator

import pytest

from tests.fixtures.site import MakeSite, Site

PATH = "/api/v1/hosts/ada/intro-call/bookings"


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """Serve a site that takes one post a minute."""
    made = make_site(ZOOM_LIMITS="1 per minute")
    made.connect()
    return made


def statuses(site: Site, *clients: str) -> Iterator[int]:
    """Post once from each address."""
    for client in clients:
        yield site.post(PATH, data={}, headers={"X-Forwarded-For": client}).status_code


def test_a_network_of_ipv6_is_one_client(proxied: Site) -> None:
    assert list(statuses(proxied, "2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:db8:0:2::1")) == [422, 429, 422]


def test_one_address_in_two_spellings_is_one_client(proxied: Site) -> None:
    assert list(statuses(proxied, "203.0.113.7", "::ffff:203.0.113.7", "203.0.113.8")) == [422, 429, 422]


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_an_address_that_is_none_is_counted_too(proxied: Site) -> None:
    assert list(statuses(proxied, "x" * 1000, "x" * 1000, "unknown")) == [422, 429, 422]
