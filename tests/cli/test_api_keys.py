"""``flask zoom api-key``: keys made, listed and taken back where nobody opens a page."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.commands import Zoom
from zoom_blueprint.actions.listed import NAMES
from zoom_blueprint.services import api_keys


def test_a_key_is_made_listed_and_revoked(zoom: Zoom) -> None:
    text = zoom("api-key make ada CRM --may list_slots --may create_booking").splitlines()[0]
    found = api_keys.find(zoom.state, text)
    assert found is not None
    assert (found.host_id, found.name, found.actions) == ("1", "CRM", ("create_booking", "list_slots"))
    assert found.expires_at is not None
    assert timedelta(days=89) < found.expires_at - datetime.now(UTC) <= timedelta(days=90)
    listed = zoom("api-key list ada")
    assert f"{found.id}  {found.prefix}…" in listed
    assert "never used  CRM: create_booking, list_slots" in listed
    assert text not in listed + zoom("api-key list ada --json --all")
    zoom(f"api-key revoke ada {found.id}")
    assert zoom("api-key list ada") == ""
    assert "revoked" in zoom("api-key list ada --all")


def test_a_key_for_everything_without_an_end_is_named_by_its_beginning(zoom: Zoom) -> None:
    made = json.loads(zoom("api-key make ada Robot --all --days 0 --json"))
    assert made["text"].startswith(made["prefix"])
    assert sorted(made["actions"]) == sorted(NAMES)
    assert made["expires_at"] is None
    assert "no such key" in zoom(f"api-key revoke grace {made['id']}", status=1)
    assert "no such key" in zoom(f"api-key revoke grace {made['prefix']}", status=1)
    zoom(f"api-key revoke ada {made['prefix']}…")
    assert zoom("api-key list ada") == ""


@pytest.mark.parametrize(
    ("typed", "status", "told"),
    [
        ("ada CRM", 2, "Choose what the key may do: --may ACTION for each, or --all."),
        ("ada CRM --may fly", 2, "There is no action 'fly'. Known are: create_meeting,"),
        ("ada CRM --all --may list_slots", 2, "Give either --all or --may."),
        ("ada '' --all", 2, "NAME: Give a name of at most 100 characters."),
        ("nobody CRM --all", 1, "There is no host 'nobody'."),
    ],
)
def test_what_cannot_be_made_is_said(zoom: Zoom, typed: str, status: int, told: str) -> None:
    assert told in zoom(f"api-key make {typed}", status=status)
    assert zoom("api-key list ada --all") == ""
