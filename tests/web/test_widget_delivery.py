"""The widget's script reaches every browser packed as it likes, checkable, and kept for as long as is right."""

import base64
import gzip
import hashlib
import json
import re
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.fixtures.servers import Start, free_port
from tests.fixtures.site import WAIT, Answer, Site, Visitor
from tests.fixtures.site_app import prepare
from tests.house.tree import ROOT
from tools.keep_widget import keep
from zoom_blueprint.testing import Simulator

STATIC = ROOT / "zoom_blueprint" / "web" / "static"
BODIES = {
    "identity": (STATIC / "book-now.js").read_bytes(),
    "gzip": (STATIC / "book-now.js.gz").read_bytes(),
    "br": (STATIC / "book-now.js.br").read_bytes(),
}
FLOATING, PINNED = "/widget/v1/book-now.js", f"/widget/{version('zoom-blueprint')}/book-now.js"
CHROME, FIREFOX_PLAIN_HTTP = "gzip, deflate, br, zstd", "gzip, deflate"


def ask(site: Visitor, path: str, accepted: str = "", method: str = "GET", **headers: str) -> Answer:
    """Ask as a browser does, and unpack nothing."""
    sent = {"Accept-Encoding": accepted} | {name.replace("_", "-"): text for name, text in headers.items()}
    answer = site.session.request(method, f"{site.base}{path}", headers=sent, stream=True, timeout=WAIT)
    answer._content = answer.raw.read(decode_content=False)
    return answer


def coding(answer: Answer) -> str:
    """Return how an answer is packed, when everything about it fits that."""
    named = answer.headers.get("Content-Encoding", "identity")
    assert answer.content == BODIES[named]
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Vary"] == "Accept-Encoding"
    return named


@pytest.mark.parametrize(
    ("accepted", "wanted"),
    [
        (CHROME, "br"),
        (FIREFOX_PLAIN_HTTP, "gzip"),
        ("br", "br"),
        ("BR;q=0.5", "br"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("gzip;q=0.5, br;q=0.5", "br"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0, gzip;q=0", "identity"),
        ("*", "br"),
        ("br;q=0, *;q=0.1", "gzip"),
        ("gzip, *;q=0", "gzip"),
        ("identity, br;q=0.5", "identity"),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("identity;q=0, zstd", "identity"),
        ("zstd, deflate", "identity"),
        ("", "identity"),
        ("br;q=nonsense, ,;;", "identity"),
    ],
)
def test_it_is_packed_as_the_browser_likes_it_best(shared_site: Site, accepted: str, wanted: str) -> None:
    assert coding(ask(shared_site, FLOATING, accepted)) == wanted


def test_what_is_packed_is_the_script() -> None:
    assert gzip.decompress(BODIES["gzip"]) == BODIES["identity"]
    assert len(BODIES["br"]) < len(BODIES["gzip"]) < len(BODIES["identity"])


@pytest.mark.parametrize("accepted", [CHROME, FIREFOX_PLAIN_HTTP, ""])
@pytest.mark.parametrize("path", [FLOATING, PINNED])
def test_what_a_browser_holds_is_not_sent_again(shared_site: Site, path: str, accepted: str) -> None:
    first = ask(shared_site, path, accepted)
    tag = first.headers["ETag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}'):
        again = ask(shared_site, path, accepted, If_None_Match=known)
        assert (again.status_code, again.content) == (304, b"")
        for name in ("ETag", "Vary", "Cache-Control", "Access-Control-Allow-Origin", "Cross-Origin-Resource-Policy"):
            assert again.headers[name] == first.headers[name]


def test_another_packing_is_another_answer(shared_site: Site) -> None:
    tags = [ask(shared_site, FLOATING, accepted).headers["ETag"] for accepted in ("br", "gzip", "")]
    assert len(set(tags)) == 3
    assert all(re.fullmatch(r'"[^"]+"', tag) for tag in tags), "strong ones, for parts are joined by them"
    assert coding(ask(shared_site, FLOATING, "gzip", If_None_Match=tags[0])) == "gzip"
    assert ask(shared_site, PINNED, "br").headers["ETag"] == tags[0]


@pytest.mark.parametrize("accepted", [CHROME, ""])
def test_who_asks_for_the_head_is_told_the_same(shared_site: Site, accepted: str) -> None:
    whole, head = (ask(shared_site, FLOATING, accepted, method) for method in ("GET", "HEAD"))
    assert (head.status_code, head.content) == (200, b"")
    assert {**head.headers, "Date": ""} == {**whole.headers, "Date": ""}


@pytest.mark.parametrize("accepted", ["br", ""])
def test_a_part_is_a_part_of_what_would_be_sent(shared_site: Site, accepted: str) -> None:
    whole = ask(shared_site, FLOATING, accepted)
    assert whole.headers["Accept-Ranges"] == "bytes"
    part = ask(shared_site, FLOATING, accepted, Range="bytes=100-299", If_Range=whole.headers["ETag"])
    assert (part.status_code, part.content) == (206, whole.content[100:300])
    assert part.headers["Content-Range"] == f"bytes 100-299/{len(whole.content)}"
    assert part.headers["Content-Length"] == "200"
    assert ask(shared_site, FLOATING, accepted, Range="bytes=-5").content == whole.content[-5:]
    other = ask(shared_site, FLOATING, accepted, Range="bytes=100-299", If_Range='"another"')
    assert (other.status_code, other.content) == (200, whole.content)
    assert ask(shared_site, FLOATING, accepted, Range="bytes=900000-").status_code == 416


def test_the_floating_address_is_kept_shortly_and_the_pinned_one_for_good(shared_site: Site) -> None:
    floating, pinned = (ask(shared_site, path) for path in (FLOATING, PINNED))
    assert floating.headers["Cache-Control"] == "public, max-age=600, stale-while-revalidate=86400"
    assert pinned.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert floating.content == pinned.content
    for answer in (floating, pinned):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("release", ["v0", "v2", "0.0.1", "...", "%00", "releases.json", "9" * 500])
def test_a_release_that_is_not_here_is_named_with_those_that_are(shared_site: Site, release: str) -> None:
    answer = ask(shared_site, f"/widget/{release}/book-now.js")
    assert answer.status_code == 404
    assert answer.headers["Access-Control-Allow-Origin"] == "*", "or consoles speak of CORS only"
    assert "max-age" not in answer.headers["Cache-Control"]
    detail = answer.json()["detail"]
    assert version("zoom-blueprint") in detail
    assert FLOATING in detail
    assert len(detail) < 250


def test_who_writes_typescript_gets_the_types(shared_site: Site) -> None:
    answer = ask(shared_site, "/widget/v1/book-now.d.ts")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content == (STATIC / "book-now.d.ts").read_bytes()
    assert ask(shared_site, "/widget/v1/book-now.d.ts", If_None_Match=answer.headers["ETag"]).status_code == 304


def test_a_script_that_is_developed_is_never_kept_for_good(shared_site: Site) -> None:
    shared_site.app.debug = True
    try:
        assert "immutable" not in ask(shared_site, PINNED).headers["Cache-Control"]
    finally:
        shared_site.app.debug = False


def test_an_earlier_releases_script_is_served_as_it_was(
    tmp_path: Path, start_program: Start, zoom_simulator: Simulator
) -> None:
    """As a later wheel would: another package, with a script that was kept by the tool of releases."""
    shutil.copytree(ROOT / "zoom_blueprint", tmp_path / "zoom_blueprint", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    static = tmp_path / "zoom_blueprint" / "web" / "static"
    script = b"/* 0.0.9 */" + BODIES["identity"]
    (static / "book-now.js").write_bytes(script)
    (static / "book-now.js.gz").write_bytes(gzip.compress(script))
    keep(static, "0.0.9")
    for name, body in (("", BODIES["identity"]), (".gz", BODIES["gzip"])):
        (static / f"book-now.js{name}").write_bytes(body)
    address = f"sqlite:///{tmp_path}/test.sqlite3"
    prepare(address)
    port = free_port()
    settings = zoom_simulator.config() | {
        "ZOOM_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SQLALCHEMY_DATABASE_URI": address,
        "ZOOM_WORKER": "off",
    }
    program = [sys.executable, "-m", "tests.fixtures.site_app", str(port)]
    site = Visitor(f"http://127.0.0.1:{port}/zoom")
    start_program(program, cwd=tmp_path, env=settings).wait_for(f"{site.base}/healthz")
    old = ask(site, "/widget/0.0.9/book-now.js", FIREFOX_PLAIN_HTTP)
    assert gzip.decompress(old.content) == script
    assert old.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert ask(site, "/widget/0.0.9/book-now.js").content == script
    for path in (FLOATING, PINNED):
        assert ask(site, path).content == BODIES["identity"]
    index = json.loads((static / "widget" / "releases.json").read_text())
    assert index["0.0.9"] == f"sha384-{base64.b64encode(hashlib.sha384(script).digest()).decode()}"
    assert "0.0.9" in ask(site, "/widget/0.0.8/book-now.js").json()["detail"]
