"""Log lines that say which booking, host and event they are about, and by which id Zoom's support finds the call.

Each record of ours has them as ``record.zoom``, a dict of texts, and at the end of its message:
``… booking=… host=… event=… tracking=…``. They are ids and names of events, never secrets.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

_LONGEST = 200
_ABOUT = "_zoom_blueprint_about"
_about: ContextVar[dict[str, str] | None] = ContextVar("zoom_blueprint_about", default=None)


def logger(name: str) -> logging.Logger:
    """Return the logger of a module, whose records say what they are about."""
    found = logging.getLogger(name)
    found.addFilter(_describe)  # once, however often it is asked for
    return found


@contextmanager
def about(*, booking: str | None = None, host: str | None = None, event: str | None = None) -> Iterator[None]:
    """Say what everything is about that is logged in the block, beside what the block around it says.

    ``event`` is the name of a lifecycle event, or of one of Zoom's. An error that leaves the block takes it along, so
    that the line about the error says it too.
    """
    named = {"booking": booking, "host": host, "event": event}
    fields = (_about.get() or {}) | {name: value for name, value in named.items() if value}
    before = _about.set(fields)
    try:
        yield
    except Exception as error:
        if not hasattr(error, _ABOUT):
            with suppress(AttributeError):  # a hook's own error may be frozen
                setattr(error, _ABOUT, fields)
        raise
    finally:
        _about.reset(before)


def tracking(tracking_id: str | None) -> None:
    """Let the lines that follow in this block carry Zoom's id of its last call; None when that had no answer."""
    fields = _about.get()
    if fields is not None:
        fields.pop("tracking", None)
        if tracking_id:
            fields["tracking"] = tracking_id


def _describe(record: logging.LogRecord) -> bool:
    """Give a record its fields; a logger calls this once for each of its records that is kept."""
    fields = dict(_about.get() or {})
    told = [*record.args] if isinstance(record.args, tuple) else []
    told += record.exc_info[1:2] if record.exc_info else []
    for error in told:
        if isinstance(error, Exception):
            fields = getattr(error, _ABOUT, {}) | fields
            if tracking_id := getattr(error, "tracking_id", None):
                fields["tracking"] = tracking_id
    fields |= getattr(record, "zoom", {})
    kept = {name: str(value)[:_LONGEST] for name, value in fields.items() if value}
    record.__dict__["zoom"] = kept  # as ``extra`` does it
    if kept and isinstance(record.args, tuple | None):
        # As one more argument: whoever groups lines by their unformatted text still can.
        template = str(record.msg) if record.args else str(record.msg).replace("%", "%%")
        words = " ".join(f"{name}={_plain(value)}" for name, value in kept.items())
        record.msg, record.args = f"{template} %s", (*(record.args or ()), words)
    return True


def _plain(value: str) -> str:
    """Return a value in which nobody can hide a line or a field of their own."""
    return value if value.isprintable() and " " not in value and value.isascii() else json.dumps(value)
