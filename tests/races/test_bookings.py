"""Many visitors want the same time, at several programs of one site."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from tests.fixtures.site import Site, StartSite, Visitor
from tests.fixtures.waiting import wait_until
from tests.races.fleet import beside, connect, run, together
from tests.services.looking import rows
from zoom_blueprint import EventType
from zoom_blueprint.services import event_types
from zoom_blueprint.store import models

LONG_CALL = EventType(slug="long-call", title="Long call", duration_minutes=60, step_minutes=30, notice_minutes=0)


def test_of_fifty_who_want_one_slot_one_gets_it_with_one_meeting(start_site: StartSite) -> None:
    programs = start_site()
    with beside(programs) as state:
        connect(state, programs.simulator)
        visitors = run(programs, 4)
        offered = programs.slots()
        slot = {"start": offered["slots"][0], "token": offered["token"]}

        def book(number: int) -> Any:
            return visitors[number % 4].book(**slot, email=f"visitor{number}@example.com", key=f"attempt-{number}")

        answers = together(50, book)
        assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 49}
        refused = [answer.json() for answer in answers if answer.status_code == 409]
        assert all(slot["start"] not in one["slots"] and one["slots"] and one["token"] for one in refused)
        wait_until(lambda: programs.simulator.meetings("ada"))
        assert len(programs.simulator.meetings("ada")) == 1
        assert len(rows(state, models.Booking)) == 1

        # Being refused does not use the key up: the same attempt goes on with another time.
        loser = next(number for number, answer in enumerate(answers) if answer.status_code == 409)
        again = programs.booked(
            start=refused[0]["slots"][0],
            token=refused[0]["token"],
            email=f"visitor{loser}@example.com",
            key=f"attempt-{loser}",
        )
        assert again["start"] == refused[0]["slots"][0]


def test_bookings_of_different_starts_and_lengths_never_overlap(start_site: StartSite) -> None:
    programs = start_site()
    with beside(programs) as state:
        event_types.put(state, "1", LONG_CALL)
        connect(state, programs.simulator)
        visitors = run(programs, 4)
        offered = {event: programs.slots(f"ada/{event}") for event in ("intro-call", "long-call")}

        def book(number: int) -> Any:
            event = ("intro-call", "long-call")[number % 2]
            slot = {"start": offered[event]["slots"][number % 5], "token": offered[event]["token"]}
            return visitors[number % 4].book(
                f"ada/{event}", **slot, email=f"v{number}@example.com", key=f"attempt-{number}"
            )

        answers = together(30, book)
        assert {answer.status_code for answer in answers} == {201, 409}
        taken = sorted(
            (datetime.fromisoformat(one.json()["start"]), datetime.fromisoformat(one.json()["end"]))
            for one in answers
            if one.status_code == 201
        )
        assert all(before[1] <= after[0] for before, after in pairwise(taken)), taken
        assert taken[-1][1] - taken[0][0] >= timedelta(hours=2)  # somebody got each stretch of the time they wanted


def test_one_attempt_sent_twenty_times_at_once_is_one_booking(start_site: StartSite) -> None:
    programs = start_site()
    with beside(programs) as state:
        connect(state, programs.simulator)
        visitors: list[Visitor] = run(programs, 2)
        offered = programs.slots()
        slot = {"start": offered["slots"][0], "token": offered["token"], "key": "one-attempt"}
        answers = together(20, lambda number: visitors[number % 2].book(**slot))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["id"] for answer in answers}) == 1
        assert len({answer.json()["join_url"] for answer in answers} - {None}) == 1
        assert len(rows(state, models.Booking)) == 1
        assert programs.book(**slot, name="Somebody Else").status_code == 422
        assert len(programs.simulator.meetings("ada")) == 1


def test_whoever_is_too_late_is_never_offered_what_others_took_meanwhile(site: Site) -> None:
    slots = site.slots()
    first, second, third = slots["slots"][:3]

    def offered_instead(start: str) -> list[str]:
        answer = site.book(start=start, token=slots["token"], email="max@example.com")
        assert answer.status_code == 409
        found: list[str] = answer.json()["slots"]
        return found

    site.booked(start=first, token=slots["token"])
    assert offered_instead(first) == offered_instead(first)
    assert second in offered_instead(first)
    site.booked(start=second, token=slots["token"])
    assert offered_instead(first)[0] == third
