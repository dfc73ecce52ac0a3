"""The description of the API says of each action what it takes, gives, refuses and needs."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator, ValidationError

from tests.actions.programs import Program, ahead
from tests.fixtures.databases import SqliteFiles
from tests.fixtures.site import served
from tests.fixtures.site_app import prepare
from zoom_blueprint.actions.listed import ACTIONS, Action
from zoom_blueprint.actions.reading import read
from zoom_blueprint.testing import Simulator
from zoom_blueprint.web import acting

EACH = pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)


@pytest.fixture(scope="module")
def document(_sqlite_files: SqliteFiles, _zoom_simulator_process: Simulator) -> dict[str, Any]:
    """What a site says of its API."""
    with served({"SQLALCHEMY_DATABASE_URI": _sqlite_files.create(prepare)}, _zoom_simulator_process) as site:
        found: dict[str, Any] = site.get("/api/v1/openapi.json").json()
    return found


def operation(document: dict[str, Any], action: Action) -> dict[str, Any]:
    """Return what is said of an action."""
    found: dict[str, Any] = document["paths"][f"/api/v1/actions/{action.name}"]["post"]
    return found


def validator(document: dict[str, Any], described: dict[str, Any], kind: str) -> Draft202012Validator:
    """Return what validates a body or an answer that is described."""
    schema = described["content"][kind]["schema"]
    return Draft202012Validator({**schema, "components": document["components"]})


@EACH
def test_the_example_of_an_action_is_what_it_takes(document: dict[str, Any], action: Action) -> None:
    body = operation(document, action)["requestBody"]
    example = body["content"]["application/json"]["example"]
    takes = validator(document, body, "application/json")
    takes.validate(example)
    assert read(action, example) == action.example
    with pytest.raises(ValidationError):
        takes.validate({**example, "unknown": 1})
    assert body["required"] is not takes.is_valid({})


@EACH
def test_the_answer_that_is_shown_is_what_the_action_gives_to_its_example(
    document: dict[str, Any], action: Action
) -> None:
    ok = operation(document, action)["responses"]["200"]
    shown = ok["content"]["application/json"]["example"]
    validator(document, ok, "application/json").validate(shown)
    told: Any = msgspec.convert(shown, action.gives)
    assert shown == msgspec.to_builtins(told)
    asked = operation(document, action)["requestBody"]["content"]["application/json"]["example"]
    assert {name: shown[name] for name in asked if name in shown} == {
        name: value for name, value in asked.items() if name in shown
    }
    about = asked.get("meeting_id") or asked.get("booking_id")
    assert about in (None, shown.get("id"), shown.get("meeting_id"))
    if action.name == acting.LIST:
        line = ok["content"][acting.LINES]["example"]
        assert line.endswith("\n")
        assert json.loads(line) == shown["meetings"][0]


@EACH
def test_an_action_needs_a_key_and_says_by_what_it_fails(document: dict[str, Any], action: Action) -> None:
    told = operation(document, action)
    (needed,) = told["security"]
    assert [document["components"]["securitySchemes"][name]["scheme"] for name in needed] == ["bearer"]
    takes_key = [one["name"] for one in told["parameters"] if one["in"] == "header"]
    assert takes_key == ([] if action.reads_only else ["Idempotency-Key"])
    for code in action.codes:
        assert f"`{code}`" in told["responses"][str(acting.STATUS[code])]["description"]
    assert set(told["responses"]) == {
        *("200", "400", "413", "415"),
        *(str(int(acting.STATUS[code])) for code in action.codes),
    }
    assert "Retry-After" in told["responses"]["429"]["headers"]


def test_what_is_described_is_laid_out_as_people_write(document: dict[str, Any]) -> None:
    told = list(descriptions(document))
    assert len(told) > 100
    assert [text for text in told if "\n " in text or text != text.strip()] == []


def descriptions(described: Any) -> Iterator[str]:
    """Return every description within a document."""
    if isinstance(described, dict):
        if isinstance(described.get("description"), str):
            yield described["description"]
        described = list(described.values())
    if isinstance(described, list):
        for part in described:
            yield from descriptions(part)


def test_the_scopes_of_zoom_are_named(document: dict[str, Any]) -> None:
    made = document["paths"]["/api/v1/actions/create_meeting"]["post"]
    assert "meeting:write:meeting" in made["description"]


def test_what_is_sent_back_is_as_described(document: dict[str, Any], program: Program) -> None:
    responses = document["paths"]["/api/v1/actions/create_meeting"]["post"]["responses"]
    made = program.did("create_meeting", {"topic": "Kick-off", "start": ahead(days=3)})
    validator(document, responses["200"], "application/json").validate(made)
    refused = program.ask("create_meeting", {}).json()
    problem = validator(document, responses["422"], "application/problem+json")
    problem.validate(refused)
    assert set(refused) <= set(document["components"]["schemas"]["ActionProblem"]["properties"])
    with pytest.raises(ValidationError):
        problem.validate({name: value for name, value in refused.items() if name != "code"})


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b"{", 400),
        ("application/json", b"[]", 400),
        ("application/json", b"[" * 5000, 400),
        ("application/json", b" " * 65537, 413),
        ("text/plain", b"{}", 415),
    ],
)
def test_what_is_no_input_has_a_code_too(
    document: dict[str, Any], program: Program, kind: str, body: bytes, status: int
) -> None:
    headers = {"Authorization": f"Bearer {program.text}", "Content-Type": kind, "Accept-Language": "de"}
    answer = program.site.post("/api/v1/actions/get_user", data=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, "invalid_input")
    assert answer.json()["message"].split()[0] == ("Send" if status == 413 else "The")
    assert answer.json()["remedy"].startswith("Send the input as one JSON object")
    responses = document["paths"]["/api/v1/actions/get_user"]["post"]["responses"]
    validator(document, responses[str(status)], "application/problem+json").validate(answer.json())


def test_an_action_that_there_is_not_is_named_with_those_that_there_are(program: Program) -> None:
    answer = program.ask("fly")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert answer.json()["errors"] == {"action": "There is no action 'fly'."}
    assert "create_meeting" in answer.json()["remedy"]
