"""Ways to break one thing of a site, and to mend it again, by the finding of the doctor that tells of it."""

import zoneinfo
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import ColumnElement, delete, insert, select, text, update

from tests.fixtures.site import Site
from tests.services.looking import LONG_AGO
from zoom_blueprint.services.findings import Name, Verdict
from zoom_blueprint.store import models
from zoom_blueprint.store.base import Base, table_of
from zoom_blueprint.store.crypto import Cipher
from zoom_blueprint.store.tables import VERSION_TABLE

Broken = AbstractContextManager[None]
NOWHERE = "127.0.0.1:1"
LATER = datetime.now(UTC) + timedelta(days=1)


@contextmanager
def swapped(owner: Any, name: str, value: object) -> Iterator[None]:
    """Give something else in the place of what is there."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    yield
    setattr(owner, name, before)


def configured(**changes: object) -> Callable[[Site], Broken]:
    """Break by a setting."""

    def broken(site: Site) -> Broken:
        changed: Any = changes
        return swapped(site.state, "config", replace(site.state.config, **changed))

    return broken


def rows_turned(model: type[Base], *where: ColumnElement[bool], **values: object) -> Callable[[Site], Broken]:
    """Break by one row."""

    @contextmanager
    def broken(site: Site) -> Iterator[None]:
        table = table_of(model)
        key = next(iter(table.primary_key))
        row = site.state.database.read(
            lambda session: session.execute(select(table).where(*where).limit(1)).mappings().one()
        )
        before = {name: row[name] for name in values}
        for now in (values, before):
            site.state.database.write(
                lambda session, now=now: session.execute(  # type: ignore[misc]  # bound as it is at this turn
                    update(table).where(key == row[key.name]).values(now)
                )
            )
            if now is values:
                yield

    return broken


def faulty(**fault: object) -> Callable[[Site], Broken]:
    """Break by what Zoom answers."""

    @contextmanager
    def broken(site: Site) -> Iterator[None]:
        site.simulator.fault(**fault)
        yield
        site.simulator.clear_faults()

    return broken


@contextmanager
def no_way_in(site: Site) -> Iterator[None]:
    """Let a proxy in front of the site answer in its place."""
    before = site.app.before_request_funcs.setdefault(None, [])
    before.insert(0, lambda: ("Bad gateway", 502))
    yield
    before.pop(0)


@contextmanager
def of_earlier_release(site: Site) -> Iterator[None]:
    """Leave the tables behind."""

    def stamp(revision: str) -> str:
        def work(session: Any) -> str:
            now = str(session.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}")))
            session.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '{revision}'"))
            return now

        return site.state.database.write(work)

    now = stamp("0001")
    yield
    stamp(now)


@contextmanager
def greedy_alembic(site: Site) -> Iterator[None]:
    """Use Flask-Migrate without telling it of our tables."""
    site.app.extensions["migrate"] = SimpleNamespace(directory="nowhere", configure_args={})
    yield
    del site.app.extensions["migrate"]


@contextmanager
def old_zones(site: Site) -> Iterator[None]:
    """Let nobody have updated the machine for years."""
    del site
    file = Path(zoneinfo.TZPATH[0]) / "tzdata.zi"
    before = file.read_text()
    file.write_text("# version 2019c\n")
    yield
    file.write_text(before)


@contextmanager
def unread(site: Site) -> Iterator[None]:
    """Let nobody know any more how busy a host's calendar at Google is."""
    connection = site.connection()
    row = {"host_id": connection.host_id, "connection_id": connection.id, "asked_at": LONG_AGO}
    site.state.database.write(lambda session: session.add(models.Timetable(**row)))
    yield
    site.state.database.write(lambda session: session.execute(delete(models.Timetable)))


@contextmanager
def deaf(site: Site) -> Iterator[None]:
    """Let Zoom be connected for long, and never have told anything."""
    event = table_of(models.WebhookEvent)
    kept = site.state.database.read(lambda session: [dict(row) for row in session.execute(select(event)).mappings()])
    site.state.database.write(lambda session: session.execute(delete(event)))
    told_nothing = rows_turned(models.Connection, last_webhook_at=None, connected_at=LONG_AGO)
    with told_nothing(site):
        yield
    site.state.database.write(lambda session: session.execute(insert(event), kept))


def other_key(site: Site) -> Broken:
    """Lose the key that what is stored was sealed with."""
    return swapped(site.state, "cipher", Cipher([Fernet.generate_key().decode()]))


@contextmanager
def other_secret(site: Site) -> Iterator[None]:
    """Let somebody have renewed the client's secret at Google."""
    google = site.simulator.google
    before = google.client_secret
    google.set_client(client_secret="GOCSPX-another")
    yield
    google.set_client(client_secret=before)


DELIVERY = models.Delivery.subscriber == "mail:host"
FAILS = {"attempts": 3, "last_error": "LookupError", "due_at": LATER}
AHEAD = {"Date": format_datetime(datetime.now(UTC) - timedelta(seconds=400), usegmt=True)}
REFUSED = {"error": "invalid_client", "reason": "Invalid client_id or client_secret"}
BREAKS: dict[Name, tuple[Verdict, Callable[[Site], Broken]]] = {
    Name.PUBLIC_ADDRESS: (Verdict.BAD, configured(public_url="http://www.example.com")),
    Name.KEYS: (Verdict.BAD, configured(link_keys=("dev",))),
    Name.HOST_LOADER: (Verdict.BAD, lambda site: swapped(site.state.hooks, "host_loader", None)),
    Name.SIGN_IN: (Verdict.BAD, configured(login_endpoint="auth.sing_in")),
    Name.SESSION: (Verdict.WARN, configured(session_seconds=0)),
    Name.MAIL: (Verdict.BAD, configured(smtp_url=None)),
    Name.DATABASE: (Verdict.BAD, of_earlier_release),
    Name.AUTOGENERATE: (Verdict.BAD, greedy_alembic),
    Name.ZONES: (Verdict.WARN, old_zones),
    Name.SEALED: (Verdict.BAD, other_key),
    Name.SIGN_OF_LIFE: (Verdict.BAD, rows_turned(models.WorkerHeartbeat, beat_at=LONG_AGO)),
    Name.DUE_WEBHOOKS: (Verdict.BAD, rows_turned(models.WebhookEvent, due_at=LONG_AGO)),
    Name.DUE_MEETINGS: (Verdict.BAD, rows_turned(models.Meeting, due_at=LONG_AGO)),
    Name.DUE_EVENTS: (Verdict.BAD, rows_turned(models.CalendarEvent, due_at=LONG_AGO)),
    Name.DUE_DELIVERIES: (Verdict.BAD, rows_turned(models.Delivery, DELIVERY, due_at=LONG_AGO)),
    Name.DUE_MESSAGES: (
        Verdict.BAD,
        rows_turned(models.Delivery, DELIVERY, subscriber="endpoint:1", due_at=LONG_AGO),
    ),
    Name.DUE_DUTIES: (Verdict.BAD, rows_turned(models.Duty, models.Duty.due_at.is_not(None), due_at=LONG_AGO)),
    Name.PARKED_MEETINGS: (Verdict.BAD, rows_turned(models.Meeting, parked_at=LONG_AGO)),
    Name.PARKED_EVENTS: (Verdict.BAD, rows_turned(models.CalendarEvent, parked_at=LONG_AGO)),
    Name.PARKED_DELIVERIES: (Verdict.BAD, rows_turned(models.Delivery, DELIVERY, parked_at=LONG_AGO)),
    Name.PARKED_WEBHOOKS: (Verdict.BAD, rows_turned(models.WebhookEvent, parked_at=LONG_AGO)),
    Name.FAILING: (Verdict.BAD, rows_turned(models.Delivery, DELIVERY, **FAILS)),
    Name.REFUSED: (Verdict.WARN, rows_turned(models.Delivery, DELIVERY, outcome="refused for good")),
    Name.LAST_WEBHOOK: (Verdict.WARN, deaf),
    Name.CALENDARS: (Verdict.BAD, unread),
    Name.WEBHOOK: (Verdict.BAD, no_way_in),
    Name.CREDENTIALS: (Verdict.BAD, faulty(route="token", status=401, body=REFUSED)),
    Name.GOOGLE: (Verdict.BAD, other_secret),
    Name.CLOCK: (Verdict.BAD, faulty(route="token", headers=AHEAD)),
    Name.MAIL_SERVER: (Verdict.BAD, configured(smtp_url=f"smtp://{NOWHERE}")),
    Name.LIMITS: (Verdict.BAD, configured(ratelimit_url=f"redis://{NOWHERE}/0")),
}
