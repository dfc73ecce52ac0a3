"""The doctor tells of Google as of Zoom, where a site has it; and programs can ask for either."""

from tests.fixtures.site import Site
from tests.services.google_accounts import of_google
from zoom_blueprint import Provider
from zoom_blueprint.services import doctors, endings


def test_the_doctor_names_each_account_by_its_provider(google_site: Site) -> None:
    site = google_site
    said = "\n".join(doctors.lines(doctors.examine(site.state, asks_zoom=True)))
    assert "ok  Zoom of host 1: active ada@example.com" in said
    assert "ok  Google of host 1: active ada@example.com" in said
    assert f"Google's redirect URL: {site.base}/google/callback" in said
    endings.disconnect(site.state, "1", of_google(site).id)
    said = "\n".join(doctors.lines(doctors.examine(site.state)))
    assert "You disconnected Google Calendar. The host can press Connect Google Calendar." in said


def test_a_site_without_google_reads_nothing_of_it(site: Site) -> None:
    assert "Google" not in "\n".join(doctors.lines(doctors.examine(site.state)))


def test_programs_ask_for_the_accounts_of_either_provider(google_site: Site) -> None:
    site = google_site
    with site.app.app_context():
        of_zoom, of_google = site.zoom.connections.list("1"), site.zoom.connections.list("1", Provider.GOOGLE)
        assert [one.provider for one in (*of_zoom, *of_google)] == [Provider.ZOOM, Provider.GOOGLE]
        assert site.zoom.connections.check("1", of_google[0].id).provider is Provider.GOOGLE
