"""What exists and cannot be booked at the moment says so, and is told from what does not exist."""

from tests.fixtures.site import Site
from tests.fixtures.site_app import HOSTS
from zoom_blueprint.services import endings
from zoom_blueprint.values import ConnectionStatus


def test_an_event_of_a_host_without_zoom_is_not_available_at_the_moment(site: Site) -> None:
    answer = site.get("/api/v1/hosts/grace/intro-call")
    assert (answer.status_code, answer.json()["title"]) == (404, "Not available at the moment")
    assert "contact Grace Hopper" in answer.json()["detail"]
    assert site.get("/api/v1/hosts/grace/no-such").json()["title"] == "Not found"
    page = site.get("/book/grace/intro-call").text
    assert "Not available at the moment" in page
    assert "ask them for a new one" not in page, "the address is right"
    assert "ask them for a new one" in site.get("/book/grace/no-such").text


def test_disconnecting_ends_offers_at_once(site: Site) -> None:
    assert site.slots()["slots"]
    endings.disconnect(site.state, HOSTS["ada"].id, site.connection().id)
    assert site.connection().status is ConnectionStatus.INACTIVE
    assert site.get("/api/v1/hosts/ada/intro-call").status_code == 404
