"""The kinds of values that Zoom's documents use again and again; sections are those of zoom-platform.md."""

from tests.wire.shapes import Int, Text

ANY_TEXT = Text()
SECRET = Text(r".+")  # a token, or what stands in its place where calls are kept
MEETING_ID = Int(100_000_000, 99_999_999_999)  # §C1: 9 to 11 digits
MEETING_ID_TEXT = Text(r"\d{9,11}")  # §F6: a text in the events about the room
UUID = Text(r"[A-Za-z0-9+/]{22}==")  # §C1: base64 of 16 bytes
LONG_ID = Text(r"[A-Za-z0-9_-]{22}")  # §C1: users and accounts
UTC_TIME = Text(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")  # §C2
MILLISECONDS = Int(10**12, 10**13 - 1)  # §F: event_ts; seconds would be too small
TIME_ZONE = Text(r"[A-Za-z_]+(/[A-Za-z0-9_+-]+)*")
MAIL = Text(r"[^@\s]+@[^@\s]+")
LINK = Text(r"https?://[^\s/]+(:\d+)?/.*")
JOIN_LINK = Text(r"https?://[^\s/]+/j/\d{9,11}(\?pwd=[^&\s]+)?")  # §C2
START_LINK = Text(r"https?://[^\s/]+/s/\d{9,11}\?zak=[^&\s]+")  # §C2
PASSCODE = Text(r"[A-Za-z0-9@\-_*!#$.]+", longest=10)  # §C2
MEETING_TYPE = Int(choices=(1, 2, 3, 8, 10))  # §C2
DURATION = Int(1, 1440)  # §C2
