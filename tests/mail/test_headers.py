"""Headers in any language come out as they went in, wherever they are broken into lines."""

import email
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage

import pytest

from zoom_blueprint.services import headers

NAMES = ("عمر الخوارزمي", "Dora Müller-Lüdenscheid", "田中 順", "Bob Byrne", "Łukasz, Ñandú & Co")


@pytest.mark.parametrize("name", NAMES)
def test_spaces_between_words_stay_wherever_a_line_ends(name: str) -> None:
    for length in range(1, 60):
        subject = f"تم إرسال الطلب: {'x' * length} مع {name} و {name}"
        message = EmailMessage(policy=headers.POLICY)
        message["Subject"] = subject
        message["To"] = [Address(f"{name} {'ü' * length} {name}", "bob", "example.com"), Address("", "eve", "b.de")]
        written = message.as_bytes()
        assert max(len(line) for line in written.splitlines()) <= 78
        assert written.isascii()
        read = email.message_from_bytes(written)
        assert str(make_header(decode_header(read["Subject"]))) == subject
        first, second = read["To"].replace("\n", "").split(">, ")
        named, _, address = first.rpartition(" <")
        assert str(make_header(decode_header(named))) == f"{name} {'ü' * length} {name}"
        assert (address, second) == ("bob@example.com", "eve@b.de")
