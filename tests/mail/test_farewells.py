"""The mails to those whom a cut connection leaves behind, and to the host whose app was removed in Zoom."""

from typing import Any

import pytest

from tests.fixtures.site import Site
from tests.mail.conftest import Post, send_all
from tests.mail.test_mails import ADA, BOB, EVE, only, parts
from tests.services.looking import cancel, move
from zoom_blueprint.services import endings, farewells
from zoom_blueprint.services.farewells import Notice

LINK = "https://meet.example.org/ada?room=7&floor=2"
WORDS = "I have left Zoom.\nSame time, <b>same</b> place."


@pytest.fixture
def booking(site: Site, post: Post) -> dict[str, Any]:
    """Return a booking with a guest, of which everybody has been told."""
    made = site.booked(guests=EVE)
    send_all(site)
    post.clear()
    return made


def cut(site: Site, notice: Notice) -> None:
    """Disconnect, and let the mails leave."""
    endings.disconnect(site.state, "1", site.connection().id, notice)
    send_all(site)


def test_the_hosts_words_go_to_invitee_and_guests_and_change_no_calendar(
    site: Site, post: Post, booking: dict[str, Any]
) -> None:
    cut(site, Notice(words=WORDS))
    assert len(post.messages) == 2
    for address in (BOB, EVE):
        message = only(post, address)
        assert str(message["Subject"]) == "About your meeting: Intro call with Ada Lovelace"
        assert ADA in str(message["Reply-To"])
        assert list(message.iter_attachments()) == []
        text, page = body(message, "plain"), body(message, "html")
        assert "\n    I have left Zoom.\n    Same time, <b>same</b> place.\n" in text
        assert "Same time, &lt;b&gt;same&lt;/b&gt; place." in page
        assert booking["join_url"] in text
        assert "New link" not in text + page
        assert (booking["manage_url"] in text) == (address == BOB), "the invitee's link is the invitee's"
        assert (booking["manage_url"] in page) == (address == BOB)
        assert "None" not in text + page


def test_a_new_link_reaches_every_calendar_under_the_next_sequence(
    site: Site, post: Post, booking: dict[str, Any]
) -> None:
    cut(site, Notice(link=LINK))
    assert len(post.messages) == 3
    for address, method in ((BOB, "REQUEST"), (EVE, "REQUEST"), (ADA, "PUBLISH")):
        message = only(post, address)
        assert str(message["Subject"]).startswith("New link: Intro call with ")
        text, page, entry, said = parts(message)
        assert said == method
        assert (entry.sequence.value, entry.status.value) == ("1", "CONFIRMED")
        assert entry.location.value == entry.url.value == LINK
        for content in (text, page, entry.description.value):
            assert LINK in content.replace("&amp;", "&")
            assert booking["join_url"] not in content
        assert "in Zoom" not in text, "Zoom was not touched, and no mail says so"
        assert "words" not in text


def test_words_and_link_come_in_one_mail(site: Site, post: Post, booking: dict[str, Any]) -> None:
    del booking
    cut(site, Notice(words=WORDS, link=LINK))
    text, *_ = parts(only(post, BOB))
    assert "In Ada Lovelace’s words:" in text
    assert "same</b> place." in text
    assert LINK in text
    assert "Your words:" in parts(only(post, ADA))[0]


def test_words_still_leave_when_the_booking_has_moved_meanwhile_and_not_when_it_is_cancelled(
    site: Site, post: Post, booking: dict[str, Any]
) -> None:
    other = site.booked(email="max@example.com", **free(site, 9))
    send_all(site)
    post.clear()
    endings.disconnect(site.state, "1", site.connection().id)
    farewells.tell(site.state, "1", site.connection().id, Notice(words=WORDS))
    move(site, booking, 14)
    cancel(site, other)
    send_all(site)
    subjects = sorted(str(one["Subject"]).partition(":")[0] for one in post.to(BOB))
    assert subjects == ["About your meeting", "Moved"]
    assert [str(one["Subject"]).partition(":")[0] for one in post.to("max@example.com")] == ["Cancelled"]


def test_a_link_that_a_move_has_overtaken_is_told_with_the_move(
    site: Site, post: Post, booking: dict[str, Any]
) -> None:
    endings.disconnect(site.state, "1", site.connection().id, Notice(link=LINK))
    move(site, booking, 14)
    send_all(site)
    text, _, entry, _ = parts(only(post, BOB))
    assert LINK in text
    assert entry.sequence.value == "2"


@pytest.mark.usefixtures("booking")
def test_a_host_whose_app_was_removed_is_told_what_follows_and_what_to_press(site: Site, post: Post) -> None:
    site.simulator.remove_app("ada", site.simulator.client_id)
    send_all(site)
    (message,) = post.messages
    assert message["To"].addresses[0].addr_spec == ADA
    assert str(message["Subject"]) == "Zoom is disconnected: the app was removed in Zoom"
    notice = f"{site.base}/connections/{site.connection().id}/notice"
    for content in (body(message, "plain"), body(message, "html")):
        assert "1 upcoming booking keeps its Zoom link" in content
        assert notice in content
        assert f"{site.base}/" in content


def test_a_host_without_bookings_is_offered_nothing(site: Site, post: Post) -> None:
    site.simulator.remove_app("ada", site.simulator.client_id)
    send_all(site)
    (message,) = post.messages
    assert "/notice" not in body(message, "plain") + body(message, "html")
    assert "upcoming" not in body(message, "plain")


def free(site: Site, place: int) -> dict[str, str]:
    """Return start and token of an offered time."""
    offer = site.slots()
    return {"start": offer["slots"][place], "token": offer["token"]}


def body(message: Any, kind: str) -> str:
    """Return one of the two bodies of a mail."""
    content: str = message.get_body((kind,)).get_content()
    return content.replace("\r\n", "\n")
