"""A body that is too large, of the wrong kind or unreadable is refused, and nothing is written."""

import json

import pytest

from tests.fixtures.site import Site, api
from tests.web.asking import INTRO, everything, refused, wish
from tests.web.sockets import chunked, send

FORM = "Content-Type: application/x-www-form-urlencoded"
JSON = "Content-Type: application/json"
TOO_MUCH = b"name=" + b"n" * 65536


@pytest.mark.parametrize(
    "kind", ["text/plain", "multipart/form-data; boundary=x", "application/xml", "application/jsonx", "", "*/*", "junk"]
)
def test_another_content_type_is_refused(shared_site: Site, kind: str) -> None:
    before = everything(shared_site)
    headers = {"Content-Type": kind} if kind else {}
    body = json.dumps(wish(shared_site)).encode()
    refused(shared_site.post(f"{INTRO}/bookings", data=body, headers=headers), 415)
    assert everything(shared_site) == before


@pytest.mark.parametrize("header", [FORM, JSON, "Content-Type: text/plain"])
def test_a_body_above_64_kib_is_refused_before_it_is_read(shared_site: Site, header: str) -> None:
    """Not one byte of the body is sent, and the answer comes."""
    before = everything(shared_site)
    answer = send(shared_site, f"{INTRO}/bookings", [header, f"Content-Length: {len(TOO_MUCH)}"])
    assert answer.status == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert json.loads(answer.body)["detail"] == "Send at most 64 KiB."
    assert everything(shared_site) == before


@pytest.mark.parametrize("header", [FORM, JSON])
def test_a_chunked_body_above_64_kib_is_refused(shared_site: Site, header: str) -> None:
    before = everything(shared_site)
    answer = send(shared_site, f"{INTRO}/bookings", [header, "Transfer-Encoding: chunked"], *chunked(TOO_MUCH * 4))
    assert answer.status == 413
    assert everything(shared_site) == before


def test_a_chunked_body_within_the_limit_is_read(shared_site: Site) -> None:
    body = json.dumps(wish(shared_site, name="")).encode()
    answer = send(shared_site, f"{INTRO}/bookings", [JSON, "Transfer-Encoding: chunked"], *chunked(body, 50))
    assert answer.status == 422
    assert list(json.loads(answer.body)["errors"]) == ["name"]


def test_a_body_of_64_kib_is_read(shared_site: Site) -> None:
    fields = json.dumps({"name": "n" * 65000})
    body = fields + " " * (65536 - len(fields))
    problem = refused(
        shared_site.post(f"{INTRO}/bookings", data=body, headers={"Content-Type": "application/json"}), 422
    )
    assert "name" in problem["errors"]


UNREADABLE = [
    b"",
    b"{",
    b'{"name": }',
    b"{'name': 'Bob'}",
    b'{"name": "Bob"} {}',
    b'{"name": NaN}',
    b'{"name": 1e999}',
    b'{"name": ' + b"9" * 6000 + b"}",
    b'{"name": "\xff"}',
    b'{"name": "\\ud800"}',
    b'{"\\udc00": "Bob"}',
    b"[]",
    b'"text"',
    b"null",
    b"1",
    b'[{"name": "Bob"}]',
    b"[" * 30_000,
    b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    b'{"a":' * 900 + b"1" + b"}" * 900,
    '{"name": "Bob"}'.encode("utf-16"),
]


@pytest.mark.parametrize("body", UNREADABLE, ids=range(len(UNREADABLE)))
def test_json_that_is_no_object_of_texts_is_refused(shared_site: Site, body: bytes) -> None:
    before = everything(shared_site)
    refused(shared_site.post(f"{INTRO}/bookings", data=body, headers={"Content-Type": "application/json"}), 400)
    assert everything(shared_site) == before


@pytest.mark.parametrize(
    "junk", [{"first": "Bob"}, ["Bob"] * 60, [["Bob"]], 5, True, False, None, {"": {"": {"": ""}}}, [{}], 1.5, 10**30]
)
def test_json_of_other_kinds_than_text_is_read_as_text_or_missing(shared_site: Site, junk: object) -> None:
    before = everything(shared_site)
    for field in ("start", "email", "tz", "guests"):
        fields: dict[str, object] = {**wish(shared_site), field: junk}
        if field == "guests" and junk in (False, None, {"first": "Bob"}, {"": {"": {"": ""}}}):
            continue  # no guests
        problem = refused(shared_site.post(f"{INTRO}/bookings", json=fields), 422)
        assert list(problem["errors"]) == [field]
    assert everything(shared_site) == before


def test_the_other_calls_read_their_bodies_in_the_same_way(site: Site) -> None:
    booking = site.booked()
    before = everything(site)
    for call in ("reschedule", "cancel"):
        path = api(booking).removeprefix(site.base) + f"/{call}"
        refused(site.post(path, data="x", headers={"Content-Type": "text/plain"}), 415)
        refused(site.post(path, data="{", headers={"Content-Type": "application/json"}), 400)
        assert send(site, path, [FORM, f"Content-Length: {len(TOO_MUCH)}"]).status == 413
    assert everything(site) == before


def test_a_cancellation_needs_no_body_at_all(site: Site) -> None:
    booking = site.booked()
    answer = site.post(f"{api(booking)}/cancel")
    assert answer.status_code == 200
    assert answer.json()["status"] == "cancelled"
