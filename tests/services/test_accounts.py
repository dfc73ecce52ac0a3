"""A host's Zoom account as code of the host app uses it: typed, renewed, waited for, counted, and never stored."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import HOSTS
from tests.services.looking import LONG_AGO, only, rows, turn
from zoom_blueprint import (
    ListType,
    MeetingChange,
    MeetingRequest,
    Meetings,
    NotConnected,
    ZoomMeetingNotFound,
    ZoomRateLimited,
    ZoomRejected,
    ZoomScopeMissing,
    ZoomUnknown,
)
from zoom_blueprint.errors import NotFound
from zoom_blueprint.services import accounts, claims, drain, meetings
from zoom_blueprint.services.accounts import Account
from zoom_blueprint.store import models

ADA = HOSTS["ada"].id
PER_SECOND = {
    "status": 429,
    "body": {"code": 429, "message": "You have reached the maximum per-second rate limit for this API."},
}


@pytest.fixture
def theirs(site: Site) -> Iterator[Meetings]:
    """The meetings in Ada's account."""
    with site.app.app_context():
        yield site.zoom.meetings(ADA)


def workshop(**changes: object) -> MeetingRequest:
    """Return what to ask for."""
    start = (datetime.now(UTC) + timedelta(days=3)).replace(microsecond=0)
    return MeetingRequest(**{"topic": "Workshop", "start": start, "duration": 90, **changes})  # type: ignore[arg-type]


def used(site: Site) -> int:
    """Return how much of the hundred a day is counted as used."""
    return sum(row.used for row in rows(site.state, models.ZoomQuota))


def test_the_five_actions_and_the_person_behind_them(site: Site, theirs: Meetings) -> None:
    assert theirs.me().display_name == "Ada Lovelace"
    asked = workshop()
    made = theirs.create(asked)
    assert (made.topic, made.start, made.duration) == ("Workshop", asked.start, 90)
    theirs.update(made.id, MeetingChange(duration=60))
    assert theirs.get(made.id).duration == 60
    assert [one.id for one in theirs.list()] == [made.id]
    theirs.delete(made.id)
    assert site.simulator.meetings("ada") == []
    for call in (
        lambda: theirs.get(made.id),
        lambda: theirs.delete(made.id),
        lambda: theirs.update(made.id, MeetingChange(duration=45)),
    ):
        with pytest.raises(ZoomMeetingNotFound):
            call()


def test_creates_and_updates_are_counted_and_an_empty_update_is_not_sent(site: Site, theirs: Meetings) -> None:
    made = theirs.create(workshop())
    theirs.update(made.id, MeetingChange())
    assert used(site) == 1
    assert site.simulator.calls("update_meeting") == []
    theirs.update(made.id, MeetingChange(topic="Better workshop"))
    theirs.get(made.id)
    theirs.delete(made.id)
    assert used(site) == 2
    turn(site.state, models.ZoomQuota, used=100)
    with pytest.raises(ZoomRateLimited, match="00:00 UTC") as refused:
        theirs.create(workshop())
    assert refused.value.retry_at is not None
    assert len(site.simulator.calls("create_meeting")) == 1


def test_a_list_is_lazy_and_reads_on_with_a_token_that_is_good_then(site: Site, theirs: Meetings) -> None:
    with site.app.app_context():
        for _ in range(3):
            theirs.create(workshop())
    calls = len(site.simulator.calls("list_meetings"))
    theirs.list()
    assert len(site.simulator.calls("list_meetings")) == calls, "nothing is asked before the loop begins"
    second = {"meetings": [{"id": 1, "topic": "On the first page"}], "next_page_token": "more"}
    site.simulator.fault(route="list_meetings", status=200, body=second)
    found = theirs.list(ListType.SCHEDULED)
    assert [one.id for one in islice(found, 1)] == [1]
    site.simulator.fault(route="list_meetings", status=401, body={"code": 124, "message": "Access token is expired."})
    site.simulator.fault(
        route="list_meetings",
        status=200,
        body={"meetings": [{"id": 2, "topic": "On the second"}], "next_page_token": ""},
    )
    refreshes = site.simulator.token_stats()["refreshes"]
    assert [one.id for one in found] == [2]
    assert site.simulator.token_stats()["refreshes"] == refreshes + 1
    last = site.simulator.calls("list_meetings")[-1]
    assert last["request"]["query"]["next_page_token"] != ""


def test_a_token_that_zoom_refuses_is_renewed_once_and_the_call_repeated_once(site: Site, theirs: Meetings) -> None:
    refused = {"status": 401, "body": {"code": 124, "message": "Access token is expired."}}
    site.simulator.fault(route="create_meeting", **refused)
    made = theirs.create(workshop())
    assert [one["id"] for one in site.simulator.meetings("ada")] == [made.id]
    assert (site.simulator.token_stats()["refreshes"], used(site)) == (1, 1)


def test_the_limit_per_second_is_waited_out(site: Site, theirs: Meetings) -> None:
    site.simulator.fault(route="create_meeting", times=2, **PER_SECOND)
    made = theirs.create(workshop())
    assert [one["id"] for one in site.simulator.meetings("ada")] == [made.id]
    assert used(site) == 1, "what Zoom refused so was not counted there"
    calls = [call["at"] for call in site.simulator.calls("create_meeting")]
    assert len(calls) == 3
    assert all(0.45 < later - earlier < 3 for earlier, later in pairwise(calls))


def test_a_visitor_waits_four_seconds_for_it_at_most(site: Site) -> None:
    site.simulator.fault(route="me", times=50, **PER_SECOND)
    account = accounts.of_host(site.state, ADA)
    began = datetime.now(UTC)
    with pytest.raises(ZoomRateLimited):
        account.me()
    assert claims.VISITOR_PATIENCE.total_seconds() == 4
    assert datetime.now(UTC) - began < claims.WORKER_PATIENCE - timedelta(seconds=1)
    assert 2 <= len(site.simulator.calls("me")) <= 8


def test_a_short_retry_after_is_waited_for_and_a_long_one_is_told(site: Site, theirs: Meetings) -> None:
    body = {"code": 429, "message": "You have reached the maximum daily rate limit for this API."}
    site.simulator.fault(route="me", status=429, body=body, headers={"Retry-After": "1"})
    assert theirs.me().display_name == "Ada Lovelace"
    site.simulator.fault(route="me", status=429, body=body, headers={"Retry-After": "3600"})
    with pytest.raises(ZoomRateLimited) as refused:
        theirs.me()
    assert refused.value.retry_at is not None
    assert refused.value.retry_at > datetime.now(UTC) + timedelta(minutes=55)


def test_no_wait_goes_past_what_is_left_of_the_claim(site: Site) -> None:
    site.simulator.fault(route="me", times=50, **PER_SECOND)
    account = Account(
        state=site.state, connection_id=site.connection().id, until=datetime.now(UTC) + timedelta(seconds=0.2)
    )
    with pytest.raises(ZoomRateLimited):
        account.me()
    assert len(site.simulator.calls("me")) - 1 <= 2  # one of them was made by connecting


@pytest.mark.parametrize("patience", [timedelta(seconds=2), claims.WORKER_PATIENCE])  # the pauses are 3.5 s at least
def test_a_booking_waits_as_long_as_whoever_works_on_it(site: Site, patience: timedelta) -> None:
    site.simulator.fault(route="create_meeting", status=503)
    site.booked()
    site.simulator.fault(route="create_meeting", times=3, **PER_SECOND)
    turn(site.state, models.Meeting, due_at=LONG_AGO)
    row = only(site.state, models.Meeting)
    assert drain.drain_one(site.state, "meeting", row.id, patience=patience)
    is_linked = only(site.state, models.Meeting).zoom_meeting_id is not None
    assert is_linked == (patience == claims.WORKER_PATIENCE)


def test_what_zoom_says_no_to_is_told_with_what_to_do_and_its_tracking_id(site: Site, theirs: Meetings) -> None:
    lacks = {"code": 4711, "message": "Invalid access token, does not contain scopes:[meeting:write:meeting]."}
    for body, kind, words in (
        (lacks, ZoomScopeMissing, "lacks meeting:write:meeting"),
        ({"code": 3161, "message": "Not allowed."}, ZoomRejected, "licence"),
    ):
        site.simulator.fault(route="create_meeting", status=400, body=body)
        with pytest.raises(kind, match=words) as refused:
            theirs.create(workshop())
        assert refused.value.tracking_id
        assert refused.value.tracking_id in str(refused.value)
    site.simulator.fault(route="create_meeting", status=502)
    with pytest.raises(ZoomUnknown, match="Look at Zoom"):
        theirs.create(workshop())


def test_a_call_is_noted_at_most_once_a_minute(site: Site, theirs: Meetings) -> None:
    turn(site.state, models.Connection, last_call_at=LONG_AGO)
    theirs.me()
    first = only(site.state, models.Connection).last_call_at
    assert first is not None
    assert first > LONG_AGO
    theirs.me()
    assert only(site.state, models.Connection).last_call_at == first


def test_a_host_has_their_own_accounts_only(make_site: MakeSite) -> None:
    site = make_site()
    connection = site.connect()
    with site.app.app_context():
        assert [one.id for one in site.zoom.connections.list(ADA)] == [connection.id]
        with pytest.raises(NotConnected):
            site.zoom.meetings(HOSTS["grace"].id).me()
        site.connect("grace", "grace")
        with pytest.raises(NotFound):
            site.zoom.meetings(HOSTS["grace"].id, connection.id).me()


def test_the_start_link_is_for_the_host_and_stored_nowhere(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    booking = site.booked()
    with site.app.app_context():
        address = site.zoom.start_url(booking["id"], ADA)
        with pytest.raises(NotFound):
            site.zoom.start_url(booking["id"], HOSTS["grace"].id)
    assert "/s/" in address
    site.drain()
    kept = repr([vars(row) for row in rows(site.state, models.Meeting)]) + caplog.text
    assert address.rpartition("zak=")[2] not in kept


def test_a_booking_without_a_meeting_cannot_be_started(site: Site) -> None:
    site.simulator.fault(route="create_meeting", status=503)
    booking = site.booked()
    with pytest.raises(NotConnected):
        meetings.start_url(site.state, ADA, booking["id"])
