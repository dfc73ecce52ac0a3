"""The lines of a booking: which one, whose, what happened, and by which id Zoom's support finds the call."""

import logging

import pytest

from tests.fixtures.site import Site
from tests.services.looking import meeting_of
from zoom_blueprint.events import LifecycleEvent

OURS = "zoom_blueprint"


def fields(caplog: pytest.LogCaptureFixture) -> list[tuple[str, dict[str, str]]]:
    """Return the text and fields of our lines so far."""
    ours = [record for record in caplog.records if record.name.startswith(OURS)]
    return [(record.getMessage(), record.zoom) for record in ours]  # type: ignore[attr-defined]  # ours


def tracked(site: Site) -> set[str]:
    """Return the tracking ids that the simulator has sent."""
    return {call["answer"]["headers"]["x-zm-trackingid"] for call in site.simulator.calls()}


def test_a_bookings_lines_carry_its_id_its_host_and_zooms_tracking_id(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, OURS)
    booking = site.booked()
    found = fields(caplog)
    about = {"booking": booking["id"], "host": "1"}
    assert [zoom for text, zoom in found if text.startswith("booked ")] == [about]
    (created,) = [zoom for text, zoom in found if text.startswith("POST /v2/users/me/meetings -> 201")]
    assert created.items() >= about.items()
    assert created["tracking"] in tracked(site)


def test_a_webhooks_lines_carry_the_event_the_booking_and_the_tracking_id(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    booking = site.booked()
    caplog.set_level(logging.INFO, OURS)
    site.simulator.press("ada", meeting_of(site, booking).zoom_meeting_id or 0, "start")
    site.drain()
    (stored,) = [zoom for text, zoom in fields(caplog) if text.startswith("webhook meeting.started stored")]
    assert stored["event"] == "meeting.started"
    assert stored["tracking"].startswith("v=2.0;")
    applied = [zoom["event"] for text, zoom in fields(caplog) if text.startswith("webhook: applied")]
    assert "meeting.started" in applied


def test_a_hook_that_fails_is_named_with_event_and_booking(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    @site.zoom.on("booking.confirmed")
    def crm(_: LifecycleEvent) -> None:
        raise ValueError("the CRM is away")

    booking = site.booked()
    site.drain()
    ((text, zoom),) = [one for one in fields(caplog) if "the CRM" in one[0] or "crm failed" in one[0]]
    assert "hook:crm" in text
    assert zoom == {"booking": booking["id"], "host": "1", "event": "booking.confirmed"}


def test_a_refused_meeting_is_named_with_booking_and_tracking_id(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.simulator.fault(route="create_meeting", status=400, body={"code": 3161, "message": "no licence"})
    booking = site.booked()
    ((_, zoom),) = [one for one in fields(caplog) if one[0].startswith("Zoom refused the meeting")]
    assert (zoom["booking"], zoom["host"]) == (booking["id"], "1")
    assert zoom["tracking"] in tracked(site)
