"""The operations of the crash matrix on what a site is made of: hosts and what they offer, keys, Celery."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cryptography.fernet import Fernet

from tests.crashes.lives import INTRO, REMINDER, Life
from tests.crashes.scenarios import CONFIRMED, Scenario, book_for, booked, connected, ready
from tests.fixtures.receivers import Receiver, answering
from tests.fixtures.site_app import HOSTS, TOKEN_KEY
from tests.services.looking import LONG_AGO, rows, turn
from zoom_blueprint import Schedule
from zoom_blueprint.services import (
    addresses,
    api_keys,
    doctors,
    endpoints,
    event_types,
    heartbeats,
    mirrors,
    replays,
    rotation,
    schedules,
    sites,
    tallies,
)
from zoom_blueprint.services import parked as parked_work
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.store import models
from zoom_blueprint.store.crypto import Cipher

CHARLES = replace(HOSTS["ada"], id="3", slug="charles", name="Charles Babbage", email="charles@example.com")
OTHER_KEY = Fernet.generate_key().decode()
CODES = {"ZOOM_MAIL_CODES": "first"}
ON_LOOPBACK = {"ZOOM_ENDPOINTS_ON_LOOPBACK": "on"}
KEYS = {"ZOOM_TOKEN_KEYS": f"{OTHER_KEY},{TOKEN_KEY}"}


def set_up(life: Life) -> None:
    """Set a host up, as the host app does."""
    life.zoom.hosts.put(CHARLES)
    life.zoom.event_types.put(CHARLES.id, replace(INTRO, title="Hello"))
    event_types.change(life.state, CHARLES.id, INTRO.slug, lambda _: replace(INTRO, description="Engines."))
    life.zoom.schedules.put(CHARLES.id, Schedule(time_zone="Europe/London"), "mornings")
    life.zoom.schedules.remove(CHARLES.id, "mornings")
    set_up_by_hand(life)
    for block in life.zoom.blocked_times.list(CHARLES.id):
        life.zoom.blocked_times.remove(CHARLES.id, block.id)
    start = datetime.now(UTC) + timedelta(days=3)
    block = life.zoom.blocked_times.add(CHARLES.id, start, start + timedelta(hours=1))
    life.zoom.blocked_times.remove(CHARLES.id, block.id)
    key = life.zoom.api_keys.make(CHARLES.id, "CRM", ["list_slots"])
    api_keys.note_use(life.state, key)
    life.zoom.api_keys.revoke(CHARLES.id, key.id)
    heartbeats.beat(life.state, "thread")
    with life.app.test_client() as browser:
        browser.get("/zoom/", base_url=life.state.config.public_url, headers={"X-Host": "ada"})


def set_up_by_hand(life: Life) -> None:
    """Add, change and remove what a host does on their own pages."""
    hours = Schedule(time_zone="Europe/London")
    if "evenings" not in life.zoom.schedules.list(CHARLES.id):
        schedules.add(life.state, CHARLES.id, hours, "evenings")
    (kept,) = [one for one in schedules.kept(life.state, CHARLES.id) if one.name == "evenings"]
    schedules.edit(life.state, CHARLES.id, kept.id, hours, "evenings")
    life.zoom.schedules.remove(CHARLES.id, "evenings")
    sites.allow(life.state, CHARLES.id, "https://www.example.com")
    life.zoom.event_types.put(CHARLES.id, replace(INTRO, slug="spare"))
    for event_type_id, event in event_types.by_id(life.state, CHARLES.id).items():
        event_types.move(life.state, CHARLES.id, event_type_id, 1)
        if event.slug == "spare":
            event_types.remove(life.state, CHARLES.id, event_type_id)


def is_set_up(life: Life) -> list[str]:
    """Judge what is offered."""
    offers = [event.description for event in life.zoom.event_types.list(CHARLES.id) if event.slug == INTRO.slug]
    found = life.zoom.hosts.get(CHARLES.id).name, offers, list(life.zoom.blocked_times.list(CHARLES.id))
    return [] if found == (CHARLES.name, ["Engines."], []) else [f"the host has {found}"]


def show_address(life: Life) -> None:
    """Show that a mail address is one's own, by the code that is mailed there."""
    now, email = datetime.now(UTC), "bob@example.com"
    addresses.ask(life.state, life.zoom.hosts.get("1"), email, "en", now)
    life.drain()
    entered = addresses.enter(life.state, email, "client", addresses.code_for(life.state, email, now), now)
    life.note(entered=str(entered))


def is_known(life: Life) -> list[str]:
    """Judge whether the address is known."""
    found = addresses.known(life.state, ["bob@example.com"], "client")
    return [] if found else ["the address is not known"]


def sealed(life: Life) -> None:
    """Let there be a booking from before there was another key."""
    both, life.state.cipher = life.state.cipher, Cipher([TOKEN_KEY])
    booked(life)
    life.state.cipher = both


def rotate(life: Life) -> None:
    """Seal everything anew with the newest key."""
    rotation.rotate(life.state)


def is_rotated(life: Life) -> list[str]:
    """Judge whether the older key is needed no more."""
    left = rotation.rotate(life.state)
    return [] if (left.sealed, left.left) == (0, 0) else [f"with the old key there still is {left}"]


def parked(life: Life) -> None:
    """Let a meeting and its mails be parked."""
    ready(life)
    book_for(life)
    now = datetime.now(UTC)
    turn(life.state, models.Meeting, due_at=None, parked_at=now)
    turn(life.state, models.Delivery, ~models.Delivery.subscriber.contains(REMINDER), due_at=None, parked_at=now)


def wear_out(life: Life) -> None:
    """Book, and let the meeting be one at which every worker died so far."""
    life.book()
    turn(life.state, models.Meeting, models.Meeting.zoom_meeting_id.is_(None), attempts=life.state.config.tries)
    life.drain()


def begin_all_anew(life: Life) -> None:
    """Begin anew with all that is parked, as whoever runs the site does."""
    parked_work.retry_all(life.state)
    life.settle()


def begin_anew(life: Life) -> None:
    """Begin anew with what is parked, by the one button and by the other."""
    parked_work.retry(life.state, "1", "meeting", life.meeting().id)
    parked_work.retry_all_of(life.state, "1")


def send_again(life: Life) -> None:
    """Have the mails and the hook of a booking once more, as its host does by a button."""
    for row in rows(life.state, models.Delivery, models.Delivery.outcome.in_(replays.ENDED_WELL)):
        found = replays.find(life.state, "1", row.id, datetime.now(UTC))
        if isinstance(found, replays.Replay):
            replays.begin(life.state, found)
    life.drain()


def compare_with_zoom(life: Life) -> None:
    """Lay Zoom's list beside the bookings, and have one looked at again."""
    mirrors.look(life.state, "1")
    mirrors.look_again(life.state, "1", life.noted()["booking"])
    life.drain()


def ask_the_doctor(life: Life) -> None:
    """Have everybody asked how they are."""
    doctors.examine(life.state, asks_others=True)


def count_steps(life: Life) -> None:
    """Write down what was counted of the steps to a booking."""
    tallies.count(life.state, "1", "of any kind", tallies.Step.OPENED, tallies.Place("www.example.com"))
    tallies.write(life.state)


def tell_programs(life: Life) -> None:
    """Book, and tell a program of it that fails first and rests; forget the program while it is to be told again."""
    owed = models.Delivery.subscriber.startswith("endpoint:")
    with closing(Receiver()) as receiver:
        for one in endpoints.all_of(life.state, "1"):
            endpoints.remove(life.state, "1", one.id)
        made, _ = endpoints.make(life.state, "1", receiver.url, ["booking.confirmed"])
        receiver.answer = answering(500)
        life.book()
        life.drain()
        receiver.answer = answering(204)
        for rests_until in (datetime.now(UTC) + timedelta(hours=1), LONG_AGO):
            turn(life.state, models.Endpoint, rests_until=rests_until)
            turn(life.state, models.Delivery, owed, models.Delivery.due_at.is_not(None), due_at=LONG_AGO)
            life.drain()
        life.zoom.endpoints.rotate("1", made.id)
        life.zoom.endpoints.remove("1", made.id)
        turn(life.state, models.Delivery, owed, due_at=LONG_AGO, outcome=None, done_at=None)
        life.drain()


def book_by_celery(life: Life) -> None:
    """Book, and let Celery's workers do the rest."""
    book_for(life)
    turn(life.state, models.Duty, models.Duty.name == DutyName.TEND, due_at=None)
    life.beat_celery("tend", "purge", "sweep")


OF_SITES = {
    "set up": Scenario(set_up, ready, is_set_up),
    "show an address": Scenario(show_address, connected, is_known, CODES),
    "rotate keys": Scenario(rotate, sealed, is_rotated, KEYS),
    "give up, and begin anew": Scenario(wear_out, ready, CONFIRMED, then=begin_all_anew),
    "begin anew with what is parked": Scenario(begin_anew, parked, CONFIRMED),
    "send again": Scenario(send_again, booked, CONFIRMED),
    "compare with Zoom": Scenario(compare_with_zoom, booked, CONFIRMED),
    "count": Scenario(count_steps, booked, CONFIRMED),
    "tell programs": Scenario(tell_programs, ready, CONFIRMED, ON_LOOPBACK),
    "ask the doctor": Scenario(ask_the_doctor, booked, CONFIRMED),
    "confirm with Celery": Scenario(book_by_celery, ready, CONFIRMED, has_celery=True),
}
