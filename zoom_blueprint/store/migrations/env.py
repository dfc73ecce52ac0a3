"""Run the migrations on the connection that ``store.migrate`` hands over."""

from alembic import context

from zoom_blueprint.store import models  # noqa: F401  # its import fills the metadata
from zoom_blueprint.store.base import Base
from zoom_blueprint.store.tables import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
