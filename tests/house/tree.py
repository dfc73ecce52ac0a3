"""What is in the tree: the files that git keeps or would keep."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = {".py", ".js", ".mjs", ".ts", ".css", ".html", ".sh"}


def kept_files() -> list[Path]:
    """Return every file that is committed, or new and not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return sorted(ROOT / name for name in set(names) if name and (ROOT / name).is_file())


def is_built(path: Path) -> bool:
    """Tell whether a tool wrote this file: the widget's bundle or a lock file."""
    return path.name == "package-lock.json" or (
        _static in path.parents and path.suffix in {".js", ".map"} and _is_dense(path)
    )


def source_files(*suffixes: str) -> list[Path]:
    """Return the files that people write, of these kinds or of all kinds of code."""
    return [path for path in kept_files() if path.suffix in (suffixes or CODE) and not is_built(path)]


def package_modules() -> list[Path]:
    """Return the modules of the package; migrations are called by file name and are no modules."""
    return [path for path in source_files(".py") if ROOT / "zoom_blueprint" in path.parents]


_static = ROOT / "zoom_blueprint" / "web" / "static"


def _is_dense(path: Path) -> bool:
    """Tell minified text by its long lines."""
    return any(len(line) > 500 for line in path.read_text().splitlines())
