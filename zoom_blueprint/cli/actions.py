"""``flask zoom action``: one action for a host, with JSON in and out, and a status for each code by which it fails."""

import sys
from typing import Any, Final, NoReturn

import click
import msgspec
from flask.cli import with_appcontext

from zoom_blueprint.actions import meetings, problems, running
from zoom_blueprint.actions.calls import Call
from zoom_blueprint.actions.codes import ActionFailed, Code, Problem
from zoom_blueprint.actions.listed import of
from zoom_blueprint.cli.speaking import echo_json, host_of, said_plainly
from zoom_blueprint.depths import is_deep
from zoom_blueprint.errors import BadInput, StoreUnavailable
from zoom_blueprint.languages import plain
from zoom_blueprint.state import current_state

STATUS: Final = {
    Code.UNAUTHORIZED: 10,
    Code.PERMISSION_DENIED: 11,
    Code.CONNECTION_LOST: 12,
    Code.MEETING_NOT_FOUND: 13,
    Code.NOT_FOUND: 14,
    Code.INVALID_INPUT: 15,
    Code.INVALID_TIME: 16,
    Code.SLOT_TAKEN: 17,
    Code.BOOKING_ENDED: 18,
    Code.BOOKING_REFUSED: 19,
    Code.ZOOM_REFUSED: 20,
    Code.KEY_REUSED: 21,
    Code.IN_PROGRESS: 22,
    Code.RATE_LIMITED: 23,
    Code.ZOOM_UNAVAILABLE: 24,
    Code.SITE_UNAVAILABLE: 25,
    Code.INTERNAL_ERROR: 26,
}
_LIST: Final = of(meetings.list_meetings).name
_STDIN: Final = "-"


@click.command("action")
@click.argument("name", metavar="NAME")
@click.option("--host", "host_name", required=True, metavar="HOST", help="In whose name: an id or a slug.")
@click.option("--json", "typed", default="{}", metavar="JSON", help="The input, an object; - reads it from stdin.")
@click.option("--key", help="Any text of yours: a repeat with the same one does nothing twice.")
@click.option("--all", "everything", is_flag=True, help=f"Of {_LIST}: every meeting, one in each line.")
@with_appcontext
def action(name: str, host_name: str, typed: str, key: str | None, *, everything: bool) -> None:
    """Do one action for a host and print its output as JSON.

    What fails is told as JSON on stderr, with a status of its own for each code: docs/actions.md lists them. NAME is
    one of those on the page /guide/actions.
    """
    if everything and name != _LIST:
        raise click.UsageError(f"--all goes with {_LIST} only.")
    with said_plainly():
        state = current_state()
        sent = _object(typed)
        try:
            host_id = host_of(state, host_name).id
        except StoreUnavailable as error:
            _fail(problems.of(state, error))
    call = Call(state=state, host_id=host_id, key=key)
    try:
        if everything:
            for meeting in running.stream(call, sent):
                click.echo(msgspec.json.encode(meeting, enc_hook=plain).decode())
        else:
            echo_json(running.run(call, name, sent))
    except ActionFailed as failed:
        _fail(failed.problem)


def _object(typed: str) -> dict[str, Any]:
    """Return the JSON object that was given.

    Raises:
        BadInput: it is none.
    """
    text = (sys.stdin.read() if typed == _STDIN else typed).encode(errors="replace")
    try:
        found = None if is_deep(text) else msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise BadInput({"typed": f"This is not JSON: {error}."}) from None
    if not isinstance(found, dict):
        raise BadInput({"typed": 'Give a JSON object, like {"meeting_id": 1}.'})
    return found


def _fail(problem: Problem) -> NoReturn:
    click.echo(msgspec.json.encode(problem.members(), enc_hook=plain), err=True)
    sys.exit(STATUS[problem.code])
