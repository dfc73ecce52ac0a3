"""schemathesis asks every call of the visitor API for what its description allows, and for what it does not.

Nothing may be a 5xx or undocumented, and every answer has the described shape. What random questions seldom reach, each
documented error, is asked for one by one in ``test_openapi``.
"""

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

from tests.fixtures.site import Site, api
from tests.fixtures.site_app import HOSTS
from zoom_blueprint import EventType, Question
from zoom_blueprint.services import heartbeats

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
REACHED = {  # by questions that mostly hold what is true; what else is described, test_openapi asks for
    "GET /api/v1/hosts/{host}/{event}/slots": {200, 404},
    "POST /api/v1/hosts/{host}/{event}/bookings": {201, 404, 409, 422},
    "POST /api/v1/bookings/{token}/reschedule": {200, 404, 409, 410, 422},
    "POST /api/v1/bookings/{token}/cancel": {200, 404, 422},
}
BOTH = pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
BOOKINGS = 8
OVER = 3  # of these, cancelled
SURVEY = EventType(
    slug="survey",
    title="Survey",
    notice_minutes=0,
    questions=(Question(name="why", label="Why?", kind="choice", choices=("a", "b")),),
)


class Known:
    """What is true of the site and could not be guessed: in most questions it takes the place of what is random."""

    def __init__(self, site: Site) -> None:
        with site.app.app_context():
            site.zoom.event_types.put(HOSTS["ada"].id, SURVEY)
        offer = site.slots()
        made = [site.booked(start=start, token=offer["token"]) for start in offer["slots"][:BOOKINGS]]
        for booking in made[:OVER]:
            assert site.post(f"{api(booking)}/cancel").status_code == 200
        starts = offer["slots"]
        self.paths: dict[str, list[str]] = {
            "host": ["ada"],
            "event": ["intro-call", "intro-call", SURVEY.slug],
            "token": [booking["manage_url"].rpartition("/")[2] for booking in made],
        }
        self.query: dict[str, list[str]] = {
            "from": [starts[0][:10]],
            "to": [starts[0][:10], starts[-1][:10]],
            "tz": ["UTC", "Pacific/Apia"],
            "lang": ["de"],
        }
        self.fields: dict[str, list[str]] = {
            "start": starts[BOOKINGS - 2 : BOOKINGS + 10],  # taken and free ones
            "token": [offer["token"]],
            "name": ["Bob Byrne"],
            "email": ["bob@example.com"],
            "tz": ["Europe/Paris", "Australia/Lord_Howe"],
            "lang": ["en", "ar-EG"],
            "key": [f"a-key-of-{number}" for number in range(1000)],
            "guests": ["", "carol@example.com, dave@example.com"],
            "code": [""],
            "proof": [""],
            "website": [""],
            "answers.why": ["a"],
            "reason": ["", "I am ill.", "x" * 1001],  # the last one is too long
        }

    def put(self, case: Asked, draw: st.DrawFn) -> Asked:
        """Put it into a question: mostly all that belongs there, else each member where a coin says so."""
        for target, known in (
            (case.path_parameters, {name: self.paths[name] for name in case.path_parameters}),
            (case.query, self.query if case.query else {}),
            (case.body, self.fields if case.operation.method == "post" else {}),
        ):
            if isinstance(target, dict):
                has_all = draw(st.integers(0, 3)) > 0
                for name, truths in known.items():
                    if has_all or draw(st.booleans()):
                        target[name] = draw(st.sampled_from(truths))
        return case


@st.composite
def questions(draw: st.DrawFn, operation: Operation, known: Known) -> Asked:
    """Make a question that the description allows or, as often, one that it does not, with what is true in it."""
    modes = MODES if operation.path.startswith("/api/") else MODES[:1]  # what is not asked for cannot be wrong
    case: Asked = draw(operation.as_strategy(generation_mode=draw(st.sampled_from(modes))))
    return known.put(case, draw)


def ask_everything(site: Site, reading: int, writing: int) -> dict[str, Counter[int]]:
    """Ask every operation so many questions, and count the statuses of the answers to each."""
    schema = openapi.from_wsgi("/zoom/api/v1/openapi.json", site.app).exclude(path_regex="/api/v1/actions/")
    known = Known(site)
    heartbeats.beat(site.state, "worker")  # else the site is not ready
    seen: dict[str, Counter[int]] = defaultdict(Counter)
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        operation = result.ok()

        @settings(
            max_examples=writing if operation.method == "post" else reading,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(questions(operation, known))
        def ask(case: Asked) -> None:
            answer = case.call(headers={"Accept-Encoding": "identity"})  # it unpacks nothing that comes without HTTP
            seen[case.operation.label][answer.status_code] += 1
            case.validate_response(answer, checks=CHECKS)

        ask()
    return seen


@BOTH
def test_no_question_has_an_answer_that_is_not_described(site: Site) -> None:
    seen = ask_everything(site, 15, 120)
    for call, wanted in REACHED.items():
        assert seen[call].keys() >= wanted, f"{call}: the questions do not reach what they are for"


@BOTH
@pytest.mark.deep
@pytest.mark.timeout(1800)
def test_no_question_of_very_many_has_an_answer_that_is_not_described(site: Site) -> None:
    ask_everything(site, 200, 800)
