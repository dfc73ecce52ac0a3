"""schemathesis asks every action, with a good key, for what its description allows, and for what it does not."""

from collections import Counter, defaultdict
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode, openapi
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.actions.programs import EVENT, Program, ahead, days
from tests.fixtures.site import MakeSite
from zoom_blueprint.actions.listed import NAMES

Operation = APIOperation[Any, Any, Any, Any]
Asked = Case[Any]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
BOOKINGS = 3


class Known:
    """What is true of the site and could not be guessed."""

    def __init__(self, program: Program) -> None:
        meetings = [program.did("create_meeting", {"topic": f"{one}", "start": ahead(days=3)}) for one in range(3)]
        starts = program.slots()
        people = [{"event": EVENT, "start": start, "name": "Bob", "email": "bob@example.com"} for start in starts]
        made = [program.did("create_booking", person) for person in people[:BOOKINGS]]
        self.fields: dict[str, list[Any]] = {
            "meeting_id": [one["id"] for one in meetings],
            "booking_id": [one["id"] for one in made],
            "start": starts[BOOKINGS - 1 : BOOKINGS + 39],
            "event": [EVENT],
            **{name: [day] for name, day in days().items()},
            "time_zone": ["Europe/Paris"],
            "email": ["bob@example.com"],
            "connection": [None],
            "cursor": [None],
            "answers": [{}],
            "guests": [[]],
        }

    def put(self, case: Asked, draw: st.DrawFn) -> Asked:
        """Put it into a question: mostly all that belongs there, else each member where a coin says so."""
        if isinstance(case.body, dict):
            has_all = draw(st.integers(0, 3)) > 0
            for name in self.fields.keys() & case.body.keys():
                if has_all or draw(st.booleans()):
                    case.body[name] = draw(st.sampled_from(self.fields[name]))
        return case


@st.composite
def questions(draw: st.DrawFn, operation: Operation, known: Known) -> Asked:
    """Make a question that the description allows or, as often, one that it does not, with what is true in it."""
    case: Asked = draw(operation.as_strategy(generation_mode=draw(st.sampled_from(MODES))))
    return known.put(case, draw)


def ask_everything(program: Program, examples: int) -> dict[str, Counter[int]]:
    """Ask for every action so many times, and count the statuses of the answers to each."""
    schema = openapi.from_wsgi("/zoom/api/v1/openapi.json", program.site.app).include(path_regex="/api/v1/actions/")
    known = Known(program)
    seen: dict[str, Counter[int]] = defaultdict(Counter)
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        operation = result.ok()

        @settings(
            max_examples=examples,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(questions(operation, known))
        def ask(case: Asked) -> None:
            answer = case.call(headers={"Authorization": f"Bearer {program.text}", "Accept-Encoding": "identity"})
            seen[case.operation.path.rpartition("/")[2]][answer.status_code] += 1
            case.validate_response(answer, checks=CHECKS)

        ask()
    return seen


def asks(make_site: MakeSite, examples: int) -> None:
    """Ask for every action, and look whether the questions reach what they are for."""
    site = make_site(ZOOM_API_LIMITS="1000000 per day")
    site.connect()
    seen = ask_everything(Program(site), examples)
    assert set(seen) == set(NAMES)
    for action in NAMES:
        assert seen[action][200], f"{action}: no question was answered"
        assert seen[action].keys() & {400, 422}, f"{action}: every question was good"


def test_no_question_has_an_answer_that_is_not_described(make_site: MakeSite) -> None:
    asks(make_site, 40)


@pytest.mark.deep
@pytest.mark.timeout(1800)
def test_no_question_of_very_many_has_an_answer_that_is_not_described(make_site: MakeSite) -> None:
    asks(make_site, 400)
