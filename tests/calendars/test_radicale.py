"""A real CalDAV server takes what our mails carry: an invitation, its update and its cancellation."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest
import requests
import vobject

from tests.fixtures.servers import Start, free_port
from tests.fixtures.waiting import wait_until
from tests.scheduling.golden import FILES, GOLDEN

_CALENDAR = """<?xml version="1.0" encoding="utf-8"?>
<mkcalendar xmlns="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:set><D:prop>
<D:displayname>Bob</D:displayname>
<supported-calendar-component-set><comp name="VEVENT"/></supported-calendar-component-set>
</D:prop></D:set></mkcalendar>"""
_BETWEEN = """<?xml version="1.0" encoding="utf-8"?>
<calendar-query xmlns="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:">
<D:prop><D:getetag/><calendar-data/></D:prop>
<filter><comp-filter name="VCALENDAR"><comp-filter name="VEVENT">
<time-range start="{start:%Y%m%dT%H%M%SZ}" end="{end:%Y%m%dT%H%M%SZ}"/>
</comp-filter></comp-filter></filter></calendar-query>"""
_DATA = "{urn:ietf:params:xml:ns:caldav}calendar-data"


@dataclass
class Calendar:
    """A calendar on the server, as a client uses it that files the invitations of its owner's mails there."""

    address: str
    session: requests.Session

    def ask(self, method: str, path: str = "", body: bytes = b"", **headers: str) -> requests.Response:
        """Ask the server, which must not complain."""
        answer = self.session.request(
            method, f"{self.address}{path}", data=body, headers=headers, auth=("bob", "bob"), timeout=30
        )
        assert answer.ok, (answer.status_code, answer.text)
        return answer

    def file(self, name: str) -> None:
        """Put an entry where all of its states go; what is stored names no method (RFC 4791, 4.1)."""
        content = re.sub(rb"METHOD:[A-Z]+\r\n", b"", (FILES / f"{name}.ics").read_bytes())
        path = f"{GOLDEN[name].uid}.ics"
        self.ask("PUT", path, content, **{"Content-Type": "text/calendar; charset=utf-8"})

    def between(self, name: str) -> list[str]:
        """Return the stored entries that the server finds at the time of a file."""
        query = _BETWEEN.format(start=GOLDEN[name].start, end=GOLDEN[name].end)
        answer = self.ask("REPORT", "", query.encode(), **{"Content-Type": "application/xml", "Depth": "1"})
        return [str(one.text) for one in ElementTree.fromstring(answer.content).iter(_DATA)]


@pytest.fixture
def calendar(start_program: Start, tmp_path: Path) -> Iterator[Calendar]:
    """Run a CalDAV server on a free port of this machine, with an empty calendar."""
    port = free_port()
    program = start_program(
        [
            sys.executable,
            "-m",
            "radicale",
            "--config=",
            f"--server-hosts=127.0.0.1:{port}",
            "--auth-type=none",
            f"--storage-filesystem-folder={tmp_path}",
            "--storage-type=multifilesystem",
            "--web-type=none",
        ]
    )
    with requests.Session() as session:
        session.trust_env = False

        def answers() -> bool:
            assert program.process.poll() is None, program.output
            try:
                return session.options(f"http://127.0.0.1:{port}/", timeout=5).ok
            except requests.ConnectionError:
                return False

        wait_until(answers, 30)
        made = Calendar(f"http://127.0.0.1:{port}/bob/bookings/", session)
        made.ask("MKCALENDAR", "", _CALENDAR.encode(), **{"Content-Type": "application/xml"})
        yield made


@pytest.mark.parametrize("name", GOLDEN)
def test_the_server_gives_back_what_it_was_given(calendar: Calendar, name: str) -> None:
    calendar.file(name)
    (stored,) = calendar.between(name)
    ours = vobject.readOne((FILES / f"{name}.ics").read_bytes().decode()).vevent
    theirs = vobject.readOne(stored).vevent
    for one in ours.contents:
        if one != "valarm":
            assert [each.value for each in theirs.contents[one]] == [each.value for each in ours.contents[one]], one
            assert [each.params for each in theirs.contents[one]] == [each.params for each in ours.contents[one]], one


def test_an_update_and_a_cancellation_replace_the_one_entry(calendar: Calendar) -> None:
    calendar.file("request")
    assert len(calendar.between("request")) == 1
    calendar.file("update")
    assert calendar.between("request") == [], "the old time is free"
    (moved,) = calendar.between("update")
    assert vobject.readOne(moved).vevent.sequence.value == "1"
    calendar.file("cancel")
    (ended,) = calendar.between("update")
    event = vobject.readOne(ended).vevent
    assert (event.status.value, event.sequence.value) == ("CANCELLED", "3")
    assert len(list(ElementTree.fromstring(listing(calendar)).iter("{DAV:}getetag"))) == 1


def listing(calendar: Calendar) -> bytes:
    """Return what the server says is in the calendar."""
    query = (
        b'<?xml version="1.0"?><calendar-query xmlns="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:">'
        b'<D:prop><D:getetag/></D:prop><filter><comp-filter name="VCALENDAR"/></filter></calendar-query>'
    )
    return calendar.ask("REPORT", "", query, **{"Content-Type": "application/xml", "Depth": "1"}).content
