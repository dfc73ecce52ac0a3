"""Whoever reads the database file does not come by the links in it."""

from datetime import UTC

import pytest
from sqlalchemy import select

from tests.fixtures.site import Site
from tests.web.asking import everything, refused, wish
from zoom_blueprint.links import Links
from zoom_blueprint.store import models

PATH = "/api/v1/hosts/ada/intro-call/bookings"


def test_a_stored_key_does_not_ask_for_the_booking(site: Site) -> None:
    fields = wish(site, key="a-key-that-nobody-knows")
    site.post(PATH, data=fields)
    row = site.state.database.read(lambda session: session.scalars(select(models.Booking)).one())
    assert fields["key"] not in str(everything(site))
    stolen = {
        "start": row.starts_at.astimezone(UTC).isoformat(),
        "name": row.name,
        "email": row.email,
        "tz": row.time_zone,
        "key": row.key,
        "token": fields["token"],
    }
    problem = refused(site.post(PATH, data=stolen), 409)
    assert not {"join_url", "manage_url"} & problem.keys()


@pytest.mark.parametrize("keys", [("a secret of the tests",), ("a newer secret", "a secret of the tests")])
def test_whoever_sent_a_key_still_gets_their_booking_by_it(site: Site, keys: tuple[str, ...]) -> None:
    fields = wish(site, key="a-key-that-nobody-knows")
    booking = site.post(PATH, data=fields).json()
    site.state.links = Links(keys, site.state.links.base)
    again = site.post(PATH, data=fields)
    assert again.status_code == 201
    assert (again.json()["id"], again.json()["join_url"]) == (booking["id"], booking["join_url"])
    assert site.post(PATH, data=fields | {"name": "Eve"}).status_code == 422


def test_no_link_token_or_answer_is_readable_in_the_rows(site: Site) -> None:
    booking = site.booked(guests="max@example.com", utm_source="a letter")
    stored = str(everything(site))
    assert booking["id"] in stored
    secrets = [booking["join_url"], booking["manage_url"].rpartition("/")[2], "max@example.com", "a letter"]
    assert [secret for secret in secrets if secret in stored] == []


def test_a_sealed_link_moved_to_another_booking_does_not_open(site: Site) -> None:
    mine, theirs = site.booked(), site.booked(email="eve@example.com")
    database = site.state.database

    def swap(session: object) -> None:
        rows = session.scalars(select(models.Meeting)).all()  # type: ignore[attr-defined]  # a session
        by_booking = {row.booking_id: row for row in rows}
        by_booking[theirs["id"]].join_url_sealed = by_booking[mine["id"]].join_url_sealed

    database.write(swap)
    assert mine["join_url"] not in site.get(theirs["manage_url"]).text
