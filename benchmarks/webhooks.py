"""Webhooks as Zoom sends them, each with a body of its own and signed just now."""

import itertools
import json
import time
from collections.abc import Iterator

import loading

from zoom_blueprint.testing.signing import sign_webhook

_SECRET = "benchmark"
_ACCOUNTS = 40
_numbers = itertools.count()


def body(number: int, *, meeting: int = 81234567890, name: str = "meeting.updated") -> bytes:
    """Return one that differs from all others by its number, of the size that captured ones have."""
    content = {
        "event": name,
        "event_ts": 1_760_000_000_000 + number,
        "payload": {
            "account_id": f"Account{number % _ACCOUNTS:015}",
            "operator": "ada@example.com",
            "operator_id": "uLoRgfbbTayCX6r2Q_qQsQ",
            "operation": "single",
            "object": {
                "id": meeting,
                "uuid": f"{number:022}==",
                "host_id": "uLoRgfbbTayCX6r2Q_qQsQ",
                "topic": "Intro call with Bob Byrne",
                "type": 2,
                "start_time": "2030-01-15T09:00:00Z",
                "duration": 30,
                "timezone": "Europe/London",
                "join_url": f"https://zoom.us/j/{meeting}?pwd=abcdefghijklmnopqrstuvwxyz",
                "settings": {"host_video": True, "participant_video": True, "waiting_room": False, "use_pmi": False},
            },
            "old_object": {"id": meeting, "start_time": "2030-01-15T08:00:00Z"},
            "time_stamp": 1_760_000_000_000 + number,
        },
    }
    return json.dumps(content, separators=(",", ":")).encode()


def posts(count: int) -> list[bytes]:
    """Return so many requests that differ from all made before in this process."""
    return list(itertools.islice(endless(), count))


def endless() -> Iterator[bytes]:
    """Yield requests, each made when it is asked for."""
    while True:
        yield post(next(_numbers))


def post(number: int) -> bytes:
    """Return the request with the webhook of this number."""
    content = body(number)
    headers = sign_webhook(_SECRET, content, timestamp=int(time.time()), client_id="8aQmDZzYTEyTGMQ5Z8jw2A")
    return loading.request("POST", "/webhook", content, headers)
