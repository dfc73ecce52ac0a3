"""The mails that left a site, read as their readers' programs do: one inbox and one calendar for each address."""

from collections import Counter, defaultdict
from datetime import datetime
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Any, NamedTuple

from icalendar import Calendar

from tests.fixtures.site import Site
from tests.properties.ledger import Mail
from tests.services.looking import only
from zoom_blueprint.services import readers
from zoom_blueprint.store import models


class Entry(NamedTuple):
    """One appointment in somebody's calendar."""

    sequence: int
    start: datetime
    status: str


class Post:
    """A ``mailer`` hook that delivers to everybody's inbox and calendar."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._new: list[EmailMessage] = []
        self._seen: Counter[tuple[str, str]] = Counter()
        self.calendars: dict[str, dict[str, Entry]] = defaultdict(dict)
        site.zoom.mailer(self._new.append)

    def forget(self) -> None:
        """Begin with empty inboxes and calendars."""
        self._new.clear()
        self._seen.clear()
        self.calendars.clear()

    def come(self) -> list[Mail]:
        """Deliver what was sent since the last time, and return what each mail was about."""
        found = [mail for message in self._new for mail in self._deliver(message)]
        self._new.clear()
        return found

    def _deliver(self, message: EmailMessage) -> list[Mail]:
        delivery_id = message["Message-ID"].strip("<>").partition("@")[0]
        delivery = only(self.site.state, models.Delivery, models.Delivery.id == delivery_id)
        _, minutes = readers.reminder_of(delivery.subscriber)
        event = delivery.event_name if minutes is None else f"{delivery.event_name} {minutes}"
        addresses = [address for _, address in getaddresses([message["To"]])]
        for address in addresses:
            self._seen[delivery_id, address] += 1
            assert self._seen[delivery_id, address] == 1, "nothing failed, and nobody gets a mail twice"
            for part in message.iter_attachments():
                if part.get_content_type() == "text/calendar":
                    self._keep(self.calendars[address], Calendar.from_ical(part.get_content()))
        return [Mail(event, delivery.booking_id or "", delivery.sequence, address) for address in addresses]

    def _keep(self, calendar: dict[str, Entry], sent: Any) -> None:
        """Do what a calendar does with a message: newer ones count, cancelled ones go."""
        (event,) = sent.walk("VEVENT")
        uid = str(event["UID"])
        new = Entry(int(event["SEQUENCE"]), event.decoded("DTSTART"), str(event.get("STATUS", "CONFIRMED")))
        before = calendar.get(uid)
        assert before is None or new.sequence >= before.sequence, "a calendar would take this for old news"
        if before is not None and (new.start, new.status) != (before.start, before.status):
            assert new.sequence > before.sequence, "what changed has a new number"
        if str(sent["METHOD"]) == "CANCEL":
            calendar.pop(uid, None)
        else:
            calendar[uid] = new
