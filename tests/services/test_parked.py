"""What fails too often is parked: due no more, dropped by nobody, begun anew by a wish or a button."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.services.looking import LONG_AGO, Letters, cancel, look, make_due, meeting_of, move, only, rows, take, turn
from tests.services.parking import OF_KIND, TRIES, fail, parked, parked_meeting, poison, site_of_few_tries
from zoom_blueprint.errors import NotFound
from zoom_blueprint.events import LifecycleEvent
from zoom_blueprint.services import claims, doctors, drain, endings, inbox, upkeep
from zoom_blueprint.services import parked as parked_work
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.store import models


@pytest.fixture
def few(make_site: MakeSite) -> Site:
    """A site that parks after three failures."""
    return site_of_few_tries(make_site)


class Crm:
    """A lifecycle hook that raises until it is mended."""

    def __init__(self, site: Site) -> None:
        self.is_broken = True
        self.calls = 0
        site.zoom.on("booking.confirmed", subscriber="crm")(self.hear)

    def hear(self, event: LifecycleEvent) -> None:
        """Be told."""
        del event
        self.calls += 1
        if self.is_broken:
            raise RuntimeError("a secret of the CRM")


def test_a_meeting_that_fails_each_time_is_parked_and_due_no_more(few: Site) -> None:
    booking = parked_meeting(few)
    calls = len(few.simulator.calls("create_meeting"))
    few.drain()
    upkeep.purge(few.state)
    few.drain()
    row = meeting_of(few, booking)
    assert (row.due_at, row.claim, row.attempts) == (None, None, TRIES)
    assert row.last_error
    assert len(few.simulator.calls("create_meeting")) == calls


def test_a_move_revives_a_parked_meeting(few: Site) -> None:
    booking = parked_meeting(few)
    move(few, booking, 4)
    few.drain()
    assert (parked(few, "meeting"), look(few, booking)["meeting_status"]) == (0, "ready")
    assert len(few.simulator.meetings("ada")) == 1


def test_a_try_again_makes_the_one_meeting(few: Site) -> None:
    booking = parked_meeting(few)
    (one,) = parked_work.of_host(few.state, "1")
    assert (one.kind, one.booking and one.booking.id) == ("meeting", booking["id"])
    parked_work.retry(few.state, "1", one.kind, one.row_id)
    row = meeting_of(few, booking)
    assert (row.parked_at, row.attempts) == (None, 0)
    few.drain()
    assert len(few.simulator.meetings("ada")) == 1
    assert look(few, booking)["meeting_status"] == "ready"
    assert parked_work.of_host(few.state, "1") == []
    version = meeting_of(few, booking).wanted_version
    parked_work.retry(few.state, "1", one.kind, one.row_id)  # pressed again on an old page
    assert meeting_of(few, booking).wanted_version == version


def test_a_revived_meeting_has_all_its_tries_again(few: Site) -> None:
    booking = parked_meeting(few)
    few.simulator.fault(route="create_meeting", status=503, times=50)
    assert parked_work.retry_all(few.state) == 1
    fail(few, "meeting", times=TRIES - 1)
    assert parked(few, "meeting") == 0
    fail(few, "meeting", times=1)
    assert parked(few, "meeting") == 1
    assert meeting_of(few, booking).attempts == TRIES


def test_a_wish_during_the_last_try_outweighs_parking(few: Site) -> None:
    few.simulator.fault(route="create_meeting", status=503, times=50)
    booking = few.booked()
    fail(few, "meeting", times=1)
    make_due(few.state, models.Meeting)
    row = meeting_of(few, booking)
    claimed = take(few.state, models.Meeting, row.id, tries=TRIES)
    assert claimed.is_last_try
    move(few, booking, 4)
    later = datetime.now(UTC) + timedelta(hours=1)
    few.state.database.write(
        lambda session: claims.postpone(session, models.Meeting, claimed, datetime.now(UTC), later, "no luck")
    )
    row = meeting_of(few, booking)
    assert (row.parked_at, row.attempts) == (None, 0)
    assert row.due_at is not None
    assert row.due_at <= datetime.now(UTC)
    few.simulator.clear_faults()
    few.drain()
    assert look(few, booking)["meeting_status"] == "ready"


@pytest.mark.parametrize("kind", ["meeting", "delivery", "inbox"])
def test_a_row_whose_holders_die_again_and_again_is_parked_without_another_try(few: Site, kind: str) -> None:
    crm = Crm(few)
    crm.is_broken = False
    few.simulator.fault(route="create_meeting", status=503)
    few.booked()
    assert inbox.accept(few.state, b'{"event": "meeting.started", "payload": {}}', "meeting.started")
    model = OF_KIND[kind]
    turn(few.state, model, attempts=0)
    row_id = only(few.state, model).id
    for _ in range(TRIES):
        turn(few.state, model, due_at=LONG_AGO)
        take(few.state, model, row_id, tries=TRIES)  # and nobody ever finishes
    before = len(few.simulator.calls("create_meeting")), crm.calls
    turn(few.state, model, due_at=LONG_AGO)
    assert drain.drain(few.state, kind) == 1
    assert parked(few, kind) == 1
    assert (len(few.simulator.calls("create_meeting")), crm.calls) == before
    assert "did not come back" in str(only(few.state, model).last_error)


def test_a_hook_that_always_raises_is_parked_and_told_once_it_is_mended(few: Site) -> None:
    crm = Crm(few)
    few.booked()
    fail(few, "delivery")
    few.drain()
    assert (crm.calls, parked(few, "delivery")) == (TRIES, 1)
    (one,) = parked_work.of_host(few.state, "1")
    assert (one.kind, one.subscriber, one.event_name) == ("delivery", "hook:crm", "booking.confirmed")
    assert "secret" not in one.error
    crm.is_broken = False
    parked_work.retry(few.state, "1", one.kind, one.row_id)
    few.drain()
    assert (crm.calls, only(few.state, models.Delivery).outcome) == (TRIES + 1, "called")


def test_a_webhook_that_cannot_be_applied_is_parked_and_keeps_nobody_else(few: Site) -> None:
    booking = few.booked()
    few.drain()
    poison(few)
    assert parked(few, "inbox") == 1
    few.simulator.press("ada", few.simulator.meetings("ada")[0]["id"], "start")
    few.drain()
    assert meeting_of(few, booking).started_at is not None
    assert parked_work.of_host(few.state, "1") == [], "it is nobody's that we know of"
    assert parked_work.retry_all(few.state, "inbox") == 1
    assert parked(few, "inbox") == 0


def test_duties_are_never_parked(few: Site) -> None:
    tend = models.Duty.name == DutyName.TEND
    few.simulator.fault(route="me", status=503, times=50)
    few.simulator.fault(route="token", status=503, times=50)
    for _ in range(2 * TRIES):
        turn(few.state, models.Duty, tend, due_at=LONG_AGO)
        row_id = only(few.state, models.Duty, tend).id
        take(few.state, models.Duty, row_id, tries=TRIES)
        turn(few.state, models.Duty, tend, due_at=LONG_AGO)
        drain.drain(few.state, "duty")
    row = only(few.state, models.Duty, tend)
    assert row.parked_at is None
    assert row.due_at is not None


def test_what_is_parked_of_another_host_is_not_there(few: Site) -> None:
    few.connect("grace")
    parked_meeting(few)
    (one,) = parked_work.of_host(few.state, "1")
    for kind, row_id in (("meeting", one.row_id), ("delivery", one.row_id), ("inbox", one.row_id), ("meeting", "x")):
        with pytest.raises(NotFound):
            parked_work.retry(few.state, "2", kind, row_id)
    assert parked_work.of_host(few.state, "2") == []
    assert parked_work.retry_all_of(few.state, "2") == 0
    assert parked(few, "meeting") == 1


def test_all_of_a_kind_or_everything_is_begun_anew(few: Site) -> None:
    crm = Crm(few)
    parked_meeting(few)
    fail(few, "delivery")
    assert parked_work.retry_all(few.state, "inbox") == 0
    assert parked_work.retry_all(few.state, "meeting") == 1
    assert (parked(few, "meeting"), parked(few, "delivery")) == (0, 1)
    crm.is_broken = False
    assert parked_work.retry_all(few.state) == 1
    few.drain()
    assert (crm.calls, len(few.simulator.meetings("ada"))) == (TRIES + 1, 1)
    assert parked_work.retry_all(few.state) == 0


def test_heaps_count_by_kind_with_the_oldest_and_the_newest_error(few: Site) -> None:
    for place in range(3):
        parked_meeting(few, email=f"bob{place}@example.com")
    for place, row in enumerate(rows(few.state, models.Meeting)):
        at = datetime(2030, 1, 1 + place, tzinfo=UTC)
        turn(few.state, models.Meeting, models.Meeting.id == row.id, parked_at=at, last_error=f"error {place}")
    (heap,) = few.state.database.read(lambda session: list(parked_work.heaps(session)))
    assert (heap.kind, heap.number, heap.error) == ("meeting", 3, "error 2")
    assert heap.since == datetime(2030, 1, 1, tzinfo=UTC)


def test_the_doctor_names_what_is_parked_and_what_to_do(few: Site) -> None:
    Crm(few)
    few.booked()
    fail(few, "delivery")
    turn(few.state, models.Delivery, last_error="refused by bob@example.com")
    (found,) = [one for one in doctors.examine(few.state).findings if one.name == "parked deliveries"]
    assert found.is_bad
    assert found.words.startswith("1 since ")
    assert "refused by" in found.words
    assert "bob@" not in found.words
    assert found.to_do is not None
    assert "flask zoom retry --kind delivery" in found.to_do
    parked_work.retry_all(few.state)
    assert not any(one.is_bad for one in doctors.examine(few.state).findings if one.name.startswith("parked"))


def test_disconnecting_leaves_no_meeting_parked(few: Site) -> None:
    booking = few.booked()
    few.simulator.fault(route="get_meeting", status=503, times=50)
    move(few, booking, 4)
    fail(few, "meeting")
    assert parked(few, "meeting") == 1
    few.simulator.clear_faults()
    endings.disconnect(few.state, "1", few.connection().id)
    few.drain()
    row = meeting_of(few, booking)
    assert (row.parked_at, row.detached, row.reason) == (None, True, None)


def test_a_parked_deletion_ends_with_the_connection_too(few: Site) -> None:
    booking = few.booked()
    few.simulator.fault(route="delete_meeting", status=503, times=50)
    cancel(few, booking)
    fail(few, "meeting")
    assert parked(few, "meeting") == 1
    endings.disconnect(few.state, "1", few.connection().id)
    few.drain()
    assert (parked(few, "meeting"), meeting_of(few, booking).due_at) == (0, None)


def test_purges_leave_nothing_parked_of_forgotten_bookings_and_old_webhooks(make_site: MakeSite) -> None:
    site = site_of_few_tries(make_site, ZOOM_BOOKING_RETENTION_DAYS=1)
    Crm(site)
    parked_meeting(site)
    fail(site, "delivery")
    poison(site)
    assert [parked(site, kind) for kind in ("meeting", "delivery", "inbox")] == [1, 1, 1]
    turn(site.state, models.Booking, starts_at=LONG_AGO, ends_at=LONG_AGO, busy_end=LONG_AGO)
    turn(site.state, models.WebhookEvent, received_at=LONG_AGO)
    upkeep.purge(site.state)
    assert [parked(site, kind) for kind in ("meeting", "delivery", "inbox")] == [0, 0, 0]
    assert parked_work.of_host(site.state, "1") == []


def test_a_link_mail_that_was_parked_while_it_waited_goes_on_with_the_mail_before_it(make_site: MakeSite) -> None:
    site = make_site(ZOOM_TRIES=TRIES)
    letters = Letters(site)
    site.connect()
    site.simulator.fault(route="create_meeting", status=503)
    booking = site.booked()
    mine = models.Delivery.subscriber == "mail:invitee"
    confirmation = only(site.state, models.Delivery, mine)
    make_due(site.state, models.Delivery, models.Delivery.id == confirmation.id)
    take(site.state, models.Delivery, confirmation.id)  # it is leaving without the link, and stays under way
    make_due(site.state, models.Meeting)
    drain.drain(site.state, "meeting")
    ready = only(site.state, models.Delivery, mine, models.Delivery.event_name == "meeting.ready")
    turn(
        site.state,
        models.Delivery,
        models.Delivery.id == ready.id,
        due_at=None,
        attempts=TRIES,
        parked_at=LONG_AGO,
        last_error="waits for an earlier mail",
    )
    turn(site.state, models.Delivery, models.Delivery.id == confirmation.id, due_at=LONG_AGO)
    site.drain()
    assert parked(site, "delivery") == 0
    assert any(look(site, booking)["join_url"] in text for text in letters.texts("bob@"))


def test_whoever_looks_at_a_parked_booking_is_promised_nothing(few: Site) -> None:
    booking = parked_meeting(few)
    seen = look(few, booking)
    assert seen["meeting_status"] == "coming"
    assert "Ada Lovelace can see that" in seen["meeting_reason"]
    page = few.get(booking["manage_url"]).text
    assert "takes far longer than usual" in page
    assert "on its way" not in page
