"""What may stand in one key of the configuration: each function returns its value, or raises what is wrong with it."""

import base64
import contextlib
import importlib.util
import re
from collections.abc import Callable
from urllib.parse import SplitResult, urlsplit

from zoom_blueprint.errors import ConfigurationError

OFF = "off"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
HOW_TO_ENCRYPT = (
    "It encrypts the Zoom tokens. Make one with: "
    'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
)
_KEY_BYTES = 32
_LONGEST_LINE = 200
_PLAIN_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_SHORTEST_SECRET = 16


def read_text(key: str, value: object) -> str:
    """Return text without the space around it."""
    if not isinstance(value, str):
        raise ConfigurationError(f"{key} must be text, not {type(value).__name__}.")
    return value.strip()


def read_list(key: str, value: object) -> tuple[str, ...]:
    """Return texts, of a list or separated by commas; at least one."""
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        raise ConfigurationError(f"{key} must be a list or comma-separated text.")
    texts = tuple(text for text in (read_text(key, part) for part in parts) if text)
    if not texts:
        raise ConfigurationError(f"{key} is empty. Set at least one value.")
    return texts


def read_fernet_keys(key: str, value: object) -> tuple[str, ...]:
    """Return Fernet keys, at least one."""
    texts = read_list(key, value)
    for number, text in enumerate(texts, start=1):
        with contextlib.suppress(ValueError):
            if len(base64.urlsafe_b64decode(text)) == _KEY_BYTES:
                continue
        words = f"{key}: number {number} is not a Fernet key (32 bytes in URL-safe base64)."
        raise ConfigurationError(f"{words} {HOW_TO_ENCRYPT}")
    return texts


def number_between(low: int, high: int) -> Callable[[str, object], int]:
    """Return what reads a whole number between two, both included."""

    def read(key: str, value: object) -> int:
        try:
            number = int(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
        except ValueError:
            number = None
        if number is None or not low <= number <= high:
            raise ConfigurationError(f"{key} must be a whole number from {low} to {high}.")
        return number

    return read


def nought_or(low: int, high: int) -> Callable[[str, object], int]:
    """Return what reads 0, for none, or a whole number between two, both included."""
    read_any = number_between(0, high)

    def read(key: str, value: object) -> int:
        with contextlib.suppress(ConfigurationError):
            number = read_any(key, value)
            if number == 0 or number >= low:
                return number
        raise ConfigurationError(f"{key} must be 0, for none, or a whole number from {low} to {high}.")

    return read


def one_of(*choices: str) -> Callable[[str, object], str]:
    """Return what reads one of some words."""

    def read(key: str, value: object) -> str:
        text = read_text(key, value).lower()
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


def read_address(key: str, value: object) -> str:
    """Return the address of a web server, without a slash at its end; https, or this machine."""
    text = read_text(key, value).rstrip("/")
    parts = _web_address(text)
    if parts is None:
        raise ConfigurationError(f"{key} must be a web address like https://zoom.us/oauth.")
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise ConfigurationError(f"{key} must start with https:// (http:// is allowed for this machine only).")
    return text


def read_origin(key: str, value: object) -> str:
    """Return an origin: a web address without a path."""
    text = read_text(key, value).rstrip("/")
    parts = _web_address(text)
    if parts is None or parts.path:
        raise ConfigurationError(f"{key} must be an origin like https://www.example.com, without a path.")
    return text


def server_with(*schemes: str, example: str) -> Callable[[str, object], str]:
    """Return what reads the address of a server by one of these schemes."""

    def read(key: str, value: object) -> str:
        text = read_text(key, value)
        try:
            parts = urlsplit(text)
            is_server = parts.scheme in schemes and parts.hostname and parts.port != 0
        except ValueError:
            is_server = False
        if not is_server and not ("unix" in schemes and text.startswith("unix://")):
            raise ConfigurationError(f"{key} must look like {example}.")
        return text

    return read


def ensure_extra(extra: str, module: str, what: str) -> None:
    """Check that the package of an extra is installed, which ``what`` needs.

    Raises:
        ConfigurationError: it is not; the message says how to install it.
    """
    if importlib.util.find_spec(module) is None:  # not imported: that may take a while, and wait
        words = f"{what} needs the package {module.replace('_', '-')}. Install it with: "
        raise ConfigurationError(f"{words}pip install 'zoom-blueprint[{extra}]'")


def of_extra(extra: str, module: str, read: Callable[[str, object], str]) -> Callable[[str, object], str]:
    """Return what reads a value that means nothing unless the package of an extra is installed; ``off`` needs none."""

    def read_if_installed(key: str, value: object) -> str:
        text = read(key, value)
        if text != OFF:
            ensure_extra(extra, module, key)
        return text

    return read_if_installed


read_smtp = server_with("smtp", "smtps", example="smtp://user:password@mail.example.com:587 (or smtps://)")
read_redis = server_with(
    "redis", "rediss", "unix", example="redis://user:password@redis.example.com/0 (or rediss://, unix://)"
)


def read_secret(key: str, value: object) -> str:
    """Return a text that is too long to be guessed."""
    text = read_text(key, value)
    if len(text) < _SHORTEST_SECRET:
        words = f"{key} must have {_SHORTEST_SECRET} characters or more. This makes one: "
        raise ConfigurationError(f"{words}python -c 'import secrets; print(secrets.token_urlsafe())'")
    return text


def read_mail_address(key: str, value: object) -> str:
    """Return a mail address, with a name or without."""
    text = read_text(key, value)
    if "@" not in text or any(character in text for character in "\r\n"):
        raise ConfigurationError(f"{key} must be a mail address like Bookings <bookings@example.com>.")
    return text


def read_plain_mail_address(key: str, value: object) -> str:
    """Return a mail address that a link can lead to: without a name, in ASCII."""
    text = read_text(key, value)
    if not _PLAIN_MAIL.fullmatch(text):
        raise ConfigurationError(f"{key} must be a mail address without a name, like help@example.com.")
    return text


def read_line(key: str, value: object) -> str:
    """Return a text in one line, for people."""
    text = read_text(key, value)
    if not text.isprintable() or len(text) > _LONGEST_LINE:
        raise ConfigurationError(f"{key} must be one line of at most {_LONGEST_LINE} characters.")
    return text


def read_page(key: str, value: object) -> str:
    """Return the address of a page for people; https, or this machine."""
    text = read_text(key, value)
    try:
        parts = urlsplit(text)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        is_page = is_safe and parts.hostname and not (parts.username or parts.password)
    except ValueError:
        is_page = False
    if not is_page or not text.isprintable() or " " in text:
        raise ConfigurationError(f"{key} must be the address of a page, like https://www.example.com/privacy.")
    return text


def read_endpoint(key: str, value: object) -> str:
    """Return the name of an endpoint."""
    text = read_text(key, value)
    if "/" in text:
        raise ConfigurationError(f"{key} must be the name of an endpoint, like auth.sign_in, not an address.")
    return text


def read_limits(key: str, value: object) -> str:
    """Return limits, or ``OFF``."""
    text = read_text(key, value)
    if text.lower() == OFF:
        return OFF
    from zoom_blueprint.rates import rates  # the defaults need no reading

    try:
        rates(text)
    except ValueError:
        raise ConfigurationError(f"{key} must look like 20 per minute; 200 per day, or be off.") from None
    return text
