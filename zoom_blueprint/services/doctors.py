"""Doctors: what somebody who runs the site should know and do, without a secret in it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from zoom_blueprint import values
from zoom_blueprint.healths import Health
from zoom_blueprint.services import (
    bulletins,
    calendar_signs,
    connections,
    deadlines,
    health,
    parked,
    probes,
    providers,
    reasons,
    snapshots,
    symptoms,
    vital_signs,
)
from zoom_blueprint.services.findings import ASKED, Finding, Name, Verdict, bad, counted, written
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionStatus, Provider

_OTHERS = "others"
_TO_ANSWER = 1.0
_CONNECT = {Provider.ZOOM: "Connect Zoom", Provider.GOOGLE: "Connect Google Calendar"}
_MARKS = {Verdict.OK: "ok", Verdict.WARN: "? ", Verdict.BAD: "!!"}


@dataclass(frozen=True, kw_only=True)
class Patient:
    """One connection: how it stands, why, and everything that is known of its health."""

    connection: values.Connection
    why: str | None
    health: Health


@dataclass(frozen=True, kw_only=True)
class Report:
    """What is set up (``facts``), and all findings; ``is_healthy`` when nothing must be done.

    ``not_asked`` names what is not known, because others would have to be asked for it.
    """

    is_healthy: bool
    facts: dict[str, str]
    findings: tuple[Finding, ...]
    not_asked: tuple[Name, ...]
    connections: tuple[Patient, ...]


def examine(state: State, *, host_id: str | None = None, asks_others: bool = False, asks_zoom: bool = False) -> Report:
    """Look at the app, its database and its connections, all or one host's.

    ``asks_others`` asks Zoom and Google for the app, the own webhook address, the mail server and Redis, for
    ``probes.SECONDS`` at most; ``asks_zoom`` checks each connection now.
    """
    found = look(state)
    patients: tuple[Patient, ...] = ()
    if not any(one.is_bad and one.name is Name.DATABASE for one in found):
        is_sealed = any(one.is_bad and one.name is Name.SEALED for one in found)
        patients = _patients(state, host_id, asks_zoom=asks_zoom and not is_sealed)
        if host_id is not None and not patients:
            found.append(_unconnected(state, host_id))
    if asks_others:
        found += probes.ask(state)
    is_healthy = not any(one.is_bad for one in found) and all(one.health.is_fine for one in patients)
    return Report(
        is_healthy=is_healthy,
        facts=_facts(state),
        findings=tuple(found),
        not_asked=()
        if asks_others
        else tuple(one for one in ASKED if one is not Name.GOOGLE or state.config.has_google),
        connections=patients,
    )


def look(state: State) -> list[Finding]:
    """Return what can be seen without asking anybody but the database."""
    found = [*symptoms.of_settings(state), *symptoms.of_tables(state)]
    if not any(one.is_bad and one.name is Name.DATABASE for one in found):
        found.append(symptoms.of_seals(state))
        found += [*vital_signs.of_work(state), *vital_signs.of_trouble(state), vital_signs.last_webhook(state)]
        found += calendar_signs.of_calendars(state)
    return found


@dataclass(frozen=True, kw_only=True)
class Consultation:
    """What concerns one host: the site's findings, their connections, and how much of their work is parked."""

    findings: tuple[Finding, ...]
    healths: tuple[tuple[values.Connection, Health], ...]
    parked: int


def consult(state: State, host_id: str, *, asks_others: bool = False) -> Consultation:
    """Look for a host, who may have others asked too: all at once, a little longer than ``probes.SECONDS`` at most."""
    google = connections.current(state, host_id, Provider.GOOGLE) if state.config.has_google else None
    theirs = [*connections.all_of(state, host_id), *([google] if google else [])]
    used = [one for one in theirs if one.status is not ConnectionStatus.INACTIVE]
    found = look(state)
    if asks_others:
        checks: dict[str, Callable[[], object]] = {one.id: partial(health.check, state, one.id) for one in used}
        answers = deadlines.ask({_OTHERS: lambda: tuple(probes.ask(state)), **checks}, probes.SECONDS + _TO_ANSWER)
        asked = answers[_OTHERS].value
        found += asked if isinstance(asked, tuple) else ()
    known = health.of_host(state, host_id) | (health.of_host(state, host_id, Provider.GOOGLE) if google else {})
    return Consultation(
        findings=tuple(found),
        healths=tuple((one, known[one.id]) for one in used if one.id in known),
        parked=parked.number_of(state, host_id),
    )


def _unconnected(state: State, host_id: str) -> Finding:
    if state.database.read(lambda session: session.get(models.Host, host_id)) is None:
        to_do = "Check the id. A host is known from their first visit to the dashboard, or from zoom.hosts.put()."
        return bad(Name.HOST, f"{host_id!r} is not known", to_do)
    return bad(Name.HOST, f"{host_id!r} never connected Zoom", "The host can press Connect Zoom on the dashboard.")


def _facts(state: State) -> dict[str, str]:
    config, base = state.config, state.links.base
    bookings = config.booking_retention_days
    kept = "as long as they stand" if bookings is None else counted(bookings, "day")
    worker = "threads of each server process" if config.worker == "thread" else "flask zoom worker"
    of_google = {
        "Google client": f"client id {config.google_client_id}",
        "Google": f"{config.google_oauth_url}, {config.google_api_url}",
        "Google's redirect URL": providers.side(Provider.GOOGLE).callback(state),
    }
    return {
        "Zoom app": f"client id {config.client_id}",
        "Zoom": f"{config.oauth_url}, {config.api_url}",
        "redirect URL": f"{base}/callback",
        "webhook URL": f"{base}/webhook",
        **(of_google if config.has_google else {}),
        "worker": "Celery" if state.work.name == "celery" else worker,
        "kept": f"meetings of a cut connection {counted(config.retention_days, 'day')}, bookings {kept}",
    }


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


def lines(report: Report) -> Iterator[str]:
    """Yield the report as text."""
    for name, words in report.facts.items():
        yield f"    {name}: {words}"
    yield ""
    for finding in report.findings:
        yield f"{_MARKS[finding.state]}  {finding.name}: {finding.words}"
        if finding.to_do:
            yield f"      {finding.to_do}"
    if report.not_asked:
        yield f"    not asked: {', '.join(report.not_asked)}"
    for patient in report.connections:
        yield from _about(patient)
    yield ""
    yield "All is well." if report.is_healthy else "Something has to be done: see the lines marked with !!."


def _about(patient: Patient) -> Iterator[str]:
    connection, found = patient.connection, patient.health
    said = " ".join(part for part in (connection.status, connection.reason, connection.email) if part)
    yield ""
    yield f"{'ok' if found.is_fine else '!!'}  {connection.provider.title()} of host {connection.host_id}: {said}"
    for problem in found.problems:
        yield f"      {problem.sentence}"
    if connection.status is ConnectionStatus.INACTIVE:
        yield f"      {patient.why} The host can press {_CONNECT[connection.provider]}."
        return
    for label, value in bulletins.lines(found, written):
        yield f"      {label}: {value}"
