"""What a host adds, edits and removes by hand: nothing is replaced by chance, and nobody else's is touched."""

from dataclasses import replace

import pytest

from tests.fixtures.site import Site
from tests.fixtures.site_app import INTRO_CALL
from tests.services.looking import rows
from zoom_blueprint import EventType, Schedule
from zoom_blueprint.errors import BadInput, NotFound
from zoom_blueprint.services import event_types, schedules
from zoom_blueprint.store import models

VIEWING = EventType(slug="viewing", title="House viewing", per_day=2)
HOURS = Schedule("Europe/Berlin")


def id_of(site: Site, slug: str) -> str:
    """Return the id of one of Ada's event types."""
    return next(one_id for one_id, one in event_types.by_id(site.state, "1").items() if one.slug == slug)


def test_an_event_type_is_added_edited_and_removed(site: Site) -> None:
    event_types.add(site.state, "1", VIEWING)
    made = id_of(site, "viewing")
    event_types.edit(site.state, "1", made, replace(VIEWING, slug="visit", title="Visit"))
    assert event_types.get(site.state, "1", made) == replace(VIEWING, slug="visit", title="Visit")
    event_types.remove(site.state, "1", made)
    with pytest.raises(NotFound):
        event_types.get(site.state, "1", made)
    assert site.get("/api/v1/hosts/ada/visit/slots").status_code == 404


def test_an_address_that_is_taken_is_refused_and_nothing_changes(site: Site) -> None:
    event_types.add(site.state, "1", VIEWING)
    with pytest.raises(BadInput) as refused:
        event_types.add(site.state, "1", replace(VIEWING, title="Other"))
    assert list(refused.value.errors) == ["slug"]
    with pytest.raises(BadInput) as refused:
        event_types.edit(site.state, "1", id_of(site, "viewing"), INTRO_CALL)
    assert list(refused.value.errors) == ["slug"]
    event_types.add(site.state, "2", VIEWING)  # another host's address is another one
    assert event_types.all_of(site.state, "1")[-1] == VIEWING


def test_what_was_booked_is_not_removed_and_its_bookings_follow_its_new_address(site: Site) -> None:
    booking = site.booked()
    booked = id_of(site, "intro-call")
    with pytest.raises(BadInput):
        event_types.remove(site.state, "1", booked)
    event_types.edit(site.state, "1", booked, replace(INTRO_CALL, slug="hello"))
    assert [one.event_type_id for one in rows(site.state, models.Booking)] == [booked]
    assert site.get(booking["manage_url"]).status_code == 200


@pytest.mark.parametrize("wrong", ["none", "\x00"])
def test_what_belongs_to_another_host_cannot_be_touched(site: Site, wrong: str) -> None:
    theirs = id_of(site, "30-minutes")
    hours = schedules.kept(site.state, "1")[0].id
    for one in (theirs, wrong):
        with pytest.raises(NotFound):
            event_types.edit(site.state, "2", one, VIEWING)
        with pytest.raises(NotFound):
            event_types.remove(site.state, "2", one)
    for one in (hours, wrong):
        with pytest.raises(NotFound):
            schedules.edit(site.state, "2", one, HOURS, "Mine")
    assert id_of(site, "30-minutes") == theirs
    assert schedules.all_of(site.state, "1") == {"Working hours": Schedule("Europe/London")}


def test_hours_are_added_and_renamed_and_their_event_types_stay_with_them(site: Site) -> None:
    schedules.add(site.state, "1", HOURS, " Evenings ")
    event_types.add(site.state, "1", replace(VIEWING, schedule="Evenings"))
    first, made = schedules.kept(site.state, "1")
    assert (made.name, made.schedule, made.is_first) == ("Evenings", HOURS, False)
    assert list(made.used_by.values()) == ["House viewing"]
    with pytest.raises(BadInput):
        schedules.add(site.state, "1", HOURS, "Evenings")
    with pytest.raises(BadInput):
        schedules.edit(site.state, "1", made.id, HOURS, "Working hours")
    schedules.edit(site.state, "1", made.id, HOURS, "Late")
    schedules.edit(site.state, "1", first.id, HOURS, "Other")
    assert list(schedules.all_of(site.state, "1")) == ["Working hours", "Late"]
    assert event_types.all_of(site.state, "1")[-1].schedule == "Late"
