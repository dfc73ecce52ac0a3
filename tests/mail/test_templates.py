"""Every mail in every language: the time with its zone, the links that the reader is owed, and nothing half-said."""

import html
import re
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
import vobject

from tests.mail.samples import CASES, JOIN, NOW, Case, spelt
from zoom_blueprint.events import EventName, LifecycleEvent, VisitorPayload
from zoom_blueprint.languages import CODES, language
from zoom_blueprint.services import addresses, letters, notices, readers, reasons
from zoom_blueprint.services.letters import Letter
from zoom_blueprint.state import State
from zoom_blueprint.values import (
    Booking,
    BookingStatus,
    Connection,
    ConnectionReason,
    ConnectionStatus,
    DisabledReason,
    Endpoint,
    Host,
    Provider,
)

TEMPLATES = Path(letters.__file__).parents[1] / "web" / "templates" / "zoom_blueprint" / "mail"
HOST = Host(id="1", slug="ada", name="Ada Lovelace", email="ada@example.com", time_zone="Europe/London")


def bodies(message: EmailMessage) -> tuple[str, str, str]:
    """Return the text, the page as it is and the page as it reads."""
    text, page = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert page is not None
    raw = page.get_content()
    visible = re.sub(r"(?s)<style>.*?</style>|<(?!/?a)[^>]+>", " ", re.sub(r"</?bdi[^>]*>", "", raw))
    # A narrow space within quotation marks is no gap of the markup: it stays what it is.
    return text.get_content(), raw, re.sub(r"[ \t\r\n]+", " ", html.unescape(visible)).strip()


def ensure_whole(message: EmailMessage, code: str) -> None:
    """Ensure that nothing is left to fill in, and nothing is missing."""
    text, raw, visible = bodies(message)
    said = [str(message["Subject"]), text, visible, *(str(part.get_content()) for part in message.iter_attachments())]
    for content in said:
        assert content.strip()
        assert not re.search(r"[{}]|\bNone\b|\bundefined\b|\bTrue\b|\bFalse\b", content), content
        assert "_(" not in content
    assert "\n\n\n" not in text.replace("\r", "")
    direction = language(code).dir
    assert f'<html lang="{code}" dir="{direction}">' in raw
    assert raw.count(f'lang="{code}" dir="{direction}"') == 2, "once more for readers that drop the html element"


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_mail_says_when_and_how_in_its_readers_language(state: State, case: Case, code: str) -> None:
    for reader, booking, letter in case.letters(state, code):
        message = letter.message
        ensure_whole(message, code)
        text, _, visible = bodies(message)
        zone = booking.host.time_zone if reader == readers.HOST else booking.time_zone.replace("_", " ")
        offset = "UTC+05:45" if reader == readers.HOST else "UTC-03:30"
        manage_url = state.links.manage_url(booking.id)
        is_invitee = reader == readers.INVITEE
        for content in (text, visible):
            assert spelt(reader, booking) in content
            assert f"{zone}, {offset}" in content
            assert (JOIN in content) == (booking.join_url is not None)
            assert (booking.passcode or "") in content
            assert booking.location_text in content
            assert (manage_url in content) == (is_invitee and booking.status != BookingStatus.CANCELLED)
            assert (state.links.book_url("ada", "intro-call") in content) == (
                is_invitee and booking.status == BookingStatus.CANCELLED
            )
            is_asked = reader == readers.HOST and booking.status == BookingStatus.PENDING
            has_to_act = is_asked or case.name in (EventName.MEETING_PARKED, EventName.CALENDAR_DECLINED)
            assert (f"/host/bookings/{booking.id}" in content) == has_to_act


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_calendar_file_goes_only_where_an_entry_is_or_shall_be(state: State, case: Case, code: str) -> None:
    for reader, booking, letter in case.letters(state, code):
        found = list(letter.message.iter_attachments())
        is_parked = case.name == EventName.MEETING_PARKED
        is_invited = booking.calendar is not None  # by Google, of whose entry there is to be no second one
        changes_nothing = case.minutes is not None or "note" in case.payload or is_parked or is_invited
        assert bool(found) == (booking.confirmed_at is not None and not changes_nothing)
        for attached in found:
            ensure_fits(state, attached, reader, booking)


def ensure_fits(state: State, attached: EmailMessage, reader: str, booking: Booking) -> None:
    """Ensure that a calendar file says what the booking says, to this reader."""
    content = attached.get_content()
    calendar = vobject.readOne(content)
    entry = calendar.vevent
    method = attached["Content-Type"].params["method"]
    assert calendar.method.value == method
    is_cancelled = booking.status == BookingStatus.CANCELLED
    assert method == ("CANCEL" if is_cancelled else "PUBLISH" if reader == readers.HOST else "REQUEST")
    status = {BookingStatus.PENDING: "TENTATIVE", BookingStatus.CANCELLED: "CANCELLED"}.get(booking.status, "CONFIRMED")
    assert entry.status.value == status
    assert entry.sequence.value == str(booking.sequence)
    written = entry.description.value
    assert booking.event.description in written
    assert (JOIN in written) == (booking.join_url is not None)
    assert (state.links.manage_url(booking.id) in written) == (reader == readers.INVITEE)
    if booking.join_url:
        assert entry.location.value == entry.url.value == JOIN


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("untold", [0, 1, 2, 3, 11, 100])
def test_a_host_is_told_of_a_lost_connection_in_their_language(state: State, code: str, untold: int) -> None:
    """Some languages have six forms for so many of something."""
    notice_url = f"{state.links.base}/connections/7/notice"
    message = letters.write(
        state,
        "delivery",
        "deauthorized",
        letters.mailbox(HOST.name, HOST.email),
        language(code),
        host=HOST,
        untold=untold,
        notice_url=notice_url,
    )
    ensure_whole(message, code)
    text, _, visible = bodies(message)
    for content in (text, visible):
        assert (notice_url in content) == bool(untold)
        assert f"{state.links.base}/" in content


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("reason", [one for one in ConnectionReason if one is not ConnectionReason.DEAUTHORIZED])
@pytest.mark.parametrize(
    ("provider", "template"), [(Provider.ZOOM, "unhealthy"), (Provider.GOOGLE, "google_unhealthy")]
)
def test_a_host_is_told_what_is_wrong_with_an_account_in_their_language(
    state: State, code: str, reason: ConnectionReason, provider: Provider, template: str
) -> None:
    connection = Connection(
        id="7",
        host_id="1",
        status=ConnectionStatus.UNHEALTHY,
        reason=reason,
        name="Ada",
        email="ada@zoom.example",
        time_zone="UTC",
        connected_at=NOW,
        provider=provider,
    )
    message = letters.write(
        state,
        "delivery",
        template,
        letters.mailbox(HOST.name, HOST.email),
        language(code),
        connection=connection,
        host=HOST,
        why=reasons.of_connection(connection),
        connection_url=f"{state.links.base}/connection",
    )
    ensure_whole(message, code)
    text, _, visible = bodies(message)
    for content in (text, visible):
        assert language(code).say(reasons.of_reason(reason, provider)) in content
        assert "ada@zoom.example" in content
        assert f"{state.links.base}/" in content


@pytest.mark.parametrize("code", CODES)
def test_a_visitor_gets_the_code_that_counts(state: State, code: str) -> None:
    now = datetime.now(UTC)
    visitor = VisitorPayload(host=HOST, email="bob@example.com", locale=code)
    event = LifecycleEvent(id="event", name=EventName.VISITOR_CHECKED, occurred_at=now, payload=visitor)
    letter = notices.write(state, "delivery", readers.VISITOR, 0, event, now)
    assert isinstance(letter, Letter)
    ensure_whole(letter.message, code)
    assert letter.message["Reply-To"] is None, "a host does not know who asks for codes"
    expected = addresses.code_for(state, "bob@example.com", now)
    text, _, visible = bodies(letter.message)
    for content in (str(letter.message["Subject"]), text, visible):
        assert expected in content
    too_late = notices.write(state, "delivery", readers.VISITOR, 0, event, addresses.good_until(now))
    assert too_late == "too late"


@pytest.mark.parametrize("reason", DisabledReason)
@pytest.mark.parametrize("code", CODES)
def test_a_host_reads_why_nothing_is_sent_to_a_webhook_any_more(
    state: State, code: str, reason: DisabledReason
) -> None:
    endpoint = Endpoint(
        id="e1",
        host_id=HOST.id,
        name="CRM",
        site="https://crm.example.com",
        events=(EventName.BOOKING_CONFIRMED,),
        created_at=NOW,
        disabled_at=NOW,
        disabled_reason=reason,
    )
    address = f"{state.links.base}/endpoints/e1"
    message = letters.write(
        state,
        "delivery",
        "endpoint_disabled",
        letters.mailbox(HOST.name, HOST.email),
        language(code),
        endpoint=endpoint,
        host=HOST,
        endpoint_url=address,
    )
    ensure_whole(message, code)
    text, _, visible = bodies(message)
    why = {
        DisabledReason.GONE: "{site} answered that it takes no more messages, so we send it none.",
        DisabledReason.FAILING: "{site} has taken no message for three days, so we send it no more.",
    }
    for content in (text, visible):
        assert language(code).say(why[reason], site=endpoint.site) in content
        assert address in content


def test_every_template_is_looked_at_here(state: State) -> None:
    used: set[str] = set()
    render = state.render

    def spy(template: str, **context: object) -> str:
        used.add(template.rpartition("/")[2])
        return render(template, **context)

    state.render = spy
    try:
        for case in CASES.values():
            for _ in case.letters(state, "en"):
                pass
    finally:
        state.render = render
    others = {"code", "deauthorized", "unhealthy", "google_unhealthy", "endpoint_disabled"}
    looked_at = used | {f"{name}.{kind}" for name in others for kind in ("txt", "html")}
    there = {path.name for path in TEMPLATES.iterdir() if not path.name.startswith("_") and path.stem != "layout"}
    assert looked_at == there


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("case", ["booked-in-meet", "booked-late-in-meet", "link-ready-in-meet"])
def test_a_mail_names_google_meet_and_says_where_the_entry_comes_from(state: State, case: str, code: str) -> None:
    for reader, _, letter in CASES[case].letters(state, code):
        text, _, visible = bodies(letter.message)
        for content in (str(letter.message["Subject"]), text, visible):
            assert "Zoom" not in content
        for content in (text, visible):
            assert re.search("Google[ -]Meet", content)
            entry = language(code).say("The entry for your calendar comes from Google Calendar.")
            assert (entry in content) == (reader != readers.HOST)


def test_a_host_reads_in_the_mail_what_became_of_the_event(state: State) -> None:
    to_host = next(
        letter for reader, _, letter in CASES["booked-declined"].letters(state, "en") if reader == "mail:host"
    )
    text, _, visible = bodies(to_host.message)
    for content in (text, visible):
        assert "Bob Byrne has declined the invitation in Google Calendar." in content
        assert "Google has not given a clear answer since" in content
