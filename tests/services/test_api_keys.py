"""API keys as services keep them: how many, for how long, and what becomes of those that are over."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from tests.fixtures.site import Site
from tests.services.looking import rows
from zoom_blueprint.errors import BadInput, NotFound
from zoom_blueprint.services import api_keys, upkeep
from zoom_blueprint.store import models


def made(site: Site, host_id: str = "1", *, name: str = "CRM", expires_at: datetime | None = None) -> str:
    """Make a key and return its id."""
    return api_keys.make(site.state, host_id, name, ["list_slots"], expires_at=expires_at).id


def set_back(site: Site, key_id: str, **values: datetime) -> None:
    """Give a key other instants."""
    change = update(models.ApiKey).where(models.ApiKey.id == key_id).values(**values)
    site.state.database.write(lambda session: session.execute(change))


def test_a_host_has_so_many_good_keys_and_no_more(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_keys, "MOST", 2)
    first, second = made(site), made(site)
    with pytest.raises(BadInput, match="There are 2 keys"):
        made(site)
    made(site, "2")
    api_keys.revoke(site.state, "1", first)
    set_back(site, second, expires_at=datetime.now(UTC))
    made(site)
    made(site)
    with pytest.raises(BadInput, match="There are 2 keys"):
        made(site)


def test_those_that_are_good_are_listed_first(site: Site) -> None:
    now = datetime.now(UTC)
    kept, expired, revoked, newest = (made(site, name=name) for name in ("kept", "expired", "revoked", "newest"))
    set_back(site, expired, expires_at=now)
    api_keys.revoke(site.state, "1", revoked)
    assert [key.id for key in api_keys.all_of(site.state, "1")] == [newest, kept, revoked, expired]
    assert [key.is_good(now) for key in api_keys.all_of(site.state, "1")] == [True, True, False, False]


def test_what_is_left_of_a_key_goes_a_month_after_its_end(site: Site) -> None:
    now = datetime.now(UTC)
    month = timedelta(days=30, minutes=1)
    good, gone, expired, fresh = made(site), made(site), made(site), made(site)
    set_back(site, gone, revoked_at=now - month)
    set_back(site, expired, expires_at=now - month)
    set_back(site, fresh, revoked_at=now - timedelta(days=29))
    upkeep.purge(site.state)
    assert {row.id for row in rows(site.state, models.ApiKey)} == {good, fresh}


def test_a_key_is_used_at_most_once_a_minute_for_the_record(site: Site) -> None:
    key_id = made(site)
    earlier = datetime.now(UTC) - timedelta(seconds=50)
    set_back(site, key_id, last_used_at=earlier)
    api_keys.note_use(site.state, api_keys.get(site.state, "1", key_id))
    assert api_keys.get(site.state, "1", key_id).last_used_at == earlier
    set_back(site, key_id, last_used_at=earlier - timedelta(seconds=11))
    api_keys.note_use(site.state, api_keys.get(site.state, "1", key_id))
    last = api_keys.get(site.state, "1", key_id).last_used_at
    assert last is not None
    assert last > earlier


def test_what_is_not_a_key_of_the_host_is_not_there(site: Site) -> None:
    key_id = made(site)
    for host_id, which in (("2", key_id), ("1", "0" * 32)):
        with pytest.raises(NotFound):
            api_keys.get(site.state, host_id, which)
        with pytest.raises(NotFound):
            api_keys.revoke(site.state, host_id, which)
    with pytest.raises(NotFound):
        made(site, "nobody")
    with pytest.raises(BadInput, match="still to come"):
        made(site, expires_at=datetime.now(UTC))
    with pytest.raises(BadInput, match="time zone"):
        made(site, expires_at=datetime(2040, 1, 1))  # noqa: DTZ001
    assert api_keys.get(site.state, "1", key_id).revoked_at is None


def test_nobody_reads_a_key_in_a_repr(site: Site) -> None:
    key = api_keys.make(site.state, "1", "CRM", ["list_slots"])
    assert key.text not in repr(key)
    assert key.text[: len(key.prefix)] == key.prefix
    assert all(key.text not in repr(vars(row)) for row in rows(site.state, models.ApiKey))
