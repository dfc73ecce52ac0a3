"""Manage links and what is asked with them: forged links, bad fields, and bookings that are over."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from tests.fixtures.site import Site, api
from tests.web.asking import days, everything, refused
from zoom_blueprint.store import models


def over(site: Site) -> None:
    """Let every booking have taken place yesterday."""
    booking = models.Booking
    yesterday = datetime.now(UTC) - timedelta(days=1)
    moved = update(booking).values(starts_at=yesterday, ends_at=yesterday + timedelta(minutes=30))
    site.state.database.write(lambda session: session.execute(moved))


def tampered(token: str) -> list[str]:
    """Return manage tokens that are not ours."""
    head, _, tail = token.rpartition(".")
    return [
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token[1:],
        token[:-5],
        token + "=",
        f"{head}.{tail[::-1]}",
        head,
        "junk",
        "x" * 4000,
        "%00",
        "%E2%9C%93",
    ]


def test_a_tampered_manage_link_leads_nowhere(site: Site) -> None:
    booking = site.booked()
    token = booking["manage_url"].rpartition("/")[2]
    before = everything(site)
    for other in tampered(token):
        path = f"/api/v1/bookings/{other}"
        for tail in ("", "/slots", "/invite.ics"):
            refused(site.get(path + tail), 404)
        refused(site.post(f"{path}/cancel", data={}), 404)
        refused(site.post(f"{path}/reschedule", data={"start": booking["start"]}), 404)
        assert site.get(f"/bookings/{other}").status_code == 404
    assert everything(site) == before


def test_a_slot_token_is_no_manage_token_and_the_other_way_round(site: Site) -> None:
    booking = site.booked()
    manage_token = booking["manage_url"].rpartition("/")[2]
    offer = site.slots()
    refused(site.get(f"/api/v1/bookings/{offer['token']}"), 404)
    moved = site.post(f"{api(booking)}/reschedule", data={"start": offer["slots"][3], "token": manage_token})
    assert list(refused(moved, 422)["errors"]) == ["token"]


def test_a_move_names_its_bad_fields(site: Site) -> None:
    booking = site.booked()
    before = everything(site)
    offer = site.get(f"{api(booking)}/slots", params=days()).json()
    good = {"start": offer["slots"][4], "token": offer["token"]}
    for field, value in (("start", ""), ("start", "soon"), ("token", "")):
        problem = refused(site.post(f"{api(booking)}/reschedule", data=good | {field: value}), 422)
        assert list(problem["errors"]) == [field]
    stale = refused(site.post(f"{api(booking)}/reschedule", data=good | {"token": "junk"}), 422)
    assert list(stale["errors"]) == ["token"]
    assert stale["token"]
    gone = refused(site.post(f"{api(booking)}/reschedule", data=good | {"start": "2030-01-15T09:00:01Z"}), 409)
    assert gone["token"]
    long = refused(site.post(f"{api(booking)}/cancel", data={"reason": "r" * 1001}), 422)
    assert list(long["errors"]) == ["reason"]
    assert everything(site) == before


def test_a_move_to_a_time_that_another_took_is_refused(site: Site) -> None:
    booking = site.booked()
    offer = site.slots()
    site.booked(start=offer["slots"][1], token=offer["token"], email="eve@example.com")
    before = everything(site)
    answer = site.post(f"{api(booking)}/reschedule", data={"start": offer["slots"][1], "token": offer["token"]})
    problem = refused(answer, 409)
    assert offer["slots"][1] not in problem["slots"]
    assert booking["start"] in problem["slots"], "its own time counts as free"
    assert everything(site) == before


@pytest.mark.parametrize("how", ["cancelled", "over"])
def test_a_booking_that_has_ended_cannot_be_moved(site: Site, how: str) -> None:
    booking = site.booked()
    offer = site.slots()
    if how == "over":
        over(site)
    else:
        site.post(f"{api(booking)}/cancel")
    before = everything(site)
    refused(site.get(f"{api(booking)}/slots", params=days()), 410)
    refused(site.post(f"{api(booking)}/reschedule", data={"start": offer["slots"][9], "token": offer["token"]}), 410)
    cancelled = site.post(f"{api(booking)}/cancel")
    if how == "over":
        refused(cancelled, 410)
    else:
        assert cancelled.status_code == 200
    assert everything(site) == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"from": ""}, "from"),
        ({"from": "tomorrow"}, "from"),
        ({"from": "1999-12-31", "to": "2000-01-01"}, "from"),
        ({"from": "9999-12-31", "to": "9999-12-31"}, "from"),
        ({"to": ""}, "to"),
        ({"to": "2020-01-01"}, "to"),
        ({"to": "9999-12-31"}, "to"),
        ({"tz": "Mars/Olympus"}, "tz"),
        ({"tz": "\x00"}, "tz"),
        ({"tz": "Europe/London\r\nX-Evil: 1"}, "tz"),
    ],
)
def test_days_that_make_no_sense_are_named(shared_site: Site, change: dict[str, str], field: str) -> None:
    answer = shared_site.get("/api/v1/hosts/ada/intro-call/slots", params=days() | change)
    assert list(refused(answer, 422)["errors"]) == [field]


def test_62_days_may_be_asked_for_and_not_one_more(shared_site: Site) -> None:
    path = "/api/v1/hosts/ada/intro-call/slots"
    assert shared_site.get(path, params=days(1, 62)).status_code == 200
    assert "62" in refused(shared_site.get(path, params=days(1, 63)), 422)["errors"]["to"]
