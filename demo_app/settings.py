"""The demo's settings: defaults that need no Zoom account, kept keys, and every ``ZOOM_*`` variable on top."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet

from zoom_blueprint.testing.google import GoogleControl

_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Where the demo runs and what its app is configured with; ``simulator_port`` is None with real Zoom."""

    folder: Path
    port: int
    simulator_port: int | None
    mail_port: int | None
    config: dict[str, str]

    @property
    def origin(self) -> str:
        """The address of the site on this machine."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def simulator_origin(self) -> str:
        """The address of the Zoom simulator."""
        return f"http://127.0.0.1:{self.simulator_port}"

    @property
    def plays_google(self) -> bool:
        """Whether the simulator is Google, too."""
        return self.config.get("ZOOM_GOOGLE_CLIENT_ID") == GoogleControl.client_id


def read(environ: Mapping[str, str], mail_port: int) -> Settings:
    """Return the settings for an environment; the demo's own mail sink listens on ``mail_port``."""
    folder = Path(environ.get("DEMO_INSTANCE") or _ROOT / "instance")
    folder.mkdir(parents=True, exist_ok=True)
    port = _port(environ, "PORT", 5000)
    given = {name: value for name, value in environ.items() if name.startswith("ZOOM_") and value}
    simulator_port = None if "ZOOM_CLIENT_ID" in given else _port(environ, "SIMULATOR_PORT", 5001)
    defaults = {
        "ZOOM_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "ZOOM_LOGIN_ENDPOINT": "sign_in",
        "SQLALCHEMY_DATABASE_URI": environ.get("DEMO_DATABASE_URL") or f"sqlite:///{folder / 'demo.sqlite'}",
        **_kept_keys(folder / "keys.json"),
    }
    if simulator_port is not None:
        defaults |= {
            "ZOOM_CLIENT_ID": "DemoClientId0123456789",
            "ZOOM_OAUTH_URL": f"http://127.0.0.1:{simulator_port}/oauth",
            "ZOOM_API_URL": f"http://127.0.0.1:{simulator_port}/v2",
        }
        if "ZOOM_GOOGLE_CLIENT_ID" not in given:
            defaults |= {
                "ZOOM_GOOGLE_CLIENT_ID": GoogleControl.client_id,
                "ZOOM_GOOGLE_CLIENT_SECRET": GoogleControl.client_secret,
                "ZOOM_GOOGLE_OAUTH_URL": f"http://127.0.0.1:{simulator_port}/google/oauth",
                "ZOOM_GOOGLE_API_URL": f"http://127.0.0.1:{simulator_port}/google/calendar/v3",
            }
    else:
        defaults = {name: value for name, value in defaults.items() if name not in _OF_THE_SIMULATOR}
    own_mail = "ZOOM_SMTP_URL" not in given
    if own_mail:
        defaults |= {
            "ZOOM_SMTP_URL": f"smtp://127.0.0.1:{mail_port}",
            "ZOOM_MAIL_FROM": "Northgate Advisory <bookings@northgate.example>",
        }
    return Settings(folder, port, simulator_port, mail_port if own_mail else None, {**defaults, **given})


_OF_THE_SIMULATOR = frozenset({"ZOOM_CLIENT_SECRET", "ZOOM_WEBHOOK_SECRETS"})


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    given = environ.get(name) or str(default)
    if not (given.isascii() and given.isdigit() and 0 < int(given) < 65536):
        raise SystemExit(f"{name} must be a port, a number from 1 to 65535, and not {given!r}.")
    return int(given)


def _kept_keys(file: Path) -> dict[str, str]:
    """Return the secrets of this demo, made at its first run: yesterday's links and tokens must open today."""
    if not file.exists():
        keys = {
            "SECRET_KEY": secrets.token_urlsafe(32),
            "ZOOM_TOKEN_KEYS": Fernet.generate_key().decode(),
            "ZOOM_CLIENT_SECRET": secrets.token_urlsafe(24),
            "ZOOM_WEBHOOK_SECRETS": secrets.token_urlsafe(24),
        }
        file.touch(mode=0o600)
        file.write_text(json.dumps(keys, indent=2), encoding="utf-8")
    keys = json.loads(file.read_text(encoding="utf-8"))
    return {name: os.fspath(value) for name, value in keys.items()}
