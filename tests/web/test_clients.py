"""The host's clients: the list, one person with all they booked, their data as files, and their erasure."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.fixtures.site import Site
from tests.fixtures.site_app import HOSTS, INTRO_CALL
from tests.services.looking import Letters, turn
from tests.services.test_attendances import hear, joined, left
from tests.services.test_forgetting_people import everything_open
from tests.services.test_queries import counted
from tests.web.browsing import Browser, words
from tests.web.desk import of, text_after
from zoom_blueprint import Question
from zoom_blueprint.services import addresses
from zoom_blueprint.store import models

ZELDA = "zelda@example.com"


@pytest.fixture
def ada(site: Site) -> Browser:
    """Ada's browser."""
    return Browser(site)


def booked(site: Site, place: int, name: str = "Zelda Zeta", email: str = ZELDA, **fields: str) -> dict[str, Any]:
    """Book one of the offered times."""
    offered = site.slots()
    start, key = offered["slots"][place], f"a-key-for-{place}-{email}"
    return site.booked(start=start, token=offered["token"], name=name, email=email, key=key, **fields)


def let_be_over(site: Site, booking: dict[str, Any]) -> None:
    """Let a booking have ended the day before yesterday."""
    end = datetime.now(UTC) - timedelta(days=2)
    begin = end - timedelta(minutes=30)
    which = models.Booking.id == booking["id"]
    turn(site.state, models.Booking, which, starts_at=begin, ends_at=end, busy_start=begin, busy_end=end)


def test_the_list_counts_finds_and_leads_to_people(site: Site, ada: Browser) -> None:
    assert "No clients yet" in ada.read("/clients")
    let_be_over(site, booked(site, 0))
    booked(site, 3)
    bob = booked(site, 5, "Bob <b>Byrne</b>", "bob@example.com")
    page = ada.get("/clients").text
    assert "Bob &lt;b&gt;Byrne" in page
    text = words(page)
    assert text.index("Bob") < text.index("Zelda Zeta"), "who books the latest time is first"
    assert text.count("1 past") == 1
    assert ada.get("/clients?q=ZETA").text.count('class="client"') == 1
    assert "Nobody was found" in ada.read("/clients?q=zzz%00")
    assert "<title>ZETA · Clients</title>" in ada.get("/clients?q=ZETA").text
    assert f"/zoom/clients/{bob['id']}" in page
    assert "bob@example.com" in ada.read(f"/clients/{bob['id']}")
    assert "No clients yet" in Browser(site, "grace").read("/clients")


def test_one_person_has_past_and_coming_bookings_and_a_trash_for_those_to_come(site: Site, ada: Browser) -> None:
    past, coming, last = booked(site, 0), booked(site, 3), booked(site, 6)
    booked(site, 5, "Bob Byrne", "bob@example.com")
    let_be_over(site, past)
    page = ada.get(f"/clients/{last['id']}").text
    assert [f"/host/bookings/{one['id']}/cancel?client={last['id']}" in page for one in (past, coming, last)] == [
        False,
        True,
        True,
    ]
    assert "Bob Byrne" not in page
    with counted(site) as few:
        ada.get(f"/clients/{last['id']}")
    for place in (7, 8, 9):
        booked(site, place)
    with counted(site) as many:
        ada.get(f"/clients/{last['id']}")
    assert len(many) == len(few)
    asked = f"{of(coming, 'cancel')}?client={last['id']}"
    answer = ada.press(asked, on=asked, reason="")
    assert answer.headers["Location"] == f"{site.base}/clients/{last['id']}"
    assert "cancelled" in text_after(ada, answer)


def test_the_panel_of_a_booking_has_the_others_of_its_client(site: Site, ada: Browser) -> None:
    booking, other = booked(site, 0), booked(site, 3)
    booked(site, 5, "Bob Byrne", "bob@example.com")
    page = ada.get(of(booking)).text
    assert page.count("/cancel?of=") == 1
    assert f"/host/bookings/{other['id']}/cancel?of={booking['id']}" in page
    asked = f"{of(other, 'cancel')}?of={booking['id']}"
    answer = ada.press(asked, on=asked, reason="")
    assert answer.headers["Location"] == f"{site.base}{of(booking)}"
    for evil in ("//example.com", "x" * 32, "../clients"):
        asked = f"{of(booking, 'cancel')}?of={evil}"
        assert f'href="{site.base}/"' in ada.get(asked).text


def test_where_a_booking_came_from_is_readable_and_only_links_of_the_web_are_links(site: Site, ada: Browser) -> None:
    booking = booked(
        site, 0, page_url="https://example.com/contact?a=1&b=2", utm_source="news", utm_campaign="May", gclid="x1"
    )
    page = ada.get(of(booking)).text
    assert (
        '<a href="https://example.com/contact?a=1&amp;b=2" rel="noopener nofollow noreferrer" target="_blank"' in page
    )
    text = words(page)
    assert "Page with the button https://example.com" in text
    assert "Campaign source news Campaign May gclid x1" in text
    booking = booked(site, 3, page_url="javascript:alert(1)", referrer="https://")
    page = ada.get(of(booking)).text
    assert "javascript:alert(1)</bdi>" in page
    assert 'href="javascript' not in page


def test_the_table_has_every_booking_and_nothing_that_a_spreadsheet_would_run(site: Site, ada: Browser) -> None:
    booked(site, 0, name="=HYPERLINK(1)", utm_source="@news", page_url="+1")
    booked(site, 3, name='Zoë "Z", Zeta', guests="carol@example.com")
    answer = ada.get("/clients.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == "attachment; filename=clients.csv"
    assert answer.content.startswith(b"\xef\xbb\xbf"), "by this Excel knows that it is UTF-8"
    head, first, second = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert head[:3] == ["Name", "Email address", "What"]
    assert first[0] == "'=HYPERLINK(1)"
    assert not [cell for cell in (*first, *second) if cell.startswith(("=", "+", "-", "@"))]
    assert (second[0], second[7]) == ('Zoë "Z", Zeta', "carol@example.com")
    assert len(list(csv.reader(io.StringIO(Browser(site, "grace").get("/clients.csv").text)))) == 1


def test_nothing_runs_in_a_table_that_is_parted_by_semicolons(site: Site, ada: Browser) -> None:
    """So do spreadsheets in much of Europe, whatever the file says, and then a quote within a line is no quote."""
    with site.app.app_context():
        note = Question(name="note", label="Note", kind="textarea")
        site.zoom.event_types.put("1", replace(INTRO_CALL, questions=(note,)))
    notes = {"answers.note": "Hello\n=HYPERLINK(2)"}
    booked(site, 0, name="Zoë;=HYPERLINK(1)", utm_source="news; @SUM(1)", utm_campaign="\uff1d1+1", **notes)
    text = ada.get("/clients.csv").content.decode("utf-8-sig")
    cells = [cell.lstrip(' "') for line in text.splitlines() for part in line.split(";") for cell in part.split("\t")]
    assert "'=HYPERLINK(1)" in text
    assert "'=HYPERLINK(2)" in text
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert ",'\uff1d1+1" in text


def test_a_quote_before_a_formula_hides_it_from_no_reader(site: Site, ada: Browser) -> None:
    """A quote that ends a cell's text at once is dropped by spreadsheets, and what follows it is the cell."""
    with site.app.app_context():
        note = Question(name="note", label="Note", kind="textarea")
        site.zoom.event_types.put("1", replace(INTRO_CALL, questions=(note,)))
    notes = {"answers.note": 'Hello\n"=HYPERLINK(2);"'}
    booked(site, 0, utm_source=';"=HYPERLINK(1);', utm_campaign='; " "@SUM(1);', **notes)
    text = ada.get("/clients.csv").content.decode("utf-8-sig")
    for parting in (";", ",", "\t"):
        cells = [cell.lstrip() for line in csv.reader(io.StringIO(text), delimiter=parting) for cell in line]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))], parting


def test_one_persons_data_is_theirs_and_complete(site: Site, ada: Browser) -> None:
    booking = booked(site, 0, guests="carol@example.com", utm_source="news")
    booked(site, 3)
    booked(site, 5, "Bob Byrne", "bob@example.com")
    answer = ada.get(f"/clients/{booking['id']}/data.json")
    assert answer.headers["Content-Disposition"] == "attachment; filename=client.json"
    found = json.loads(answer.text)
    assert (found["email"], found["names"], len(found["bookings"])) == (ZELDA, ["Zelda Zeta"], 2)
    first = found["bookings"][0]
    assert (first["id"], first["source"], first["guests"]) == (
        booking["id"],
        {"utm_source": "news"},
        ["carol@example.com"],
    )
    assert "Bob" not in answer.text


def test_all_that_is_kept_of_a_person_is_in_their_file_and_nobody_elses_name(site: Site, ada: Browser) -> None:
    """Each table that holds something of a person, as ``test_guide`` names them, has its part in it."""
    Letters(site)
    site.zoom.on("booking.confirmed", subscriber="crm")(lambda _: None)
    past = booked(site, 0, utm_source="news", page_url="https://shop.example/", guests="carol@example.com")
    cancelled = booked(site, 3)
    guest_of = booked(site, 6, "Bob Byrne", "bob@example.com", guests=ZELDA)
    site.drain()
    ada.press(of(cancelled, "cancel"), on=of(cancelled, "cancel"), reason="my words")
    hear(site, past, joined("bob", 1), joined("zelda", 2, user_name=" zelda  zeta "), left("zelda", 5))
    site.drain()
    let_be_over(site, past)
    now = datetime.now(UTC)
    addresses.ask(site.state, HOSTS["ada"], ZELDA, "en", now)
    code = addresses.code_for(site.state, ZELDA, now)
    assert addresses.enter(site.state, ZELDA, "192.0.2.1", code, now) == "right"
    answer = ada.get(f"/clients/{past['id']}/data.json")
    told = json.loads(answer.text)
    assert "Bob" not in answer.text
    assert "bob@example.com" not in answer.text
    first, second = told["bookings"]
    assert (first["source"]["page_url"], first["guests"]) == ("https://shop.example/", ["carol@example.com"])
    assert first["link"]
    assert first["made_at"] <= first["changed_at"]
    stays = [(one["name"], one["joined_at"], one["left_at"]) for one in first["stays"]]
    assert stays == [(" zelda  zeta ", "2030-01-15T09:02:00Z", "2030-01-15T09:05:00Z")]
    happened = [one["name"] for one in second["history"]]
    assert (happened[0], happened[-1]) == ("booking.confirmed", "booking.cancelled")
    assert all(one["at"] for one in second["history"])
    assert second["cancel_reason"] == "my words"
    mails = {(one["about"], one["to"], one["outcome"]) for one in first["told"] if one["at"]}
    assert {
        ("booking.confirmed", "mail:invitee", "sent"),
        ("booking.confirmed", "hook:crm", "called"),
        ("booking.confirmed", "mail:guest:0", "sent"),
    } <= mails
    (other,) = told["guest_of"]
    assert other["start"] == guest_of["start"]
    assert len(told["codes_asked_at"]) == len(told["address_shown_at"]) == 1


def test_a_person_is_erased_after_a_page_that_says_what_and_the_host_is_told_what_was(site: Site, ada: Browser) -> None:
    Letters(site)
    past, coming = booked(site, 0), booked(site, 3)
    of_bob = booked(site, 6, "Bob Byrne", "bob@example.com", guests=ZELDA)
    site.drain()
    let_be_over(site, past)
    erase = f"/clients/{past['id']}/erase"
    page = ada.read(erase)
    assert "1 booking is to come" in page
    assert "Erase for good" not in page
    assert "Cancel what is to come first" in text_after(ada, ada.press(erase, on=erase))
    ada.press(of(coming, "cancel"), on=of(coming, "cancel"), reason="")
    site.drain()
    assert "They are a guest of somebody who is yet to come." in ada.read(erase)
    let_be_over(site, of_bob)
    page = ada.read(erase)
    assert "2 bookings lose their names" in page
    assert "1 booking of somebody else loses this guest" in page
    assert "0 stays" not in page, "nothing is said of what there is none of"
    text = text_after(ada, ada.press(erase, on=erase))
    assert "Zelda Zeta is erased: 2 bookings have no names, addresses or answers any more." in text
    assert "5 entries of what has happened are deleted." in text
    assert "6 records of mails are deleted." in text
    assert "1 booking of somebody else has lost this guest." in text
    assert "0 stays" not in text
    assert "zelda" not in everything_open(site).lower()
    assert ada.get(erase).status_code == 404
    assert ada.get(f"/clients/{past['id']}").status_code == 404
