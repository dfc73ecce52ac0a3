"""What pretends to come back from Zoom's consent page: without our state in the browser that began nothing happens."""

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.fixtures.site import Site
from tests.fixtures.site_app import HOSTS
from tests.fuzz.asking import ask
from tests.fuzz.running import run
from tests.fuzz.watching import Stamp, watched
from tests.services.looking import rows
from zoom_blueprint.services import consents
from zoom_blueprint.store import models

CALLBACKS = 1500
STATE, COOKIE = "the-state-that-was-given-out", "the-cookie-of-its-browser"
"""Stand in the drawn cases for the real ones, which differ from run to run."""
SESSIONS = ("", "session=e30.aW.x", "session=.eJw=", "session=\xff", "session=" + "a" * 3000)
ODD_VALUES = (
    *("", "%", "%0", "%zz", "%00", "%ff", "%c3%28", "%ed%a0%80", "%f0%9f%98%80", "%0d%0aSet-Cookie:x=1", "+", "&", "="),
    *(";", "%26state%3Dx", "../../", "<script>", "null", "0", "a" * 5000, "%00" * 500, "[]", "%u0041", "\xff\xfe", "é"),
    *("access_denied", "server_error", "invalid_scope", "%61ccess_denied", "{{7*7}}", "' OR 1=1 --"),
)
ODD = st.one_of(
    st.sampled_from(ODD_VALUES),
    st.text(max_size=30).map(lambda words: quote(words.encode(errors="surrogatepass"))),
    st.binary(max_size=30).map(quote),
    st.text(st.characters(max_codepoint=255, min_codepoint=33, exclude_characters="#"), max_size=30),
)
NAMES = st.sampled_from(("state", "code", "error", "error_description", "state[]", "STATE", "to_public", "", "%ff"))


class Return(NamedTuple):
    """One arrival at the callback."""

    query: str
    cookie: str
    host: str
    accept: str


@st.composite
def returns(draw: DrawFn) -> Return:
    """Draw an arrival that lacks the state, or the cookie, or the host who began."""
    pairs = draw(st.lists(st.tuples(NAMES, ODD), max_size=5))
    kind = draw(st.sampled_from(("nothing known", "state only", "cookie only", "somebody else")))
    host = draw(st.sampled_from(("ada", "ada", "grace", "", "nobody", "\xff")))
    if kind in {"state only", "somebody else"}:
        pairs.insert(draw(st.integers(0, len(pairs))), ("state", STATE))
    cookie = "zoom_consent=" + draw(st.sampled_from(("", "x", COOKIE[:-1], '"', "\xff", "%00", "a" * 3000, ";=")))
    if kind == "somebody else":
        host = draw(st.sampled_from(("grace", "", "nobody")))
    if kind in {"cookie only", "somebody else"}:
        cookie = f"zoom_consent={COOKIE}"
    cookies = draw(st.permutations((cookie, draw(st.sampled_from(SESSIONS)))))
    query = "&".join(f"{name}={value}" for name, value in pairs)
    return Return(query, "; ".join(cookies), host, draw(st.sampled_from(("text/html", "application/json", "", "\xff"))))


@pytest.fixture
def consent(site: Site) -> tuple[str, str]:
    """Let ada begin to connect, and return the state and the cookie that count."""
    attempt = consents.begin(site.state, HOSTS["ada"].id)
    return parse_qs(urlsplit(attempt.authorize_url).query)["state"][0], attempt.browser_secret


@pytest.fixture
def stamp(site: Site, consent: tuple[str, str]) -> Iterator[Stamp]:
    """Tell by its value whether any row has changed since."""
    del consent  # begun before
    with watched(site) as stamp:
        yield stamp


def test_an_arrival_that_nobody_here_began_changes_nothing(
    site: Site, consent: tuple[str, str], stamp: Stamp, times: float
) -> None:
    state, cookie = consent
    calls, before = len(site.simulator.calls()), stamp()

    def check(case: Return) -> None:
        headers = {"Cookie": case.cookie.replace(COOKIE, cookie), "X-Host": case.host, "Accept": case.accept}
        answer = ask(site, "/callback", headers, query=case.query.replace(STATE, state))
        assert answer.status_code in {302, 401}, answer.text
        if answer.status_code == 302:
            assert urlsplit(answer.headers["Location"]).netloc in {"", urlsplit(site.base).netloc}
        assert stamp() == before

    run(CALLBACKS * times, returns(), check)
    assert len(site.simulator.calls()) == calls, "Zoom is not even asked"
    assert [row.used_at for row in rows(site.state, models.Consent, models.Consent.used_at.is_(None))] == [None]
    # And the attempt that was begun is still good for its own browser: so it was not refused for a reason of ours.
    arrival = {"Cookie": f"zoom_consent={cookie}", "X-Host": "ada"}
    assert ask(site, "/callback", arrival, query=f"state={state}&error=access_denied").status_code == 302
    assert stamp() != before
    assert rows(site.state, models.Consent, models.Consent.used_at.is_(None)) == []
