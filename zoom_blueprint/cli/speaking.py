"""How commands speak: errors without tracebacks, values for programs, and whom a host's name means."""

import contextlib
from collections.abc import Iterator

import click
import msgspec

from zoom_blueprint.errors import BadInput, ConfigurationError, NotFound, ZoomBlueprintError
from zoom_blueprint.languages import plain
from zoom_blueprint.services import hosts
from zoom_blueprint.state import State
from zoom_blueprint.store.crypto import SealBroken
from zoom_blueprint.values import Host

as_json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")
host_argument = click.argument("host_name", metavar="HOST")


@contextlib.contextmanager
def said_plainly() -> Iterator[None]:
    """End with what an error of ours says, without a traceback: status 2 for what was typed, 1 for the rest."""
    try:
        yield
    except BadInput as error:
        options = _options()
        told = (f"{options.get(field, field)}: {message}" for field, message in error.errors.items())
        raise click.UsageError("\n".join(told)) from error
    except (ConfigurationError, ZoomBlueprintError, SealBroken) as error:
        raise click.ClickException(str(error)) from error


def echo_json(value: object) -> None:
    """Print a value for programs."""
    click.echo(msgspec.json.format(msgspec.json.encode(value, enc_hook=plain)).decode())


def given() -> dict[str, object]:
    """Return the options that were named on the command line, by the names of their parameters."""
    context = click.get_current_context()
    named = click.core.ParameterSource.COMMANDLINE
    return {name: one for name, one in context.params.items() if context.get_parameter_source(name) is named}


def host_of(state: State, name: str) -> Host:
    """Return the host with this id, else with this slug.

    Raises:
        NotFound: there is neither.
    """
    found = hosts.find(state, name)
    if found is None:
        raise NotFound(
            f"There is no host {name!r}. `flask zoom host list` names them, `flask zoom host put` makes one."
        )
    return found


def _options() -> dict[str, str]:
    """Return how the fields of the command at hand are named on the command line."""
    found = {}
    for parameter in click.get_current_context().command.params:
        if isinstance(parameter, click.Option) and parameter.name:
            found[parameter.name] = parameter.opts[-1]
        elif parameter.name:
            found[parameter.name] = parameter.human_readable_name
    return found
