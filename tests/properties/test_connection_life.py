"""The life of a connection in any order: connected, refreshed, changed, cut at either end, with faults on the way."""

import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import HOSTS
from tests.properties.truth import LOSSES, Truth
from tests.services.looking import LONG_AGO, Letters, turn
from zoom_blueprint.errors import ConnectError, NotConnected, ZoomError, ZoomUnknown
from zoom_blueprint.services import connections, consents, endings, settlements, tokens
from zoom_blueprint.store import models
from zoom_blueprint.values import Connection, ConnectionReason, ConnectionStatus

WHO = st.sampled_from(["ada", "grace"])
BEFORE: list[dict[str, Any]] = [{"drop": "before"}, {"status": 503}, {"status": 200, "body": "<html>"}]
AFTER: list[dict[str, Any]] = [{"drop": "after"}, {"status": 502, "effect": True}, {"truncate": 40}]
LOST_ON_THE_WAY = st.sampled_from(AFTER)
FAULTS = st.sampled_from(BEFORE + AFTER)


class Life(RuleBasedStateMachine):
    """Two hosts, two Zoom users, and everything that may happen between them."""

    site: Site
    letters: Letters

    def __init__(self) -> None:
        super().__init__()
        self.truth = Truth(self.site, self.letters)
        self.chains: dict[str, int] = {}  # the grant at Zoom from which each connection was last made
        self.simulator = self.site.simulator
        self.state = self.site.state

    def connection(self, who: str) -> Connection | None:
        return connections.current(self.state, HOSTS[who].id)

    def is_used(self, who: str) -> bool:
        return self.was_used(self.connection(who))

    def was_used(self, connection: Connection | None) -> bool:
        return connection is not None and connection.status is not ConnectionStatus.INACTIVE

    def is_sound(self, connection: Connection) -> bool:
        """Return whether Zoom certainly honours what we hold, so that nothing may go wrong without a fault."""
        row = self.truth.connections()[connection.id]
        grants = [one for one in self.simulator.grants() if one["user_id"] == row.zoom_user_id and one["live"]]
        is_ours = bool(grants) and grants[0]["id"] == self.chains.get(connection.id)
        return is_ours and connection.id not in self.truth.torn and bool(grants[0]["valid_refresh_tokens"])

    def note_connected(self, connection: Connection) -> None:
        assert (connection.status, connection.reason) == (ConnectionStatus.ACTIVE, None)
        row = self.truth.connections()[connection.id]
        self.truth.torn.discard(connection.id)
        self.chains[connection.id] = self.truth.live()[str(row.zoom_user_id)]

    @rule(who=WHO, user=WHO)
    def connect(self, who: str, user: str) -> None:
        before = self.connection(who)
        answer = self.attempt(who, user)
        if isinstance(answer, Connection):
            assert before is None or answer.id == before.id
            is_other = before is not None and not before.email.startswith(user)
            assert not (is_other and self.was_used(before)), "whoever is connected as another is asked first"
            assert answer.email.startswith(user)
            self.note_connected(answer)
        elif isinstance(answer, consents.AnotherAccount):
            assert before is not None
            assert before.email == answer.question.connected_as
            assert self.connection(who) == before
        else:
            assert "linked to another host" in str(answer)
            other = self.connection("grace" if who == "ada" else "ada")
            assert other is not None
            self.note_connected(other)

    @rule(who=WHO, user=WHO)
    def connect_while_zoom_does_not_say_who_it_is(self, who: str, user: str) -> None:
        self.simulator.fault(route="me", status=503)
        with pytest.raises(consents.NotYetKnown):
            self.site.connect(who, user)

    @rule(who=WHO, user=WHO, fault=FAULTS)
    def connect_while_the_code_is_lost(self, who: str, user: str, fault: dict[str, Any]) -> None:
        self.simulator.fault(route="token", **fault)
        with pytest.raises(ConnectError):
            self.site.connect(who, user)
        if fault in AFTER:
            self.truth.forgive(user)

    @rule(change=st.booleans())
    def answer_a_question(self, change: bool) -> None:
        for who, host in HOSTS.items():
            for question in settlements.questions(self.state, host.id):
                before = self.connection(who)
                if not change:
                    settlements.keep(self.state, host.id, question.consent_id)
                    assert self.connection(who) == before
                    continue
                try:
                    found = settlements.change(self.state, host.id, question.consent_id)
                except ConnectError:  # Zoom has ended that grant meanwhile
                    continue
                assert before is not None
                assert found.id == before.id
                assert found.email == question.signed_in_as
                self.note_connected(found)

    @precondition(lambda self: self.is_used("ada"))
    @rule(is_old=st.booleans(), count=st.integers(1, 2))
    def use(self, is_old: bool, count: int) -> None:
        connection = self.connection("ada")
        assert connection is not None
        is_sound = self.is_sound(connection) and not self.truth.is_kept_away()
        if is_old:
            turn(self.state, models.Grant, expires_at=LONG_AGO)
        answers: list[object] = []
        together = [threading.Thread(target=lambda: answers.append(self.ask(connection))) for _ in range(count)]
        for thread in together:
            thread.start()
        for thread in together:
            thread.join()
        assert len(answers) == count
        if is_sound:
            assert not [one for one in answers if isinstance(one, Exception)], answers
            assert self.connection("ada") == connection
        elif any(isinstance(one, NotConnected) for one in answers):
            after = self.connection("ada")
            assert after is not None
            assert after.reason in LOSSES

    @precondition(lambda self: self.is_used("ada"))
    @rule(first=FAULTS, second=FAULTS)
    def use_while_a_refresh_goes_wrong(self, first: dict[str, Any], second: dict[str, Any]) -> None:
        connection = self.connection("ada")
        assert connection is not None
        turn(self.state, models.Grant, expires_at=LONG_AGO)
        for fault in (first, second):
            self.simulator.fault(route="token", **fault)
        self.truth.torn.add(connection.id)
        self.truth.forgive("ada" if connection.email.startswith("ada") else "grace")
        answer = self.ask(connection)
        assert isinstance(answer, NotConnected | ZoomUnknown)
        self.simulator.clear_faults()

    @precondition(lambda self: self.is_used("ada"))
    @rule(fault=LOST_ON_THE_WAY)
    def lose_the_answer_of_a_refresh(self, fault: dict[str, Any]) -> None:
        connection = self.connection("ada")
        assert connection is not None
        is_sound = self.is_sound(connection)
        turn(self.state, models.Grant, expires_at=LONG_AGO)
        self.simulator.fault(route="token", **fault)
        self.truth.torn.add(connection.id)
        self.truth.forgive("ada" if connection.email.startswith("ada") else "grace")
        is_kept_away = self.truth.is_kept_away()
        answer = self.ask(connection)
        self.simulator.clear_faults()
        if is_kept_away:
            assert isinstance(answer, NotConnected | ZoomUnknown)
            return
        assert isinstance(answer, NotConnected)
        after = self.connection("ada")
        assert after is not None
        if is_sound:
            assert (after.status, after.reason) == (ConnectionStatus.UNHEALTHY, ConnectionReason.INTERRUPTED)

    @precondition(lambda self: self.is_used("ada"))
    @rule(fault=st.sampled_from([None, *BEFORE, *AFTER]))
    def disconnect(self, fault: dict[str, Any] | None) -> None:
        connection = self.connection("ada")
        assert connection is not None
        user = "ada" if connection.email.startswith("ada") else "grace"
        is_sound = self.is_sound(connection)
        if fault:
            self.simulator.fault(route="revoke", **fault)
        is_confirmed = endings.disconnect(self.state, "1", connection.id).is_confirmed
        self.simulator.clear_faults()
        assert is_confirmed or fault or not is_sound
        if not is_confirmed:
            self.truth.forgive(user)  # which the host is told
        after = self.connection("ada")
        assert after is not None
        assert (after.status, after.reason) == (ConnectionStatus.INACTIVE, ConnectionReason.DISCONNECTED)
        assert isinstance(self.truth.quietly(lambda: self.ask(connection)), NotConnected)

    @rule(user=WHO)
    def remove_the_app_in_zoom(self, user: str) -> None:
        ids = {one["short"]: one["id"] for one in self.simulator.users()}
        if not [one for one in self.simulator.grants() if one["user_id"] == ids[user] and one["live"]]:
            return
        self.simulator.remove_app(user, self.simulator.client_id)
        self.site.drain()
        for connection_id, row in self.truth.connections().items():
            assert row.zoom_user_id != ids[user], "whose app was removed is wiped"
            if row.reason == ConnectionReason.DEAUTHORIZED:
                found = connections.get(self.state, row.host_id, connection_id)
                assert isinstance(self.truth.quietly(lambda found=found: self.ask(found)), NotConnected)  # type: ignore[misc]

    @rule(minutes=st.sampled_from([30, 120, 60 * 24 * 100]))
    def let_zooms_clock_run(self, minutes: int) -> None:
        self.simulator.advance(minutes * 60)

    @rule()
    def work(self) -> None:
        if not self.truth.pending() and not any(self.is_used(who) for who in HOSTS):
            self.truth.quietly(self.truth.drain)
        else:
            self.truth.drain()

    @rule()
    def audit(self) -> None:
        self.truth.audit()

    @invariant()
    def what_always_holds(self) -> None:
        self.truth.check()

    def teardown(self) -> None:
        self.truth.audit()

    def attempt(self, who: str, user: str) -> Connection | ConnectError:
        try:
            return self.site.connect(who, user)
        except ConnectError as error:
            return error

    def ask(self, connection: Connection) -> object:
        try:
            return tokens.with_zoom(self.state, connection.id, lambda zoom: zoom.me())
        except (NotConnected, ZoomError) as error:
            return error


def live(make_site: MakeSite, examples: int, steps: int, *, is_random: bool = False) -> None:
    """Run through lives on one site, which is made as new for each."""
    site = make_site()

    class OnThisSite(Life):
        pass

    OnThisSite.site, OnThisSite.letters = site, Letters(site)
    run_state_machine_as_test(
        OnThisSite,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            database=None,
            derandomize=not is_random,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink] if is_random else [Phase.generate],
        ),
    )


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_connection_lives_through_everything_in_any_order(make_site: MakeSite) -> None:
    live(make_site, examples=20, steps=12)


@pytest.mark.deep
@pytest.mark.timeout(900)
def test_connections_live_through_everything_many_times(make_site: MakeSite) -> None:
    live(make_site, examples=120, steps=30, is_random=True)
