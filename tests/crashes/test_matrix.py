"""The power goes out at each commit and each outbound call of every operation, and in the end all is well."""

from collections import Counter

import pytest

from tests.crashes import sites
from tests.crashes.catalogue import BY_CHANCE, NINE, SCENARIOS, UNREACHED
from tests.crashes.conftest import MakeMatrix, Undisturbed
from tests.crashes.matrix import Course, Matrix, tell
from zoom_blueprint.events import EventName
from zoom_blueprint.services.outcomes import Outcome

pytestmark = pytest.mark.timeout(600)  # the first test lives through every operation
SQLITE, POSTGRESQL = "sqlite", "postgresql"
# What is told of trouble that a restart may have spared everybody, and of what follows it.
MAY_NOT_HAPPEN = {EventName.MEETING_READY, EventName.MEETING_PARKED, EventName.ZOOM_UNHEALTHY, EventName.ZOOM_RECOVERED}
DEEP = [pytest.mark.deep, pytest.mark.timeout(3600)]


def test_the_points_are_all_the_commits_and_calls_that_the_source_has(undisturbed: Undisturbed) -> None:
    """What is new in the source is reached by an operation here, or this test asks for one that reaches it."""
    reached = {site for name in SCENARIOS for site in undisturbed(SQLITE, name).sites}
    every = sites.every()
    assert every - reached - UNREACHED.keys() == set(), "no operation of the crash matrix comes by here"
    assert UNREACHED.keys() - (every - reached) == set(), "excused, and yet there is no need to"
    unknown = [
        point for name in SCENARIOS for point in undisturbed(SQLITE, name).points if point.endswith("an unknown site")
    ]
    assert unknown == [], "something is committed or called that the walk over the source does not know"


@pytest.mark.parametrize("name", SCENARIOS)
def test_undisturbed_everything_ends_well(undisturbed: Undisturbed, name: str) -> None:
    course = undisturbed(SQLITE, name)
    for point in course.points:
        tell(f"{name}: {point}")
    assert course.report["complaints"] == []


@pytest.mark.parametrize("name", SCENARIOS)
def test_who_dies_at_a_point_harms_nobody(make_matrix: MakeMatrix, undisturbed: Undisturbed, name: str) -> None:
    """Each site once over all operations, just after it: until the next point there is nothing that lasts."""
    before = list(SCENARIOS)[: list(SCENARIOS).index(name)]
    known = {_place(point) for earlier in before for point in _certain(undisturbed(SQLITE, earlier), earlier)}
    new: dict[str, str] = {}
    for point in _certain(undisturbed(SQLITE, name), name):
        if _place(point) not in known:
            new.setdefault(_place(point), point)
    die_at(make_matrix(SQLITE), undisturbed(SQLITE, name), name, [one for one in new.values() if _is_after(one)])


@pytest.mark.parametrize("name", NINE)
def test_who_dies_harms_nobody_on_postgresql_either(
    make_matrix: MakeMatrix, undisturbed: Undisturbed, name: str
) -> None:
    """Every seventh point of the nine operations."""
    course = undisturbed(POSTGRESQL, name)
    die_at(make_matrix(POSTGRESQL), course, name, [one for one in _certain(course, name) if _is_after(one)][::7])


@pytest.mark.parametrize("database_kind", [pytest.param(kind, marks=DEEP) for kind in (SQLITE, POSTGRESQL)])
@pytest.mark.parametrize("name", SCENARIOS)
def test_who_dies_at_any_point_harms_nobody(
    make_matrix: MakeMatrix, undisturbed: Undisturbed, database_kind: str, name: str
) -> None:
    course = undisturbed(database_kind, name)
    die_at(make_matrix(database_kind), course, name, _certain(course, name))


def die_at(matrix: Matrix, undisturbed: Course, name: str, points: list[str]) -> None:
    """Die at these points, in a life each, and tell what is wrong in the end."""
    wrong = []
    for point in points:
        course = matrix.run(name, point)
        said = [*course.report["complaints"], *_mails(matrix, undisturbed, course)]
        is_reconnected = course.report["reconnected"] and not SCENARIOS[name].loses_grant
        if is_reconnected and not (SCENARIOS[name].holds_tokens or _has_rotated(point)):
            said.append("the host had to reconnect without need")
        honest = " (Zoom has rotated, and the answer is lost: the host reconnects)" if is_reconnected else ""
        tell(f"{name}: {point}{honest}", *(f"    {one}" for one in said))
        if said:
            wrong.append(f"{name}: {point}: {said}\n{course.trouble}")
    assert wrong == [], "\n".join(wrong)


def _mails(matrix: Matrix, undisturbed: Course, course: Course) -> list[str]:
    """Find what is owed and was not sent, and what was sent as another mail when it was sent again."""
    copies: dict[str, list[tuple[str, str]]] = {}
    sent = [(str(one["Message-ID"]), str(one["To"])) for one in matrix.post.messages] + course.by_mailer
    for message_id, to in sent:
        copies.setdefault(message_id.strip(" <>").partition("@")[0], []).append((message_id, to))
    arrived = {one.partition(".")[0] for one in copies}  # behind the dot, which time it was sent again on purpose
    missing = [one for one in course.sent if one["id"] not in arrived]
    found = [f"{one['event']} to {one['subscriber']} is recorded as sent, and did not arrive" for one in missing]
    known = {one["id"] for one in course.report["owed"]}
    if known:  # else everything about it was forgotten in the end
        found += [f"a mail arrived that nobody owes: {one}" for one in arrived - known]
    found += [f"one mail became several: {one}" for one in copies.values() if len(set(one)) > 1]
    if sum(len(one) - 1 for one in copies.values()) > 1:
        found.append(f"more than one mail came twice: {copies}")
    linkless = {one["subscriber"] for one in course.sent if one["outcome"] == Outcome.WITHOUT_LINK}
    owed = [one for one in _told(undisturbed) if one[0] not in MAY_NOT_HAPPEN]
    owed += [(EventName.MEETING_READY, subscriber) for subscriber in linkless]
    lacking = Counter(owed) - Counter(_told(course)) if known else Counter()
    return found + [f"{event} was not told to {subscriber}" for event, subscriber in lacking]


def _told(course: Course) -> list[tuple[str, str]]:
    return [(one["event"], one["subscriber"]) for one in course.told]


def _certain(course: Course, name: str) -> list[str]:
    """Return the points of an operation that do not hang on how fast the machine was just now."""
    by_chance = {site for site, operation in BY_CHANCE.items() if operation != name}
    return [point for point in course.points if not any(site in point for site in by_chance)]


def _place(point: str) -> str:
    """Return a point without what led there, and how often it was passed before."""
    return point.partition(" < ")[0].partition(" #")[0]


def _is_after(point: str) -> bool:
    return point.startswith("after ")


def _has_rotated(point: str) -> bool:
    """Tell whether Zoom has given new tokens that nobody has stored yet: no grace is known of, so they are lost."""
    return point.startswith(("after call services/tokens:_refresh oauth.refresh", "before commit services/tokens:keep"))
