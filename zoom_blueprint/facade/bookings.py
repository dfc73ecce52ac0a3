"""Bookings of a host: looked at, answered, made and changed in the host's name."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from zoom_blueprint.services import agendas, approvals, bookings, by_hosts, edits, moves, own_links
from zoom_blueprint.state import State, current_state
from zoom_blueprint.values import Booking, EndedReason, MeetingSettings


class Bookings:
    """Bookings of the current app's hosts.

    Every method takes the host's id first, and raises NotFound for a booking that is another host's: a booking's id may
    come straight from a request. Instants are aware. Each change is committed at once; Zoom, calendars and mails follow
    by themselves.
    """

    def get(self, host_id: str, booking_id: str) -> Booking:
        """Return a booking as it is now.

        Raises:
            NotFound: the host has no such booking, or its people are forgotten.
        """
        return agendas.of_host(current_state(), host_id, booking_id)

    def upcoming(self, host_id: str, *, limit: int = 100) -> list[Booking]:
        """Return the confirmed bookings that are not over, the next one first."""
        return agendas.upcoming(current_state(), host_id, limit=limit)

    def waiting(self, host_id: str, *, limit: int = 100) -> list[Booking]:
        """Return the bookings that await the host's approval, the one that must be answered first at the top."""
        return agendas.waiting(current_state(), host_id, limit=limit)

    def approve(self, host_id: str, booking_id: str, *, sequence: int | None = None) -> Booking:
        """Confirm a booking that awaits approval; approving it twice changes nothing more.

        ``sequence`` is that of the booking which the host saw: given, one that was moved since is not approved.

        Raises:
            NotFound: the host has no such booking.
            BookingEnded: it is cancelled, or its time ran out.
            SlotTaken: another booking has its time, or it was moved since the host looked.
        """
        return approvals.approve(_state_of(host_id, booking_id), booking_id, sequence=sequence)

    def decline(self, host_id: str, booking_id: str, words: str | None = None) -> Booking:
        """Turn a booking down that awaits approval, with words for the invitee; of a cancelled one nothing changes.

        Raises:
            NotFound: the host has no such booking.
            BookingEnded: it is approved already, and can be cancelled.
        """
        return approvals.decline(_state_of(host_id, booking_id), booking_id, words=words)

    def reschedule(self, host_id: str, booking_id: str, start: datetime) -> Booking:
        """Move a booking to any minute ahead that is free with its buffers; hours, notice and limits do not count.

        Raises:
            NotFound: the host has no such booking.
            BadInput: the start is not ahead, or malformed.
            BookingEnded: it is cancelled or has begun.
            SlotTaken: the time is not free.
        """
        return by_hosts.move(_state_of(host_id, booking_id), booking_id, start)

    def edit(
        self,
        host_id: str,
        booking_id: str,
        *,
        topic: str | None = None,
        duration_minutes: int | None = None,
        settings: MeetingSettings | None = None,
    ) -> Booking:
        """Change what is given about one booking; None leaves a thing as it is.

        An empty ``topic`` is the usual one, and a setting that is None is the event type's. Zoom is told of topic and
        options; everybody is told of another length, for which hours, notice and limits do not count.

        Raises:
            NotFound: the host has no such booking.
            BadInput: a field is malformed.
            BookingEnded: it is cancelled or over, or its length is to change and it has begun.
            SlotTaken: it would last into something else.
        """
        state = _state_of(host_id, booking_id)
        return edits.edit(state, booking_id, topic=topic, duration_minutes=duration_minutes, settings=settings)

    def use_link(self, host_id: str, booking_id: str, link: str | None) -> Booking:
        """Give one booking a link of the host's own, or take it back with None; everybody is told.

        With one its meeting in Zoom is deleted, without one it is made anew.

        Raises:
            NotFound: the host has no such booking.
            BadInput: it is no whole address, or the booking awaits approval.
            BookingEnded: it is cancelled or over.
        """
        return own_links.use(_state_of(host_id, booking_id), booking_id, link)

    def move_to_zoom(self, host_id: str, booking_id: str) -> Booking:
        """Have a meeting made in Zoom for a booking that is met in Google Meet; everybody is told of its link.

        Raises:
            NotFound: the host has no such booking.
            BadInput: it is not met in Google Meet, or awaits approval.
            BookingEnded: it is cancelled or over.
            NotConnected: no connection to Zoom works.
        """
        return moves.to_zoom(_state_of(host_id, booking_id), booking_id)

    def cancel(self, host_id: str, booking_id: str, words: str | None = None) -> Booking:
        """Cancel a booking in the host's name, with words for the invitee; of a cancelled one nothing changes.

        Raises:
            NotFound: the host has no such booking.
            BookingEnded: it is over.
        """
        return bookings.cancel(_state_of(host_id, booking_id), booking_id, by=EndedReason.HOST, words=words)

    def book(
        self,
        host_id: str,
        event_slug: str,
        *,
        start: datetime,
        name: str,
        email: str,
        key: str,
        time_zone: str | None = None,
        locale: str | None = None,
        answers: Mapping[str, str] | None = None,
        guests: Sequence[str] = (),
        words: str | None = None,
    ) -> Booking:
        """Book on somebody's behalf, at any minute ahead that is free with its buffers; it is confirmed at once.

        Hours, notice, horizon, limits and approval do not count; ``before_booking`` is asked. ``key`` is new for each
        booking: the same one again returns the booking that it made. Zone and language are the host's where nothing is
        known of the invitee's; ``words`` are for the invitee.

        Raises:
            NotFound: the host has no such event type, or it needs Zoom, which is not connected.
            BadInput: a field is malformed.
            SlotTaken: the time is not free.
            BookingRefused: the ``before_booking`` hook said no.
            KeyReused: the key came with other details before.
        """
        return by_hosts.book(
            current_state(),
            host_id,
            event_slug,
            start=start,
            name=name,
            email=email,
            key=key,
            time_zone=time_zone,
            locale=locale,
            answers=answers,
            guests=guests,
            words=words,
        )


def _state_of(host_id: str, booking_id: str) -> State:
    """Return the state of the current app in which the host has this booking."""
    state = current_state()
    agendas.of_host(state, host_id, booking_id)
    return state
