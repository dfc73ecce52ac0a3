"""Mails and lifecycle hooks: told at least once, each apart from the others, and only of what still holds."""

from datetime import UTC, datetime

from tests.fixtures.site import MakeSite, Site, api
from tests.services.looking import Letters, cancel, look, make_due, move, only, rows, take, turn
from zoom_blueprint import Host
from zoom_blueprint.events import LifecycleEvent
from zoom_blueprint.services import deliveries, drain, journal
from zoom_blueprint.store import models
from zoom_blueprint.values import Booking, Draft


def outcomes(site: Site, subscriber: str) -> list[str | None]:
    """Return what became of the deliveries to a subscriber, in the order in which they ended."""
    found = rows(site.state, models.Delivery, models.Delivery.subscriber == subscriber)
    return [row.outcome for row in sorted(found, key=lambda row: row.done_at or datetime.now(UTC))]


def test_a_hook_that_fails_is_called_again_and_keeps_nobody_from_being_told(make_site: MakeSite) -> None:
    site = make_site()
    letters = Letters(site)
    heard: list[str] = []
    ids: list[str] = []

    @site.zoom.on("booking.confirmed")
    def crm(event: LifecycleEvent) -> None:
        ids.append(event.id)
        if len(ids) < 3:
            raise RuntimeError("the CRM is away")

    @site.zoom.on("booking.confirmed", subscriber="chat")
    def tell_chat(event: LifecycleEvent) -> None:
        heard.append(event.name)

    site.connect()
    site.booked()
    site.drain()
    assert (len(ids), len(heard), len(letters.texts("bob@"))) == (1, 1, 1)
    for _ in range(3):
        make_due(site.state, models.Delivery)
        site.drain()
    assert len(ids) == 3
    assert len(set(ids)) == 1  # the same event each time, so that doubles can be dropped
    assert outcomes(site, "hook:crm") == ["called"]
    assert len(heard) == 1


def test_a_worker_that_dies_after_calling_a_hook_lets_it_be_called_again(make_site: MakeSite) -> None:
    site = make_site()
    calls: list[str] = []

    @site.zoom.on("booking.confirmed")
    def crm(event: LifecycleEvent) -> None:
        calls.append(event.id)

    site.connect()
    site.booked()
    row = only(site.state, models.Delivery)
    dead = take(site.state, models.Delivery, row.id)
    with site.app.app_context():
        crm(only_event(site))  # this is as far as it came
    assert drain.drain(site.state, "delivery") == 0
    make_due(site.state, models.Delivery)  # its claim has run out
    site.drain()
    assert len(calls) == 2
    deliveries.deliver(site.state, dead)  # and if it was only slow, it records nothing any more
    assert outcomes(site, "hook:crm") == ["called"]


def only_event(site: Site) -> LifecycleEvent:
    """Return the one event that a hook is owed."""
    row = only(site.state, models.Delivery)
    return site.state.database.read(lambda session: journal.read(site.state, session, row.event_id))


def test_a_mail_that_was_overtaken_is_dropped(make_site: MakeSite) -> None:
    site = make_site()
    letters = Letters(site)
    site.connect()
    booking = site.booked()
    move(site, booking, 4)
    cancel(site, booking)
    site.drain()
    assert len(letters.texts("bob@")) == 1
    assert letters.sent[0]["Subject"].lower().startswith("cancel")
    assert sorted(str(outcome) for outcome in outcomes(site, "mail:invitee")) == ["sent", "superseded", "superseded"]


def test_who_got_the_link_with_a_later_mail_gets_no_other_about_it(make_site: MakeSite) -> None:
    site = make_site()
    letters = Letters(site)
    site.connect()
    site.simulator.fault(route="create_meeting", status=503, times=2)
    booking = site.booked()
    make_due(site.state, models.Delivery)
    drain.drain(site.state, "delivery")  # leaves without link
    move(site, booking, 4)  # this mail waits a moment for the link
    make_due(site.state, models.Meeting)
    site.drain()  # which does not come
    make_due(site.state, models.Meeting)
    site.drain()
    join_url = look(site, booking)["join_url"]
    assert [join_url in text for text in letters.texts("bob@")] == [False, True]
    assert outcomes(site, "mail:invitee")[-1] == "not needed"


def test_a_hook_may_be_called_like_a_reminder(make_site: MakeSite) -> None:
    site = make_site()
    heard: list[str] = []

    @site.zoom.on("booking.confirmed", subscriber="mail:guests:remind:now")
    def crm(event: LifecycleEvent) -> None:
        heard.append(event.name)

    site.connect()
    site.booked()
    site.drain()
    assert heard == ["booking.confirmed"]


def test_hooks_may_use_the_store_wherever_they_are_called(make_site: MakeSite) -> None:
    site = make_site(ZOOM_ON_REMOTE_DELETE="relink")
    called: set[str] = set()

    def write(name: str) -> None:
        """Write while the caller waits: inside a transaction of ours this would wait for itself."""
        called.add(name)
        site.zoom.hosts.put(Host(id="3", name=f"Called by {name}", email="three@example.com"))

    @site.zoom.before_booking
    def before(draft: Draft) -> None:
        write(f"before_booking {draft.name}")

    @site.zoom.busy_times
    def busy(host: Host, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        write(f"busy_times {host.id} {start < end}")
        return []

    @site.zoom.meeting_options
    def options(booking: Booking) -> dict[str, object]:
        write(f"meeting_options {booking.name}")
        return {"waiting_room": True}

    @site.zoom.mailer
    def mailer(_: object) -> None:
        write("mailer")

    @site.zoom.on("booking.confirmed")
    def confirmed(_: LifecycleEvent) -> None:
        write("on")

    site.connect()
    booking = site.booked()
    move(site, booking, 3)
    site.drain()
    assert len(called) == 5
    assert outcomes(site, "hook:confirmed") == ["called"]
    assert site.simulator.meetings("ada")[0]["settings"]["waiting_room"] is True
    assert site.get(api(booking)).json()["meeting_status"] == "ready"


def test_a_link_that_dies_while_a_mail_with_it_leaves_is_followed_by_the_new_one(make_site: MakeSite) -> None:
    site = make_site()
    sent: list[str] = []

    @site.zoom.mailer
    def mailer(message: object) -> None:
        if not sent:  # while the first mail is on its way, the meeting is made anew
            turn(site.state, models.Meeting, zoom_meeting_id=12345678901)
        sent.append(str(message))

    site.connect()
    site.booked()
    make_due(site.state, models.Delivery)
    row = rows(site.state, models.Delivery, models.Delivery.subscriber == "mail:invitee")[0]
    drain.drain_one(site.state, "delivery", row.id)
    assert "sent with a link that died" in outcomes(site, "mail:invitee")
