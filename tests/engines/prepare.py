"""Where Firefox, WebKit and what drives them are; run as a program it installs what is missing."""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.fixtures import npm
from tests.fixtures.chromium import install_packages

HERE = Path(__file__).resolve().parent
PACKAGES = ("firefox-esr", "webkit2gtk-driver", "xvfb")


@dataclass(frozen=True)
class Tools:
    """Paths of programs, None for what is not there."""

    firefox: str | None
    webkit_driver: str | None
    webkit_browser: str | None
    display: str | None

    @property
    def missing(self) -> list[str]:
        """What to install, in words for the person who is to do it."""
        needed = {
            "Firefox (firefox-esr)": self.firefox,
            "WebKitWebDriver and MiniBrowser (webkit2gtk-driver)": self.webkit_driver and self.webkit_browser,
            "Xvfb (xvfb)": self.display,
            "Node.js and npm": shutil.which("node") and shutil.which("npm"),
        }
        return [name for name, found in needed.items() if not found]


def find_tools() -> Tools:
    """Look for them where systems keep them."""
    places = ("lib/*/webkit2gtk-4.*", "lib64/webkit2gtk-4.*", "libexec/webkit2gtk-4.*")
    browsers = [path for place in places for path in Path("/usr").glob(f"{place}/MiniBrowser")]
    return Tools(
        firefox=shutil.which("firefox-esr") or shutil.which("firefox"),
        webkit_driver=shutil.which("WebKitWebDriver"),
        webkit_browser=str(max(browsers)) if browsers else None,
        display=shutil.which("Xvfb"),
    )


def packages_are_installed() -> bool:
    """Tell whether puppeteer, and the frameworks of the recipes, lie beside this file."""
    return npm.is_installed(HERE)


def main() -> int:
    """Make sure of everything; only in CI is it an error when something cannot be had."""
    if find_tools().missing:
        install_packages(*PACKAGES)
    missing = find_tools().missing
    if "Node.js and npm" not in missing:
        npm.install(HERE)
    for name in missing:
        sys.stderr.write(f"Missing, please install: {name}\n")
    return 1 if missing and os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
