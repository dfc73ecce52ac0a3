"""One life of the app's process in the crash matrix: what it has to act with, and what it knows of the life before."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from queue import Empty
from typing import Any
from urllib.parse import parse_qs, urlsplit

from celery import Celery
from flask import Flask
from sqlalchemy import ColumnElement, true

from tests.crashes.sites import Kind
from tests.crashes.spy import Spy
from tests.fixtures.site_app import HOSTS, create_app
from tests.services.looking import LONG_AGO, make_due, only, rows, turn
from zoom_blueprint import Draft, EventType, Host, LifecycleEvent, ZoomBlueprint, values
from zoom_blueprint.services import connections, consents, drain
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.services.providers import ConsentNeeded
from zoom_blueprint.services.turns import DueModel
from zoom_blueprint.state import EXTENSION, State
from zoom_blueprint.store import models
from zoom_blueprint.testing import signing
from zoom_blueprint.testing.control import Control
from zoom_blueprint.testing.google import GoogleControl
from zoom_blueprint.values import ConnectionStatus, Provider

MOST_ROUNDS = 60
REMINDER = ":remind:"
INTRO = EventType(slug="intro-call", title="Intro call", notice_minutes=0)
GUEST = "eve@example.com"
_RECURRING = (DutyName.PURGE, DutyName.TEND)
SEVERAL: tuple[DueModel, ...] = (
    models.Meeting,
    models.CalendarEvent,
    models.Delivery,
    models.WebhookEvent,
    models.Duty,
)


@dataclass
class Life:
    """A process with the app, the simulator that outlives it, and the notes of those who act.

    What visitors, hosts and Zoom keep in mind from one life to the next is in ``notes``, a file.
    """

    app: Flask
    zoom: ZoomBlueprint
    simulator: Control
    spy: Spy
    notes: Path
    settings: Mapping[str, str]
    celery: Celery | None = None
    state: State = field(init=False)

    def __post_init__(self) -> None:
        self.state = self.app.extensions[EXTENSION]

    # --------------------------------------------------------------------------------------------- who acts

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """Ask the app over HTTP, without a network, and return its JSON."""
        with self.app.test_client() as client:
            answer = client.open(path, method=method, base_url=self.state.config.public_url, **options)
        assert answer.status_code < 300, answer.text
        return answer.get_json(silent=True)

    def slots(self, event: str = "intro-call") -> dict[str, Any]:
        """Return what is offered from tomorrow on."""
        first = datetime.now(UTC).date() + timedelta(days=1)
        query = {"from": str(first), "to": str(first + timedelta(days=14)), "tz": "Europe/London"}
        found: dict[str, Any] = self.ask("GET", f"/zoom/api/v1/hosts/ada/{event}/slots", query_string=query)
        return found

    def choose(self, place: int = 0, event: str = "intro-call") -> None:
        """Let the visitor choose one of the offered times, and note it."""
        offered = self.slots(event)
        self.note(start=offered["slots"][place], token=offered["token"], event=event)

    def book(self) -> None:
        """Book what was chosen; again, it is the same attempt."""
        noted = self.noted()
        person = {"name": "Bob Byrne", "email": "bob@example.com", "tz": "Europe/Paris", "lang": "en", "guests": GUEST}
        fields = {**person, "start": noted["start"], "token": noted["token"], "key": f"attempt-{noted['start']}"}
        made = self.ask("POST", f"/zoom/api/v1/hosts/ada/{noted['event']}/bookings", data=fields)
        self.note(booking=made["id"], manage=f"/zoom/api/v1/bookings/{made['manage_url'].rpartition('/')[2]}")

    def connect(
        self, user: str = "ada", connection_id: str | None = None, provider: Provider = Provider.ZOOM
    ) -> values.Connection:
        """Connect the host through the consent page, which is shown once more where that is needed."""
        try:
            return self._consent(consents.begin(self.state, "1", connection_id, provider), user, provider)
        except ConsentNeeded:
            return self._consent(consents.begin(self.state, "1", None, provider, is_held=False), user, provider)

    def _consent(self, attempt: consents.Attempt, user: str, provider: Provider) -> values.Connection:
        came_back = parse_qs(urlsplit(self.simulator.consent(attempt.authorize_url, user)).query)
        nonce, code, secret = came_back["state"][0], came_back["code"][0], attempt.browser_secret
        return consents.complete(
            self.state, HOSTS["ada"], nonce=nonce, browser_secret=secret, code=code, error="", provider=provider
        )

    def connection(self, provider: Provider = Provider.ZOOM) -> values.Connection:
        """Return the host's connection as it is now."""
        found = connections.current(self.state, "1", provider)
        assert found is not None
        return found

    def has_connection(self, provider: Provider = Provider.ZOOM) -> bool:
        """Return whether there ever was one."""
        return connections.current(self.state, "1", provider) is not None

    def is_connected(self, provider: Provider = Provider.ZOOM) -> bool:
        """Return whether the dashboard shows a connection that works."""
        return self.has_connection(provider) and self.connection(provider).status is ConnectionStatus.ACTIVE

    def is_ill(self) -> bool:
        """Return whether the dashboard asks to reconnect."""
        return self.connection().status is ConnectionStatus.UNHEALTHY

    def post_webhooks(self) -> None:
        """Deliver what Zoom has queued, as it does when an earlier delivery was not answered."""
        for one in self.simulator.webhooks():
            body = one["body"].encode() if isinstance(one["body"], str) else json.dumps(one["body"]).encode()
            headers = signing.sign_webhook(self.settings["ZOOM_WEBHOOK_SECRETS"], body)
            self.ask("POST", "/zoom/webhook", data=body, headers=headers)

    # ------------------------------------------------------------------------------------- time, and what it brings

    def beat_celery(self, *names: str) -> None:
        """Let Celery's beat send these tasks, and do all that the workers find at the broker then."""
        assert self.celery is not None
        for name in names:
            self.celery.tasks[f"zoom_blueprint.{name}"].run()
        self.state.work.stop()
        with self.celery.connection_for_read() as broker, broker.SimpleQueue("celery") as queue:
            for _ in range(MOST_ROUNDS):
                try:
                    message = queue.get(block=False)
                except Empty:
                    return
                arguments, options, _ = message.payload
                self.celery.tasks[message.headers["task"]].run(*arguments, **options)
                message.ack()
                self.state.work.stop()
        raise AssertionError("What Celery sends never ends.")

    def drain(self) -> None:
        """Work off everything that is due now."""
        for _ in range(MOST_ROUNDS):
            if not sum(drain.drain(self.state, kind) for kind in drain.KINDS):
                return
        raise AssertionError("What is due never ends.")

    def pass_time(self) -> None:
        """Let everything become due that waits for its time; leases run out, a new day begins.

        Reminders are for later, and what is done again and again has operations of its own here.
        """
        self.free_leases()
        turn(self.state, models.ZoomQuota, used=0)
        for model in SEVERAL:
            turn(self.state, model, model.claim.is_not(None), due_at=LONG_AGO)  # whoever has it in hand is dead
            make_due(self.state, model, *((models.Duty.name.not_in(_RECURRING),) if model is models.Duty else ()))

    def free_leases(self) -> None:
        """Let the time be over that was left to whoever was refreshing."""
        turn(self.state, models.Grant, models.Grant.lease_until.is_not(None), lease_until=LONG_AGO, wait_until=None)

    def do_duties(self, name: DutyName) -> None:
        """Let the time come for what is done again and again."""
        make_due(self.state, models.Duty, models.Duty.name == name)
        self.drain()

    def settle(self) -> None:
        """Work everything off: now, later, and when no create without an answer can take effect any more.

        Questions to the host that nobody has answered are too old by then as well.
        """
        self.drain()
        for _ in range(2):
            self.pass_time()
            self.drain()
            for model in (models.Meeting, models.CalendarEvent):
                turn(self.state, model, model.unsure_until.is_not(None), unsure_until=LONG_AGO)
            turn(self.state, models.Consent, models.Consent.grant_sealed.is_not(None), expires_at=datetime.now(UTC))

    def expire(self) -> None:
        """Let the access token be at its end."""
        turn(self.state, models.Grant, expires_at=LONG_AGO)

    def turn_booking(self, **values: object) -> None:
        """Change the booking behind everybody's back."""
        turn(self.state, models.Booking, models.Booking.id == self.noted()["booking"], **values)

    # ------------------------------------------------------------------------------------------------ what is known

    def note(self, **facts: object) -> None:
        """Keep in mind."""
        self.notes.write_text(json.dumps({**self.noted(), **facts}))

    def noted(self) -> dict[str, Any]:
        """Return what was kept in mind."""
        found: dict[str, Any] = json.loads(self.notes.read_text()) if self.notes.exists() else {}
        return found

    def booking(self) -> models.Booking:
        """Return the row of the booking."""
        return only(self.state, models.Booking, models.Booking.id == self.noted()["booking"])

    def meeting(self) -> models.Meeting:
        """Return the row of its meeting."""
        return only(self.state, models.Meeting, models.Meeting.booking_id == self.noted()["booking"])

    @property
    def google(self) -> GoogleControl:
        """The simulator's Google."""
        return GoogleControl(self.simulator)

    def grants(self, where: ColumnElement[bool] | None = None) -> int:
        """Return how many grants the store holds."""
        return len(rows(self.state, models.Grant, true() if where is None else where))


def begin(
    settings: Mapping[str, str],
    simulator: str,
    notes: Path,
    spy: Spy,
    *,
    has_options: bool,
    has_mailer: bool,
    has_celery: bool,
) -> Life:
    """Start the app, every decision of which is made by the host app."""
    app, zoom = create_app(dict(settings))
    life = Life(app, zoom, Control(simulator), spy, notes, settings)

    @zoom.on("booking.confirmed", subscriber="crm")
    def tell_crm(event: LifecycleEvent) -> None:
        with spy.around(Kind.HOOK):
            life.note(crm=event.id)

    signed_in = zoom.hooks.host_loader
    assert signed_in is not None

    def load_host() -> Host | None:
        with spy.around(Kind.HOOK):
            return signed_in()

    zoom.hooks.host_loader = load_host

    @zoom.before_booking
    def allow(draft: Draft) -> None:
        del draft
        with spy.around(Kind.HOOK):
            pass

    @zoom.busy_times
    def busy(host: Host, begin: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        del host, begin, end
        with spy.around(Kind.HOOK):
            return []

    @zoom.may_connect
    def may(host: Host) -> bool:
        del host
        with spy.around(Kind.HOOK):
            return True

    if has_options:

        @zoom.meeting_options
        def options(booking: values.Booking) -> dict[str, Any]:
            del booking
            with spy.around(Kind.HOOK):
                return {"waiting_room": True}

    if has_celery:
        life.celery = Celery("site", broker="memory://", set_as_current=False)
        zoom.init_celery(life.celery, app)

    if has_mailer:

        @zoom.mailer
        def mail(message: EmailMessage) -> None:
            with spy.around(Kind.HOOK):
                life.note(mails=[*life.noted().get("mails", []), [message["To"], message["Message-ID"]]])

    return life
