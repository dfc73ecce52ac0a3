"""Key rotation: everything opens with the newest key alone, and nothing that is in use is disturbed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cryptography.fernet import Fernet
from sqlalchemy import update

from tests.fixtures.site import Site, api
from tests.fixtures.site_app import TOKEN_KEY
from zoom_blueprint.services import action_calls, consents, endpoints, rotation, tokens
from zoom_blueprint.services.rotation import Rotated
from zoom_blueprint.state import EXTENSION, State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import Base, new_id
from zoom_blueprint.store.crypto import Cipher

NEW_KEY = Fernet.generate_key().decode()


def with_keys(site: Site, *keys: str) -> State:
    """Go on with other keys, as after a restart with another ``ZOOM_TOKEN_KEYS``."""
    state: State = replace(site.state, cipher=Cipher(keys))
    state.__dict__["database"] = site.state.database
    site.app.extensions[EXTENSION] = site.state = state
    return state


def in_use(site: Site) -> dict[str, object]:
    """Fill every sealed column and return the booking."""
    booking = site.booked()
    consents.begin(site.state, "1")
    site.drain()
    of_google(site, str(booking["id"]))
    of_programs(site)
    return booking


def of_google(site: Site, booking_id: str) -> None:
    """Fill what is sealed of a calendar of Google's."""
    seal, connection_id, row_id = site.state.cipher.seal, site.connection().id, new_id()
    row = models.CalendarEvent(
        id=row_id,
        connection_id=connection_id,
        host_id="1",
        booking_id=booking_id,
        join_url_sealed=seal("zoom_calendar_event", row_id, "join_url", "https://meet.google.com/abc"),
    )
    site.state.database.write(lambda session: session.add(row))


def of_programs(site: Site) -> None:
    """Fill what is sealed of programs: where they are told, and what they asked for."""
    made, _ = endpoints.make(site.state, "1", "https://hooks.example.com/1", ["booking.confirmed"])
    endpoints.rotate(site.state, "1", made.id)
    action_calls.once(site.state, "1", "key", "create_meeting", "{}", lambda turn: "an answer")


def test_afterwards_the_old_key_is_needed_by_nothing(site: Site) -> None:
    booking = in_use(site)
    state = with_keys(site, NEW_KEY, TOKEN_KEY)
    rotated = rotation.rotate(state)
    assert rotated.left == 0
    assert rotated.sealed >= len(sealed_columns())
    assert rotation.rotate(state) == Rotated(0, 0)
    state = with_keys(site, NEW_KEY)
    assert site.get(api(booking)).json()["join_url"] == booking["join_url"]
    assert tokens.with_zoom(state, site.connection().id, lambda zoom: zoom.me().email) == "ada@example.com"


def test_every_sealed_column_of_the_tables_is_known_to_the_rotation() -> None:
    known = {f"{place.table}.{place.column.key}" for place in rotation._PLACES}
    assert known == sealed_columns()


def test_a_grant_that_is_being_refreshed_is_left_alone(site: Site) -> None:
    in_use(site)
    hold = update(models.Grant).values(lease="somebody", lease_until=datetime.now(UTC) + timedelta(seconds=30))
    site.state.database.write(lambda session: session.execute(hold))
    assert rotation.rotate(with_keys(site, NEW_KEY, TOKEN_KEY)).left == 2
    release = update(models.Grant).values(lease=None, lease_until=None)
    site.state.database.write(lambda session: session.execute(release))
    assert rotation.rotate(site.state) == Rotated(2, 0)


def sealed_columns() -> set[str]:
    """Return the sealed columns of all tables."""
    return {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("_sealed")
    }
