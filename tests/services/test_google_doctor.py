"""The doctor tells of Google as of Zoom, where a site has it; and programs can ask for either."""

import pytest

from tests.fixtures.site import Site
from tests.services.google_accounts import of_google
from tests.web.browsing import Browser
from zoom_blueprint import Provider
from zoom_blueprint.services import doctors, endings
from zoom_blueprint.services.findings import Name, Verdict


def test_the_doctor_names_each_account_by_its_provider(google_site: Site) -> None:
    site = google_site
    said = "\n".join(doctors.lines(doctors.examine(site.state, asks_zoom=True)))
    assert "ok  Zoom of host 1: active ada@example.com" in said
    assert "ok  Google of host 1: active ada@example.com" in said
    assert f"Google's redirect URL: {site.base}/google/callback" in said
    endings.disconnect(site.state, "1", of_google(site).id)
    said = "\n".join(doctors.lines(doctors.examine(site.state)))
    assert "You disconnected Google Calendar. The host can press Connect Google Calendar." in said


@pytest.mark.parametrize("asks_others", [False, True])
def test_a_site_without_google_reads_nothing_of_it(site: Site, asks_others: bool) -> None:
    assert "Google" not in "\n".join(doctors.lines(doctors.examine(site.state, asks_others=asks_others)))


def test_hosts_read_of_google_only_where_there_is_one(site: Site, google_site: Site) -> None:
    of_the_site = [Browser(one).read("/doctor").partition("The site")[2] for one in (site, google_site)]
    assert ["Google Calendar" in text for text in of_the_site] == [False, True]


@pytest.mark.parametrize(
    ("fault", "verdict", "words"),
    [
        ({"status": 401, "body": {"error": "deleted_client"}}, Verdict.BAD, "refused by Google"),
        ({"status": 429}, Verdict.WARN, "not known, Google is too busy"),
        ({"status": 503}, Verdict.BAD, "Google gave no clear answer (status 503); it may have happened."),
        ({"drop": "before"}, Verdict.BAD, "Google gave no usable answer (ConnectionError)."),
    ],
)
def test_the_doctor_says_what_google_thinks_of_the_client(
    google_site: Site, fault: dict[str, object], verdict: Verdict, words: str
) -> None:
    google_site.simulator.fault(route="google_token", **fault)
    report = doctors.examine(google_site.state, asks_others=True)
    (found,) = [one for one in report.findings if one.name is Name.GOOGLE]
    assert (found.state, found.words) == (verdict, words)


def test_programs_ask_for_the_accounts_of_either_provider(google_site: Site) -> None:
    site = google_site
    with site.app.app_context():
        of_zoom, of_google = site.zoom.connections.list("1"), site.zoom.connections.list("1", Provider.GOOGLE)
        assert [one.provider for one in (*of_zoom, *of_google)] == [Provider.ZOOM, Provider.GOOGLE]
        assert site.zoom.connections.check("1", of_google[0].id).provider is Provider.GOOGLE
