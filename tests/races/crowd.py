"""A crowd: processes of their own that serve one site, and begin what they are given at the same moment."""

import multiprocessing
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

from tests.fixtures.site import Settings
from tests.fixtures.site_app import create_app
from zoom_blueprint.errors import ZoomBlueprintError
from zoom_blueprint.state import EXTENSION, State

PROCESSES = 10
WAIT = 60


@dataclass(frozen=True)
class Act:
    """A function of the services to call: the state is its first argument."""

    call: Callable[..., Any]
    args: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What an act returned, or the class of our error that it raised, with its words."""

    value: Any = None
    error: type[Exception] | None = None
    words: str = ""


def act(call: Callable[..., Any], *args: Any, **options: Any) -> Act:
    """Return the call as something that another process can do; all of it has to be picklable."""
    return Act(call, args, options)


class Crowd:
    """Ten processes; each has a state of its own on the site's database, and works off nothing by itself."""

    def __init__(self, pipes: Sequence["Connection[Any, Any]"]) -> None:
        self._pipes = pipes

    def serve(self, settings: Settings) -> None:
        """Let every process serve the site with these settings."""
        self._ask([settings] * len(self._pipes))

    def together(self, acts: Sequence[Act]) -> list[Outcome]:
        """Do all of it at the same moment, each in a process of its own as far as they go; in the order of ``acts``."""
        shares = [list(acts[place :: len(self._pipes)]) for place in range(len(self._pipes))]
        answers = self._ask(shares)
        return [answers[number % len(self._pipes)][number // len(self._pipes)] for number in range(len(acts))]

    def _ask(self, told: Sequence[Any]) -> list[Any]:
        for pipe, one in zip(self._pipes, told, strict=True):
            pipe.send(one)
        answers = []
        for pipe in self._pipes:
            assert pipe.poll(WAIT), "a process of the crowd does not answer"
            answers.append(pipe.recv())
        broken = [answer for answer in answers if isinstance(answer, str)]
        assert not broken, broken[0]
        return answers


@contextmanager
def gathered() -> Iterator[Crowd]:
    """Start the processes and end them afterwards."""
    # A server that has imported everything forks them, so that they begin at once and hold no lock of ours.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    gate = context.Barrier(PROCESSES)
    pairs = [context.Pipe() for _ in range(PROCESSES)]
    members = [context.Process(target=_member, args=(theirs, gate), daemon=True) for _, theirs in pairs]
    for member, (_, theirs) in zip(members, pairs, strict=True):
        member.start()
        theirs.close()
    try:
        yield Crowd([ours for ours, _ in pairs])
    finally:
        for ours, _ in pairs:
            ours.close()
        for member in members:
            member.join(WAIT)


def _member(pipe: "Connection[Any, Any]", gate: Barrier) -> None:
    """Do what comes through the pipe until it is closed."""
    state: State | None = None
    while True:
        try:
            told = pipe.recv()
        except EOFError:
            break
        try:
            if isinstance(told, dict):
                _leave(state)
                state = create_app(told)[0].extensions[EXTENSION]
                pipe.send([])
            else:
                assert state is not None
                pipe.send(_all_at_once(state, told, gate))
        except Exception:  # noqa: BLE001  # whoever waits at the other end is told
            pipe.send(traceback.format_exc())
    _leave(state)


def _all_at_once(state: State, acts: Sequence[Act], gate: Barrier) -> list[Outcome] | str:
    begin = threading.Event()
    outcomes: dict[int, Outcome | str] = {}

    def do(number: int, one: Act) -> None:
        begin.wait(WAIT)
        try:
            with state.app.app_context():
                outcomes[number] = Outcome(one.call(state, *one.args, **one.options))
        except ZoomBlueprintError as error:
            outcomes[number] = Outcome(None, type(error), str(error))
        except Exception:  # noqa: BLE001  # nothing else may come out of a race
            outcomes[number] = traceback.format_exc()

    threads = [threading.Thread(target=do, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    gate.wait(WAIT)
    begin.set()
    for thread in threads:
        thread.join()
    found = [outcomes[number] for number in range(len(acts))]
    return next((one for one in found if isinstance(one, str)), [one for one in found if isinstance(one, Outcome)])


def _leave(state: State | None) -> None:
    if state is not None:
        state.database.dispose()
        with state.app.app_context():
            state.app.extensions["sqlalchemy"].engine.dispose()
