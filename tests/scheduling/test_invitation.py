"""Calendar files say what the booking says, to readers that others wrote."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from zoom_blueprint.scheduling.invitation import Attendee, Invitation, Method, Person, Status, render
from zoom_blueprint.scheduling.zones import zone

JOIN = "https://zoom.us/j/95204914252?pwd=aBcD,eFg;hIj%20kLm&from=addon"
INVITATION = Invitation(
    uid="5f3c@example.com",
    sequence=2,
    start=datetime(2030, 1, 15, 9, tzinfo=UTC),
    end=datetime(2030, 1, 15, 9, 30, tzinfo=UTC),
    stamp=datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC),
    created=datetime(2030, 1, 1, tzinfo=UTC),
    summary="Intro call: Grace Hopper",
    description="Join: https://zoom.us/j/95204914252\nPasscode: 1,2;3\\4",
    location=JOIN,
    url=JOIN,
    organizer=Person("Ada Lovelace", "ada@example.com"),
    attendees=(Attendee("Grace Hopper", "grace@example.com", accepted=True), Attendee("Guest", "guest@example.com")),
    reminder=15,
)


def lines(invitation: Invitation) -> list[str]:
    """Unfold the way RFC 5545, 3.1 says, and nothing else."""
    written = render(invitation).decode()
    assert written.endswith("\r\n")
    return written.replace("\r\n ", "").split("\r\n")[:-1]


def value(invitation: Invitation, name: str) -> str:
    return next(line for line in lines(invitation) if re.match(rf"{name}[;:]", line))[len(name) :]


def names(invitation: Invitation) -> list[str]:
    return [re.split("[;:]", line)[0] for line in lines(invitation)]


def test_an_invitation_has_what_calendars_need() -> None:
    written = lines(INVITATION)
    assert written[0] == "BEGIN:VCALENDAR"
    for line in [
        "VERSION:2.0",
        "METHOD:REQUEST",
        "UID:5f3c@example.com",
        "SEQUENCE:2",
        "STATUS:CONFIRMED",
        "DTSTART:20300115T090000Z",
        "DTEND:20300115T093000Z",
        "DTSTAMP:20300102T030405Z",
        "CREATED:20300101T000000Z",
        f"URL:{JOIN}",
        "ACTION:DISPLAY",
        "TRIGGER:-PT15M",
    ]:
        assert written.count(line) == 1, line


def test_who_booked_has_accepted_and_guests_are_asked() -> None:
    grace, guest = (line for line in lines(INVITATION) if line.startswith("ATTENDEE"))
    assert grace.endswith(":mailto:grace@example.com")
    assert {"CN=Grace Hopper", "ROLE=REQ-PARTICIPANT", "PARTSTAT=ACCEPTED", "RSVP=FALSE"} <= set(parameters(grace))
    assert {"CN=Guest", "ROLE=REQ-PARTICIPANT", "PARTSTAT=NEEDS-ACTION", "RSVP=TRUE"} <= set(parameters(guest))
    assert value(INVITATION, "ORGANIZER").endswith(":mailto:ada@example.com")


def parameters(line: str) -> list[str]:
    return [each.replace('"', "") for each in line.split(":mailto:", maxsplit=1)[0].split(";")]


def test_another_parser_reads_back_what_was_written() -> None:
    event = vobject.readOne(render(INVITATION).decode()).vevent
    assert event.summary.value == INVITATION.summary
    assert event.description.value == INVITATION.description
    assert event.location.value == event.url.value == JOIN
    assert event.dtstart.value == INVITATION.start
    assert event.dtend.value == INVITATION.end
    assert [each.params["CN"] for each in event.attendee_list] == [["Grace Hopper"], ["Guest"]]
    assert event.valarm.trigger.value == timedelta(minutes=-15)


def test_a_cancellation_says_so_and_reminds_of_nothing() -> None:
    cancelled = replace(INVITATION, method=Method.CANCEL, sequence=3)
    assert value(cancelled, "METHOD") == ":CANCEL"
    assert value(cancelled, "STATUS") == ":CANCELLED"
    assert value(cancelled, "UID") == value(INVITATION, "UID")
    assert value(cancelled, "SEQUENCE") == ":3"
    assert names(cancelled).count("ATTENDEE") == 2
    assert "TRIGGER" not in names(cancelled)


def test_a_booking_that_awaits_approval_is_tentative() -> None:
    assert value(replace(INVITATION, status=Status.TENTATIVE), "STATUS") == ":TENTATIVE"


def test_a_file_to_download_asks_nobody() -> None:
    file = replace(INVITATION, method=Method.PUBLISH)
    assert value(file, "METHOD") == ":PUBLISH"
    assert "ATTENDEE" not in names(file)
    assert value(replace(file, status=Status.CANCELLED), "STATUS") == ":CANCELLED"


def test_what_is_not_known_is_left_out() -> None:
    bare = replace(INVITATION, description="", location="", url="", created=None, reminder=None)
    assert not {"DESCRIPTION", "LOCATION", "URL", "CREATED", "TRIGGER"} & set(names(bare))


def test_times_of_any_zone_are_written_in_utc_to_the_second() -> None:
    berlin = INVITATION.start.replace(microsecond=999_999).astimezone(zone("Europe/Berlin"))
    assert render(replace(INVITATION, start=berlin)) == render(INVITATION)


def test_text_is_escaped_once() -> None:
    assert value(INVITATION, "DESCRIPTION") == r":Join: https://zoom.us/j/95204914252\nPasscode: 1\,2\;3\\4"


def test_someone_without_a_name_goes_by_the_address() -> None:
    nameless = replace(INVITATION, organizer=Person(" ", "ada@example.com"))
    assert value(nameless, "ORGANIZER") == ";CN=ada@example.com:mailto:ada@example.com"


def test_quotes_in_a_name_do_not_end_the_parameter() -> None:
    tricky = replace(INVITATION, organizer=Person('A "B"; RSVP=TRUE: x, y', "ada@example.com"))
    assert value(tricky, "ORGANIZER") == ";CN=\"A 'B'; RSVP=TRUE: x, y\":mailto:ada@example.com"
    assert vobject.readOne(render(tricky).decode()).vevent.organizer.value == "mailto:ada@example.com"


HOSTILE = st.text(max_size=200) | st.lists(
    st.sampled_from(
        ["\r\n", "\n", "\r", "\x85", "\u2028", "\x0b", "\x00", "\ud800", '"', ";", ":", ",", "\\", "^n", "é"]
    )
    | st.just("ATTENDEE:mailto:evil@example.com")
).map("".join)


@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_no_text_can_add_a_line(name: str, summary: str, description: str, location: str, url: str) -> None:
    person = Person(name, "a@example.com")
    hostile = replace(
        INVITATION,
        uid="u" + name,
        summary=summary,
        description="d" + description,
        location="l" + location,
        url="https://zoom.us/" + url,
        organizer=person,
        attendees=(Attendee(name, "b@example.com"), Attendee(name, "c@example.com")),
    )
    assert sorted(names(hostile)) == sorted(names(INVITATION))
    written = render(hostile)
    assert written.decode().splitlines() == written.decode().split("\r\n")[:-1]
    assert max(len(line) for line in written.split(b"\r\n")) <= 75
    assert not re.search(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]", written)


@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1).filter(
        lambda text: text == text.strip()
    )
)
def test_any_printable_text_survives_folding_and_escaping(text: str) -> None:
    # vobject takes backslash-n for a line end even where it was written as an escaped backslash before an n.
    written = text.replace("\\", "/")
    event = vobject.readOne(render(replace(INVITATION, summary=written)).decode()).vevent
    assert event.summary.value == written


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\n", "\u2028"])
def test_lines_of_a_description_stay_lines(line_end: str) -> None:
    assert value(replace(INVITATION, description=f"one{line_end}two"), "DESCRIPTION") == r":one\ntwo"


@pytest.mark.parametrize(
    "mail", ["", "ada", "ada@x\r\nATTENDEE:x", "a b@x", "ada@x ", "<ada@x>", '"a"@x', "ada@\ud800", "a\x85@x"]
)
def test_an_address_that_could_not_stand_in_a_file_is_refused(mail: str) -> None:
    with pytest.raises(ValueError, match="mail address"):
        Person("Ada", mail)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"start": datetime(2030, 1, 15, 9)}, "aware"),  # noqa: DTZ001 the point
        ({"created": datetime(2030, 1, 1)}, "aware"),  # noqa: DTZ001 the point
        ({"end": INVITATION.start}, "ends after it starts"),
        ({"sequence": -1}, "sequence"),
        ({"status": Status.CANCELLED}, "cancelled"),
    ],
)
def test_what_does_not_fit_together_is_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(INVITATION, **wrong)  # type: ignore[arg-type]


def test_the_same_invitation_gives_the_same_bytes() -> None:
    assert render(INVITATION) == render(replace(INVITATION))


def test_a_backslash_is_one_whatever_follows() -> None:
    folder = replace(INVITATION, summary="See C:\\New\\notes")
    assert value(folder, "SUMMARY") == ":See C:\\\\New\\\\notes"
