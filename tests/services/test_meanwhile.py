"""What happens between the look at the calendar and the lock on the host: a hook of the site takes its time there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import INTRO_CALL
from tests.services.looking import rows
from tests.services.test_queries import request
from zoom_blueprint import Draft
from zoom_blueprint.errors import NotFound, SlotTaken
from zoom_blueprint.services import blocks, bookables, bookings, event_types
from zoom_blueprint.store import models
from zoom_blueprint.values import EndedReason

Meanwhile = Callable[[Callable[[], object]], Site]


@pytest.fixture
def meanwhile(make_site: MakeSite) -> Meanwhile:
    """Make a site in whose ``before_booking`` hook something happens, once: ``meanwhile(lambda: …)``."""

    def make(happens: Callable[[], object]) -> Site:
        site = make_site()
        left = [happens]

        @site.zoom.before_booking
        def hook(_: Draft) -> None:
            if left:
                left.pop()()

        site.connect()
        return site

    return make


def test_a_time_that_somebody_else_takes_meanwhile_is_refused(meanwhile: Meanwhile) -> None:
    site = meanwhile(lambda: bookings.confirm(site.state, replace(wish, key="somebody faster")))
    wish = request(site, 0)
    with pytest.raises(SlotTaken):
        bookings.confirm(site.state, wish)
    assert len(rows(site.state, models.Booking)) == 1


def test_the_same_attempt_that_arrives_meanwhile_is_the_same_booking(meanwhile: Meanwhile) -> None:
    made = []
    site = meanwhile(lambda: made.append(bookings.confirm(site.state, wish)))
    wish = request(site, 0)
    assert bookings.confirm(site.state, wish) == made[0]
    assert len(rows(site.state, models.Booking)) == 1


def test_a_time_that_is_blocked_meanwhile_is_refused(meanwhile: Meanwhile) -> None:
    site = meanwhile(lambda: blocks.add(site.state, "1", wish.start, wish.start.replace(hour=23)))
    wish = request(site, 0)
    with pytest.raises(SlotTaken):
        bookings.confirm(site.state, wish)


def test_what_is_closed_meanwhile_is_not_booked(meanwhile: Meanwhile) -> None:
    site = meanwhile(lambda: event_types.put(site.state, "1", replace(INTRO_CALL, active=False)))
    wish = request(site, 0)
    bookable = bookables.look_up(site.state, "ada", "intro-call")
    with pytest.raises(NotFound):
        bookings.confirm(site.state, wish, bookable=bookable)


def test_what_was_looked_up_long_ago_counts_only_as_it_is_now(site: Site) -> None:
    old = bookables.look_up(site.state, "ada", "intro-call")
    event_types.put(site.state, "1", replace(INTRO_CALL, duration_minutes=45))
    booked = bookings.confirm(site.state, request(site, 0), bookable=old)
    assert (booked.end - booked.start).seconds == 45 * 60


def test_what_can_be_booked_is_read_again_after_each_change(site: Site) -> None:
    assert bookables.look_up(site.state, "ada", "intro-call").event.title == INTRO_CALL.title
    event_types.put(site.state, "1", replace(INTRO_CALL, title="Longer intro"))
    assert bookables.look_up(site.state, "ada", "intro-call").event.title == "Longer intro"
    booked = bookings.confirm(site.state, request(site, 0))
    bookings.cancel(site.state, booked.id, by=EndedReason.INVITEE, now=datetime.now(UTC))
    assert bookables.look_up(site.state, "ada", "intro-call") == bookables.look_up(site.state, "ada", "intro-call")
    with site.app.app_context():
        site.zoom.hosts.put(replace(site.zoom.hosts.get("1"), name="Ada King"))
    assert bookables.look_up(site.state, "ada", "intro-call").host.name == "Ada King"
