"""Configuration: read once from ``ZOOM_*`` keys, validated at start, secrets masked in every repr."""

import base64
import contextlib
import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from urllib.parse import SplitResult, urlsplit

from zoom_blueprint.errors import ConfigurationError

_PREFIX = "ZOOM_"
NO_LIMITS = "off"
FIRST = "first"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
_NEAR = 0.85
_KEY_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class Config:
    """All settings of one app. Each field ``x`` comes from the key ``ZOOM_X``; lists may be comma-separated text.

    ``public_url`` is the site's origin without a path. ``oauth_url`` and ``api_url`` are Zoom's addresses, https, or
    http on loopback for the simulator. ``token_keys`` are Fernet keys, newest first; ``link_keys`` any secrets, newest
    first. Times are seconds unless the name says otherwise. ``retention_days`` is how long meetings of a cut connection
    are kept; ``booking_retention_days`` how long after a booking its people are, None for as long as it stands.
    ``approval_hours`` is how long a booking that awaits approval holds its time. ``limits`` are a client's posts,
    ``host_limits`` the bookings made with a host, ``read_limits`` a client's GETs in one process; ``ratelimit_url`` is
    the Redis that counts the first two in place of the database. ``proof_of_work`` is in bits, 0 for none;
    ``mail_codes`` says whose mail address has to be confirmed by a code before they book: ``off`` for nobody's,
    or ``first`` for those that never were. ``first_tries`` is how many visitors of one process may wait for Zoom at the
    same time; the others hear at once that their link is on its way. ``tries`` is after how many failures work that is
    owed is parked until somebody presses *Try again*. ``metrics_token`` is what a reader of ``/metrics`` has to show.
    """

    client_id: str
    client_secret: str = field(repr=False)
    token_keys: tuple[str, ...] = field(repr=False)
    webhook_secrets: tuple[str, ...] = field(repr=False)
    public_url: str
    link_keys: tuple[str, ...] = field(repr=False)
    oauth_url: str = "https://zoom.us/oauth"
    api_url: str = "https://api.zoom.us/v2"
    webhook_tolerance: int = 300
    database_url: str | None = field(default=None, repr=False)
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str | None = None
    login_endpoint: str | None = None
    worker: str = "thread"
    claim_seconds: int = 60
    retention_days: int = 30
    booking_retention_days: int | None = None
    connections_per_host: int = 1
    on_remote_delete: str = "cancel"
    approval_hours: int = 48
    limits: str = "20 per minute; 200 per day"
    host_limits: str = "60 per hour; 500 per day"
    read_limits: str = "600 per minute"
    ratelimit_url: str | None = field(default=None, repr=False)
    proof_of_work: int = 0
    mail_codes: str = "off"
    first_tries: int = 4
    tries: int = 100
    metrics_token: str | None = field(default=None, repr=False)

    @classmethod
    def read(cls, settings: Mapping[str, object], *, debug: bool) -> "Config":
        """Return the validated configuration.

        Raises:
            ConfigurationError: a key is missing, malformed or looks misspelt; the message names it.
        """
        _refuse_misspelt(settings)
        found: dict[str, object] = {}
        for one in fields(cls):
            key = _PREFIX + one.name.upper()
            given = settings.get(key)
            if given is None or (isinstance(given, str) and not given.strip()):
                continue
            found[one.name] = _READERS.get(one.name, _text)(key, given)
        if "link_keys" not in found:
            found["link_keys"] = _link_keys_of_the_app(settings)
        if "public_url" not in found and debug:
            found["public_url"] = "http://localhost:5000"
        for name, why in _REQUIRED.items():
            if name not in found:
                raise ConfigurationError(f"{_PREFIX}{name.upper()} is not set. {why}")
        if "smtp_url" in found and "mail_from" not in found:
            raise ConfigurationError("ZOOM_MAIL_FROM is not set. With ZOOM_SMTP_URL, say from whom mails are.")
        return cls(**found)  # type: ignore[arg-type]  # the readers give each field its type

    @property
    def secure(self) -> bool:
        """Whether the site is served over https, so that cookies may demand it."""
        return self.public_url.startswith("https://")


_REQUIRED = {
    "client_id": "Copy the Client ID from your app's page in the Zoom App Marketplace.",
    "client_secret": "Copy the Client Secret from your app's page in the Zoom App Marketplace.",
    "token_keys": (
        "It encrypts the Zoom tokens. Make one with: "
        'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
    ),
    "webhook_secrets": "Copy the Secret Token from the event subscription page of your Zoom app.",
    "public_url": "Set the origin under which visitors reach this site, like https://www.example.com, without a path.",
}


def _refuse_misspelt(settings: Mapping[str, object]) -> None:
    known = {_PREFIX + one.name.upper() for one in fields(Config)}
    for key in settings:
        if not key.startswith(_PREFIX) or key in known:
            continue
        import difflib

        near = difflib.get_close_matches(key, known, n=1, cutoff=_NEAR)
        if near:
            raise ConfigurationError(f"{key} is not a key of zoom_blueprint. Did you mean {near[0]}?")


def _link_keys_of_the_app(settings: Mapping[str, object]) -> tuple[str, ...]:
    secret = settings.get("SECRET_KEY")
    if not secret:
        raise ConfigurationError(
            "SECRET_KEY is not set. Set it to a long random text, or set ZOOM_LINK_KEYS to sign the links in mails."
        )
    fallbacks = settings.get("SECRET_KEY_FALLBACKS") or ()
    keys = [secret, *fallbacks] if isinstance(fallbacks, list | tuple) else [secret]
    return tuple(key.decode("latin-1") if isinstance(key, bytes) else str(key) for key in keys)


def _text(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise ConfigurationError(f"{key} must be text, not {type(value).__name__}.")
    return value.strip()


def _list(key: str, value: object) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        raise ConfigurationError(f"{key} must be a list or comma-separated text.")
    texts = tuple(text for text in (_text(key, part) for part in parts) if text)
    if not texts:
        raise ConfigurationError(f"{key} is empty. Set at least one value.")
    return texts


def _fernet_keys(key: str, value: object) -> tuple[str, ...]:
    texts = _list(key, value)
    for number, text in enumerate(texts, start=1):
        with contextlib.suppress(ValueError):
            if len(base64.urlsafe_b64decode(text)) == _KEY_BYTES:
                continue
        advice = _REQUIRED["token_keys"]
        raise ConfigurationError(f"{key}: number {number} is not a Fernet key (32 bytes in URL-safe base64). {advice}")
    return texts


def _number(low: int, high: int) -> Callable[[str, object], int]:
    def read(key: str, value: object) -> int:
        try:
            number = int(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
        except ValueError:
            number = None
        if number is None or not low <= number <= high:
            raise ConfigurationError(f"{key} must be a whole number from {low} to {high}.")
        return number

    return read


def _choice(*choices: str) -> Callable[[str, object], str]:
    def read(key: str, value: object) -> str:
        text = _text(key, value).lower()
        if text not in choices:
            raise ConfigurationError(f"{key} must be one of: {', '.join(choices)}.")
        return text

    return read


def _web_address(text: str) -> SplitResult | None:
    """Return the parts of an address that names a web server and nothing secret, else None."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    if any(character.isspace() for character in text):  # urlsplit reads over some of them
        return None
    is_plain = parts.hostname and not (parts.username or parts.password or parts.query or parts.fragment)
    return parts if is_plain and parts.scheme in ("http", "https") else None


def _address(key: str, value: object) -> str:
    text = _text(key, value).rstrip("/")
    parts = _web_address(text)
    if parts is None:
        raise ConfigurationError(f"{key} must be a web address like https://zoom.us/oauth.")
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise ConfigurationError(f"{key} must start with https:// (http:// is allowed for this machine only).")
    return text


def _origin(key: str, value: object) -> str:
    text = _text(key, value).rstrip("/")
    parts = _web_address(text)
    if parts is None or parts.path:
        raise ConfigurationError(f"{key} must be an origin like https://www.example.com, without a path.")
    return text


def _server(*schemes: str, example: str) -> Callable[[str, object], str]:
    def read(key: str, value: object) -> str:
        text = _text(key, value)
        try:
            parts = urlsplit(text)
            is_server = parts.scheme in schemes and parts.hostname and parts.port != 0
        except ValueError:
            is_server = False
        if not is_server and not ("unix" in schemes and text.startswith("unix://")):
            raise ConfigurationError(f"{key} must look like {example}.")
        return text

    return read


def _of_extra(extra: str, module: str, read: Callable[[str, object], str]) -> Callable[[str, object], str]:
    def read_if_installed(key: str, value: object) -> str:
        text = read(key, value)
        if importlib.util.find_spec(module) is None:  # not imported: that may take a while, and wait
            words = f"{key} needs the package {module.replace('_', '-')}. Install it with: "
            raise ConfigurationError(f"{words}pip install 'zoom-blueprint[{extra}]'")
        return text

    return read_if_installed


_smtp = _server("smtp", "smtps", example="smtp://user:password@mail.example.com:587 (or smtps://)")
_redis = _server("redis", "rediss", "unix", example="redis://user:password@redis.example.com/0 (or rediss://, unix://)")


def _mail_address(key: str, value: object) -> str:
    text = _text(key, value)
    if "@" not in text or any(character in text for character in "\r\n"):
        raise ConfigurationError(f"{key} must be a mail address like Bookings <bookings@example.com>.")
    return text


def _endpoint(key: str, value: object) -> str:
    text = _text(key, value)
    if "/" in text:
        raise ConfigurationError(f"{key} must be the name of an endpoint, like auth.sign_in, not an address.")
    return text


def _limits(key: str, value: object) -> str:
    text = _text(key, value)
    if text.lower() == NO_LIMITS:
        return NO_LIMITS
    try:
        from limits import parse_many  # slow to import, and the defaults need no reading

        parse_many(text)
    except ValueError:
        raise ConfigurationError(f"{key} must look like 20 per minute; 200 per day, or be off.") from None
    return text


_READERS: dict[str, Callable[[str, object], object]] = {
    "token_keys": _fernet_keys,
    "metrics_token": _of_extra("metrics", "prometheus_client", _text),
    "webhook_secrets": _list,
    "link_keys": _list,
    "public_url": _origin,
    "oauth_url": _address,
    "api_url": _address,
    "webhook_tolerance": _number(1, 3600),
    "smtp_url": _smtp,
    "mail_from": _mail_address,
    "login_endpoint": _endpoint,
    "worker": _choice("thread", "off"),
    "claim_seconds": _number(20, 3600),
    "retention_days": _number(0, 3650),
    "booking_retention_days": _number(1, 36500),
    "connections_per_host": _number(1, 20),
    "on_remote_delete": _choice("cancel", "relink"),
    "approval_hours": _number(1, 8760),
    "ratelimit_url": _of_extra("redis", "redis", _redis),
    "proof_of_work": _number(0, 20),
    "mail_codes": _choice("off", FIRST),
    "first_tries": _number(0, 64),
    "tries": _number(1, 10000),
    "limits": _limits,
    "host_limits": _limits,
    "read_limits": _limits,
}
