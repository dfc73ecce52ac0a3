"""What is kept of endpoints: whose they are, what may be their address, and what nobody reads."""

from datetime import UTC, datetime

import pytest

from tests.fixtures.receivers import Receiver, answering
from tests.fixtures.site import MakeSite, Site
from tests.services.looking import rows, turn
from tests.services.telling import ADA, BOOKED, made, row
from zoom_blueprint.errors import BadInput, NotFound
from zoom_blueprint.events import EventName
from zoom_blueprint.services import endpoints, purges, rotation, upkeep
from zoom_blueprint.store import models


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """A site that sends to this machine, whose host ``ada`` is connected to Zoom."""
    made = make_site(ZOOM_ENDPOINTS_ON_LOOPBACK="on")
    made.connect()
    return made


@pytest.mark.parametrize(
    ("url", "events", "bad"),
    [
        ("ftp://example.com", BOOKED, "url"),
        ("http://example.com", BOOKED, None),  # refused when it is sent: the name may be this machine's
        ("https://user:secret@example.com", BOOKED, "url"),
        ("https://10.0.0.1/", BOOKED, "url"),
        ("https://[fd00:ec2::254]/", BOOKED, "url"),
        ("https://169.254.169.254/latest", BOOKED, "url"),
        ("https://", BOOKED, "url"),
        ("https://example.com/" + "a" * 2000, BOOKED, "url"),
        ("https://example.com", (), "events"),
        ("https://example.com", ("visitor.checked",), "events"),
        ("https://example.com", ("booking.invented",), "events"),
    ],
)
def test_what_cannot_be_sent_to_is_refused(site: Site, url: str, events: tuple[str, ...], bad: str | None) -> None:
    if bad is None:
        assert endpoints.make(site.state, ADA, url, events)[0].url == f"{url}/"
        return
    with pytest.raises(BadInput) as told:
        endpoints.make(site.state, ADA, url, events)
    assert list(told.value.errors) == [bad]


def test_a_site_makes_them_by_code(site: Site, receiver: Receiver) -> None:
    with site.app.app_context():
        by_code = site.zoom.endpoints
        found, secret = by_code.make(ADA, receiver.url, BOOKED, name="CRM")
        assert by_code.list(ADA) == [found] == endpoints.all_of(site.state, ADA)
        assert by_code.rotate(ADA, found.id)[1] != secret
        turn(site.state, models.Endpoint, disabled_at=datetime.now(UTC), disabled_reason="gone")
        assert by_code.enable(ADA, found.id).disabled_at is None
        by_code.remove(ADA, found.id)
        assert by_code.list(ADA) == []


def test_a_host_has_at_most_ten(site: Site, receiver: Receiver) -> None:
    for _ in range(endpoints.MOST):
        made(site, receiver)
    with pytest.raises(BadInput, match="already"):
        made(site, receiver)
    assert len(endpoints.all_of(site.state, ADA)) == endpoints.MOST


def test_nobody_else_sees_or_changes_an_endpoint(site: Site, receiver: Receiver) -> None:
    endpoint, _ = made(site, receiver)
    for act in (endpoints.get, endpoints.rotate, endpoints.enable, endpoints.remove):
        for host, which in (("2", endpoint.id), (ADA, "nothing"), (ADA, "\x00")):
            with pytest.raises(NotFound):
                act(site.state, host, which)
    with pytest.raises(NotFound):
        endpoints.change(site.state, "2", endpoint.id, receiver.url, BOOKED)
    assert endpoints.all_of(site.state, "2") == []
    assert endpoints.get(site.state, ADA, endpoint.id) == endpoint


def test_addresses_and_secrets_are_stored_sealed_and_sealed_anew_with_a_new_key(
    site: Site, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        endpoint, secret = made(site, receiver)
        endpoints.rotate(site.state, ADA, endpoint.id)
        site.booked()
        site.drain()
    stored = str({name: value for name, value in vars(row(site)).items() if not name.startswith("_")})
    for hidden in ("hooks?from", secret):
        assert hidden not in stored
        assert hidden not in caplog.text
        assert hidden not in repr(endpoint)
    assert rotation.unopened(site.state) == []
    places = [place.name for place in rotation._PLACES if place.table == "zoom_endpoint"]
    assert places == ["url", "secret", "former_secret"]


def test_that_one_was_switched_off_is_forgotten_in_time(site: Site, receiver: Receiver) -> None:
    made(site, receiver)
    receiver.answer = answering(410)
    site.booked()
    site.drain()
    which = models.LifecycleEvent.name == EventName.ENDPOINT_DISABLED
    upkeep.purge(site.state)
    assert len(rows(site.state, models.LifecycleEvent, which)) == 1
    turn(site.state, models.LifecycleEvent, which, occurred_at=datetime.now(UTC) - purges.ENDPOINTS_KEPT)
    upkeep.purge(site.state)
    assert rows(site.state, models.LifecycleEvent, which) == []


def test_a_name_is_a_line_that_can_be_seen(site: Site) -> None:
    assert (
        endpoints.make(site.state, ADA, "https://example.com", BOOKED, name="CRM\x00\r\n \u202eBcc: x")[0].name
        == "CRM Bcc: x"
    )
