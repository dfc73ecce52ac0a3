"""API keys as programs show them: what is refused, how often one may call, and who learns what of it."""

import logging
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from sqlalchemy import update

from tests.actions.programs import Program
from tests.actions.test_listing import LINES, lists
from tests.fixtures.databases import PostgresServer
from tests.fixtures.site import Answer, MakeSite, Site
from tests.fixtures.site_app import HOSTS
from tests.services.test_queries import counted
from tests.web.database_away import shut
from tests.web.test_secrecy import ACCESS_LINES, of_browsers, tells
from zoom_blueprint.services import api_keys
from zoom_blueprint.store import models

ACTION = "/api/v1/actions/get_user"


def asked(site: Site, text: str, path: str = ACTION) -> Answer:
    """Ask with a key."""
    return site.post(path, json={}, headers={"Authorization": f"Bearer {text}"})


def set_on(site: Site, key_id: str, **values: datetime | None) -> None:
    """Change a key in the database."""
    change = update(models.ApiKey).where(models.ApiKey.id == key_id).values(**values)
    site.state.database.write(lambda session: session.execute(change))


def bad_keys(site: Site) -> dict[str, str]:
    """Return the texts of keys that are not good, by what is wrong with them."""
    expired, revoked = (api_keys.make(site.state, "1", name, ["get_user"]) for name in ("expired", "revoked"))
    set_on(site, expired.id, expires_at=datetime.now(UTC))
    api_keys.revoke(site.state, "1", revoked.id)
    return {"unknown": f"{revoked.text[:-1]}_", "expired": expired.text, "revoked": revoked.text, "short": "zbk_"}


def test_what_is_answered_tells_nothing_about_which_keys_there_are(site: Site) -> None:
    answers, statements = set(), set()
    for text in bad_keys(site).values():
        with counted(site) as seen:
            answer = asked(site, text)
        headers = tuple((name, one) for name, one in answer.headers.items() if name != "Date")
        answers.add((answer.status_code, answer.text, headers))
        statements.add(len(seen))
    ((status, _, _),) = answers
    assert status == 401
    assert len(statements) == 1


def test_an_expired_and_a_revoked_key_stop_with_the_next_call(program: Program, site: Site) -> None:
    assert program.ask("get_user").status_code == 200
    set_on(site, program.key.id, expires_at=datetime.now(UTC))
    assert program.ask("get_user").status_code == 401
    set_on(site, program.key.id, expires_at=None)
    assert program.ask("get_user").status_code == 200
    api_keys.revoke(site.state, "1", program.key.id)
    assert program.ask("get_user").status_code == 401


def test_a_key_of_one_host_reaches_nothing_of_another(program: Program, site: Site) -> None:
    grace = Program(site, "grace")
    mine = site.booked()
    assert grace.ask("get_user").json()["code"] == "connection_lost"
    theirs = {"booking_id": mine["id"]}
    refused = grace.ask("cancel_booking", theirs)
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    nowhere = grace.ask("cancel_booking", {"booking_id": "0" * 32})
    assert refused.json() == nowhere.json()
    connection = {"connection": site.connection().id}
    assert grace.ask("get_user", connection).json() == grace.ask("get_user", {"connection": "0" * 32}).json()
    assert program.did("get_user")["email"] == "ada@example.com"


@pytest.mark.parametrize(
    "place",
    [
        "?access_token={}",
        "?api_key={}",
        "?x={}",
        "?{}",
        "?Token=abc",
        "?x=zbk%5Fabc",
        "/../{}",
    ],
)
def test_a_key_in_an_address_is_refused_with_words_and_does_nothing(program: Program, site: Site, place: str) -> None:
    path = place.format(program.text)
    path = f"/api/v1/actions/{program.text}" if path.startswith("/") else f"{ACTION}{path}"
    for headers in ({}, {"Authorization": f"Bearer {program.text}"}):
        answer = site.post(path, json={}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
        assert "There is a key in the address" in answer.json()["message"]
        assert "Revoke that key" in answer.json()["remedy"]
        assert program.text not in answer.text
    assert api_keys.get(site.state, "1", program.key.id).last_used_at is None


def test_a_query_without_a_key_is_in_nobodys_way(program: Program, site: Site) -> None:
    assert asked(site, program.text, f"{ACTION}?trace=1").status_code == 200


def test_no_key_reaches_a_log_record(program: Program, site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    program.did("get_user")
    program.ask("get_user", {"api_key": program.text})
    program.ask("get_meeting", {"meeting_id": program.text})
    program.ask("create_booking", {"event": program.text, "start": program.text})
    asked(site, program.text, f"{ACTION}?access_token={program.text}")
    asked(site, program.text, f"/api/v1/actions/{program.text}")
    asked(site, f"{program.text}x")
    ours = [one for one in caplog.records if one.name != ACCESS_LINES and not of_browsers(one)]
    assert ours
    assert [one.getMessage() for one in ours if tells(one, program.text)] == []


def test_a_key_that_calls_too_often_waits_and_others_go_on(make_site: MakeSite) -> None:
    site = make_site(ZOOM_LIMITS="99 per minute", ZOOM_API_LIMITS="2 per hour")
    site.connect()
    eager, other = Program(site), Program(site)
    eager.did("get_user")
    assert eager.ask("list_slots", {}).json()["code"] == "invalid_input"
    refused = eager.ask("get_user")
    assert (refused.status_code, refused.json()["code"], refused.json()["retry"]) == (429, "rate_limited", True)
    until = datetime.fromisoformat(refused.json()["retry_at"]) - datetime.now(UTC)
    assert timedelta() < until <= timedelta(hours=1)
    assert abs(int(refused.headers["Retry-After"]) - until.total_seconds()) < 5
    other.did("get_user")


def test_what_a_key_may_not_do_counts_as_well(make_site: MakeSite) -> None:
    site = make_site(ZOOM_LIMITS="99 per minute", ZOOM_API_LIMITS="2 per hour")
    reader = Program(site, actions=["list_slots"])
    assert [reader.ask("get_user").status_code for _ in range(3)] == [403, 403, 429]


def test_a_bad_key_counts_for_no_key(make_site: MakeSite) -> None:
    site = make_site(ZOOM_LIMITS="99 per minute", ZOOM_API_LIMITS="1 per hour")
    texts = bad_keys(site)
    assert [asked(site, text).status_code for text in [*texts.values(), *texts.values()]] == [401] * 8


@pytest.fixture
def flooded(make_site: MakeSite) -> Site:
    """A site that was shown as many bad keys from here as it takes in an hour."""
    site = make_site(ZOOM_LIMITS="3 per hour")
    site.connect()
    assert [asked(site, f"zbk_{number}").status_code for number in range(3)] == [401] * 3
    return site


def test_whoever_shows_bad_keys_again_and_again_waits_whatever_is_wrong_with_them(flooded: Site) -> None:
    texts = bad_keys(flooded)
    answers, statements = [], set()
    for text in texts.values():
        with counted(flooded) as seen:
            answers.append(asked(flooded, text))
        statements.add(len(seen))
    assert statements == {1}, "nothing is written for a stranger, and a good key is looked for"
    for answer in answers:
        assert (answer.status_code, answer.json()["code"], answer.json()["retry"]) == (429, "rate_limited", True)
        assert 3000 < int(answer.headers["Retry-After"]) <= 3600
        told = {name: value for name, value in answer.json().items() if name != "retry_at"}
        assert told == {name: value for name, value in answers[0].json().items() if name != "retry_at"}
        assert answer.headers.keys() == answers[0].headers.keys()


def test_a_good_key_works_however_many_bad_ones_come_from_its_address(flooded: Site) -> None:
    program = Program(flooded)
    assert asked(flooded, "zbk_").status_code == 429
    assert program.did("get_user")["email"] == "ada@example.com"
    flooded.booked()


def test_no_key_at_all_counts_as_a_bad_one_and_what_a_key_may_not_do_does_not(make_site: MakeSite) -> None:
    site = make_site(ZOOM_LIMITS="2 per hour")
    reader = Program(site, actions=["list_slots"])
    assert [reader.ask("get_user").status_code for _ in range(4)] == [403] * 4
    assert [site.post(ACTION, json={}).status_code for _ in range(3)] == [401, 401, 429]


def test_bad_keys_are_not_counted_where_limits_are_off(site: Site) -> None:
    assert {asked(site, "zbk_").status_code for _ in range(30)} == {401}


@pytest.mark.parametrize("end", ["expires_at", "revoked_at"])
def test_a_stream_that_is_under_way_ends_with_its_key(program: Program, site: Site, end: str) -> None:
    lists(site, 3, size=20)
    headers = {"Authorization": f"Bearer {program.text}", "Accept": LINES}
    path = "/zoom/api/v1/actions/list_meetings"
    answer = site.app.test_client().post(path, json={}, headers=headers)  # goes on when it is read, not before
    lines = answer.iter_encoded()
    sent = [next(lines)]
    set_on(site, program.key.id, **{end: datetime.now(UTC)})
    sent += lines
    *meetings, problem = (msgspec.json.decode(line) for line in sent)
    assert [one["topic"] for one in meetings] == [f"Meeting {place}" for place in range(20)]
    refused = asked(site, program.text).json()
    assert problem["problem"] == {name: refused[name] for name in ("code", "message", "remedy", "retry")}
    assert refused["code"] == "unauthorized"


def test_apps_make_list_and_revoke_keys_by_code(site: Site) -> None:
    with site.app.app_context():
        keys = site.zoom.api_keys
        made = keys.make("1", "CRM", ["get_user"], expires_at=datetime.now(UTC) + timedelta(days=1))
        assert asked(site, made.text).status_code == 200
        assert [key.id for key in keys.list("1")] == [made.id]
        assert keys.list(HOSTS["grace"].id) == []
        keys.revoke("1", made.id)
        assert asked(site, made.text).status_code == 401


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_while_the_database_is_away_programs_are_told_when_to_come_again(
    program: Program, site: Site, postgres_server: PostgresServer
) -> None:
    shut(site, postgres_server)
    answer = program.ask("get_user")
    assert (answer.status_code, answer.json()["code"], answer.json()["retry"]) == (503, "site_unavailable", True)
    assert answer.headers["Retry-After"] == "5"
