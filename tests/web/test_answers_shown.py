"""What visitors answered is shown to hosts in the hosts' language, and in its own direction."""

from dataclasses import replace

from tests.fixtures.site import MakeSite
from tests.fixtures.site_app import HOSTS, INTRO_CALL
from tests.services.looking import Letters
from zoom_blueprint import Question

TERMS = Question(name="terms", label="Accept the terms?", kind="checkbox", required=True)


def test_a_tick_is_a_yes_in_the_hosts_language_on_pages_and_in_mails(make_site: MakeSite) -> None:
    site = make_site()
    site.connect()
    letters = Letters(site)
    with site.app.app_context():
        site.zoom.hosts.put(replace(HOSTS["ada"], locale="de"))
        site.zoom.event_types.put(HOSTS["ada"].id, replace(INTRO_CALL, questions=(TERMS,)))
    booking = site.booked(**{"answers.terms": "yes", "lang": "en"})
    site.drain()
    assert "Accept the terms: ja" in letters.texts(HOSTS["ada"].email)[-1]
    page = site.get(f"/host/bookings/{booking['id']}", headers={"X-Host": "ada", "Accept-Language": "de"}).text
    assert "<dt><bdi>Accept the terms?</bdi></dt>" in page
