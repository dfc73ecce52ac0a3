"""Doctors: what somebody who runs the site should know and do, without a secret in it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from zoom_blueprint import values
from zoom_blueprint.errors import StoreUnavailable
from zoom_blueprint.healths import Health
from zoom_blueprint.services import (
    autogenerate,
    bulletins,
    findings,
    health,
    heartbeats,
    queues,
    readiness,
    reasons,
    rotation,
    snapshots,
)
from zoom_blueprint.services.findings import Finding, written
from zoom_blueprint.state import State
from zoom_blueprint.store import migrate, models
from zoom_blueprint.values import ConnectionStatus

_LATE = timedelta(minutes=10)
_QUEUES = {"inbox": "webhooks", "meeting": "meetings", "delivery": "deliveries", "duty": "duties"}


@dataclass(frozen=True, kw_only=True)
class Patient:
    """One connection: how it stands, why, and everything that is known of its health."""

    connection: values.Connection
    why: str | None
    health: Health


@dataclass(frozen=True, kw_only=True)
class Report:
    """All findings; ``is_healthy`` when nothing must be done."""

    is_healthy: bool
    findings: tuple[Finding, ...]
    connections: tuple[Patient, ...]


def examine(state: State, *, host_id: str | None = None, asks_zoom: bool = False) -> Report:
    """Look at the app, its database and its connections, all or one host's; ``asks_zoom`` checks each of them now."""
    found = [*_configuration(state), *_database(state)]
    patients: tuple[Patient, ...] = ()
    if not any(one.is_problem and one.name == "database" for one in found):
        seals = _seals(state)
        found += [seals, *_work(state), *findings.of_deliveries(state), *findings.of_parked(state)]
        found += [*findings.of_abuse(state)]
        patients = _patients(state, host_id, asks_zoom=asks_zoom and not seals.is_problem)
        if host_id is not None and not patients:
            found.append(_unconnected(state, host_id))
    is_healthy = not any(one.is_problem for one in found) and all(one.health.is_fine for one in patients)
    return Report(is_healthy=is_healthy, findings=tuple(found), connections=patients)


def _unconnected(state: State, host_id: str) -> Finding:
    if state.database.read(lambda session: session.get(models.Host, host_id)) is None:
        return Finding(
            name="host",
            found=f"{host_id!r} is not known",
            advice="Check the id. A host is known from their first visit to the dashboard, or from zoom.hosts.put().",
            is_problem=True,
        )
    return Finding(
        name="host",
        found=f"{host_id!r} never connected Zoom",
        advice="The host can press Connect Zoom on the dashboard.",
        is_problem=True,
    )


def _configuration(state: State) -> Iterator[Finding]:
    config = state.config
    yield Finding(name="public address", found=state.links.base)
    yield Finding(name="Zoom app", found=f"client id {config.client_id}")
    yield Finding(name="Zoom", found=f"{config.oauth_url}, {config.api_url}")
    yield Finding(name="redirect URL", found=f"{state.links.base}/callback")
    yield Finding(name="webhook URL", found=f"{state.links.base}/webhook")
    yield Finding(
        name="keys",
        found=f"{_count(config.token_keys, 'token key')}, {_count(config.webhook_secrets, 'webhook secret')}, "
        f"{_count(config.link_keys, 'link key')}",
    )
    kept = "as long as they stand" if config.booking_retention_days is None else _days(config.booking_retention_days)
    yield Finding(name="kept", found=f"meetings of a cut connection {_days(config.retention_days)}, bookings {kept}")
    if state.work.name == "celery":
        yield Finding(name="worker", found="Celery", advice="Keep a Celery worker and `celery beat` running.")
    elif config.worker == "thread":
        yield Finding(name="worker", found="threads of each server process")
    else:
        yield Finding(name="worker", found="none in the server", advice="Keep `flask zoom worker` running.")
    if state.has_mail:
        yield Finding(name="mail", found="by the mailer hook" if state.hooks.mailer else "by ZOOM_SMTP_URL")
    else:
        yield Finding(
            name="mail",
            found="cannot be sent",
            advice="Set ZOOM_SMTP_URL and ZOOM_MAIL_FROM, or use @zoom.mailer.",
            is_problem=True,
        )
    if state.hooks.host_loader is None:
        yield Finding(
            name="host_loader", found="none", advice="Say who is signed in: @zoom.host_loader.", is_problem=True
        )


def _database(state: State) -> Iterator[Finding]:
    try:
        is_current = migrate.is_current(state.database)
    except StoreUnavailable as error:
        yield Finding(name="database", found="does not answer", advice=str(error), is_problem=True)
        return
    kind = "SQLite" if state.database.is_sqlite else "PostgreSQL"
    if is_current:
        yield Finding(name="database", found=f"{kind}, tables up to date")
    elif migrate.is_newer(state.database):
        yield Finding(
            name="database",
            found=f"{kind}, tables newer than this release",
            advice="Install the release that made them, or a later one.",
            is_problem=True,
        )
    else:
        yield Finding(
            name="database",
            found=f"{kind}, tables missing or older than this release",
            advice="Run: flask zoom upgrade",
            is_problem=True,
        )
    found, advice = autogenerate.judge(state)
    yield Finding(name="autogenerate", found=found, advice=advice, is_problem=advice is not None)


def _seals(state: State) -> Finding:
    broken = rotation.unopened(state)
    if not broken:
        return Finding(name="sealed values", found="open with the token keys")
    return Finding(
        name="sealed values",
        found=f"no key in ZOOM_TOKEN_KEYS opens what is stored in {', '.join(broken)}",
        advice="Put the key that was used before into ZOOM_TOKEN_KEYS again, behind the newest. "
        "Until then Zoom is not asked.",
        is_problem=True,
    )


def _work(state: State) -> Iterator[Finding]:
    now = datetime.now(UTC)
    last = state.database.read(_last_webhook)
    yield Finding(
        name="last webhook",
        found="none yet" if last is None else written(last),
        advice="Normal until something happens in Zoom. If it stays so, check the event subscription of your Zoom app."
        if last is None
        else None,
    )
    beat_at = state.database.read(lambda session: heartbeats.newest(state, session))
    yield Finding(
        name="sign of life",
        found="none yet" if beat_at is None else written(beat_at),
        advice="No worker runs, or none that reaches this database. Start one."
        if beat_at is None or beat_at < now - readiness.SILENT
        else None,
    )
    for queue in queues.measure(state):
        is_late = queue.since is not None and queue.since < now - _LATE
        yield Finding(
            name=f"due {_QUEUES[queue.kind]}",
            found="nothing" if queue.since is None else f"since {written(queue.since)}, {queue.due} in all",
            advice="Nobody works it off, or too few do. See what is said of the worker above." if is_late else None,
            is_problem=is_late,
        )


def _last_webhook(session: Session) -> datetime | None:
    received = session.scalar(select(func.max(models.WebhookEvent.received_at)))
    about = session.scalar(select(func.max(models.Connection.last_webhook_at)))
    return max((at for at in (received, about) if at is not None), default=None)


def _patients(state: State, host_id: str | None, *, asks_zoom: bool) -> tuple[Patient, ...]:
    def rows(session: Session) -> list[values.Connection]:
        query = select(models.Connection).order_by(models.Connection.host_id, models.Connection.connected_at)
        if host_id is not None:
            query = query.where(models.Connection.host_id == host_id)
        return [snapshots.connection(row) for row in session.scalars(query)]

    look: Callable[[State, str], Health] = health.check if asks_zoom else health.last
    found = state.database.read(rows)
    healths = {
        one.id: (health.last if one.status is ConnectionStatus.INACTIVE else look)(state, one.id) for one in found
    }
    if asks_zoom:
        found = state.database.read(rows)
    return tuple(
        Patient(connection=one, why=reasons.of_connection(one), health=healths[one.id])
        for one in found
        if one.id in healths
    )


def _days(number: int) -> str:
    return f"{number} day{'' if number == 1 else 's'}"


def _count(things: tuple[str, ...], name: str) -> str:
    return f"{len(things)} {name}{'' if len(things) == 1 else 's'}"


def lines(report: Report) -> Iterator[str]:
    """Yield the report as text."""
    for finding in report.findings:
        yield _marked(finding.name, finding.found, is_problem=finding.is_problem)
        if finding.advice:
            yield f"      {finding.advice}"
    for patient in report.connections:
        connection, found = patient.connection, patient.health
        yield ""
        yield _marked(
            f"Zoom of host {connection.host_id}",
            " ".join(part for part in (connection.status, connection.reason, connection.email) if part),
            is_problem=not found.is_fine,
        )
        for problem in found.problems:
            yield f"      {problem.sentence}"
        if connection.status is ConnectionStatus.INACTIVE:
            yield f"      {patient.why} The host can press Connect Zoom."
            continue
        for label, value in bulletins.lines(found, written):
            yield f"      {label}: {value}"
    yield ""
    yield "All is well." if report.is_healthy else "Something has to be done: see the lines marked with !!."


def _marked(name: str, found: str, *, is_problem: bool) -> str:
    return f"{'!!' if is_problem else 'ok'}  {name}: {found}"
