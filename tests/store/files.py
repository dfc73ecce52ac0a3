"""The bytes of an SQLite database, to be searched for what must not be in them."""

from pathlib import Path

from sqlalchemy.engine import make_url

from zoom_blueprint.store.sqlite_files import sqlite_path


def content_of(database_url: str) -> bytes:
    """Return every byte of the database: the file, its write-ahead log, and the log's index."""
    path = sqlite_path(make_url(database_url))
    files = [Path(f"{path}{end}") for end in ("", "-wal", "-shm")]
    return b"".join(one.read_bytes() for one in files if one.exists())
