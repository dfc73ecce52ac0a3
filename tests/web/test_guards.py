"""What a visitor has to show before a booking is made: a proof of work, or the code that was mailed."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from tests.fixtures.site import MakeSite, Site
from tests.services.looking import Letters, rows
from tests.services.test_proofs import work
from tests.web.asking import INTRO, refused, wish
from zoom_blueprint.store import models

PATH = f"{INTRO}/bookings"
BITS = 8


@pytest.fixture
def coded(make_site: MakeSite) -> tuple[Site, Letters]:
    """A site that mails codes to addresses that it does not know."""
    site = make_site(ZOOM_MAIL_CODES="first", ZOOM_LIMITS="")
    letters = Letters(site)
    site.connect()
    return site, letters


@pytest.fixture
def worked(make_site: MakeSite) -> Site:
    """A site that asks for a proof of work, and cannot mail."""
    site = make_site(ZOOM_PROOF_OF_WORK=BITS)
    site.connect()
    return site


def code_in(text: str) -> str:
    """Return the code that a mail tells."""
    (code,) = re.findall(r"(?<!\d)\d{6}(?!\d)", text)
    return str(code)


def mailed(site: Site, letters: Letters, to: str) -> str:
    """Return the code of the last mail to an address."""
    site.drain()
    return code_in(letters.texts(to)[-1])


def no_code_needed(site: Site, fields: dict[str, str]) -> dict[str, Any]:
    """Book and return the booking."""
    answer = site.post(PATH, data=fields)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_an_address_seen_for_the_first_time_confirms_itself_by_a_code(coded: tuple[Site, Letters]) -> None:
    site, letters = coded
    fields = wish(site)
    problem = refused(site.post(PATH, data=fields), 422)
    assert problem["type"].endswith("/guide#code-needed")
    assert set(problem["errors"]) == {"code"}
    assert not rows(site.state, models.Booking)
    code = mailed(site, letters, "bob@example.com")
    no_code_needed(site, fields | {"code": code})
    no_code_needed(site, wish(site, key="another-key"))  # from now on
    assert len(rows(site.state, models.Booking)) == 2


def test_a_wrong_code_is_said_so_beside_its_field(coded: tuple[Site, Letters]) -> None:
    site, letters = coded
    fields = wish(site)
    first = refused(site.post(PATH, data=fields), 422)
    code = mailed(site, letters, "bob@example.com")
    wrong = refused(site.post(PATH, data=fields | {"code": str((int(code) + 1) % 10**6)}), 422)
    assert wrong["type"] == first["type"]
    assert wrong["errors"]["code"] != first["errors"]["code"]
    site.drain()
    assert len(letters.sent) == 1
    no_code_needed(site, fields | {"code": code})


def test_codes_cannot_be_tried_one_after_the_other(coded: tuple[Site, Letters]) -> None:
    site, letters = coded
    fields = wish(site)
    site.post(PATH, data=fields)
    code = mailed(site, letters, "bob@example.com")
    wrong = [site.post(PATH, data=fields | {"code": str((int(code) + n) % 10**6)}).status_code for n in range(1, 7)]
    assert wrong == [422] * 5 + [429]
    answer = site.post(PATH, data=fields | {"code": code})
    refused(answer, 429)
    assert 1 <= int(answer.headers["Retry-After"]) <= 601


def test_the_hosted_form_comes_back_with_a_field_for_the_code(coded: tuple[Site, Letters]) -> None:
    site, letters = coded
    fields = wish(site)
    page = site.post("/book/ada/intro-call", data=fields)
    assert page.status_code == 422
    assert re.search(r'<input[^>]*name="code"', page.text)
    assert "Bob Byrne" in page.text, "nothing that was typed is lost"
    code = mailed(site, letters, "bob@example.com")
    assert site.post("/book/ada/intro-call", data=fields | {"code": code}).status_code == 303


def test_a_code_is_not_mailed_for_times_that_no_longer_count(coded: tuple[Site, Letters]) -> None:
    site, letters = coded
    fields = wish(site)
    event_type = rows(site.state, models.EventType, models.EventType.host_id == "1")[0]
    old = site.state.links.slot_token(event_type.id, datetime.now(UTC) - timedelta(hours=2))
    assert refused(site.post(PATH, data=fields | {"token": old}), 422)["type"].endswith("#token-expired")
    assert refused(site.post(PATH, data=fields | {"token": "forged"}), 422)["type"].endswith("#token-expired")
    site.drain()
    assert not letters.sent
    assert not rows(site.state, models.LifecycleEvent, models.LifecycleEvent.name == "visitor.checked")


def test_a_booking_that_was_made_is_answered_without_another_code(coded: tuple[Site, Letters]) -> None:
    """The visitor's phone went from one network to another between two tries."""
    site, letters = coded
    fields = wish(site)
    site.post(PATH, data=fields)
    made = no_code_needed(site, fields | {"code": mailed(site, letters, "bob@example.com")})
    site.state.database.write(lambda session: session.execute(delete(models.KnownAddress)))
    assert no_code_needed(site, fields)["id"] == made["id"]
    refused(site.post(PATH, data=wish(site, key="another-key")), 422)


def test_codes_are_asked_of_nobody_while_no_mail_can_leave(
    make_site: MakeSite, caplog: pytest.LogCaptureFixture
) -> None:
    site = make_site(ZOOM_MAIL_CODES="first")
    site.connect()
    no_code_needed(site, wish(site))
    assert "ZOOM_SMTP_URL" in caplog.text


def test_a_proof_of_work_is_asked_for(worked: Site) -> None:
    fields = wish(worked)
    for bad in ({}, {"proof": ""}, {"proof": "x" * 50}):
        problem = refused(worked.post(PATH, data=fields | bad), 422)
        assert problem["type"].endswith("/guide#proof-needed")
        assert set(problem["errors"]) == {"proof"}
    page = worked.post("/book/ada/intro-call", data=fields)
    assert page.status_code == 422
    assert not rows(worked.state, models.Booking)
    no_code_needed(worked, fields | {"proof": work(fields["token"], fields["key"], BITS)})


def test_each_booking_takes_work_of_its_own(worked: Site) -> None:
    fields = wish(worked)
    proof = {"proof": work(fields["token"], fields["key"], BITS)}
    no_code_needed(worked, fields | proof)
    again = wish(worked, token=fields["token"], key="another-key") | proof
    assert refused(worked.post(PATH, data=again), 422)["type"].endswith("#proof-needed")


def test_a_proof_for_times_that_were_never_offered_does_not_help(worked: Site) -> None:
    fields = wish(worked)
    forged = {"token": "a-token-of-my-own"}
    problem = refused(
        worked.post(PATH, data=fields | forged | {"proof": work("a-token-of-my-own", fields["key"], BITS)}), 422
    )
    assert problem["type"].endswith("#token-expired")


def test_without_scripts_a_code_does_in_place_of_a_proof(make_site: MakeSite) -> None:
    site = make_site(ZOOM_PROOF_OF_WORK=BITS)
    letters = Letters(site)
    site.connect()
    fields = wish(site)
    no_code_needed(site, fields | {"proof": work(fields["token"], fields["key"], BITS)})
    site.drain()
    letters.sent.clear()
    fields = wish(site, email="max@example.com", key="a-key-for-max")
    assert refused(site.post(PATH, data=fields), 422)["type"].endswith("#code-needed")
    no_code_needed(site, fields | {"code": mailed(site, letters, "max@example.com")})


def test_both_can_be_asked_for(make_site: MakeSite) -> None:
    site = make_site(ZOOM_PROOF_OF_WORK=BITS, ZOOM_MAIL_CODES="first")
    letters = Letters(site)
    site.connect()
    fields = wish(site)
    fields["proof"] = work(fields["token"], fields["key"], BITS)
    assert refused(site.post(PATH, data=fields), 422)["type"].endswith("#code-needed")
    no_code_needed(site, fields | {"code": mailed(site, letters, "bob@example.com")})
