"""``flask zoom endpoint``: webhooks made, tested, listed and removed where nobody opens a page."""

import json
from dataclasses import replace

import pytest

from tests.cli.commands import Zoom
from tests.fixtures.receivers import Receiver, answering
from zoom_blueprint.events import for_programs
from zoom_blueprint.services import endpoints

URL = "https://hooks.example.com/s3cr3t"


def test_an_endpoint_is_made_listed_rotated_enabled_and_removed(zoom: Zoom) -> None:
    secret = zoom(f"endpoint make ada {URL} --event booking.confirmed --name CRM").splitlines()[0]
    assert secret.startswith("whsec_")
    (made,) = endpoints.all_of(zoom.state, "1")
    listed = zoom("endpoint list ada")
    assert f"{made.id}  https://hooks.example.com  on  CRM: booking.confirmed" in listed
    assert secret not in listed + zoom("endpoint list ada --json")
    assert "s3cr3t" not in listed
    assert json.loads(zoom("endpoint list ada --json"))[0]["id"] == made.id
    assert zoom(f"endpoint rotate ada {made.id}").strip() not in ("", secret)
    assert "sent to again" in zoom(f"endpoint enable ada {made.id}")
    assert "no such webhook" in zoom(f"endpoint remove grace {made.id}", status=1)
    zoom(f"endpoint remove ada {made.id}")
    assert zoom("endpoint list ada") == ""


def test_a_test_says_whether_it_arrived(zoom: Zoom, receiver: Receiver) -> None:
    zoom.state.config = replace(zoom.state.config, endpoints_on_loopback="on")
    zoom(f"endpoint make ada {receiver.url} --all")
    (made,) = endpoints.all_of(zoom.state, "1")
    assert made.events == for_programs
    assert "it answered 204" in zoom(f"endpoint test ada {made.id}")
    receiver.answer = answering(500)
    assert "did not arrive: it answered 500" in zoom(f"endpoint test ada {made.id}", status=1)


@pytest.mark.parametrize(
    ("typed", "status", "told"),
    [
        (f"ada {URL}", 2, "Choose of what it is told: --event EVENT for each, or --all."),
        ("ada http://10.0.0.1 --all", 2, "public address"),
        (f"ada {URL} --event visitor.checked", 2, "There is no event visitor.checked. Known are: booking.requested, "),
        (f"ada {URL} --all --event booking.confirmed", 2, "Give either --all or --event."),
        (f"nobody {URL} --all", 1, "There is no host 'nobody'."),
    ],
)
def test_what_cannot_be_made_is_said(zoom: Zoom, typed: str, status: int, told: str) -> None:
    assert told in zoom(f"endpoint make {typed}", status=status)
    assert zoom("endpoint list ada") == ""


def test_a_list_for_programs_holds_no_secret_of_an_address(zoom: Zoom) -> None:
    zoom("endpoint make ada https://hooks.zapier.com/hooks/catch/123/secret --all --name Zapier")
    (listed,) = json.loads(zoom("endpoint list ada --json"))
    assert (listed["site"], listed["name"]) == ("https://hooks.zapier.com", "Zapier")
    assert listed["events"] == list(for_programs)
    assert "secret" not in json.dumps(listed)


def test_it_is_said_how_this_machine_is_told_while_one_develops(zoom: Zoom, receiver: Receiver) -> None:
    make = f"endpoint make ada {receiver.url} --all"
    told = " ".join(zoom(make, status=2).split())
    assert "begins with https://. While you develop, ZOOM_ENDPOINTS_ON_LOOPBACK=on allows this machine's" in told
    assert "ZOOM_ENDPOINTS_ON_LOOPBACK=on" in zoom("endpoint make --help")
    zoom.state.config = replace(zoom.state.config, endpoints_on_loopback="on")
    assert "ZOOM_" not in zoom("endpoint make ada ftp://receiver --all", status=2)
    zoom(make)
