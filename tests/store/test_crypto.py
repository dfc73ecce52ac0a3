"""Sealed columns: they open in their own place only, and the file holds nothing in the clear."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from tests.fixtures.site import MakeSite
from tests.services.looking import meeting_of, only, rows, turn
from zoom_blueprint.errors import ZoomBlueprintError
from zoom_blueprint.services import grants, tokens
from zoom_blueprint.store import models
from zoom_blueprint.store.base import Base
from zoom_blueprint.store.crypto import Cipher, SealBroken
from zoom_blueprint.store.session import Database

KEYS = [Fernet.generate_key().decode() for _ in range(2)]


def test_a_value_opens_in_its_own_place_only() -> None:
    cipher = Cipher(KEYS)
    sealed = cipher.seal("zoom_grant", "1", "access_token", "sécret")
    assert cipher.open("zoom_grant", "1", "access_token", sealed) == "sécret"
    for place in (("zoom_meeting", "1", "access_token"), ("zoom_grant", "2", "access_token"), ("zoom_grant", "1", "x")):
        with pytest.raises(SealBroken):
            cipher.open(*place, sealed)


def test_an_older_key_still_opens_and_a_foreign_one_does_not() -> None:
    sealed = Cipher(KEYS[1:]).seal("t", "1", "c", "value")
    assert Cipher(KEYS).open("t", "1", "c", sealed) == "value"
    for text in (Cipher([Fernet.generate_key().decode()]).seal("t", "1", "c", "value"), "", "é", sealed[:-4]):
        with pytest.raises(SealBroken):
            Cipher(KEYS).open("t", "1", "c", text)
    assert repr(Cipher(KEYS)) == "Cipher(***)"


def test_tokens_swapped_between_two_hosts_serve_neither(make_site: MakeSite) -> None:
    site = make_site()
    site.connect("ada")
    site.connect("grace", "grace")
    ada, grace = (site.connection(who).id for who in ("ada", "grace"))
    (graces,) = rows(site.state, models.Grant, models.Grant.connection_id == grace)
    turn(
        site.state,
        models.Grant,
        models.Grant.connection_id == ada,
        access_token_sealed=graces.access_token_sealed,
        refresh_token_sealed=graces.refresh_token_sealed,
    )
    with pytest.raises((SealBroken, ZoomBlueprintError)):
        tokens.with_zoom(site.state, ada, lambda zoom: zoom.me())


def test_no_secret_stands_in_the_database_file_in_the_clear(make_site: MakeSite) -> None:
    site = make_site()
    site.connect()
    booking = site.booked(**{"answers.topic": "a private matter"}, utm_source="a-secret-campaign")
    site.simulator.press("ada", meeting_of(site, booking).zoom_meeting_id or 0, "start")
    site.drain()
    held = grants.open_tokens(site.state, only(site.state, models.Grant))
    (meeting,) = site.simulator.meetings("ada")
    secrets = [held.access_token, held.refresh_token, meeting["join_url"], meeting["password"], "a-secret-campaign"]
    attempt = only(site.state, models.Consent)
    secrets.append(site.state.cipher.open("zoom_consent", attempt.id, "verifier", attempt.verifier_sealed))
    database = site.state.database
    stored = _bytes_beside(database.engine.url.database or "") if database.is_sqlite else _all_rows(database)
    assert attempt.verifier_sealed.encode() in stored
    assert [secret for secret in secrets if secret.encode() in stored] == []


def _bytes_beside(path: str) -> bytes:
    """Return the bytes of the database file and of its log."""
    return b"".join(one.read_bytes() for one in sorted(Path(path).parent.iterdir()))


def _all_rows(database: Database) -> bytes:
    """Return all that is in our tables."""
    tables = Base.metadata.sorted_tables
    return repr(database.read(lambda session: [session.execute(select(table)).all() for table in tables])).encode()
