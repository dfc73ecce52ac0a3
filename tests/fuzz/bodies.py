"""Webhook bodies that look like Zoom's and are not, down to bytes that are no text at all."""

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

STRANGER = "NobodyWeKnow0000000000"
MEETINGS = (
    *("created", "updated", "deleted", "permanently_deleted", "recovered", "started", "ended"),
    *("participant_joined", "participant_left", "participant_joined_waiting_room", "participant_admitted", "alert"),
)
PEOPLE = ("updated", "deactivated", "deleted", "disassociated")


READ = {"event", "payload", "object", "id", "user_id", "deauthorization_time", "event_ts", "plainToken"}
"""What is surely read, and changed more often."""


class Raw(NamedTuple):
    """JSON text to be written as it stands."""

    text: str


Path = tuple[str, ...]
ODD_VALUES = (
    *("null", "true", "false", "[]", "{}", '""', "0", "-0", "-1", "1.5", "1e2", "1e999", "-1e999", "NaN", "Infinity"),
    *('"\\u0000"', '"\\ud800"', '"\\udc00\\ud800"', '"\\ud83d\\ude00"', '"\\uFEFF"', '"\x7f"', '"\t"', '"%00"', '"/"'),
    *('{"id": {"id": [[]]}}', '[{"id": 1}, {"id": 2}]', "[[[[[[1]]]]]]", "[" * 49 + "]" * 49, "[" * 200 + "]" * 200),
    *('{"a":' * 60 + "1" + "}" * 60, '"' + "[" * 200 + '"', '"' + "9" * 5000 + '"', '"' + "x" * 300 + '"'),
)
ODD_IDS = (
    *("9007199254740993", str(2**63 - 1), str(2**63), str(2**64), f"-{2**63}", "9" * 400, "0" * 40, "1E+400", "true"),
    *('"12345678901"', '" 123"', '"1_2"', '"+1"', '"-1"', '"1e3"', '"0x1f"', f'"{"9" * 18}"', f'"{"9" * 19}"', "1.0"),
    *('"a\\u0000b"', '"12345678901\\u0000"', '"٣٤٥"', '"²"', '"\U0001d7d9\U0001d7da"', '"\\ud83d"', '"000123"', "[1]"),
)
ODD_TIMES = (
    *('"0001-01-01T00:00:00+23:59"', '"9999-12-31T23:59:59-23:59"', '"2030-02-30T00:00:00Z"', '"2030-01-15"'),
    *('"2030-01-15T09:00:00"', '"2030-01-15T09:00:00.123456789Z"', '"2030-W03-2T09:00:00Z"', '"0000-00-00T00:00:00Z"'),
    *('"1969-12-31T23:59:59Z"', '"2030-01-15T24:00:00Z"', '"2030-01-15T09:00:60Z"', '"20300115T090000Z"'),
    *('"0001-01-01T00:00:00Z"', '"9999-12-31T23:59:59.999999Z"', '"2030-01-15T09:00:00+00:00:59.999999"', '"٢٠٣٠"'),
    *("-62135596800001", "253402300800000", "-1", str(2**63), "1e300", "true", "4102444800000.5", "4102444800"),
)
_ANY = st.one_of(
    st.sampled_from(ODD_VALUES + ODD_IDS + ODD_TIMES),
    st.integers().map(str),
    st.floats().map(json.dumps),
    st.text(max_size=40).map(json.dumps),
    st.text(max_size=20).map(lambda words: json.dumps(words, ensure_ascii=False)),
    st.datetimes().map(lambda at: f'"{at.isoformat()}+14:00"'),
    st.lists(st.integers(), max_size=3).map(json.dumps),
).map(Raw)
_ID = st.sampled_from(ODD_IDS).map(Raw)
_TIME = st.sampled_from(ODD_TIMES).map(Raw)
_NAMES = st.sampled_from(
    ("event", "payload", "object", "id", "event_ts", "participant", "start_time", "", "\u0000", "é")
)
SPOILT: tuple[Callable[[bytes], bytes], ...] = (
    lambda body: b"\xef\xbb\xbf" + body,
    lambda body: body.decode(errors="replace").encode("utf-16"),
    lambda body: body.decode(errors="replace").encode("utf-16-le"),
    lambda body: body.decode(errors="replace").encode("utf-32"),
    lambda body: body.decode(errors="replace").encode("latin-1", errors="ignore"),
    lambda body: gzip.compress(body, mtime=0),
    lambda body: body + body,
    lambda body: body + b"\x00",
    lambda body: b"\x00" + body,
    lambda body: body.replace(b'"', b"'"),
    lambda body: body.replace(b":", b"="),
    lambda body: body.replace(b"}", b",}"),
    lambda body: b"[" + body + b"]",
    lambda body: b" \t\r\n" + body + b"\n\n",
    lambda body: body[: len(body) // 2],
    lambda body: body.replace(b"e", b"\xff"),
    lambda body: b"payload=" + body,
    lambda body: b"/* a word */" + body,
    lambda body: body.upper(),
    lambda _: b"",
)


@st.composite
def bodies(draw: DrawFn, numbers: Sequence[int]) -> bytes:
    """Draw a body: mostly a changed event, about one of the meetings or none of ours; sometimes any bytes."""
    if draw(st.integers(0, 19)) == 0:
        return draw(st.binary(max_size=300))
    body = draw(_texts(numbers)).encode(errors="surrogatepass")
    return draw(st.sampled_from(SPOILT))(body) if draw(st.integers(0, 4)) == 0 else body


def removal(user_id: str, when: str) -> bytes:
    """Return a notice that a user removed the app; ``when`` is JSON text."""
    payload = {"user_id": user_id, "deauthorization_time": Raw(when)}
    return _json({"event": "app_deauthorized", "payload": payload}).encode()


@st.composite
def removals(draw: DrawFn, user_id: str) -> bytes:
    """Draw notices that a user, mostly of ours, removed the app, at all kinds of times."""
    payload: dict[str, Any] = {
        "user_id": draw(st.one_of(st.just(user_id), st.just(user_id), _ID, _ANY)),
        "deauthorization_time": draw(_TIME | _ANY),
        "unheard_of": draw(st.integers()),
    }
    event = {"event": "app_deauthorized", "payload": payload, "event_ts": draw(_TIME | _ANY)}
    for inside, name in ((payload, "deauthorization_time"), (event, "event_ts")):
        if draw(st.integers(0, 4)) == 0:
            del inside[name]
    return _json(event).encode(errors="surrogatepass")


@st.composite
def _texts(draw: DrawFn, numbers: Sequence[int]) -> str:
    event = draw(_events(numbers))
    for _ in range(draw(st.sampled_from((0, 1, 1, 1, 2, 3)))):
        paths = list(_paths(event))
        read = [path for path in paths if path[-1] in READ]
        if paths:
            _change(draw, event, draw(st.sampled_from(paths + read * 3)))
    written = _json(event)
    for _ in range(draw(st.sampled_from((0, 0, 0, 1)))):  # a name that comes twice, which no dict can hold
        place = draw(st.integers(0, max(0, written.count("{") - 1)))
        parts = written.split("{")
        pair = f"{json.dumps(draw(_NAMES))}: {draw(_ANY).text}, "
        parts[min(place + 1, len(parts) - 1)] = pair + parts[min(place + 1, len(parts) - 1)]
        written = "{".join(parts)
    return written


@st.composite
def _events(draw: DrawFn, numbers: Sequence[int]) -> dict[str, Any]:
    """Draw an event with everything in its place."""
    number = draw(st.sampled_from((*numbers, 12345678901)))
    event: dict[str, Any] = {"event": "", "payload": {"account_id": "NobodysAccount"}, "event_ts": 1893456000000}
    kind = draw(st.integers(0, 9))
    if kind == 0:
        event["event"] = "endpoint.url_validation"
        event["payload"] = {"plainToken": "qgg8vlvZRS6UYooatFL8Aw"}
    elif kind == 1:
        event["event"] = "app_deauthorized"
        event["payload"] |= {"user_id": STRANGER, "deauthorization_time": "2030-01-15T09:00:00.000Z", "client_id": "x"}
    elif kind == 2:
        event["event"] = "user." + draw(st.sampled_from(PEOPLE))
        event["payload"]["object"] = {"id": STRANGER, "email": "nobody@example.com", "type": 1}
    else:
        event["event"] = "meeting." + draw(st.sampled_from(MEETINGS))
        event["payload"]["object"] = {
            "id": draw(st.sampled_from((number, str(number)))),
            "uuid": "4444AAAiAAAAAiAiAiiAii==",
            "host_id": STRANGER,
            "type": 2,
            "start_time": "2030-01-15T09:00:00Z",
            "end_time": "2030-01-15T09:30:00Z",
            "duration": 30,
            "participant": {
                "user_name": "Guest",
                "participant_uuid": "55555555-AAAA-4444-BBBB-666666666666",
                "join_time": "2030-01-15T09:00:00Z",
                "leave_time": "2030-01-15T09:20:00Z",
                "email": "guest@example.com",
            },
        }
    return event


def _paths(value: object, at: Path = ()) -> Iterator[Path]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (*at, name)
            yield from _paths(inner, (*at, name))


def _change(draw: DrawFn, event: dict[str, Any], path: Path) -> None:
    """Replace, wrap, drop or rename one member."""
    inside = event
    for name in path[:-1]:
        inside = inside[name]
    last = path[-1]
    match draw(st.sampled_from(("replace", "replace", "replace", "wrap", "drop", "rename"))):
        case "replace":
            inside[last] = draw(_fitting(last))
        case "wrap":
            inside[last] = [inside[last]]
        case "drop":
            del inside[last]
        case _:
            inside[draw(_NAMES)] = inside.pop(last)


def _fitting(name: str) -> st.SearchStrategy[Raw]:
    """Return odd values, mostly such as come near to what stands there."""
    if name == "id" or name.endswith("_id"):
        return _ID | _ANY
    return _TIME | _ANY if name.endswith(("_time", "_ts")) else _ANY


def _json(value: object) -> str:
    match value:
        case Raw():
            return value.text
        case dict():
            return "{" + ", ".join(f"{json.dumps(name)}: {_json(inner)}" for name, inner in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_json, value)) + "]"
        case _:
            return json.dumps(value)
