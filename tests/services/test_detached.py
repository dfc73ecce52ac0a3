"""After a disconnect links work and Zoom is not touched, nor said to be; after a reconnect meetings are followed."""

from typing import Any

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import HOSTS
from tests.services.looking import Letters, cancel, look, make_due, meeting_of, move, rows, turn
from tests.web.browsing import Browser, words
from zoom_blueprint.services import agendas, endings, snapshots
from zoom_blueprint.store import models

ADA = HOSTS["ada"].id
UNTOUCHED = "Zoom is not touched"


@pytest.fixture
def letters_and_site(make_site: MakeSite) -> tuple[Letters, Site]:
    site = make_site()
    letters = Letters(site)
    site.connect()
    return letters, site


def cut(site: Site) -> None:
    """Disconnect, as the host does."""
    endings.disconnect(site.state, ADA, site.connection().id)
    site.drain()


def drained(site: Site) -> None:
    """Work off all there is, mails that wait too."""
    site.drain()
    make_due(site.state, models.Delivery)
    site.drain()


def calls(site: Site) -> int:
    """Return how many calls for meetings were made."""
    return sum("meeting" in call["route"] for call in site.simulator.calls())


def changes(site: Site) -> int:
    """Return how many calls were made that change something."""
    routes = ("create_meeting", "update_meeting", "delete_meeting")
    return sum(len(site.simulator.calls(route)) for route in routes)


def test_zoom_is_not_touched_by_a_move_or_a_cancellation_and_nobody_says_it_was(
    letters_and_site: tuple[Letters, Site],
) -> None:
    letters, site = letters_and_site
    moved, gone = site.booked(), site.booked(email="carol@example.com", key="another-one", **slot(site, 4))
    drained(site)
    cut(site)
    before = calls(site)
    assert agendas.get(site.state, moved["id"]).is_detached
    assert look(site, moved)["join_url"] == moved["join_url"], "the link still works"
    browser = Browser(site)
    assert "the meeting in Zoom follows no change made here" in browser.read("/?view=list")
    assert f"This cancels it here. {UNTOUCHED}" in browser.read(f"/host/bookings/{gone['id']}/cancel")
    assert UNTOUCHED in browser.get("/?view=list").text.partition('data-deed="')[2]
    move(site, moved, 9)
    browser.press(f"/host/bookings/{gone['id']}/cancel", reason="")
    assert f"{UNTOUCHED}: delete the meeting there yourself" in browser.read("/")
    drained(site)
    assert calls(site) == before
    assert meeting_of(site, moved).reason is None
    told = "".join(letters.texts("ada@")[2:])
    assert f"{UNTOUCHED}: move the meeting there yourself" in told
    assert f"{UNTOUCHED}: delete the meeting there yourself" in told
    assert UNTOUCHED not in "".join(letters.texts("bob@") + letters.texts("carol@"))
    assert "is being deleted" not in told
    assert {row.due_at for row in rows(site.state, models.Meeting)} == {None}


def test_start_as_host_leads_to_a_fresh_link_and_after_a_disconnect_says_where_to_start(site: Site) -> None:
    booking = site.booked()
    browser = Browser(site)
    path = f"/host/bookings/{booking['id']}/start"
    assert browser.post(path).status_code == 400, "without a CSRF token"
    answer = browser.press(path)
    assert (answer.status_code, "/s/" in answer.headers["Location"]) == (303, True)
    assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == ("no-referrer", "no-store")
    assert "zak=" not in browser.get("/?view=list").text
    assert Browser(site, "grace").press(path, on="/").status_code == 404
    site.simulator.fault(route="get_meeting", status=503)
    assert browser.press(path).headers["Location"] == f"{site.base}/?booking={booking['id']}"
    assert "start the meeting in Zoom itself" in browser.read("/")
    cut(site)
    before = calls(site)
    assert browser.press(path).headers["Location"] == f"{site.base}/?booking={booking['id']}"
    assert f"{UNTOUCHED} from here: start the meeting in Zoom itself" in browser.read("/")
    assert calls(site) == before


def test_a_reconnection_follows_the_meeting_again_and_brings_it_to_our_time(
    letters_and_site: tuple[Letters, Site],
) -> None:
    letters, site = letters_and_site
    booking = site.booked()
    drained(site)
    cut(site)
    moved = move(site, booking, 7)
    drained(site)
    site.connect()
    drained(site)
    (meeting,) = site.simulator.meetings("ada")
    assert (meeting["join_url"], meeting["start_time"]) == (booking["join_url"], moved["start"])
    row = meeting_of(site, booking)
    assert (row.detached, row.reason) == (False, None)
    assert len(letters.texts("bob@")) == 2, "nothing is new about the link"
    cancel(site, booking)
    drained(site)
    assert site.simulator.meetings("ada") == []


@pytest.mark.parametrize("trouble", ["deleted", "refused"])
def test_a_meeting_that_is_out_of_reach_after_it_is_made_anew_and_both_are_told(
    letters_and_site: tuple[Letters, Site], trouble: str
) -> None:
    letters, site = letters_and_site
    booking = site.booked()
    drained(site)
    cut(site)
    if trouble == "deleted":
        site.simulator.press("ada", meeting_of(site, booking).zoom_meeting_id or 0, "delete")
    else:
        body = {"code": 1010, "message": "User does not belong to this account."}
        site.simulator.fault(route="get_meeting", status=400, body=body)
    site.connect()
    drained(site)
    now = look(site, booking)
    assert (now["status"], now["meeting_status"]) == ("confirmed", "ready"), "never a cancellation"
    assert now["join_url"] != booking["join_url"]
    for reader in ("bob@", "ada@"):
        assert [now["join_url"] in text for text in letters.texts(reader)] == [False, True]
    assert not meeting_of(site, booking).detached


def test_an_unclear_answer_after_it_is_no_reason_to_make_another(letters_and_site: tuple[Letters, Site]) -> None:
    _, site = letters_and_site
    booking = site.booked()
    cut(site)
    site.simulator.fault(route="get_meeting", status=503)
    site.connect()
    drained(site)
    assert meeting_of(site, booking).detached
    make_due(site.state, models.Meeting)
    drained(site)
    assert not meeting_of(site, booking).detached
    assert len(site.simulator.calls("create_meeting")) == 1


def test_what_was_cancelled_meanwhile_stays_untouched_for_ever(letters_and_site: tuple[Letters, Site]) -> None:
    _, site = letters_and_site
    booking = site.booked()
    cut(site)
    cancel(site, booking)
    drained(site)
    before = len(site.simulator.calls("delete_meeting"))
    site.connect()
    drained(site)
    turn(
        site.state,
        models.Meeting,
        due_at=meeting_of(site, booking).due_at or agendas.get(site.state, booking["id"]).start,
    )
    make_due(site.state, models.Meeting)
    drained(site)
    assert len(site.simulator.calls("delete_meeting")) == before
    assert len(site.simulator.meetings("ada")) == 1


def test_a_booking_with_the_hosts_replacement_link_gets_no_meeting_in_zoom_any_more(
    letters_and_site: tuple[Letters, Site],
) -> None:
    _, site = letters_and_site
    booking = site.booked()
    cut(site)
    own = "https://meet.example.com/ada"

    def replace_link(session: Any) -> None:
        row = session.get_one(models.Booking, booking["id"])
        row.details_sealed = snapshots.seal_details(site.state.cipher, row.id, snapshots.Details(own_link=own))

    site.state.database.write(replace_link)
    before = changes(site)
    site.connect()
    moved = move(site, booking, 5)
    drained(site)
    assert moved["join_url"] == own
    page = words(site.get(booking["manage_url"]).text)
    assert "Join the meeting" in page
    assert changes(site) == before


def test_a_disconnect_while_zoom_is_asked_leaves_the_meeting_detached(letters_and_site: tuple[Letters, Site]) -> None:
    _, site = letters_and_site
    booking = site.booked()
    connection = site.connection().id
    turn(site.state, models.Meeting, look_again=True)
    asked: list[str] = []

    @site.zoom.meeting_options
    def options(_: object) -> dict[str, Any]:
        """Disconnect between the look at Zoom and the record of it."""
        if not asked:
            asked.append("once")
            endings.disconnect(site.state, ADA, connection)
        return {}

    turn(site.state, models.Meeting, due_at=agendas.get(site.state, booking["id"]).start.replace(year=2020))
    site.drain()
    assert asked
    assert meeting_of(site, booking).detached


def slot(site: Site, place: int) -> dict[str, str]:
    """Return the fields of an offered slot."""
    offered = site.slots()
    return {"start": offered["slots"][place], "token": offered["token"]}


def test_what_waits_for_zoom_says_after_a_cut_that_it_waits_for_the_host(site: Site) -> None:
    site.simulator.knobs(host_daily_limit=1)
    site.booked()
    site.booked(email="carol@example.com")
    site.drain()
    browser = Browser(site)
    assert "takes no more new or changed meetings until" in browser.read("/?view=list")
    cut(site)
    assert "takes no more" not in browser.read("/?view=list")
    assert "Press Connect Zoom, or Reconnect Zoom where it says so. Then the link follows" in browser.read(
        "/?view=list"
    )
