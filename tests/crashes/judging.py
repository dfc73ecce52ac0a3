"""What must be so in the end, whatever died on the way: one meeting for each booking, usable tokens, no row stuck."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, or_

from tests.crashes.lives import REMINDER, SEVERAL, Life
from tests.services.looking import rows
from zoom_blueprint.errors import ZoomBlueprintError
from zoom_blueprint.services import agendas, meetings, tokens
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus, ConnectionStatus, Provider


def complaints(life: Life) -> list[str]:
    """Return what is wrong, in words."""
    return [*_stuck(life), *_meetings(life), *_events(life), *_tokens(life), *_tokens_of_google(life)]


def owed(life: Life) -> list[dict[str, Any]]:
    """Return the deliveries, but for the reminders of what is to come."""
    found = [row for row in rows(life.state, models.Delivery) if REMINDER not in row.subscriber]
    return [
        {"id": row.id, "event": row.event_name, "subscriber": row.subscriber, "outcome": row.outcome} for row in found
    ]


def _stuck(life: Life) -> list[str]:
    """Find the rows that somebody who died has left behind, and those that wait for nobody."""
    now = datetime.now(UTC)
    found = [
        f"{model.__tablename__} {row.id} is due since {row.due_at}, claim {row.claim}: {row.last_error}"
        for model in SEVERAL
        for row in rows(
            life.state, model, or_(model.claim.is_not(None), model.parked_at.is_not(None), model.due_at <= now)
        )
    ]
    delivery = models.Delivery
    undone = and_(delivery.done_at.is_(None), ~delivery.subscriber.contains(REMINDER))
    found += [f"{row.event_name} to {row.subscriber} is not delivered" for row in rows(life.state, delivery, undone)]
    wishes = rows(life.state, models.Meeting, models.Meeting.due_at.is_not(None))
    found += [f"the meeting of {row.booking_id} waits: {row.reason} {row.last_error}" for row in wishes]
    untold = rows(life.state, models.CalendarEvent, models.CalendarEvent.due_at.is_not(None))
    found += [f"the event of {row.booking_id} waits: {row.reason} {row.last_error}" for row in untold]
    leased = rows(life.state, models.Grant, models.Grant.lease_until > now)
    found += ["somebody seems to be refreshing" for _ in leased]
    kept = rows(life.state, models.Consent, models.Consent.grant_sealed.is_not(None))
    return found + [f"consent {row.id} keeps a grant" for row in kept]


def _meetings(life: Life) -> list[str]:
    """Compare the bookings with what stands in Zoom."""
    standing = life.simulator.meetings()
    found = []
    ours = 0
    rows_of = {row.booking_id: row for row in rows(life.state, models.Meeting)}
    for booking in rows(life.state, models.Booking):
        mark = meetings.marker(booking.id)
        there = [one for one in standing if one["agenda"].startswith(mark)]
        ours += len(there)
        row = rows_of.get(booking.id)
        if row is not None and row.detached:
            continue  # cut from Zoom: what is there stays there
        if booking.purged_at is None and booking.status != BookingStatus.CONFIRMED and there:
            found.append(f"the booking is {booking.status}, and Zoom has {len(there)} meetings")
        if booking.status == BookingStatus.CONFIRMED and booking.purged_at is None:
            has_own_link = row is not None and not row.wanted
            wish = [] if has_own_link else [(row and row.zoom_meeting_id, booking.starts_at)]
            seen = [(one["id"], datetime.fromisoformat(one["start_time"])) for one in there]
            if seen != wish:
                found.append(f"wished was {wish}, and Zoom has {seen}")
    if ours != len(standing):
        found.append(f"Zoom has {len(standing) - ours} meetings of nobody's")
    return found


def _events(life: Life) -> list[str]:
    """Compare the bookings with what stands in Google Calendar."""
    calendars = [one["id"] for one in life.google.calendars("ada")]
    everything = [one for calendar in calendars for one in life.google.events("ada", calendar)]
    standing = [one for one in everything if one["status"] != "cancelled"]
    ours = [one for one in standing if "booking" in one.get("extendedProperties", {}).get("private", {})]
    rows_of = {row.booking_id: row for row in rows(life.state, models.CalendarEvent)}
    found = []
    for booking in rows(life.state, models.Booking):
        there = [one for one in ours if one["extendedProperties"]["private"]["booking"] == booking.id]
        ours = [one for one in ours if one not in there]
        row = rows_of.get(booking.id)
        if row is not None and row.detached:
            continue  # cut from Google: what is there stays there
        is_wanted = row is not None and booking.status == BookingStatus.CONFIRMED and booking.purged_at is None
        wish = [booking.starts_at] if is_wanted else []
        seen = [datetime.fromisoformat(one["start"]["dateTime"]) for one in there]
        if seen != wish:
            found.append(f"wished was {wish}, and Google Calendar has {seen}")
        if is_wanted and there and _link_in(there[0]) != agendas.get(life.state, booking.id).join_url:
            found.append(f"the event leads to {_link_in(there[0])}")
    return found + [f"Google Calendar has {len(ours)} events of nobody's"] * bool(ours)


def _link_in(event: dict[str, Any]) -> str | None:
    entries = event.get("conferenceData", {}).get("entryPoints", [])
    return entries[0]["uri"] if entries else None


def _tokens(life: Life) -> list[str]:
    if not life.has_connection():
        return []
    connection = life.connection()
    if connection.status is not ConnectionStatus.ACTIVE:
        return [] if connection.status is ConnectionStatus.INACTIVE else [f"the connection is {connection.reason}"]
    try:
        life.zoom.meetings("1").me()
    except ZoomBlueprintError as error:
        return [f"the tokens do not work: {error}"]
    chains = life.simulator.token_stats()["valid_refresh_chains"]
    return [] if chains == 1 else [f"{chains} grants of Zoom are good, and one is used"]


def _tokens_of_google(life: Life) -> list[str]:
    if not life.has_connection(Provider.GOOGLE):
        return []
    connection = life.connection(Provider.GOOGLE)
    if connection.status is not ConnectionStatus.ACTIVE:
        is_cut = connection.status is ConnectionStatus.INACTIVE
        return [] if is_cut else [f"the connection to Google is {connection.reason}"]
    try:
        tokens.with_google(life.state, connection.id, lambda google: list(google.calendars()))
    except ZoomBlueprintError as error:
        return [f"Google's tokens do not work: {error}"]
    return []
