"""Zoom goes wrong in every way it knows while many people book, move and cancel: in the end everything is right."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.chaos import truth
from tests.chaos.app import UNLIMITED
from tests.chaos.storm import Size, Storm
from tests.fixtures.shown import Show
from tests.fixtures.site import MakeSite

SHORT = Size(bookings=60, hosts=3, waves=6)
LONG = Size(bookings=500, hosts=6, waves=25)


@pytest.mark.timeout(300)
def test_after_all_faults_of_zoom_every_booking_is_right(make_site: MakeSite, tmp_path: Path, show: Show) -> None:
    weather(Storm(make_site(**UNLIMITED), SHORT, tmp_path / "mails", show))


@pytest.mark.deep
@pytest.mark.timeout(900)
def test_after_all_faults_of_zoom_each_of_500_bookings_is_right(
    make_site: MakeSite, tmp_path: Path, show: Show
) -> None:
    weather(Storm(make_site(**UNLIMITED), LONG, tmp_path / "mails", show))


def weather(storm: Storm) -> None:
    """Let it all happen, and look whether everything is right afterwards."""
    revoked = storm.people[-1]
    storm.make_lessons()
    for number in range(storm.size.waves):
        if number == storm.size.waves // 3:
            storm.revoke(revoked)
        storm.wave(number)
        if number == storm.size.waves // 2:
            storm.burst(minutes=10)
        storm.clock.work()
        storm.clock.turn(timedelta(minutes=3))
    storm.end()
    storm.clock.run_out()
    assert set(storm.asked_to_reconnect()) == {revoked.name}
    storm.reconnect(revoked)
    storm.clock.run_out()
    truth.check(storm.site.state, storm.site.simulator, storm.mails, storm.lives)
    assert truth.burnt(storm.site.simulator, storm.people) == []
    assert storm.asked_to_reconnect() == [revoked.name]
    assert storm.refused_for_the_day() == [], "Zoom had to say that a host's day is used up"
    storm.say_what_happened()
