"""The mails about what a program has booked: they are true for whoever did nothing, and let them change it."""

import re

import pytest

from tests.actions.programs import EVENT, Program
from tests.fixtures.site import Site
from tests.mail.conftest import Post, send_all


@pytest.fixture
def database_kind() -> str:
    """One database will do for what mails say."""
    return "sqlite"


def test_who_is_booked_by_a_program_is_not_told_that_they_booked_and_can_change_it(site: Site, post: Post) -> None:
    program = Program(site)
    who = {"name": "Bob Berg", "email": "bob@example.com", "guests": ["eve@example.com"]}
    booking = program.did("create_booking", {"event": EVENT, "start": program.slots()[0], **who})
    send_all(site)
    for address, told in (
        ("bob@", "Intro call with Ada Lovelace is booked for you."),
        ("eve@", "Intro call with Ada Lovelace is booked for Bob Berg, and you are invited."),
        ("ada@", "Intro call with Bob Berg is booked."),
    ):
        (message,) = post.to(address)
        for kind in ("plain", "html"):
            body = message.get_body((kind,))
            assert body is not None
            text = re.sub(r"<[^>]+>", "", body.get_content())
            assert told in text
            assert "booked Intro call" not in text
            assert (booking["manage_url"] in body.get_content()) == (address == "bob@")
