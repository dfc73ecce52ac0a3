"""The hosted pages without JavaScript: what is wrong is said beside what was typed, and nothing is written."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.fixtures.site import Answer, MakeSite, Site
from tests.services.test_proofs import work
from tests.web.asking import days, everything, wish
from tests.web.browsing import words
from zoom_blueprint import EventType, LifecycleEvent
from zoom_blueprint.events import BookingPayload
from zoom_blueprint.services import bookables

BOOK = "/book/ada/intro-call"


def hidden_fields(page: str) -> dict[str, str]:
    """Return the hidden fields of a page's form."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}


def refused(site: Site, answer: Answer, status: int, before: object) -> str:
    """Return the text of a page that says no, after which everything is as before."""
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.headers["Cache-Control"] == "no-store"
    assert everything(site) == before
    return words(answer.text)


def test_a_booking_is_made_by_links_and_forms_alone(site: Site) -> None:
    times = site.get(BOOK, params={"tz": "Asia/Tokyo"})
    assert times.status_code == 200
    start = html.unescape(re.findall(r'href="[^"]*start=([^"&]+)', times.text)[0]).replace("%3A", ":")
    form = site.get(BOOK, params={"start": start, "tz": "Asia/Tokyo"})
    fields = hidden_fields(form.text)
    assert fields["tz"] == "Asia/Tokyo"
    answer = site.post(BOOK, data=fields | {"name": "Bob Byrne", "email": "bob@example.com"})
    assert answer.status_code == 303
    page = site.get(answer.headers["Location"])
    assert "You’re booked" in page.text
    again = site.post(BOOK, data=fields | {"name": "Bob Byrne", "email": "bob@example.com"})
    assert again.headers["Location"] == answer.headers["Location"], "pressed twice, booked once"
    (meeting,) = site.simulator.meetings("ada")
    assert meeting["join_url"] in html.unescape(page.text)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", " ", "Enter your name."),
        ("email", "bob", "This does not look like a mail address."),
        ("website", "https://spam.example", "Leave this field empty."),
        ("key", "", "Send a key"),
        ("tz", "Mars/Olympus", "time zone"),
    ],
)
def test_a_bad_field_is_named_and_the_rest_is_kept(shared_site: Site, field: str, value: str, sentence: str) -> None:
    before = everything(shared_site)
    fields = wish(shared_site, name='Bob "<b>" Byrne') | {field: value}
    answer = shared_site.post(BOOK, data=fields)
    assert sentence in refused(shared_site, answer, 422, before)
    if field != "name":
        assert 'value="Bob &#34;&lt;b&gt;&#34; Byrne"' in answer.text


def test_a_form_that_was_open_for_long_books_a_time_that_is_still_free(site: Site) -> None:
    fields = wish(site, token=old_token(site))
    answer = site.post(BOOK, data=fields)
    assert answer.status_code == 303
    again = site.post(BOOK, data=fields)
    assert again.headers["Location"] == answer.headers["Location"], "pressed twice, booked once"
    late = site.post(BOOK, data=fields | {"key": "another-key"})
    assert late.status_code == 409
    assert "not available any more" in words(late.text)
    assert f"Times in {fields['tz']}" in words(late.text), "other times, in whose zone?"


def test_a_forged_list_of_times_is_renewed_without_losing_what_was_typed(shared_site: Site) -> None:
    before = everything(shared_site)
    answer = shared_site.post(BOOK, data=wish(shared_site, token="forged", guests="eve@example.com"))
    assert "please confirm once more." in refused(shared_site, answer, 422, before)
    assert 'value="Bob Byrne"' in answer.text
    assert 'value="eve@example.com"' in answer.text
    fresh = hidden_fields(answer.text)
    shared_site.state.links.read_slot_token(fresh["token"], event_id(shared_site), datetime.now(UTC))
    taken = shared_site.post(BOOK, data=wish(shared_site, start="2031-01-01T00:00:01Z"))
    assert "not available any more" in refused(shared_site, taken, 409, before)


def test_where_work_is_to_be_shown_an_old_form_comes_again_with_a_new_token(make_site: MakeSite) -> None:
    site = make_site(ZOOM_PROOF_OF_WORK=1)
    site.connect()
    before = everything(site)
    old = old_token(site)
    answer = site.post(BOOK, data=with_proof(wish(site, token=old)))
    assert "please confirm once more." in refused(site, answer, 422, before)
    token = hidden_fields(answer.text)["token"]
    assert 'data-proof="1"' in answer.text
    assert "Allow scripts" in refused(site, site.post(BOOK, data=wish(site, token=token)), 422, before)
    assert site.post(BOOK, data=with_proof(wish(site, token=token))).status_code == 303


def old_token(site: Site) -> str:
    """Return a token that came with times an hour ago."""
    return site.state.links.slot_token(event_id(site), datetime.now(UTC) - timedelta(hours=1))


def event_id(site: Site) -> str:
    """Return the id of the event type that is booked."""
    return bookables.look_up(site.state, "ada", "intro-call").event_type_id


def with_proof(fields: dict[str, str]) -> dict[str, str]:
    """Return the fields with a proof of one bit of work."""
    return fields | {"proof": work(fields["token"], fields["key"], 1)}


def test_who_asks_too_often_keeps_what_was_typed(make_site: MakeSite) -> None:
    site = make_site(ZOOM_LIMITS="1 per hour")
    site.connect()
    fields = wish(site)
    assert site.post(BOOK, data=fields | {"email": "bob"}).status_code == 422
    answer = site.post(BOOK, data=fields)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert 'value="Bob Byrne"' in answer.text


def test_guests_are_invited_in_the_form_with_anything_between_their_addresses(site: Site) -> None:
    form = site.get(BOOK, params={"start": site.slots()["slots"][0]}).text
    assert 'name="guests"' in form
    guests = "Eve@example.com; max@example.com,\nEVE@example.com bob@example.com"
    answer = site.post(BOOK, data=wish(site, guests=guests))
    assert answer.status_code == 303
    page = words(site.get(answer.headers["Location"]).text)
    assert "eve@example.com max@example.com" in page, "each once, and not who books"
    assert page.count("bob@example.com") == 0
    many = wish(site, guests=",".join(f"guest{n}@example.com" for n in range(11)))
    assert "Invite at most 10 guests." in words(site.post(BOOK, data=many).text)
    bad = site.post(BOOK, data=wish(site, guests="eve@example.com, nobody"))
    assert 'href="#guests"' in bad.text
    assert 'value="eve@example.com, nobody"' in bad.text


def test_a_hidden_event_type_is_booked_by_its_address_and_not_found_by_searching(site: Site) -> None:
    with site.app.app_context():
        site.zoom.event_types.put("1", EventType(slug="secret", title="Secret", notice_minutes=0, hidden=True))
    page = site.get("/book/ada/secret")
    assert page.status_code == 200
    assert '<meta name="robots" content="noindex">' in page.text
    assert site.booked("ada/secret")["status"] == "confirmed"
    assert "noindex" not in site.get(BOOK).text


def test_where_a_visitor_came_from_travels_through_the_pages(site: Site) -> None:
    told: list[LifecycleEvent] = []
    site.zoom.on("booking.confirmed")(told.append)
    came = {"utm_source": "letter", "irclickid": "x1", "li_fat_id": "y2", "gbraid": "z3", "page_lang": "fr"}
    times = site.get(BOOK, params=came | {"other": "no"}, headers={"Referer": "https://blog.example/post"})
    address = html.unescape(re.findall(r'rel="nofollow" href="([^"]+)"', times.text)[0])
    form = site.get(site.base.removesuffix("/zoom") + address, headers={"Referer": f"{site.base}/book/ada/intro-call"})
    fields = hidden_fields(form.text) | {"name": "Bob Byrne", "email": "bob@example.com"}
    assert site.post(BOOK, data=fields).status_code == 303
    site.drain()
    assert isinstance(told[0].payload, BookingPayload)
    assert told[0].payload.booking.context == came | {"referrer": "https://blog.example/post"}


def test_the_list_of_zones_names_each_once_and_keeps_what_the_visitor_has(shared_site: Site) -> None:
    def listed(tz: str) -> list[str]:
        return re.findall(r'<option value="([^"]+)"', shared_site.get(BOOK, params={"tz": tz}).text)

    today = listed("Europe/London")
    assert {"Asia/Kolkata", "Europe/Kyiv", "America/New_York", "UTC"} <= set(today)
    assert not {"Asia/Calcutta", "Europe/Kiev", "US/Eastern", "EST", "GB", "Etc/GMT+5"} & set(today)
    old = listed("Asia/Calcutta")
    assert set(old) == {*today, "Asia/Calcutta"} - {"Asia/Kolkata"}
    assert len(old) == len(today)


@pytest.mark.parametrize("start", ["junk", "9999-12-31T23:59:59Z", "2030-01-15T09:00:00", "\x00", "<script>"])
def test_an_odd_start_in_the_address_shows_the_times(shared_site: Site, start: str) -> None:
    answer = shared_site.get(BOOK, params={"start": start})
    assert answer.status_code == 422
    assert "Choose one of the offered times." in answer.text


@pytest.mark.parametrize(
    "query",
    [{"from": "junk"}, {"from": "0001-01-01"}, {"from": "9999-12-31"}, {"tz": "Mars/Olympus"}, {"tz": "\x00"}],
)
def test_odd_days_in_the_address_show_the_nearest_that_make_sense(shared_site: Site, query: dict[str, str]) -> None:
    assert shared_site.get(BOOK, params=query).status_code == 200


def test_bodies_that_are_no_form_end_in_pages_too(shared_site: Site) -> None:
    before = everything(shared_site)
    for body, kind, status in (
        ("{", "application/json", 400),
        ("x", "text/plain", 415),
        ("name=" + "n" * 66_000, "application/x-www-form-urlencoded", 413),
    ):
        answer = shared_site.post(BOOK, data=body, headers={"Content-Type": kind})
        refused(shared_site, answer, status, before)


def test_the_manage_page_says_what_is_wrong_with_a_move(site: Site) -> None:
    booking = site.booked()
    page = booking["manage_url"]
    offer = site.get(page.replace("/bookings/", "/api/v1/bookings/") + "/slots", params=days()).json()
    before = everything(site)
    good = {"start": offer["slots"][3], "token": offer["token"]}
    stale = site.post(f"{page}/reschedule", data=good | {"token": "forged"})
    assert "Choose your time again." in refused(site, stale, 422, before)
    gone = site.post(f"{page}/reschedule", data=good | {"start": "2031-01-01T00:00:01Z"})
    assert "not available any more" in refused(site, gone, 409, before)
    empty = site.post(f"{page}/reschedule", data={})
    assert "Choose a time." in refused(site, empty, 422, before)
    long = site.post(f"{page}/cancel", data={"reason": "r" * 1001})
    assert "at most 1000 characters" in refused(site, long, 422, before)
    assert site.post(f"{page}/cancel", data={"reason": "<b>ill</b>"}).status_code == 303
    text = site.get(page).text
    assert "&lt;b&gt;ill" in text
    ended = everything(site)
    refused(site, site.post(f"{page}/reschedule", data=good), 410, ended)


def test_a_time_taken_meanwhile_keeps_what_was_typed_and_offers_the_nearest(site: Site) -> None:
    offered = site.slots()
    taken = offered["slots"][3]
    site.booked(start=taken, token=offered["token"])
    typed = {"name": "Slow Sam", "email": "sam@example.com", "tz": "Europe/London", "key": "a-key-of-Sam"}
    answer = site.post("/book/ada/intro-call", data={**typed, "start": taken, "token": offered["token"]})
    assert answer.status_code == 409
    assert 'value="Slow Sam"' in answer.text
    others = re.findall(r'type="radio" name="start" value="([^"]+)"', answer.text)
    assert offered["slots"][2] in others
    assert offered["slots"][4] in others
    assert taken not in others
    labels = re.findall(r'type="radio"[^>]*>([^<]+)<', answer.text)
    assert all(re.fullmatch(r"\d+:\d\d( [AP]M)?", label.replace("\u202f", " ")) for label in labels), (
        "the day is said once"
    )
    assert len(re.findall("<legend>[^<]+<", answer.text)) in (1, 2)
    again = site.post("/book/ada/intro-call", data={**typed, "start": others[0], "token": offered["token"]})
    assert again.status_code == 303


@pytest.mark.parametrize(
    ("language", "expected"),
    [("de-DE,de;q=0.9", "14:30"), ("en-US", "2:30 PM"), ("en-GB", "14:30"), ("xx-ZZ", "2:30 PM")],
)
def test_hosted_pages_write_times_as_in_the_visitors_region(site: Site, language: str, expected: str) -> None:
    page = site.get("/book/ada/intro-call?tz=Europe/London", headers={"Accept-Language": language})
    assert expected in page.text.replace("\u202f", " ")
