"""The calendar files that are kept, as other parsers are to read them, with what they have to read from each.

``python -m tests.scheduling.golden`` writes them anew; look at the difference before you keep it.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from zoom_blueprint.scheduling.invitation import Attendee, Invitation, Method, Person, Status, render

FILES = Path(__file__).parent / "invitations"
EXPECTED = FILES / "expected.json"
JOIN = "https://zoom.us/j/95204914252?pwd=aBcD,eFg;hIj%20kLm&from=addon"
NEXT = "https://zoom.us/j/81234567890?pwd=next"
REQUEST = Invitation(
    uid="5f3c@zoom-blueprint",
    sequence=0,
    start=datetime(2030, 1, 15, 9, tzinfo=UTC),
    end=datetime(2030, 1, 15, 9, 30, tzinfo=UTC),
    stamp=datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC),
    summary="Intro call: Ada Lovelace and Grace Hopper",
    description=f"Join: {JOIN}\nPasscode: 1,2;3\\4\nChange or cancel: https://site.example/zoom/bookings/IjVmM2Mi.sig",
    location=JOIN,
    url=JOIN,
    organizer=Person("Ada Lovelace", "ada@example.com"),
    attendees=(Attendee("Grace Hopper", "grace@example.com", accepted=True), Attendee("", "guest@example.com")),
)
UPDATE = replace(
    REQUEST,
    sequence=1,
    start=datetime(2030, 1, 16, 23, 45, tzinfo=UTC),
    end=datetime(2030, 1, 17, 0, 15, tzinfo=UTC),
    stamp=datetime(2030, 1, 3, tzinfo=UTC),
    description=f"Join: {NEXT}",
    location=NEXT,
    url=NEXT,
)
GOLDEN = {
    "request": REQUEST,
    "update": UPDATE,
    "tentative": replace(UPDATE, sequence=2, status=Status.TENTATIVE, description="", location="", url=""),
    "cancel": replace(
        UPDATE, sequence=3, method=Method.CANCEL, stamp=datetime(2030, 1, 4, tzinfo=UTC), location="", url=""
    ),
    "publish": replace(REQUEST, method=Method.PUBLISH, reminder=15, created=datetime(2030, 1, 1, tzinfo=UTC)),
    "phone": replace(REQUEST, location="+44 20 7946 0000", url="", description="We call you; be near, please."),
    "japanese": replace(
        REQUEST,
        summary="初回のご相談: エイダ・ラブレスとグレース・ホッパー、長い題名は折り返される",
        description=f"参加: {JOIN}\nパスコード: 123\n変更・キャンセル: https://site.example/zoom/bookings/IjVmM2Mi.sig",
        organizer=Person("エイダ・ラブレス", "ada@example.com"),
    ),
    "arabic": replace(
        REQUEST,
        summary="مكالمة تعارف: Ada Lovelace و Grace Hopper",
        description=f"الانضمام: {JOIN}\nرمز المرور: ١٢٣",
        organizer=Person("آدا لوفليس", "ada@example.com"),
    ),
    "hostile": replace(
        REQUEST,
        summary='A "quoted"; summary, with \\n and 😀\r\nATTENDEE:mailto:evil@example.com',
        description="one\r\ntwo\nEND:VEVENT\u2028BEGIN:VALARM\x00\x07",
        organizer=Person('Ada "B"; CN=x: y, z', "a?b%c#d@example.com"),
        attendees=(Attendee("Eve\r\nORGANIZER:mailto:eve@example.com", "o'neil+x@example.com"),),
    ),
}


def expected(invitation: Invitation) -> dict[str, object]:
    """Return what any parser has to find in the file; only what the writer cleans is said otherwise here."""

    def line(text: str) -> str:
        return " ".join(text.replace("\r\n", "\n").replace("\n", " ").split(" "))

    is_cancelled = invitation.method is Method.CANCEL
    return {
        "method": invitation.method.value,
        "uid": invitation.uid,
        "sequence": invitation.sequence,
        "status": "CANCELLED" if is_cancelled else invitation.status.value,
        "start": invitation.start.isoformat().replace("+00:00", "Z"),
        "end": invitation.end.isoformat().replace("+00:00", "Z"),
        "stamp": invitation.stamp.isoformat().replace("+00:00", "Z"),
        "summary": line(invitation.summary),
        "description": _CLEANED.get(invitation.description, invitation.description),
        "location": invitation.location,
        "url": invitation.url,
        "organizer": _MAILTO.get(invitation.organizer.mail, f"mailto:{invitation.organizer.mail}"),
        "organizer_name": invitation.organizer.name.replace('"', "'"),
        "attendees": []
        if invitation.method is Method.PUBLISH
        else [
            {
                "address": f"mailto:{one.mail}",
                "name": line(one.name) or one.mail,
                "status": "ACCEPTED" if one.accepted else "NEEDS-ACTION",
            }
            for one in invitation.attendees
        ],
        "reminder_minutes": None if is_cancelled else invitation.reminder,
    }


_CLEANED = {GOLDEN["hostile"].description: "one\ntwo\nEND:VEVENT\nBEGIN:VALARM"}
_MAILTO = {"a?b%c#d@example.com": "mailto:a%3Fb%25c%23d@example.com"}


def main() -> None:
    """Write the files anew."""
    for name, invitation in GOLDEN.items():
        (FILES / f"{name}.ics").write_bytes(render(invitation))
    found = {name: expected(invitation) for name, invitation in GOLDEN.items()}
    EXPECTED.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
