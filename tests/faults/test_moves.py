"""A move whose answer was lost is followed by another one: what Zoom has then is our doing, not its host's."""

from typing import Any

import pytest

from tests.faults.plan import FAULTS
from tests.faults.scene import Scene
from tests.services.looking import LONG_AGO, meeting_of, move, turn
from zoom_blueprint.store import models

LOST = next(fault for fault in FAULTS if fault.name == "dropped_after")


@pytest.fixture
def half_moved(scene: Scene) -> dict[str, Any]:
    """A booking that was moved, and so was its meeting, though nobody here knows: neither answer nor webhook came."""
    booking = scene.linked()
    scene.site.simulator.knobs(webhook_hold=True)
    order = scene.order(LOST, "update_meeting")
    move(scene.site, booking, 5)
    scene.work(order)
    return booking


def test_a_second_move_after_one_whose_answer_was_lost_is_no_conflict(scene: Scene, half_moved: dict[str, Any]) -> None:
    moved = move(scene.site, half_moved, 9)
    scene.settle()
    assert meeting_of(scene.site, half_moved).conflict is None
    scene.check_confirmed(half_moved, moved["start"], moved["end"])
    scene.site.simulator.release_webhooks()
    scene.settle()
    scene.check_confirmed(half_moved, moved["start"], moved["end"])


def test_a_move_back_after_one_whose_answer_was_lost_is_followed_by_zoom(
    scene: Scene, half_moved: dict[str, Any]
) -> None:
    first = half_moved["start"]
    back = move(scene.site, half_moved, 0)
    assert back["start"] == first
    scene.settle()
    scene.check_confirmed(half_moved, back["start"], back["end"])
    scene.site.simulator.release_webhooks()
    scene.settle()
    scene.check_confirmed(half_moved, back["start"], back["end"])


def test_a_move_in_zoom_after_ours_whose_answer_was_lost_is_a_conflict_still(
    scene: Scene, half_moved: dict[str, Any]
) -> None:
    meeting_id = meeting_of(scene.site, half_moved).zoom_meeting_id or 0
    scene.site.simulator.press("ada", meeting_id, "move", start="2030-01-15T09:00")
    scene.settle()
    assert meeting_of(scene.site, half_moved).conflict is not None


def test_a_meeting_found_after_its_create_was_not_answered_gets_the_time_of_a_later_move(scene: Scene) -> None:
    order = scene.order(LOST, "create_meeting")
    booking = scene.site.booked()
    scene.work(order)
    moved = move(scene.site, booking, 5)
    turn(scene.site.state, models.Meeting, unsure_until=LONG_AGO)  # it has surfaced by now
    scene.due()
    scene.settle()
    scene.check_confirmed(booking, moved["start"], moved["end"])
