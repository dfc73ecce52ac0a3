"""Whether the host app's own Alembic would drop our tables, as far as can be seen from here."""

from pathlib import Path

from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import Base

_HINT = "Pass include_object=zoom_blueprint.not_ours to Migrate(app, db, …), or to context.configure() in env.py."


def judge(state: State) -> tuple[str, str | None]:
    """Return what was found, and what to do about it; None when there is nothing to do."""
    if state.config.database_url:
        return "our tables live at ZOOM_DATABASE_URL", None
    migrate = state.app.extensions.get("migrate")
    if migrate is None:
        return "no Flask-Migrate here; an Alembic of your own needs include_object=zoom_blueprint.not_ours", None
    # Flask-Migrate keeps what it was given: the arguments for context.configure(), and the folder with env.py.
    given = getattr(migrate, "configure_args", None) or {}
    chooses = given.get("include_object")
    if chooses is not None:
        if _leaves_us_alone(chooses):
            return "Flask-Migrate leaves our tables alone", None
        return "the include_object of Flask-Migrate would let our tables be dropped", _HINT
    if "not_ours" in _environment(str(getattr(migrate, "directory", "") or "migrations"), state.app.root_path):
        return "env.py names not_ours", None
    return "Flask-Migrate would drop our tables at the next `flask db migrate`", _HINT


def _leaves_us_alone(chooses: object) -> bool:
    table = Base.metadata.tables[models.Booking.__tablename__]
    try:
        return callable(chooses) and not chooses(table, table.name, "table", True, None)
    except Exception:  # noqa: BLE001  # the host app's code may raise anything, and then it does not say yes
        return False


def _environment(directory: str, root: str) -> str:
    for folder in (Path(directory), Path(root) / directory, Path(root).parent / directory):
        try:
            return (folder / "env.py").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
    return ""
