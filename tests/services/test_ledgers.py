"""What a host sees of deliveries: how each stands, whose they are, and how many questions that takes."""

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.services.looking import LONG_AGO, Letters, rows, turn
from tests.services.owing import deliveries as owe
from tests.services.test_queries import counted
from zoom_blueprint import LifecycleEvent
from zoom_blueprint.errors import NotFound
from zoom_blueprint.events import EventName
from zoom_blueprint.services import ledgers
from zoom_blueprint.services.ledgers import PAGE, Fate, Line, Way
from zoom_blueprint.store import models


@pytest.fixture
def told(make_site: MakeSite) -> Site:
    """A site that writes mails and tells one hook of codes."""
    site = make_site()
    Letters(site)

    @site.zoom.on("visitor.checked")
    def crm(_: LifecycleEvent) -> None:
        """Be told."""

    site.connect()
    return site


def lines(site: Site, **which: object) -> tuple[Line, ...]:
    """Return a page of Ada's ledger."""
    return ledgers.of_host(site.state, "1", **which).lines  # type: ignore[arg-type]  # filters by their names


def test_each_delivery_stands_under_its_own_state(told: Site) -> None:
    told.booked(guests="max@example.com")
    told.drain()
    delivery = models.Delivery
    found = {(one.event_name, one.subscriber): one.fate for one in lines(told)}
    confirmed = EventName.BOOKING_CONFIRMED
    assert found[confirmed, "mail:invitee"] is Fate.SENT
    assert found[confirmed, "mail:guest:0"] is Fate.SENT
    assert found[confirmed, "mail:host:remind:60"] is Fate.DUE
    assert (confirmed, "mail:guests") not in found, "the single guests stand in its place"
    first = delivery.event_name == confirmed
    turn(told.state, delivery, first, delivery.subscriber == "mail:host", outcome="refused for good")
    turn(told.state, delivery, first, delivery.subscriber == "mail:invitee", outcome="superseded")
    turn(told.state, delivery, first, delivery.subscriber == "mail:guest:0", outcome=None, parked_at=LONG_AGO)
    for fate, subscriber in (
        (Fate.GIVEN_UP, "mail:host"),
        (Fate.SKIPPED, "mail:invitee"),
        (Fate.PARKED, "mail:guest:0"),
    ):
        (one,) = [line for line in lines(told, fate=fate) if line.event_name == confirmed]
        assert (one.subscriber, one.fate) == (subscriber, fate)
    every = lines(told)
    assert sum(len(lines(told, fate=fate)) for fate in Fate) == len(every)
    assert {one.fate for one in every if one.fate is not Fate.SENT} == {*Fate} - {Fate.SENT}


def test_mails_and_hooks_are_told_apart(told: Site) -> None:
    told.booked()
    owe(told, "1", 2)
    assert {one.subscriber for one in lines(told, way=Way.HOOK)} == {"hook:crm"}
    assert len(lines(told, way=Way.HOOK)) == 2
    assert all(one.subscriber.startswith("mail:") for one in lines(told, way=Way.MAIL))


def test_pages_lead_on_and_back_without_losing_or_doubling_a_row(told: Site) -> None:
    for subscriber in ("second", "third"):  # so that what happened at the same instant lies on both sides of an edge
        told.zoom.on("visitor.checked", subscriber=subscriber)(lambda _: None)
    owe(told, "1", (PAGE * 2 + 7) // 3)
    sheet = ledgers.of_host(told.state, "1")
    seen = [one.row_id for one in sheet.lines]
    assert (len(seen), sheet.newer) == (PAGE, None)
    while sheet.older:
        sheet = ledgers.of_host(told.state, "1", before=sheet.older)
        seen += [one.row_id for one in sheet.lines]
    every = rows(told.state, models.Delivery)
    assert sorted(seen) == sorted(row.id for row in every)
    back = [one.row_id for one in sheet.lines]
    while sheet.newer:
        sheet = ledgers.of_host(told.state, "1", after=sheet.newer)
        back = [one.row_id for one in sheet.lines] + back
    assert back == seen
    due = [row.due_at for place in seen for row in every if row.id == place]
    assert due == sorted(due, key=str, reverse=True), "the newest first"


def test_rows_of_another_host_are_not_there(told: Site) -> None:
    owe(told, "1", 1)
    (mine,) = lines(told)
    assert ledgers.of_host(told.state, "2").lines == ()
    with pytest.raises(NotFound):
        ledgers.of_host(told.state, "2", before=mine.row_id)


def test_a_parked_mail_says_what_its_reader_was_told_meanwhile(told: Site) -> None:
    told.booked()
    delivery = models.Delivery
    reminder = delivery.subscriber == "mail:invitee:remind:60"
    first = (delivery.subscriber == "mail:invitee", delivery.event_name == EventName.BOOKING_CONFIRMED)
    turn(told.state, delivery, *first, due_at=None, parked_at=LONG_AGO)
    turn(told.state, delivery, reminder, due_at=None, parked_at=LONG_AGO)
    assert {one.told_of for one in lines(told, fate=Fate.PARKED)} == {None}
    turn(told.state, delivery, *first, parked_at=None, due_at=LONG_AGO)
    told.drain()
    (late,) = lines(told, fate=Fate.PARKED)
    assert late.told_of == EventName.BOOKING_CONFIRMED
    assert late.told_at is not None


def test_a_full_page_takes_as_many_queries_as_a_short_one(told: Site) -> None:
    booking = told.booked()
    turn(told.state, models.Delivery, due_at=None, parked_at=LONG_AGO)
    with counted(told) as few:
        assert lines(told)
    owe(told, "1", PAGE * 2)
    place = told.slots()["slots"]
    for number in range(1, 6):
        told.booked(start=place[number], email=f"b{number}@example.com", token=told.slots()["token"])
    turn(told.state, models.Delivery, due_at=None, parked_at=LONG_AGO)
    with counted(told) as many:
        assert len(lines(told)) == PAGE
    assert len(many) == len(few) <= 2, booking


def test_the_newest_are_found_by_an_index(told: Site) -> None:
    owe(told, "1", PAGE)
    with counted(told) as statements:
        lines(told, fate=Fate.PARKED)
    if not told.state.database.is_sqlite:
        return  # whose planner looks at how little there is
    plan = told.state.database.read(
        lambda session: session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statements[0]}").fetchall()
    )
    steps = [row[-1] for row in plan]
    assert any("ix_zoom_lifecycle_event_host_id_occurred_at" in step for step in steps), steps
    assert not any(step == "USE TEMP B-TREE FOR ORDER BY" for step in steps), steps
