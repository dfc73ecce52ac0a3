"""Which tables are ours, for the host app's own migrations."""

from sqlalchemy import Table

VERSION_TABLE = "zoom_alembic_version"


def not_ours(item: object, name: str | None, type_: str, reflected: bool, compare_to: object) -> bool:
    """Tell the host app's Alembic autogenerate to leave our tables alone; pass it as ``include_object``."""
    from zoom_blueprint.store import models  # their import fills the metadata, and is for whoever asks
    from zoom_blueprint.store.base import Base

    del reflected, compare_to, models
    ours = {*Base.metadata.tables, VERSION_TABLE}
    if type_ == "table":
        return name not in ours
    table = getattr(item, "table", None)
    return not (isinstance(table, Table) and table.name in ours)
