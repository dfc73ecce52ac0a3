"""The description of the contract agrees with what really is answered."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import update

from tests.fixtures.site import Answer, MakeSite, Site
from tests.fixtures.waiting import wait_until
from tests.web.asking import INTRO, days, wish
from zoom_blueprint import BookingRefused, Draft
from zoom_blueprint.actions.listed import NAMES
from zoom_blueprint.services import heartbeats, sites
from zoom_blueprint.store import models

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TEXT = {"Content-Type": "text/plain"}
JSON = {"Content-Type": "application/json"}
TOO_LARGE = b"x" * 65537
EVENT, BOOKING = "/api/v1/hosts/{host}/{event}", "/api/v1/bookings/{token}"
ACTION = "/api/v1/actions/"
BELOW = ("", "/slots", "/invite.ics")
ELSEWHERE = {"503"}  # test_problems.py closes a database and asks every call


class Described:
    """The description, and the statuses that were seen of each operation."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.document: dict[str, Any] = site.get("/api/v1/openapi.json").json()
        self.seen: dict[tuple[str, str], set[str]] = {}

    def ask(self, method: str, path: str, wanted: int, headers: dict[str, str] | None = None, **options: Any) -> Answer:
        """Ask ``path`` and hold the answer to the description of its operation."""
        template, url = path, path
        for name, value in options.pop("at").items():
            url = url.replace(f"{{{name}}}", value)
        answer: Answer = getattr(self.site, method)(url, headers=headers, **options)
        assert answer.status_code == wanted, answer.text
        described = self.document["paths"][template][method]["responses"][str(wanted)]
        self.seen.setdefault((method, template), set()).add(str(wanted))
        if wanted == 304:
            assert "content" not in described
            return answer
        kind = answer.headers["Content-Type"].split(";")[0]
        schema = described["content"][kind]["schema"]
        if kind != "text/calendar":
            self.valid(schema, answer.json())
        return answer

    def valid(self, schema: dict[str, Any], content: object) -> None:
        """Validate, and know every member: one that is not described is a promise nobody reads."""
        whole = {**schema, "components": self.document["components"]}
        Draft202012Validator(whole).validate(content)
        name = schema["$ref"].rpartition("/")[2]
        assert isinstance(content, dict)
        assert set(content) <= set(self.document["components"]["schemas"][name]["properties"])


@pytest.fixture
def described(make_site: MakeSite) -> Described:
    """A site with a gate, and its description."""
    site = make_site(ZOOM_LIMITS="60 per hour", ZOOM_READ_LIMITS="100 per hour")
    site.connect()

    @site.zoom.before_booking
    def gate(draft: Draft) -> None:
        if draft.name == "Eve":
            raise BookingRefused("Not you.")

    return Described(site)


def test_every_documented_status_occurs_and_looks_as_described(described: Described) -> None:
    site, ask = described.site, described.ask
    ask("get", "/healthz", 200, at={})
    ask("get", "/readyz", 503, at={})  # nobody works for this site
    heartbeats.beat(site.state, "worker")
    wait_until(lambda: site.get("/readyz").status_code == 200)
    ask("get", "/readyz", 200, at={})
    here, nowhere = {"host": "ada", "event": "intro-call"}, {"host": "ada", "event": "nothing"}
    ask("get", EVENT, 200, at=here)
    ask("get", EVENT, 404, at=nowhere)
    tag = ask("get", f"{EVENT}/slots", 200, at=here, params=days()).headers["ETag"]
    ask("get", f"{EVENT}/slots", 304, {"If-None-Match": tag}, at=here, params=days())
    ask("get", f"{EVENT}/slots", 404, at=nowhere, params=days())
    ask("get", f"{EVENT}/slots", 422, at=here)
    sites.allow(site.state, "1", "shop.example")
    ask("get", f"{EVENT}/slots", 403, {"Origin": "https://other.example"}, at=here, params=days())
    fields = wish(site)
    book = f"{EVENT}/bookings"
    booking = ask("post", book, 201, at=here, data=fields).json()
    bad_bodies(described, book, here)
    ask("post", book, 403, at=here, data=wish(site, name="Eve"))
    ask("post", book, 404, at=nowhere, data=fields)
    ask("post", book, 409, at=here, data=fields | {"key": "another-key"})
    ask("post", book, 422, at=here, data=fields | {"token": "junk", "key": "another-key"})
    token = {"token": booking["manage_url"].rpartition("/")[2]}
    forged = {"token": "forged"}
    for tail in ("", "/invite.ics"):
        ask("get", BOOKING + tail, 200, at=token)
        ask("get", BOOKING + tail, 404, at=forged)
    again = ask("get", f"{BOOKING}/slots", 200, at=token, params=days())
    offer = again.json()
    ask("get", f"{BOOKING}/slots", 304, {"If-None-Match": again.headers["ETag"]}, at=token, params=days())
    ask("get", f"{BOOKING}/slots", 404, at=forged, params=days())
    ask("get", f"{BOOKING}/slots", 422, at=token)
    move, cancel = f"{BOOKING}/reschedule", f"{BOOKING}/cancel"
    bad_bodies(described, move, token)
    bad_bodies(described, cancel, token)
    wished = {"start": offer["slots"][5], "token": offer["token"]}
    ask("post", move, 404, at=forged, data=wished)
    ask("post", move, 422, at=token, data={})
    ask("post", move, 409, at=token, data=wished | {"start": "2031-01-01T00:00:01Z"})
    ask("post", move, 200, at=token, data=wished)
    ask("post", cancel, 404, at=forged)
    ask("post", cancel, 422, at=token, data={"reason": "r" * 1001})
    over(site)
    ask("get", f"{BOOKING}/slots", 410, at=token, params=days())
    ask("post", move, 410, at=token, data=wished)
    ask("post", cancel, 410, at=token)
    over(site, days=-1)
    ask("post", cancel, 200, at=token)
    while site.post(f"{INTRO}/bookings", data={}).status_code != 429:
        pass
    for path, at in ((book, here), (move, token), (cancel, token)):
        answer = ask("post", path, 429, at=at, data=fields)
        assert int(answer.headers["Retry-After"]) > 0
    while site.get(INTRO).status_code != 429:
        pass
    for path, at in ((EVENT, here), (f"{EVENT}/slots", here), *((BOOKING + tail, token) for tail in BELOW)):
        answer = ask("get", path, 429, at=at)
        assert int(answer.headers["Retry-After"]) > 0
    documented = {
        (method, path): set(operation["responses"]) - (ELSEWHERE if path.startswith("/api/") else set())
        for path, operations in described.document["paths"].items()
        for method, operation in operations.items()
        if not path.startswith(ACTION)  # tests/actions/test_every_error.py asks for these
    }
    assert described.seen == documented


def bad_bodies(described: Described, path: str, at: dict[str, str]) -> None:
    """Send what no call reads."""
    described.ask("post", path, 400, JSON, at=at, data="{")
    described.ask("post", path, 413, FORM, at=at, data=TOO_LARGE)
    described.ask("post", path, 415, TEXT, at=at, data="x")


def over(site: Site, days: int = 1) -> None:
    """Let every booking have been some days ago."""
    start = datetime.now(UTC) - timedelta(days=days)
    moved = update(models.Booking).values(starts_at=start, ends_at=start + timedelta(minutes=30))
    site.state.database.write(lambda session: session.execute(moved))


def test_every_route_of_the_api_is_described(shared_site: Site) -> None:
    document = shared_site.get("/api/v1/openapi.json").json()
    routes = {
        (path, method.lower())
        for rule in shared_site.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith(("/zoom/api/v1/", "/zoom/healthz", "/zoom/readyz"))
        and not rule.rule.endswith("/openapi.json")
        for path in paths_of(rule.rule.removeprefix("/zoom"))
    }
    described = {(path, method) for path, operations in document["paths"].items() for method in operations}
    assert routes == described


def paths_of(rule: str) -> list[str]:
    """Return how a route is described: the one of actions by the name of each."""
    if rule == f"{ACTION}<action>":
        return [f"{ACTION}{name}" for name in NAMES]
    return [re.sub(r"<(\w+)>", r"{\1}", rule)]


def test_the_description_is_in_order_itself(shared_site: Site) -> None:
    answer = shared_site.get("/api/v1/openapi.json")
    document = answer.json()
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": shared_site.base}]
    for name in document["components"]["schemas"]:
        Draft202012Validator.check_schema(
            {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        )
    names = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names))
    for path, operations in document["paths"].items():
        for operation in operations.values():
            named = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path))


def test_what_the_description_asks_for_is_what_is_checked(shared_site: Site) -> None:
    """Its required members are those that an empty body misses."""
    paths = shared_site.get("/api/v1/openapi.json").json()["paths"]
    schema = paths[f"{EVENT}/bookings"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    missed = shared_site.post(f"{INTRO}/bookings", json={}).json()["errors"]
    assert set(schema["required"]) == set(missed)
    for name, limits in schema["properties"].items():
        if limits.get("maxLength"):
            long = wish(shared_site, **{name: "x" * (limits["maxLength"] + 1)})
            assert name in shared_site.post(f"{INTRO}/bookings", json=long).json()["errors"]


def test_every_field_says_what_it_is_for_and_what_else_is_kept_is_named(shared_site: Site) -> None:
    paths = shared_site.get("/api/v1/openapi.json").json()["paths"]
    schema = paths[f"{EVENT}/bookings"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert [
        name for name, about in schema["properties"].items() if name != "name" and not about.get("description")
    ] == []
    patterns = list(schema["patternProperties"])
    for name in ("answers.goal", "utm_source", "gclid", "irclickid", "msclkid", "li_fat_id", "page_lang", "referrer"):
        assert any(re.search(pattern, name) for pattern in patterns), name
    assert not any(re.search(pattern, "anything") for pattern in patterns)


def test_a_code_or_a_proof_that_is_asked_for_is_described(make_site: MakeSite) -> None:
    site = make_site(ZOOM_PROOF_OF_WORK=1)
    site.connect()
    described = Described(site)
    here = {"host": "ada", "event": "intro-call"}
    assert described.ask("get", f"{EVENT}/slots", 200, at=here, params=days()).json()["proof_of_work"] == 1
    problem = described.ask("post", f"{EVENT}/bookings", 422, at=here, data=wish(site)).json()
    words = described.document["paths"][f"{EVENT}/bookings"]["post"]["responses"]["422"]["description"]
    kind = problem["type"].partition("#")[2]
    assert kind == "proof-needed", "no mail leaves this site"
    assert f"`#{kind}`" in words
    assert "`errors.code`" in words
