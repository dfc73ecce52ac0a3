"""What a key in wrong hands could be used for: mails to strangers, signs nobody sees, and what breaks an answer."""

from typing import Any

import pytest

from tests.actions.programs import EVENT, Program, ahead
from tests.fixtures.site import Answer, MakeSite, Site

UNSEEN = "\x00\r\n\u202e"


@pytest.fixture
def limited(make_site: MakeSite) -> Program:
    """A program at a site that counts."""
    site = make_site(ZOOM_LIMITS="1000 per minute")
    site.connect()
    return Program(site)


def book(program: Program, start: str, *, key: str | None = None, **given: Any) -> Answer:
    """Ask for a booking."""
    sent = {"event": EVENT, "start": start, "name": "Bob Byrne", "email": "bob@example.com", **given}
    return program.ask("create_booking", sent, key=key)


def cancel(program: Program, booked: Answer) -> None:
    """Free its time again."""
    assert booked.status_code == 200, booked.text
    program.did("cancel_booking", {"booking_id": booked.json()["id"]})


def test_a_key_cannot_fill_a_strangers_mailbox(limited: Program) -> None:
    start = limited.slots()[0]
    first = book(limited, start, key="the first")
    cancel(limited, first)
    for number in range(1, 40):
        cancel(limited, book(limited, start, email=f"b.ob+{number}@example.com"))
    refused = book(limited, start)
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert refused.json()["retry_at"]
    assert int(refused.headers["Retry-After"]) > 0
    as_guest = book(limited, start, email="carol@example.com", guests=["BOB@example.com"])
    assert as_guest.json()["code"] == "rate_limited"
    again = book(limited, start, key="the first")
    assert again.json()["id"] == first.json()["id"], "what was made before is told, and nobody is written to"
    cancel(limited, book(limited, start, email="carol@example.com"))


def test_a_key_cannot_tell_a_stranger_of_moves_for_ever(limited: Program) -> None:
    slots = limited.slots()
    one = {"booking_id": book(limited, slots[0]).json()["id"]}
    for number in range(39):
        limited.did("reschedule_booking", {**one, "start": slots[(number + 1) % 2]})
    refused = limited.ask("reschedule_booking", {**one, "start": slots[0]})
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert limited.did("cancel_booking", one)["status"] == "cancelled", "there is always a way out"


def test_what_nobody_sees_is_not_kept(program: Program, site: Site) -> None:
    made = book(program, program.slots()[0], name=f"Bob{UNSEEN}Bcc: x@example.com", guests=["a@example.com"] * 2)
    assert made.json()["name"] == "Bob Bcc: x@example.com"
    assert made.json()["guests"] == ["a@example.com"]
    ended = program.did("cancel_booking", {"booking_id": made.json()["id"], "words": f"Sorry.{UNSEEN}"})
    assert ended["status"] == "cancelled"
    site.drain()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " \x00 "}, "name"),
        ({"locale": "\x00\x00"}, "locale"),
        ({"locale": "de\n"}, "locale"),
        ({"answers": {"colour": "x" * 60_000}}, "answers"),
    ],
)
def test_what_is_no_answer_of_a_form_is_refused(program: Program, given: dict[str, Any], field: str) -> None:
    refused = book(program, program.slots()[0], **given)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_input")
    assert list(refused.json()["errors"]) == [field]


@pytest.mark.parametrize("start", ["9999-12-31T23:59:00-23:59", "0001-01-01T00:00:00+23:59", "2030-01-15T09:00:00"])
def test_an_instant_that_is_none_breaks_nothing(program: Program, start: str) -> None:
    booked = book(program, program.slots()[0]).json()["id"]
    meeting = program.did("create_meeting", {"topic": "Kick-off", "start": ahead(days=3)})["id"]
    asked = (
        program.ask("create_meeting", {"topic": "Kick-off", "start": start}),
        program.ask("update_meeting", {"meeting_id": meeting, "start": start}),
        book(program, start),
        program.ask("reschedule_booking", {"booking_id": booked, "start": start}),
    )
    assert [(one.status_code, one.json()["code"]) for one in asked] == [(422, "invalid_time")] * 4


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_a_nul_is_no_name_of_anything(program: Program) -> None:
    connection, event = {"connection": "\x00"}, {"event": "a\x00"}
    week = {"first_day": "2030-01-01", "last_day": "2030-01-02"}
    asked = (
        program.ask("get_user", connection),
        program.ask("get_health", connection),
        program.ask("list_meetings", connection),
        program.ask("get_meeting", {"meeting_id": 1, **connection}),
        program.ask("create_meeting", {"topic": "Kick-off", "start": ahead(days=3), **connection}, key="a key"),
        program.ask("list_slots", {**week, **event}),
        book(program, ahead(days=3), **event),
    )
    assert [(one.status_code, one.json()["code"]) for one in asked] == [(422, "invalid_input")] * len(asked)


def test_a_meeting_is_called_by_what_can_be_seen(program: Program) -> None:
    given = {"topic": f"Kick{UNSEEN}off", "agenda": "\x1b[31mRed\nand blue", "start": ahead(days=3)}
    made = program.did("create_meeting", given)
    assert (made["topic"], made["agenda"]) == ("Kick off", "[31mRed\nand blue")
    changed = program.did("update_meeting", {"meeting_id": made["id"], "topic": f"{UNSEEN}On", "agenda": ""})
    assert (changed["topic"], changed["agenda"]) == ("On", "")
    unseen = program.ask("update_meeting", {"meeting_id": made["id"], "topic": UNSEEN})
    assert list(unseen.json()["errors"]) == ["topic"]
    assert list(program.ask("create_meeting", {**given, "topic": " "}).json()["errors"]) == ["topic"]


def test_pages_of_other_sites_read_no_answers_to_keys(program: Program) -> None:
    origin = {"Origin": "https://evil.example"}
    path = "/api/v1/actions/get_user"
    told = program.site.post(path, json={}, headers={"Authorization": f"Bearer {program.text}", **origin})
    assert told.status_code == 200
    asked = program.site.session.options(f"{program.site.base}{path}", headers=origin, timeout=10)
    for answer in (told, asked):
        assert not [name for name in answer.headers if name.startswith("Access-Control")]
