"""A visitor's web calendar opens with the booking filled in, as it stands at that moment."""

import html
import re
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.fixtures.site import MakeSite, Site, api
from tests.fixtures.site_app import HOSTS, INTRO_CALL
from tests.web.asking import days
from zoom_blueprint import EventType, Location, WithoutZoom
from zoom_blueprint.languages import language
from zoom_blueprint.services import agendas
from zoom_blueprint.services.calendar_links import calendar_links

BASES = {
    "google": "https://calendar.google.com/calendar/render",
    "outlook": "https://outlook.live.com/calendar/0/deeplink/compose",
}
NAMES = {"google": ("text", "location", "details"), "outlook": ("subject", "location", "body")}
OWN_LINK = "https://rooms.example.com/ada?seat=1&view=all"


def parameters(link: str) -> dict[str, str]:
    """Return what a link says, each thing once."""
    assert re.fullmatch(r"https://[\w./-]+\?[\w.~%&=-]+", link), (
        "nothing that has to be encoded, and no plus for a blank"
    )
    pairs = parse_qsl(urlsplit(link).query, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def told(booking: dict[str, object]) -> tuple[str, str, list[str]]:
    """Return the title, place and lines that both links of a booking tell alike, where they lead and when it is."""
    links = booking["calendar_links"]
    assert isinstance(links, dict)
    assert set(links) == set(BASES)
    found: dict[str, dict[str, str]] = {}
    for name, link in links.items():
        assert link.partition("?")[0] == BASES[name]
        found[name] = parameters(link)
    start, end = str(booking["start"]), str(booking["end"])
    compact = f"{start}/{end}".replace("-", "").replace(":", "")
    assert (found["google"].pop("action"), found["google"].pop("dates")) == ("TEMPLATE", compact)
    assert (found["outlook"].pop("startdt"), found["outlook"].pop("enddt")) == (start, end)
    assert (found["outlook"].pop("path"), found["outlook"].pop("rru")) == ("/calendar/action/compose", "addevent")
    google, outlook = ([found[name].pop(key, "") for key in NAMES[name]] for name in BASES)
    assert not found["google"]
    assert not found["outlook"]
    assert google == outlook
    return google[0], google[1], google[2].split(" \n")


def offering(make_site: MakeSite, event: EventType, *, is_connected: bool = True) -> Site:
    """Serve a site where this can be booked."""
    site = make_site()
    if is_connected:
        site.connect()
    with site.app.app_context():
        site.zoom.event_types.put(HOSTS["ada"].id, event)
    return site


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_link_and_passcode_are_told_by_the_answer_by_the_page_and_in_the_calendar(site: Site) -> None:
    booking = site.booked()
    assert re.fullmatch(r"\d{6}", booking["passcode"])
    assert f"<code>{booking['passcode']}</code>" in site.get(booking["manage_url"]).text
    title, place, lines = told(booking)
    assert (title, place) == ("Intro call: Ada Lovelace and Bob Byrne", booking["join_url"])
    assert lines == [
        f"Join: {booking['join_url']}",
        f"Passcode: {booking['passcode']}",
        f"Change or cancel: {booking['manage_url']}",
    ]
    cancelled = site.post(f"{api(booking)}/cancel").json()
    assert (cancelled["passcode"], cancelled["join_url"]) == (None, None)


def test_while_the_link_is_on_its_way_the_entry_leads_to_where_it_will_be(site: Site) -> None:
    site.simulator.fault(route="create_meeting", status=500, body={"code": 500, "message": "no"}, times=9)
    booking = site.booked()
    assert (booking["meeting_status"], booking["passcode"]) == ("coming", None)
    assert told(booking) == (
        "Intro call: Ada Lovelace and Bob Byrne",
        "",
        [f"Change or cancel: {booking['manage_url']}"],
    )


@pytest.mark.parametrize(
    ("location", "text"),
    [
        (Location.IN_PERSON, "Café Central, Herrengasse 14 & 15, Wien #2"),
        (Location.PHONE, "+44 20 7946 0000"),
        (Location.LINK, OWN_LINK),
    ],
)
def test_what_is_not_in_zoom_is_where_the_host_said(make_site: MakeSite, location: Location, text: str) -> None:
    site = offering(make_site, replace(INTRO_CALL, location=location, location_text=text))
    booking = site.booked()
    assert booking["passcode"] is None
    assert told(booking)[1:] == (text, [f"Change or cancel: {booking['manage_url']}"])


def test_the_hosts_own_link_is_joined_like_zooms(make_site: MakeSite) -> None:
    event = replace(INTRO_CALL, without_zoom=WithoutZoom.MANUAL, location_text=OWN_LINK)
    booking = offering(make_site, event, is_connected=False).booked()
    assert told(booking)[1:] == (OWN_LINK, [f"Join: {OWN_LINK}", f"Change or cancel: {booking['manage_url']}"])


def test_a_moved_booking_has_links_of_its_new_time(site: Site) -> None:
    booking = site.booked()
    offer = site.get(f"{api(booking)}/slots", params=days()).json()
    wished = {"start": offer["slots"][7], "token": offer["token"]}
    moved = site.post(f"{api(booking)}/reschedule", json=wished).json()
    assert moved["start"] != booking["start"]
    assert told(moved)[0] == told(booking)[0]


def test_the_entry_is_in_the_language_of_the_booking_and_says_that_it_awaits_approval(make_site: MakeSite) -> None:
    site = offering(make_site, replace(INTRO_CALL, approval=True, description="Bring questions.\nAnd time."))
    booking = site.booked(lang="ar", name="Zoë & Žan +1")
    title, _, lines = told(booking)
    assert title == language("ar").say(
        "{event}: {host} and {name}", event="Intro call", host="Ada Lovelace", name="Zoë & Žan +1"
    )
    assert lines[0] == "Bring questions.\nAnd time."
    assert lines[1] == language("ar").say("{host} has not approved this time yet.", host="Ada Lovelace")


def test_what_the_host_says_stays_out_where_it_would_make_the_link_too_long(make_site: MakeSite) -> None:
    site = offering(make_site, replace(INTRO_CALL, description="説明" * 200))
    booking = site.booked()
    assert told(booking)[2][0].startswith("Join: ")
    assert max(map(len, booking["calendar_links"].values())) <= 2000


def test_the_page_of_a_booking_offers_the_three_calendars_by_name(site: Site) -> None:
    booking = site.booked(lang="de")
    page = site.get(booking["manage_url"]).text
    group = re.search(r'<div class="calendars" role="group" aria-labelledby="calendars">.*?</div>', page, re.DOTALL)
    assert group
    found = re.findall(r'<a href="([^"]+)"([^>]*)>([^<]+)</a>', group[0])
    links = booking["calendar_links"]
    assert [(html.unescape(address), name) for address, _, name in found] == [
        (links["google"], "Google"),
        (links["outlook"], "Outlook"),
        (booking["ics_url"], language("de").say("Calendar file")),
    ]
    assert ["noreferrer" in more for _, more, _ in found] == [True, True, False], "a page of ours is a secret"
    assert language("de").say("Add to calendar") in group[0]


def test_a_link_holds_whatever_people_are_called(site: Site) -> None:
    kept = agendas.get(site.state, site.booked()["id"])
    strange = "Å&b=c#d?e/f+g%20h\"<i>'\n\U0001f600 ؀"
    changed = replace(kept, name=strange)
    links = calendar_links(changed, "https://site.example/b/1")
    assert parameters(links.google)["text"].endswith(f" and {strange}")
    assert parameters(links.outlook)["subject"].endswith(f" and {strange}")
    assert "site.example" not in repr(links)
