"""A booking that cannot be made is refused by name of each bad field, and nothing is written."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.fixtures.site import Site
from tests.web.asking import INTRO, everything, refused, wish
from zoom_blueprint.services import bookables

BAD_FIELDS = [
    ("start", ""),
    ("start", "tomorrow at nine"),
    ("start", "2030-01-15T09:00:00"),  # no zone
    ("start", "0001-01-01T00:00:00Z"),
    ("start", "9999-12-31T23:59:59Z"),
    ("start", "9999-12-31T23:59:59-23:00"),
    ("start", "\u0662\u0660\u0663\u0660-01-15T09:00:00Z"),
    ("name", ""),
    ("name", "   "),
    ("name", "\x00\r\n\u202e"),
    ("name", "n" * 101),
    ("email", ""),
    ("email", "bob"),
    ("email", "bob@example"),
    ("email", "bob@@example.com"),
    ("email", "bob @example.com"),
    ("email", "Bob <bob@example.com>"),
    ("email", "bob@example.com,eve@example.com"),
    ("email", "bob@example.com\r\nBcc: eve@example.com"),
    ("email", "bob@exa\x00mple.com"),
    ("email", f"bob@{'x' * 62}.{'y' * 62}.{'z' * 62}.{'w' * 62}.com"),
    ("tz", ""),
    ("tz", "Mars/Olympus"),
    ("tz", "../../etc/passwd"),
    ("tz", "posixrules"),
    ("tz", "A" * 5000),
    ("token", ""),
    ("key", ""),
    ("key", "short"),
    ("key", "k" * 101),
    ("key", "key\x00key\x00key"),
    ("key", "key with spaces"),
    ("key", "schlüssel-schlüssel"),
    ("email", "=?utf-8?q?=0D=0ABcc=3A_eve?=@example.com"),
    ("guests", "=?utf-8?q?=0D=0ABcc=3A_eve?=@example.com"),
    ("guests", "eve"),
    ("guests", "eve@example.com\r\nBcc: all@example.com"),
    ("guests", ",".join(f"guest{number}@example.com" for number in range(11))),
    ("guests", f"eve@{'x.' * 200}com"),
    ("website", "https://spam.example"),
]


@pytest.mark.parametrize("as_json", [False, True], ids=["form", "json"])
@pytest.mark.parametrize(
    ("field", "value"), BAD_FIELDS, ids=[f"{name}-{number}" for number, (name, _) in enumerate(BAD_FIELDS)]
)
def test_a_bad_field_is_named_and_nothing_is_written(shared_site: Site, field: str, value: str, as_json: bool) -> None:
    before = everything(shared_site)
    fields = wish(shared_site, **{field: value})
    answer = shared_site.post(f"{INTRO}/bookings", **({"json": fields} if as_json else {"data": fields}))
    problem = refused(answer, 422)
    assert list(problem["errors"]) == [field]
    assert everything(shared_site) == before


def test_all_bad_fields_are_named_at_once(shared_site: Site) -> None:
    problem = refused(shared_site.post(f"{INTRO}/bookings", data={}), 422)
    assert set(problem["errors"]) == {"start", "name", "email", "tz", "token", "key"}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("answers.goal", "", "answer"),
        ("answers.goal", "g" * 2001, "2000"),
        ("answers.size", "a dozen", "one of"),
    ],
)
def test_a_bad_answer_is_named_as_its_question(shared_site: Site, name: str, value: str, message: str) -> None:
    before = everything(shared_site)
    fields = {**wish(shared_site, "ada/survey"), "answers.goal": "Growth", name: value}
    problem = refused(shared_site.post("/api/v1/hosts/ada/survey/bookings", data=fields), 422)
    assert list(problem["errors"]) == [name]
    assert message in problem["errors"][name]
    assert everything(shared_site) == before


def forged(site: Site) -> str:
    """Return a token that is signed with another key."""
    token: str = site.slots()["token"]
    return token[:-3] + ("abc" if not token.endswith("abc") else "cba")


def expired(site: Site) -> str:
    """Return a token of an hour ago."""
    return site.state.links.slot_token(event_id(site, "intro-call"), datetime.now(UTC) - timedelta(hours=1))


def of_another_event(site: Site) -> str:
    """Return a token that is good for another event type of the same host."""
    token: str = site.slots("ada/survey")["token"]
    return token


def event_id(site: Site, slug: str) -> str:
    """Return the id of one of ada's event types."""
    return bookables.look_up(site.state, "ada", slug).event_type_id


@pytest.mark.parametrize(
    "make", [forged, expired, of_another_event, lambda _: "junk", lambda _: "\x00", lambda _: "x" * 60_000]
)
def test_a_bad_slot_token_is_refused_with_a_fresh_one(shared_site: Site, make: object) -> None:
    before = everything(shared_site)
    token = make(shared_site)  # type: ignore[operator]  # one of the functions above
    fields = wish(shared_site, token=token)
    problem = refused(shared_site.post(f"{INTRO}/bookings", data=fields), 422)
    assert list(problem["errors"]) == ["token"]
    assert "Choose your time again" in problem["errors"]["token"]
    shared_site.state.links.read_slot_token(problem["token"], event_id(shared_site, "intro-call"), datetime.now(UTC))
    assert problem["slots"][0] == fields["start"]
    assert everything(shared_site) == before


def shifted(site: Site, **delta: int) -> str:
    """Return the first offered start, moved."""
    return (datetime.fromisoformat(site.slots()["slots"][0]) + timedelta(**delta)).isoformat()


@pytest.mark.parametrize(
    "delta",
    [{"minutes": 1}, {"seconds": 1}, {"microseconds": 1}, {"minutes": 15}, {"hours": 14}, {"days": 365}, {"days": -30}],
    ids=str,
)
def test_a_start_that_is_not_offered_is_refused_with_others(shared_site: Site, delta: dict[str, int]) -> None:
    before = everything(shared_site)
    fields = wish(shared_site, start=shifted(shared_site, **delta))
    problem = refused(shared_site.post(f"{INTRO}/bookings", data=fields), 409)
    assert problem["token"]
    assert isinstance(problem["slots"], list)
    assert everything(shared_site) == before


def test_an_hour_ago_cannot_be_booked_and_later_times_are_offered_instead(shared_site: Site) -> None:
    before = everything(shared_site)
    past = (datetime.now(UTC) - timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    problem = refused(shared_site.post(f"{INTRO}/bookings", data=wish(shared_site, start=past.isoformat())), 409)
    assert problem["slots"]
    assert all(datetime.fromisoformat(start) > datetime.now(UTC) for start in problem["slots"])
    assert everything(shared_site) == before


@pytest.mark.parametrize(
    "language", ["", "e", "de_DE" + "x" * 40, "en\r\nX-Evil: 1", "abc-abcdefgh-abcdefgh", "<b>", "1"]
)
def test_a_language_that_is_none_becomes_english(shared_site: Site, language: str) -> None:
    answer = shared_site.post(f"{INTRO}/bookings", data=wish(shared_site, lang=language, start="2031-01-01T00:00:01Z"))
    refused(answer, 409)


@pytest.mark.parametrize("path", ["nobody/intro-call", "ada/nothing", "%00/intro-call", "ada/%00", "ada/" + "x" * 3000])
def test_what_cannot_be_booked_is_not_found(shared_site: Site, path: str) -> None:
    before = everything(shared_site)
    for method, tail in (("get", ""), ("get", "/slots"), ("post", "/bookings")):
        refused(getattr(shared_site, method)(f"/api/v1/hosts/{path}{tail}"), 404)
    assert everything(shared_site) == before


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_odd_characters_end_in_clear_answers_on_both_databases(site: Site) -> None:
    """PostgreSQL has no NUL and fixed widths; neither may be found out by an error of the database."""
    for slug in ("%00", "\udcff".encode("utf-8", "surrogatepass").decode("latin-1"), "%ed%a0%80"):
        refused(site.get(f"/api/v1/hosts/{slug}/intro-call"), 404)
    refused(site.post(f"{INTRO}/bookings", data=wish(site, key="key\x00key\x00")), 422)
    booking = site.booked(
        name="Zoë\x00\r\nO’Brien \U0001f600",
        lang="abc-abcdefgh-abcdefgh-abcdefgh",
        guests="Eve@Example.com, eve@example.com",
    )
    refused(site.get(f"/api/v1/bookings/{booking['manage_url'].rpartition('/')[2]}%00"), 404)
    cancelled = site.post(
        f"/api/v1/bookings/{booking['manage_url'].rpartition('/')[2]}/cancel", data={"reason": "No\x00 time\r\nat all"}
    )
    assert cancelled.status_code == 200
