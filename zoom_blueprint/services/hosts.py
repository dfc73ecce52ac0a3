"""Hosts: written from the app's own sign-in or by code."""

import contextlib
import re
import unicodedata
from dataclasses import asdict
from datetime import UTC, datetime

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from zoom_blueprint.errors import BadInput, NotFound
from zoom_blueprint.languages import said
from zoom_blueprint.scheduling import stored
from zoom_blueprint.scheduling.rules import DEFAULT_WEEKLY
from zoom_blueprint.scheduling.zones import zone
from zoom_blueprint.services import offers, snapshots
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import table_of
from zoom_blueprint.store.driven import Runs
from zoom_blueprint.values import EventType, Host

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_LONGEST_SLUG = 64
_LONGEST_NAME, _LONGEST_MAIL, _LONGEST_LOCALE = 200, 254, 16  # the columns' widths
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")  # a name stands in the headers of mails
_MAIL = re.compile(r"[^\s@<>,;\"\x00-\x1f]+@[^\s@<>,;\"\x00-\x1f]+")
_TRIES = 5
FIRST_SCHEDULE = "Working hours"
DEFAULT_EVENT = EventType(slug="30-minutes", title="30-minute meeting")


_LOCK = (
    update(table_of(models.Host))
    .where(models.Host.id == bindparam("host"))
    .values(revision=models.Host.revision + 1)
    .returning(models.Host.revision)
)


def lock(session: Session, host_id: str) -> int:
    """Take the host's row for this transaction and return its raised revision; the first statement of every change.

    This UPDATE is the lock on both databases, and what tells caches that the offered times may have changed. Whoever
    has read a revision and gets the next one here knows that nothing of the host's has changed since then.

    Raises:
        NotFound: there is no such host.
    """
    return lock_by(session.connection(), host_id)


def lock_by(connection: Runs, host_id: str) -> int:
    """Do as ``lock`` does."""
    for (revision,) in connection.execute(_LOCK, {"host": host_id}):
        return int(revision)
    raise NotFound(said("There is no such host."))


def zone_of(session: Session, host_id: str) -> str:
    """Return the time zone of a host that there is."""
    return session.scalars(select(models.Host.time_zone).where(models.Host.id == host_id)).one()


def put(state: State, host: Host) -> Host:
    """Create or update a host; a new one gets a default schedule and a 30-minute Zoom event type.

    Returns the host as stored. A visit that changes nothing only reads.

    Raises:
        BadInput: a field is empty or malformed, or the slug belongs to another host.
    """
    _check(host)
    stored = state.database.read(lambda session: _read(session, host.id))
    if stored is not None and _same(stored, host):
        return stored
    for _ in range(_TRIES):
        # Two processes at their start may make the same host, or two of the same name: the second looks again.
        with contextlib.suppress(IntegrityError):
            return state.database.write(lambda session: _write(session, host))
    return state.database.write(lambda session: _write(session, host))


def get(state: State, host_id: str) -> Host:
    """Return a stored host.

    Raises:
        NotFound: there is none with this id.
    """
    stored = state.database.read(lambda session: _read(session, host_id))
    if stored is None:
        raise NotFound(said("There is no such host."))
    return stored


def find(state: State, name: str) -> Host | None:
    """Return the host with this id, else the one with this slug, else None."""
    query = select(models.Host).where(or_(models.Host.id == name, models.Host.slug == name))

    def work(session: Session) -> Host | None:
        rows = sorted(session.scalars(query), key=lambda row: row.id != name)
        return snapshots.host(rows[0]) if rows else None

    return state.database.read(work)


def all_of(state: State) -> list[Host]:
    """Return all hosts by their slugs."""
    query = select(models.Host).order_by(models.Host.slug)
    return state.database.read(lambda session: [snapshots.host(row) for row in session.scalars(query)])


def _check(host: Host) -> None:
    given: dict[str, object] = asdict(host)
    if host.slug is None:
        del given["slug"]
    errors = {key: f"Give text, not {type(one).__name__}." for key, one in given.items() if not isinstance(one, str)}
    if errors:
        raise BadInput(errors)
    if not host.id or len(host.id) > 191:  # the column's width
        errors["id"] = "Give the host an id of at most 191 characters."
    if not 0 < len(host.name.strip()) <= _LONGEST_NAME or _UNPRINTABLE.search(host.name):
        errors["name"] = said("Give a name of at most {most} characters, in one line.", most=_LONGEST_NAME)
    if len(host.email) > _LONGEST_MAIL or not _MAIL.fullmatch(host.email):
        errors["email"] = said("Give the host a mail address.")
    if not 0 < len(host.locale) <= _LONGEST_LOCALE:
        errors["locale"] = said("Give a language like en or de-AT.")
    try:
        zone(host.time_zone)
    except ValueError as error:
        errors["time_zone"] = str(error)
    if host.slug is not None and not _SLUG.fullmatch(host.slug):
        errors["slug"] = "Use small letters, digits and hyphens, like ada."
    if errors:
        raise BadInput(errors)


def _same(stored: Host, host: Host) -> bool:
    wanted = {**asdict(host), "name": host.name.strip(), "slug": host.slug or stored.slug}
    return asdict(stored) == wanted


def _read(session: Session, host_id: str) -> Host | None:
    row = session.get(models.Host, host_id)
    return None if row is None else snapshots.host(row)


def _write(session: Session, host: Host) -> Host:
    now = datetime.now(UTC)
    row = session.get(models.Host, host.id, with_for_update=True)
    if row is None:
        row = models.Host(id=host.id, slug=_free_slug(session, host), created_at=now, revision=0)
        session.add(row)
    elif host.slug and host.slug != row.slug:
        row.slug = _free_slug(session, host)
    row.name, row.email, row.time_zone, row.locale = host.name.strip(), host.email, host.time_zone, host.locale
    is_new = row.revision == 0
    row.revision += 1
    session.flush()
    if is_new:
        schedule = models.Schedule(
            host_id=host.id,
            name=FIRST_SCHEDULE,
            time_zone=host.time_zone,
            weekly=stored.dump_weekly(DEFAULT_WEEKLY),
            overrides={},
        )
        session.add(schedule)
        session.flush()
        columns = offers.columns(DEFAULT_EVENT)
        session.add(models.EventType(host_id=host.id, schedule_id=schedule.id, created_at=now, **columns))
    return snapshots.host(row)


def _free_slug(session: Session, host: Host) -> str:
    wanted = host.slug or slug_of(host.name) or "host"
    taken = set(
        session.scalars(select(models.Host.slug).where(models.Host.slug.startswith(wanted), models.Host.id != host.id))
    )
    if wanted not in taken:
        return wanted
    if host.slug:
        raise BadInput({"slug": "This address belongs to another host. Choose another one."})
    number = next(number for number in range(2, len(taken) + 3) if f"{wanted}-{number}" not in taken)
    return f"{wanted}-{number}"


def slug_of(name: str) -> str:
    """Return what an address can have of a name; nothing where no letter of it is a Latin one."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: _LONGEST_SLUG - 8].strip("-")
