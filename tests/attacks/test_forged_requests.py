"""Requests written by hand: forged hosts, forged webhooks, forged tokens."""

import gzip
import json
import time
from collections.abc import Iterator

import pytest

from tests.fixtures.site import Site
from tests.web.asking import everything
from tests.web.sockets import chunked, send
from zoom_blueprint.zoom_api.signature import sign

EVENT = json.dumps({"event": "meeting.deleted", "event_ts": 1, "payload": {"object": {"id": "12345678901"}}}).encode()
AT, BY = "x-zm-request-timestamp", "x-zm-signature"


@pytest.mark.parametrize("path", ["", "//api/v1/hosts/ada/intro-call?a=b", "/book//ada/intro-call", "//healthz"])
def test_putting_slashes_right_leads_to_no_other_host(site: Site, path: str) -> None:
    answer = send(site, path, ["X-Forwarded-Host: evil.example"], method="GET", host="evil.example")
    assert answer.status == 308
    address = answer.headers["location"]
    assert address == "/zoom" + (path.replace("//", "/") or "/")


def lines(site: Site, *, timestamp: str, signature: str) -> list[str]:
    """Return the headers of a webhook."""
    return [f"{AT}: {timestamp}", f"{BY}: {signature}", "Content-Type: application/json"]


def forgeries(site: Site) -> Iterator[tuple[str, list[str], bytes]]:
    """Yield what somebody could send who has seen one good delivery of another body."""
    now = str(int(time.time()))
    seen = sign(site.simulator.webhook_secret, now, b"{}")
    good = sign(site.simulator.webhook_secret, now, EVENT)
    length = f"Content-Length: {len(EVENT)}"
    yield "of another body", [*lines(site, timestamp=now, signature=seen), length], EVENT
    yield "cut", [*lines(site, timestamp=now, signature=good[:-1]), length], EVENT
    yield "in capitals", [*lines(site, timestamp=now, signature="v0=" + good[3:].upper()), length], EVENT
    yield "of another version", [*lines(site, timestamp=now, signature="v1=" + good[3:]), length], EVENT
    yield "two signatures", [*lines(site, timestamp=now, signature=seen), f"{BY}: {good}", length], EVENT
    yield "two times", [*lines(site, timestamp=now, signature=good), f"{AT}: {now}", length], EVENT
    yield "a list", [*lines(site, timestamp=now, signature=f"{seen},{good}"), length], EVENT
    for odd in (f"+{now}", f"0{now}", f"{now}.0", f"{now[0]}_{now[1:]}", f"{now}e0", "\xb2" * 10):
        yield f"at {odd}", [*lines(site, timestamp=odd, signature=good), length], EVENT
    packed = gzip.compress(EVENT)
    headers = lines(site, timestamp=now, signature=good)
    yield "packed", [*headers, "Content-Encoding: gzip", f"Content-Length: {len(packed)}"], packed
    yield "longer", [*headers, f"Content-Length: {len(EVENT) + 1}"], EVENT + b" "
    yield "chunks", [*headers, "Transfer-Encoding: chunked"], b"".join(chunked(EVENT + b" ", 7))
    shifted = [*lines(site, timestamp=now + ":", signature=good), length]
    yield "with the seam moved", shifted, EVENT


def test_no_forged_webhook_is_stored(site: Site) -> None:
    before = everything(site)
    tried = list(forgeries(site))
    statuses = {name: send(site, "/webhook", headers, body).status for name, headers, body in tried}
    assert statuses == dict.fromkeys(statuses, 403)
    assert len(statuses) == len(tried)
    assert everything(site) == before


def test_no_change_of_one_letter_leaves_a_link_valid(site: Site) -> None:
    links = site.state.links
    booking = site.booked()
    token = booking["manage_url"].rpartition("/")[2]
    slot = site.slots()["token"]
    letters = "Aa0-_.~%3D"
    forged = {token[:place] + letter + token[place + 1 :] for place in range(len(token)) for letter in letters}
    forged |= {token[:place] for place in range(1, len(token))} | {token + letter for letter in letters} | {slot}
    forged |= {f"{token}.{token}", f".{token}", links.manage_token("")} - {token}
    path = "/api/v1/bookings/"
    tried = [one for one in sorted(forged - {token}) if "%" not in one][::9]
    assert {site.get(path + one).status_code for one in tried} == {404}
    assert site.get(path + token).status_code == 200
