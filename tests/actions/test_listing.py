"""Lists of meetings: page by page with a cursor, or a thousand in one stream that never holds more than a page."""

import tracemalloc
from typing import Any

import msgspec

from tests.actions.programs import Program, ahead
from tests.fixtures.site import Answer, Site
from zoom_blueprint.actions import running
from zoom_blueprint.actions.calls import Call

A_PAGE = 100
LINES = "application/x-ndjson"


def listed(number: int) -> dict[str, Any]:
    """Return a meeting as Zoom lists it."""
    return {
        "id": 80_000_000_000 + number,
        "uuid": f"{number}",
        "topic": f"Meeting {number}",
        "type": 2,
        "start_time": "2041-01-15T09:00:00Z",
        "duration": 30,
        "timezone": "UTC",
        "agenda": "x" * 250,
        "host_id": "ada",
        "join_url": "https://zoom.example/j/1",
    }


def streamed(program: Program) -> Answer:
    """Ask for all meetings in lines."""
    headers = {"Authorization": f"Bearer {program.text}", "Accept": LINES}
    sent = {"page_size": A_PAGE}
    return program.site.post("/api/v1/actions/list_meetings", json=sent, headers=headers, stream=True)


def lists(site: Site, pages: int, *, size: int = A_PAGE) -> None:
    """Let Zoom list so many pages, of which the simulator would not let anybody make the meetings within a day."""
    for number in range(pages):
        found = [listed(number * size + place) for place in range(size)]
        body = {"meetings": found, "next_page_token": f"page-{number + 1}" if number + 1 < pages else ""}
        site.simulator.fault(route="list_meetings", status=200, body=body)


def test_pages_follow_each_other_by_a_cursor(program: Program, site: Site) -> None:
    wishes = [{"topic": f"{place}", "start": ahead(days=place + 1)} for place in range(5)]
    made = {program.did("create_meeting", wish)["id"] for wish in wishes}
    found: list[Any] = []
    cursor = None
    sizes: list[int] = []
    while cursor is not None or not sizes:
        page = program.did("list_meetings", {"page_size": 2, "cursor": cursor})
        found += page["meetings"]
        sizes.append(len(page["meetings"]))
        cursor = page["next_cursor"]
    assert sizes == [2, 2, 1]
    assert {one["id"] for one in found} == made


def test_a_cursor_is_good_for_its_own_list_alone(program: Program, site: Site) -> None:
    for place in range(3):
        program.did("create_meeting", {"topic": f"{place}", "start": ahead(days=place + 1)})
    cursor = program.did("list_meetings", {"page_size": 2})["next_cursor"]
    others = (
        {"page_size": 3, "cursor": cursor},
        {"page_size": 2, "type": "scheduled", "cursor": cursor},
        {"cursor": "x"},
    )
    for other in others:
        refused = program.ask("list_meetings", other)
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_input")
        assert set(refused.json()["errors"]) == {"cursor"}
    site.simulator.advance(16 * 60)  # after which Zoom has forgotten the place
    expired = program.ask("list_meetings", {"page_size": 2, "cursor": cursor})
    assert (expired.status_code, expired.json()["code"]) == (422, "invalid_input")
    assert set(expired.json()["errors"]) == {"cursor"}


def test_a_thousand_meetings_come_in_one_stream(program: Program, site: Site) -> None:
    lists(site, 10)
    answer = streamed(program)
    assert answer.headers["Content-Type"] == LINES
    topics = [msgspec.json.decode(line)["topic"] for line in answer.iter_lines()]
    assert topics == [f"Meeting {place}" for place in range(1000)]


def test_a_stream_that_breaks_off_says_why_in_its_last_line(program: Program, site: Site) -> None:
    first = {"meetings": [listed(7)], "next_page_token": "page-1"}
    site.simulator.fault(route="list_meetings", status=200, body=first)
    site.simulator.fault(route="list_meetings", status=503, times=9)
    answer = streamed(program)
    meeting, problem = (msgspec.json.decode(line) for line in answer.text.splitlines())
    assert meeting["topic"] == "Meeting 7"
    assert problem["problem"]["code"] == "zoom_unavailable"


def test_a_list_that_runs_in_a_circle_ends_the_stream(program: Program, site: Site) -> None:
    site.simulator.fault(
        route="list_meetings", times=9, status=200, body={"meetings": [listed(1)], "next_page_token": "again"}
    )
    *meetings, problem = (msgspec.json.decode(line) for line in streamed(program).text.splitlines())
    assert [one["topic"] for one in meetings] == ["Meeting 1", "Meeting 1"]
    assert problem["problem"]["code"] == "zoom_unavailable"


def test_a_stream_that_does_not_begin_is_refused_as_a_page_would_be(program: Program, site: Site) -> None:
    site.simulator.fault(route="list_meetings", status=503, times=9)
    answer = streamed(program)
    assert (answer.status_code, answer.json()["code"]) == (502, "zoom_unavailable")


def test_a_long_list_takes_no_more_memory_than_a_short_one(site: Site) -> None:
    def peak(pages: int) -> int:
        lists(site, pages)
        call = Call(state=site.state, host_id="1")
        with site.app.app_context():
            tracemalloc.start()
            count = sum(1 for _ in running.stream(call, {"page_size": A_PAGE}))
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        assert count == pages * A_PAGE
        return most

    peak(2)  # what is loaded at the first use
    assert peak(20) < 1.5 * peak(2)
