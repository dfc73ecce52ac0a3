"""The booking form takes any mail address: what a stranger can have sent to it, and how often."""

import json
from datetime import UTC, datetime, timedelta
from email import message_from_string, policy
from typing import Any

import pytest

from tests.fixtures.site import MakeSite, Site, api
from tests.services.looking import Letters, make_due
from tests.web.asking import refused, wish
from tests.web.browsing import Browser
from tests.web.desk import details
from zoom_blueprint import EventType
from zoom_blueprint.store import models
from zoom_blueprint.values import Location
from zoom_blueprint.web.contract import zulu

PATH = "/api/v1/hosts/ada/intro-call/bookings"
VICTIM = "victim@example.org"
ADVERTISED = "https://casino.example/win"


def send_all(site: Site) -> None:
    """Send the mails, those that wait for a link too."""
    site.drain()
    make_due(site.state, models.Delivery)
    site.drain()


def mailed(letters: Letters, to: str) -> list[str]:
    """Return all that was sent to an address, decoded, headers and all parts."""
    found = [mail for mail in letters.sent if to in f"{mail['To']} {mail['Cc']}"]
    return [
        "\n".join(
            [*map(str, mail.values()), *(str(part.get_content()) for part in mail.walk() if not part.is_multipart())]
        )
        for mail in found
    ]


def test_what_an_invitee_says_on_cancelling_is_mailed_to_the_host_only(site: Site, letters: Letters) -> None:
    booking = site.booked(email=VICTIM, guests="guest@example.org")
    send_all(site)
    words = f"You have won.\n\nAll your bookings: {ADVERTISED}"
    assert site.post(f"{api(booking)}/cancel", data={"reason": words}).status_code == 200
    send_all(site)
    for address in (VICTIM, "guest@example.org"):
        told = mailed(letters, address)
        assert len(told) == 2, "booked and cancelled"
        assert not [mail for mail in told if "casino" in mail]
    (text,) = [text for text in letters.texts("ada@example.com") if "casino" in text]
    assert f"\nAll your bookings: {ADVERTISED}" not in text, "no line of ours"
    assert f"\n    All your bookings: {ADVERTISED}" in text


def test_what_a_host_says_on_cancelling_reaches_the_invitee(site: Site, letters: Letters) -> None:
    booking = site.booked(email=VICTIM)
    path = f"/host/bookings/{booking['id']}/cancel"
    Browser(site).press(path, on=path, reason="I am ill")
    send_all(site)
    assert any("I am ill" in text for text in letters.texts(VICTIM))


@pytest.mark.parametrize(
    "name",
    [
        f"Win: {ADVERTISED}",
        "HTTP://casino.example",
        "see www.casino.example",
        "WWW.casino.example",
        "casino.example/win",
        "Claim it at casino-win.com today",
        "CASINO.XYZ",
    ],
)
def test_a_name_with_a_web_address_is_refused(site: Site, name: str) -> None:
    problem = refused(site.post(PATH, data=wish(site, name=name)), 422)
    assert set(problem["errors"]) == {"name"}


@pytest.mark.parametrize(
    "name", ["Dr.Müller", "St. John", "Mary/John", "J.R.R. Tolkien", "Who?", "awww.w", "B: A", "K.Dev", "Jose.Comas"]
)
def test_a_name_with_a_dot_or_a_slash_is_a_name(site: Site, name: str) -> None:
    assert site.book(name=name).status_code == 201


@pytest.mark.parametrize("name", ["\u200b", "\u200b \u2060\ufeff", "\u00ad", "\u0301"])
def test_a_name_that_nobody_can_see_is_none(site: Site, name: str) -> None:
    """The host would read of a booking with nobody."""
    assert set(refused(site.post(PATH, data=wish(site, name=name)), 422)["errors"]) == {"name"}


@pytest.mark.parametrize("name", ["\u738b", "\U0001f600", "\u0645\u06cc\u200c\u062e", "?"])
def test_a_name_with_one_sign_to_see_is_a_name(site: Site, name: str) -> None:
    assert site.book(name=name).status_code == 201


@pytest.mark.parametrize("mail", ["a..b@example.org", ".a@example.org", "a.@example.org", f"{'a' * 65}@example.org"])
def test_an_address_that_no_mail_can_carry_is_refused(site: Site, mail: str) -> None:
    """Else the mail to the host, who is to answer to it, could not be written either."""
    assert set(refused(site.post(PATH, data=wish(site, email=mail)), 422)["errors"]) == {"email"}
    assert set(refused(site.post(PATH, data=wish(site, guests=mail)), 422)["errors"]) == {"guests"}


@pytest.mark.parametrize("mail", ["a.b@example.org", "-a@example.org", "o'neil@example.org", "a?b%c#d&e@example.org"])
def test_an_odd_address_gets_its_mail_and_the_host_too(site: Site, letters: Letters, mail: str) -> None:
    site.booked(email=mail)
    send_all(site)
    written = [message_from_string(one.as_string(), policy=policy.default) for one in letters.sent]
    assert {address.addr_spec for one in written for address in one["To"].addresses} == {mail, "ada@example.com"}


def test_an_address_cannot_add_copies_to_the_hosts_own_mail(site: Site, letters: Letters) -> None:
    site.booked(email="eve?bcc=all&body=hi#x@example.org")
    send_all(site)
    page = Browser(site).get("/?view=list").text
    assert 'href="mailto:eve%3Fbcc%3Dall%26body%3Dhi%23x@example.org"' in page
    (entry,) = [part for part in letters.sent[0].walk() if part.get_content_type() == "text/calendar"]
    unfolded = str(entry.get_content()).replace("\r\n ", "").replace("\n ", "")
    assert "mailto:eve?" not in unfolded


def book_from(site: Site, client: int, **fields: Any) -> int:
    """Book from an address of the network's own and return the status."""
    headers = {"X-Forwarded-For": f"203.0.113.{client}"}
    return site.post(PATH, data=wish(site, **fields), headers=headers).status_code


def test_nobody_is_flooded_from_many_addresses(proxied: Site) -> None:
    first = proxied.booked(email=VICTIM)
    tagged = "Victim+{}@example.org"
    assert {book_from(proxied, number, email=tagged.format(number)) for number in range(9)} == {201}
    answer = proxied.post(PATH, data=wish(proxied, email=VICTIM), headers={"X-Forwarded-For": "203.0.113.99"})
    assert refused(answer, 429)["type"].endswith("#too-many")
    assert int(answer.headers["Retry-After"]) > 60
    assert book_from(proxied, 100, guests=f"max@example.com, {VICTIM}") == 429, "nor as a guest of others"
    assert proxied.post("/book/ada/intro-call", data=wish(proxied, email=VICTIM)).status_code == 429
    fields = wish(proxied)
    moved = {"start": fields["start"], "token": fields["token"]}
    assert proxied.post(f"{api(first)}/reschedule", data=moved).status_code == 429
    assert proxied.post(f"{first['manage_url']}/reschedule", data=moved).status_code == 429
    assert book_from(proxied, 101) == 201, "others can book"
    assert proxied.post(f"{api(first)}/cancel").status_code == 200, "and there is always a way out"


def test_one_mailbox_is_one_however_its_address_is_written(proxied: Site) -> None:
    """Gmail reads no dots and has two domains: one post could write to a mailbox eleven times, and be sent again."""
    name = "victim"
    dotted = [f"{name[:place]}.{name[place:]}" for place in range(1, len(name))]
    spellings = [f"{local}@{domain}" for local in dotted for domain in ("Gmail.com", "googlemail.com")]
    assert {book_from(proxied, number, email=email) for number, email in enumerate(spellings)} == {201}
    assert book_from(proxied, 20, email="v.i.c.t.i.m+new@gmail.com") == 429
    assert book_from(proxied, 21, guests="max@example.org, VICTIM@gmail.com") == 429
    assert book_from(proxied, 22, email="victim@example.org") == 201, "somebody else"
    assert book_from(proxied, 23, email="evictim@gmail.com") == 201, "somebody else, too"


def test_refused_bookings_use_up_nobody_elses_tries(proxied: Site) -> None:
    fields = wish(proxied, email=VICTIM)
    for number in range(12):
        refusals = {"token": "forged"} if number % 2 else {"start": "2030-01-01T03:03:00Z"}
        answer = proxied.post(PATH, data=fields | refusals, headers={"X-Forwarded-For": f"203.0.113.{number}"})
        assert answer.status_code in (409, 422)
    assert proxied.post(PATH, data=fields).status_code == 201


def test_who_booked_from_where_is_not_readable_in_the_counters(site: Site) -> None:
    site.booked(guests="guest@example.org")
    counters = site.state.database.read(
        lambda session: [tuple(row) for row in session.execute(models.RateCounter.__table__.select())]
    )
    assert len(counters) == 2 * 2 + 2 + 2 + 2, "two people, a client, its guests, and a host"
    assert not [word for word in ("example", "127.0.0.1", "ada/", "key-") if word in json.dumps(counters, default=str)]


@pytest.mark.parametrize(("limit", "booked"), [("3 per hour", 3), ("500 per day", 40)])
def test_a_host_cannot_write_to_a_stranger_as_often_as_they_like(make_site: MakeSite, limit: str, booked: int) -> None:
    """Whoever may sign up is a host, and a booking for somebody carries the host's own words to any address."""
    site = make_site(ZOOM_LIMITS="", ZOOM_HOST_LIMITS=limit)
    with site.app.app_context():
        site.zoom.event_types.put(
            "1", EventType(slug="call", title="Call", location=Location.PHONE, location_text="+44 20 7946 0000")
        )
    ada = Browser(site)
    fields = details(ada, "call", email=VICTIM, guests="guest@example.org", words=f"You have won: {ADVERTISED}")
    start = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=2)
    answers = []
    for number in range(booked + 2):
        when = zulu(start + timedelta(hours=number))
        form = fields | {"key": f"key-of-{number}", "start": when, "anyway": when}
        answers.append(ada.post("/host/book/details", data=form))
    assert [answer.status_code for answer in answers] == [303] * booked + [429] * 2
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "You have won" in answers[-1].text, "what was typed is not lost"
    assert site.book("ada/call").status_code == 201, "visitors can book"


def test_a_host_cannot_flood_a_stranger_with_changes_of_one_booking(make_site: MakeSite) -> None:
    """Another link, length or time is mailed each time, and the link may be any."""
    site = make_site(ZOOM_LIMITS="")
    site.connect()
    booking = site.booked(email=VICTIM)
    ada, of = Browser(site), f"/host/bookings/{booking['id']}"
    token = {"csrf_token": ada.csrf_token(f"{of}/edit")}

    def status(action: str, **fields: str) -> int:
        return ada.post(f"{of}/{action}", data=token | fields).status_code

    answers = [status("link", link=f"{ADVERTISED}/{number}") for number in range(41)]
    assert answers == [303] * 40 + [429]
    moved = zulu(datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=30))
    assert status("edit", duration_minutes="10") == 429
    assert status("move", start=moved, anyway=moved) == 429
    assert status("edit", topic="Told to nobody", duration_minutes="30") == 303
    assert status("cancel", reason="") == 303, "and there is always a way out"


def test_one_client_invites_a_few_dozen_strangers_and_no_more(make_site: MakeSite) -> None:
    site = make_site(ZOOM_LIMITS="1000 per minute")
    site.connect()
    statuses = []
    for number in range(6):
        guests = ",".join(f"stranger-{number}-{each}@example{each}.org" for each in range(10))
        fields = wish(site, email=f"bob{number}@example.com", key=f"a-key-of-{number}", guests=guests)
        statuses.append(site.post(PATH, data=fields).status_code)
    assert statuses == [201] * 4 + [429] * 2
    alone = wish(site, email="bob@example.com", key="a-key-alone")
    assert site.post(PATH, data=alone).status_code == 201
