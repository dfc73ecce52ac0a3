"""Google's ailments are found out, and said as plainly as Zoom's."""

import pytest

from tests.fixtures.google import connect_google
from tests.fixtures.site import MakeSite, Site
from tests.services.google_accounts import CALENDARS, expire, look_at_it, of_google
from tests.services.looking import LONG_AGO, Letters, make_due, only, rows, turn
from zoom_blueprint.events import EventName
from zoom_blueprint.google_api.scopes import Purpose
from zoom_blueprint.healths import ProblemCode, Unanswered
from zoom_blueprint.services import bulletins, drain, health
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionReason, ConnectionStatus, Provider


def told(site: Site) -> list[str]:
    """Return the names of what hooks were told of Google."""
    entry = models.LifecycleEvent
    found = rows(site.state, entry, entry.name.startswith("google."))
    return [one.name for one in sorted(found, key=lambda one: one.occurred_at)]


def test_a_connection_that_works_is_fine_and_tells_what_it_allows(google_site: Site) -> None:
    site = google_site
    look_at_it(site)
    found = health.check(site.state, of_google(site).id)
    assert found.is_fine
    assert (found.provider, found.account_active) == (Provider.GOOGLE, True)
    assert [(one.action, one.granted) for one in found.permissions] == [(one, True) for one in Purpose]
    assert "Zoom" not in str(bulletins.lines(found, str))
    assert told(site) == [EventName.GOOGLE_CONNECTED]
    assert list(health.of_host(site.state, "1", Provider.GOOGLE)) == [found.connection_id]


def test_events_kept_back_on_the_consent_page_are_told_and_asked_for_again(make_google_site: MakeSite) -> None:
    site = make_google_site()
    letters = Letters(site)
    connect_google(site, withhold=[f"{CALENDARS}.events"])
    assert of_google(site).missing_scopes == (f"{CALENDARS}.events",)
    look_at_it(site)
    assert (of_google(site).status, of_google(site).reason) == (ConnectionStatus.UNHEALTHY, ConnectionReason.SCOPES)
    (letter,) = letters.texts("ada@example.com")
    assert "Google did not give every permission. Press Reconnect Google Calendar" in letter
    assert f"{site.base}/connection" in letter
    assert "Zoom" not in letter
    connect_google(site)
    look_at_it(site)
    assert (of_google(site).status, of_google(site).missing_scopes) == (ConnectionStatus.ACTIVE, ())
    assert told(site) == [EventName.GOOGLE_CONNECTED, EventName.GOOGLE_UNHEALTHY, EventName.GOOGLE_CONNECTED]


@pytest.mark.parametrize("scope", ["freebusy", "calendarlist.readonly"])
def test_what_else_is_kept_back_is_named_and_the_rest_works(make_google_site: MakeSite, scope: str) -> None:
    site = make_google_site()
    connect_google(site, withhold=[f"{CALENDARS}.{scope}"])
    look_at_it(site)
    assert of_google(site).status is ConnectionStatus.ACTIVE
    (problem,) = health.last(site.state, of_google(site).id).problems
    assert (problem.code, problem.press) == (ProblemCode.PERMISSIONS, "Reconnect Google Calendar")
    assert f"({CALENDARS}.{scope})" in problem.sentence


def test_access_taken_back_at_google_is_told_once_and_reconnecting_heals_it(make_google_site: MakeSite) -> None:
    site = make_google_site()
    letters = Letters(site)
    site.connect()
    connect_google(site)
    before = of_google(site)
    site.simulator.google.remove_app("ada")
    expire(site)
    for _ in range(2):
        look_at_it(site)
    assert (of_google(site).status, of_google(site).reason) == (ConnectionStatus.UNHEALTHY, ConnectionReason.LOST)
    (letter,) = letters.texts("ada@example.com")
    assert "Google no longer accepts our access. Press Reconnect Google Calendar." in letter
    assert site.connection().status is ConnectionStatus.ACTIVE
    connect_google(site)
    assert (of_google(site).id, of_google(site).status) == (before.id, ConnectionStatus.ACTIVE)
    assert health.check(site.state, before.id).is_fine


@pytest.mark.parametrize(
    ("fault", "why", "words"),
    [
        ({"status": 503}, Unanswered.UNREACHABLE, "Google did not answer when we last asked."),
        ("rateLimitExceeded", Unanswered.BUSY, "Google was too busy when we last asked."),
        ("accessNotConfigured", Unanswered.CREDENTIALS, "Google refuses this site’s client."),
        ("forbidden", Unanswered.REFUSED, "Google refused to say how your account stands"),
    ],
)
def test_silence_changes_nothing_and_is_said(
    google_site: Site, fault: dict[str, int] | str, why: Unanswered, words: str
) -> None:
    site = google_site
    if isinstance(fault, str):
        site.simulator.google.refuse("list_calendars", fault, times=9)
    else:
        site.simulator.fault(route="list_calendars", times=9, **fault)
    found = health.check(site.state, of_google(site).id)
    assert (found.status, found.unanswered) == (ConnectionStatus.ACTIVE, why)
    (problem,) = found.problems
    assert words in problem.sentence


def test_an_account_without_calendars_is_for_its_administrator(google_site: Site) -> None:
    site = google_site
    site.simulator.google.refuse("list_calendars", "notACalendarUser")
    found = health.check(site.state, of_google(site).id)
    assert (found.status, found.reason) == (ConnectionStatus.UNHEALTHY, ConnectionReason.ACCOUNT_INACTIVE)
    assert found.problems[0].press == "Check now"
    assert health.check(site.state, found.connection_id).is_fine
    assert told(site)[-1] == EventName.GOOGLE_RECOVERED


def test_the_last_answer_is_that_to_the_last_call_about_an_event_or_a_reading(google_site: Site) -> None:
    google_site.drain()
    for cause in ("event", "reading"):
        turn(google_site.state, models.Connection, last_call_at=LONG_AGO, checked_at=None)
        if cause == "event":
            google_site.booked()
            make_due(google_site.state, models.CalendarEvent)
            drain.drain(google_site.state, "calendar")
        else:
            turn(google_site.state, models.Duty, models.Duty.name == DutyName.CALENDAR, due_at=LONG_AGO)
            drain.drain(google_site.state, "duty")
        row = only(google_site.state, models.Connection, models.Connection.provider == "google")
        assert row.last_call_at is not None
        assert row.last_call_at > LONG_AGO, cause
