"""Connections: one for each host unless more are allowed, and which of several is meant."""

import pytest
from sqlalchemy.orm import Session

from tests.fixtures.site import MakeSite, Site
from tests.services.looking import rows, turn
from tests.services.test_consents import live, pursue, question
from zoom_blueprint.errors import ConnectError, NotFound
from zoom_blueprint.services import connections, endings
from zoom_blueprint.store import models
from zoom_blueprint.values import Connection, ConnectionReason, ConnectionStatus


@pytest.fixture
def several(make_site: MakeSite) -> Site:
    """Serve a site where each host may connect two accounts, and ada has connected one."""
    site = make_site(ZOOM_CONNECTIONS_PER_HOST=2)
    site.simulator.put_user("work", first_name="Ada", last_name="at Work", email="work@example.com")
    site.simulator.put_user("third", first_name="Third", last_name="One", email="third@example.com")
    site.connect()
    return site


def mails(site: Site) -> list[str]:
    """Return whose accounts ada has, in the order in which pages show them."""
    return [connection.email.partition("@")[0] for connection in connections.all_of(site.state, "1")]


def chosen(site: Site, wanted: str | None = None) -> str | None:
    """Return the id of the connection that an event type of ada's with this choice uses."""

    def work(session: Session) -> str | None:
        row = connections.chosen(session, "1", wanted)
        return None if row is None else row.id

    return site.state.database.read(work)


def ail(site: Site, connection: Connection) -> None:
    """Make a connection unhealthy."""
    unhealthy = {"status": ConnectionStatus.UNHEALTHY, "reason": ConnectionReason.MAY_NOT_HOST}
    turn(site.state, models.Connection, models.Connection.id == connection.id, **unhealthy)


def test_a_host_has_one_account_unless_more_are_allowed(site: Site) -> None:
    assert not connections.may_add(site.state, "1")
    assert connections.may_add(site.state, "2")
    question(site)
    assert len(connections.all_of(site.state, "1")) == 1


def test_a_second_account_is_simply_added(several: Site) -> None:
    assert connections.may_add(several.state, "1")
    first = several.connection()
    second = several.connect(zoom_user="work")
    assert second.id != first.id
    assert mails(several) == ["ada", "work"]
    assert not connections.may_add(several.state, "1")
    assert several.connection() == first, "the first that works is the current one"
    assert live(several) == ["ada", "work"]


def test_connecting_a_known_account_renews_it_whichever_button_was_pressed(several: Site) -> None:
    first = several.connection()
    second = several.connect(zoom_user="work")
    again = several.connect(zoom_user="work")
    assert again.id == second.id
    assert len(rows(several.state, models.Connection)) == 2
    assert several.connect().id == first.id


def test_an_account_too_many_is_refused_and_goes_back(several: Site) -> None:
    several.connect(zoom_user="work")
    with pytest.raises(ConnectError, match="as many Zoom accounts as this site allows"):
        several.connect(zoom_user="third")
    pursue(several)
    assert live(several) == ["ada", "work"]
    assert mails(several) == ["ada", "work"]


def test_a_cut_connection_makes_room_and_nobody_takes_its_place_unasked(several: Site) -> None:
    """An event type may have chosen it: its bookings do not move to whoever is connected next."""
    second = several.connect(zoom_user="work")
    endings.disconnect(several.state, "1", second.id)
    assert connections.may_add(several.state, "1")
    third = several.connect(zoom_user="third")
    assert third.id != second.id
    assert mails(several) == ["ada", "third", ""]
    assert chosen(several, second.id) == second.id
    assert not connections.may_add(several.state, "1")


def test_the_one_connection_of_a_host_keeps_its_row(site: Site) -> None:
    before = site.connection()
    endings.disconnect(site.state, "1", before.id)
    assert site.connect(zoom_user="grace").id == before.id


def test_an_event_types_choice_stands_else_the_first_that_works_is_taken(several: Site) -> None:
    first, second = several.connection(), several.connect(zoom_user="work")
    assert chosen(several) == first.id
    assert chosen(several, second.id) == second.id
    assert chosen(several, "gone") == first.id
    ail(several, first)
    assert chosen(several) == second.id
    assert chosen(several, first.id) == first.id
    assert several.connection().id == second.id
    ail(several, second)
    assert chosen(several) == first.id
    endings.disconnect(several.state, "1", first.id)
    assert chosen(several) == second.id


def test_nobody_is_given_another_hosts_connection(several: Site) -> None:
    other = several.connect("grace")
    assert chosen(several, other.id) == several.connection().id
    with pytest.raises(NotFound):
        connections.get(several.state, "1", other.id)
    assert connections.get(several.state, "2", other.id) == other


def test_who_never_connected_has_nothing(several: Site) -> None:
    assert connections.all_of(several.state, "2") == []
    assert connections.current(several.state, "2") is None
    assert several.state.database.read(lambda session: connections.chosen(session, "2", None)) is None


def test_a_connection_that_never_worked_again_is_still_shown(site: Site) -> None:
    endings.disconnect(site.state, "1", site.connection().id)
    assert site.connection().status is ConnectionStatus.INACTIVE
    assert connections.may_add(site.state, "1")
