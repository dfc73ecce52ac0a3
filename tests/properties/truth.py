"""The truth at Zoom and in our rows, side by side: what the tests of a connection's life compare."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import delete

from tests.fixtures.site import Site
from tests.fixtures.site_app import HOSTS
from tests.services.looking import Letters, make_due, rows, turn
from zoom_blueprint.errors import NotConnected
from zoom_blueprint.services import tokens
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionReason, ConnectionStatus

T = TypeVar("T")
LOSSES = {ConnectionReason.LOST, ConnectionReason.INTERRUPTED}
_EMPTIED = (
    models.Delivery,
    models.LifecycleEvent,
    models.WebhookEvent,
    models.Duty,
    models.Consent,
    models.Attendance,
    models.Meeting,
    models.Booking,
    models.Grant,
    models.ZoomQuota,
    models.Connection,
)


class Truth:
    """One site and its Zoom, made as new; ``given_up`` are the grants that we may lose, because an answer was lost."""

    def __init__(self, site: Site, letters: Letters) -> None:
        self.site, self.letters = site, letters
        self.given_up: set[int] = set()
        self.torn: set[str] = set()
        self.account: str | None = None
        self.accounts = 0
        site.drain()
        origin = site.state.config.public_url
        site.simulator.reset()
        site.simulator.set_app(redirect_uris=[f"{origin}/zoom/callback"], webhook_url=f"{origin}/zoom/webhook")
        letters.sent.clear()

        def empty(session: Any) -> None:
            for model in _EMPTIED:
                session.execute(delete(model))

        site.state.database.write(empty)

    def connections(self) -> dict[str, models.Connection]:
        """Return all connections' rows by their ids."""
        return {row.id: row for row in rows(self.site.state, models.Connection)}

    def grants(self) -> dict[str, models.Grant]:
        """Return all grants' rows by their connections."""
        return {row.connection_id: row for row in rows(self.site.state, models.Grant)}

    def live(self) -> dict[str, int]:
        """Return the Zoom users whose grant Zoom honours, with its id."""
        return {
            grant["user_id"]: grant["id"]
            for grant in self.site.simulator.grants()
            if grant["live"] and (grant["valid_refresh_tokens"] or grant["valid_access_tokens"])
        }

    def pending(self) -> list[models.Consent]:
        """Return the consents that keep a grant."""
        return list(rows(self.site.state, models.Consent, models.Consent.grant_sealed.is_not(None)))

    def drain(self) -> None:
        """Do what is due, and all duties before their time."""
        make_due(self.site.state, models.Duty)
        self.site.drain()

    def quietly(self, act: Callable[[], T]) -> T:
        """Do something that must not call Zoom, and return what it returns."""
        before = len(self.site.simulator.calls())
        done = act()
        called = [call["route"] for call in self.site.simulator.calls()[before:]]
        assert called == [], "nobody calls Zoom for a connection that was cut"
        return done

    def check(self) -> None:
        """Check what has to hold at any moment."""
        grants = self.grants()
        for row in self.connections().values():
            grant = grants.get(row.id)
            is_cut = row.status == ConnectionStatus.INACTIVE
            assert is_cut == (grant is None)
            assert is_cut == (row.zoom_user_id is None)
            if grant is not None:
                assert (grant.lost_at is not None) == (row.reason in LOSSES), (row.reason, grant.lost_at)
                assert (row.status == ConnectionStatus.ACTIVE) == (row.reason is None)
            if row.reason == ConnectionReason.INTERRUPTED:
                assert row.id in self.torn, "no answer was lost"
        alarms = [mail for mail in self.letters.sent if "reconnect" in mail["Subject"] and "ada@" in mail["To"]]
        assert len(alarms) <= self.accounts_of_ada(), "one alarm a day for each account that was connected"

    def accounts_of_ada(self) -> int:
        """Return how often an account was connected, or changed, as far as was seen."""
        row = next((row for row in self.connections().values() if row.host_id == HOSTS["ada"].id), None)
        account = None if row is None else row.zoom_user_id
        if account not in (None, self.account):
            self.accounts += 1
        self.account = account
        return self.accounts

    def is_kept_away(self) -> bool:
        """Return whether Zoom has given Ada access and did not say whose: then nobody asks for a renewal."""
        return any(one.host_id == HOSTS["ada"].id and one.zoom_user_sealed is None for one in self.pending())

    def audit(self) -> None:
        """Check that whatever Zoom honours is held by exactly one connection, which it keeps working."""
        self.site.simulator.clear_faults()
        self.drain()
        over = datetime.now(UTC) - timedelta(seconds=1)
        turn(self.site.state, models.Consent, models.Consent.grant_sealed.is_not(None), expires_at=over)
        self.drain()
        self.drain()
        assert self.pending() == [], "a grant that nobody needs goes back to Zoom"
        live, grants = self.live(), self.grants()
        working = {connection_id for connection_id, grant in grants.items() if grant.lost_at is None}
        held = {row.zoom_user_id: row.id for row in self.connections().values() if row.id in working}
        for user, grant_id in live.items():
            assert user in held or grant_id in self.given_up, "Zoom honours a grant that nobody holds"
        for holder, connection_id in held.items():
            try:
                tokens.renew(self.site.state, connection_id)
            except NotConnected:
                assert holder not in live or live[holder] in self.given_up, "Zoom honours another chain"
            else:
                assert holder in live
        self.check()

    def forgive(self, user: str) -> None:
        """Note that the present grant of a Zoom user may be lost, because an answer was."""
        ids = {one["short"]: one["id"] for one in self.site.simulator.users()}
        grant_id = self.live().get(ids[user])
        if grant_id is not None:
            self.given_up.add(grant_id)
