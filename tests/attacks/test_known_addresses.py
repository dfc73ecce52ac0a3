"""What a stranger can find out about a mail address, and what they can do with it: see ``web.guards``."""

from typing import Any

import pytest

from tests.fixtures.site import Answer, MakeSite, Site
from tests.services.looking import Letters, rows
from tests.web.asking import INTRO, wish
from tests.web.test_guards import code_in
from zoom_blueprint.store import models

PATH = f"{INTRO}/bookings"
HOME, ELSEWHERE = "203.0.113.7", "198.51.100."
OWNER = "owner@example.org"


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """A site that mails codes, with the usual limits."""
    made = make_site(ZOOM_LIMITS="", ZOOM_MAIL_CODES="first")
    made.connect()
    return made


def ask(site: Site, client: str, path: str = PATH, **fields: str) -> Answer:
    """Post a booking from a client."""
    key = f"key-{client}-{fields.get('email', '')}-{len(fields)}"
    return site.post(path, data=wish(site, **{"key": key, **fields}), headers={"X-Forwarded-For": client})


def confirmed(site: Site, letters: Letters, client: str = HOME, email: str = OWNER) -> None:
    """Book with a mailed code."""
    assert ask(site, client, email=email).status_code == 422
    site.drain()
    code = code_in(letters.texts(email)[-1])
    assert ask(site, client, email=email, code=code).status_code == 201
    site.drain()


def seen(answer: Answer) -> tuple[int, Any, dict[str, str]]:
    """Return all that an answer shows, but the time of day and what was typed."""
    headers = {name: value for name, value in answer.headers.items() if name != "Date"}
    is_json = "json" in answer.headers["Content-Type"]
    return answer.status_code, answer.json() if is_json else answer.status_code, headers


def test_nobody_can_tell_a_known_address_from_one_that_never_came(proxied: Site, letters: Letters) -> None:
    confirmed(proxied, letters)
    strangers = [OWNER, "ghost@example.org"]
    for number, extra in enumerate(({}, {}, {"code": "000000"}, {"start": "2030-01-01T03:03:00Z"})):
        answers = [seen(ask(proxied, f"{ELSEWHERE}{number}", email=email, **extra)) for email in strangers]
        assert answers[0] == answers[1]
        assert answers[0][0] == 422
    assert len(rows(proxied.state, models.Booking)) == 1


def test_the_hosted_page_tells_no_more(proxied: Site, letters: Letters) -> None:
    confirmed(proxied, letters)
    page = "/book/ada/intro-call"
    one, other = (ask(proxied, f"{ELSEWHERE}1", page, email=email) for email in (OWNER, "ghost@example.org"))
    assert one.status_code == other.status_code == 422
    key = 'name="key" value="'

    def shown(answer: Answer, email: str) -> str:
        before, _, after = answer.text.replace(email, "").partition(key)
        return before + after[after.index('"') :]

    assert shown(one, OWNER) == shown(other, "ghost@example.org")


def test_nobody_books_in_the_name_of_a_known_address(proxied: Site, letters: Letters) -> None:
    confirmed(proxied, letters)
    assert ask(proxied, f"{ELSEWHERE}1", email=OWNER).status_code == 422
    assert ask(proxied, HOME, email=OWNER, key="another-key").status_code == 201, "its owner does"


def test_an_address_is_mailed_one_code_in_ten_minutes_whoever_asks(proxied: Site, letters: Letters) -> None:
    told = [ask(proxied, f"{ELSEWHERE}{number}", email="Victim@example.org") for number in range(15)]
    assert {answer.status_code for answer in told} == {422}
    proxied.drain()
    assert len(letters.sent) == 1


def test_tags_do_not_multiply_the_codes_that_a_mailbox_gets(proxied: Site, letters: Letters) -> None:
    tagged = [f"victim+{number}@example.org" for number in range(15)]
    told = [ask(proxied, f"{ELSEWHERE}{number}", email=email).status_code for number, email in enumerate(tagged)]
    assert told == [422] * 10 + [429] * 5
    proxied.drain()
    assert len(letters.sent) == 10


def test_a_flood_for_an_address_does_not_hold_up_its_owner(proxied: Site, letters: Letters) -> None:
    """Who confirmed the address from here has a limit of their own, and a larger one."""
    confirmed(proxied, letters)
    confirmed(proxied, letters, f"{ELSEWHERE}1", "eve@example.org")
    flood = [
        ask(proxied, f"{ELSEWHERE}1", email="eve@example.org", guests=OWNER, key=f"key-of-flood-{n}") for n in range(12)
    ]
    assert [answer.status_code for answer in flood].count(429) >= 2
    for number in range(12):
        assert ask(proxied, HOME, email=OWNER, key=f"key-of-owner-{number}").status_code == 201
