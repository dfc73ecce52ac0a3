"""Settings are read once and checked at registration; whatever is wrong is named with its key."""

import dataclasses
import subprocess
import sys
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from flask import Flask

from zoom_blueprint import ConfigurationError, ZoomBlueprint
from zoom_blueprint.config import Config

# The same in every process: they are part of the names by which parallel workers agree on the tests.
KEY, OLDER = (urlsafe_b64encode(letter * 32).decode() for letter in (b"k", b"o"))
GOOD: dict[str, Any] = {
    "SECRET_KEY": "the app's own secret",
    "SQLALCHEMY_DATABASE_URI": "sqlite:///app.db",
    "ZOOM_CLIENT_ID": "the-client-id",
    "ZOOM_CLIENT_SECRET": "the-client-secret",
    "ZOOM_TOKEN_KEYS": KEY,
    "ZOOM_WEBHOOK_SECRETS": "the-webhook-secret",
    "ZOOM_PUBLIC_URL": "https://www.example.com",
}


def register(**changes: object) -> Config:
    """Register the blueprint with some settings changed, None taking one away, and return what was read."""
    app = Flask(__name__)
    app.config.update({name: value for name, value in {**GOOD, **changes}.items() if value is not None})
    app.register_blueprint(ZoomBlueprint(), url_prefix="/zoom")
    found: Config = app.extensions["zoom_blueprint"].config
    return found


def refusal(**changes: object) -> str:
    """Return why a registration is refused."""
    with pytest.raises(ConfigurationError) as refused:
        register(**changes)
    return str(refused.value)


@pytest.mark.parametrize("empty", [None, "", "   ", [], ()], ids=repr)
@pytest.mark.parametrize(
    "key", ["ZOOM_CLIENT_ID", "ZOOM_CLIENT_SECRET", "ZOOM_TOKEN_KEYS", "ZOOM_WEBHOOK_SECRETS", "ZOOM_PUBLIC_URL"]
)
def test_a_missing_key_is_named_at_registration(key: str, empty: object) -> None:
    assert refusal(**{key: empty}).startswith(key)


def test_all_missing_keys_are_named_at_once() -> None:
    missing = ("ZOOM_CLIENT_ID", "ZOOM_TOKEN_KEYS", "ZOOM_PUBLIC_URL")
    lines = refusal(**dict.fromkeys(missing)).splitlines()
    assert [line.partition(" is not set. ")[0] for line in lines] == [*missing]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ZOOM_CLIENT_ID", 5),
        ("ZOOM_CLIENT_SECRET", b"bytes"),
        ("ZOOM_TOKEN_KEYS", "not a key"),
        ("ZOOM_TOKEN_KEYS", f"{KEY},short"),
        ("ZOOM_TOKEN_KEYS", {"a": "set"}.keys()),
        ("ZOOM_TOKEN_KEYS", [KEY, 5]),
        ("ZOOM_TOKEN_KEYS", ","),
        ("ZOOM_WEBHOOK_SECRETS", 7),
        ("ZOOM_PUBLIC_URL", "www.example.com"),
        ("ZOOM_PUBLIC_URL", "ftp://example.com"),
        ("ZOOM_PUBLIC_URL", "https://example.com/shop"),
        ("ZOOM_PUBLIC_URL", "https://example.com?x=1"),
        ("ZOOM_PUBLIC_URL", "https://user:password@example.com"),
        ("ZOOM_PUBLIC_URL", "https://example.com:port"),
        ("ZOOM_PUBLIC_URL", "https://exa mple.com"),
        ("ZOOM_PUBLIC_URL", "https://exam\nple.com"),
        ("ZOOM_PUBLIC_URL", "https://"),
        ("ZOOM_PUBLIC_URL", "//evil.example"),
        ("ZOOM_OAUTH_URL", "http://zoom.us/oauth"),
        ("ZOOM_OAUTH_URL", "http://127.0.0.1.evil.example/oauth"),
        ("ZOOM_OAUTH_URL", "http://localhost@evil.example/oauth"),
        ("ZOOM_API_URL", "http://10.0.0.5/v2"),
        ("ZOOM_API_URL", "zoom"),
        ("ZOOM_WEBHOOK_TOLERANCE", "soon"),
        ("ZOOM_WEBHOOK_TOLERANCE", 0),
        ("ZOOM_WEBHOOK_TOLERANCE", True),
        ("ZOOM_WEBHOOK_TOLERANCE", 1.5),
        ("ZOOM_CLAIM_SECONDS", 5),
        ("ZOOM_RETENTION_DAYS", -1),
        ("ZOOM_WORKER", "threads"),
        ("ZOOM_ON_REMOTE_DELETE", "ignore"),
        ("ZOOM_LIMITS", "often"),
        ("ZOOM_LIMITS", "20 per blink"),
        ("ZOOM_LIMITS", 20),
        ("ZOOM_SMTP_URL", "mail.example.com"),
        ("ZOOM_SMTP_URL", "smtp://"),
        ("ZOOM_SMTP_URL", "smtp://mail.example.com:port"),
        ("ZOOM_SMTP_URL", "smtp://[::1"),
        ("ZOOM_MAIL_FROM", "Bookings"),
        ("ZOOM_MAIL_FROM", "a@example.com\nBcc: b@example.com"),
        ("ZOOM_LINK_KEYS", ","),
        ("ZOOM_DATABASE_URL", 5),
        ("ZOOM_METRICS_TOKEN", "fifteen letters"),
        ("ZOOM_SESSION_SECONDS", 599),
        ("ZOOM_SESSION_SECONDS", "2 hours"),
        ("ZOOM_SESSION_SECONDS", -1),
        ("ZOOM_INTERLOCK_ACTION", "cut"),
        ("ZOOM_SUPPORT_EMAIL", "Help <help@example.com>"),
        ("ZOOM_SUPPORT_EMAIL", "help@example.com?cc=all@example.com"),
        ("ZOOM_SUPPORT_URL", "javascript:alert(1)"),
        ("ZOOM_SUPPORT_URL", "http://www.example.com/help"),
        ("ZOOM_SUPPORT_HOURS", "Monday\nFriday"),
        ("ZOOM_SUPPORT_ANSWER", "x" * 201),
        ("ZOOM_PRIVACY_URL", "www.example.com/privacy"),
        ("ZOOM_PRIVACY_URL", "https://user:password@example.com/privacy"),
        ("ZOOM_TERMS_URL", "https://www.example.com/our terms"),
        ("ZOOM_TERMS_URL", "https://[::1"),
        ("ZOOM_REVIEW_NOTES", 5),
    ],
)
def test_a_malformed_key_is_named_at_registration(key: str, value: object) -> None:
    said = refusal(**{"ZOOM_MAIL_FROM": "bookings@example.com", key: value})
    assert said.startswith(key)
    assert "password@" not in said or "user:password@mail" in said


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("ZOOM_CLIENTID", "ZOOM_CLIENT_ID"),
        ("ZOOM_TOKEN_KEY", "ZOOM_TOKEN_KEYS"),
        ("ZOOM_WEBHOOK_SECRET", "ZOOM_WEBHOOK_SECRETS"),
        ("ZOOM_PUBLIC_URI", "ZOOM_PUBLIC_URL"),
        ("ZOOM_RETENTION_DAY", "ZOOM_RETENTION_DAYS"),
    ],
)
def test_a_misspelt_key_names_the_nearest(wrong: str, right: str) -> None:
    said = refusal(**{wrong: "anything"})
    assert said.startswith(wrong)
    assert f"Did you mean {right}?" in said


@pytest.mark.parametrize("key", ["ZOOM_ACCOUNT_ID", "ZOOM_SDK_KEY", "ZOOMER", "ZOOM_HOST"])
def test_keys_of_others_are_left_alone(key: str) -> None:
    assert register(**{key: "the host app's own"}).client_id == "the-client-id"


def test_the_shortest_configuration_is_enough() -> None:
    config = register()
    assert config.oauth_url == "https://zoom.us/oauth"
    assert config.api_url == "https://api.zoom.us/v2"
    assert config.link_keys == ("the app's own secret",)
    assert config.secure


def test_a_session_is_bounded_unless_that_is_switched_off() -> None:
    assert (register().session_seconds, register().interlock_action) == (7200, "keep")
    assert register(ZOOM_SESSION_SECONDS="0").session_seconds == 0
    assert register(ZOOM_SESSION_SECONDS=600).session_seconds == 600


def test_lists_may_be_text_or_lists_and_the_newest_is_first() -> None:
    assert register(ZOOM_TOKEN_KEYS=f" {KEY} , {OLDER},").token_keys == (KEY, OLDER)
    assert register(ZOOM_TOKEN_KEYS=[KEY, OLDER]).token_keys == (KEY, OLDER)
    assert register(ZOOM_WEBHOOK_SECRETS="new,old").webhook_secrets == ("new", "old")


def test_links_are_signed_with_the_apps_keys_unless_there_are_own_ones() -> None:
    assert register(SECRET_KEY_FALLBACKS=["old"]).link_keys == ("the app's own secret", "old")
    assert register(SECRET_KEY=b"\xff\x00").link_keys == ("\xff\x00",)
    assert register(SECRET_KEY=None, ZOOM_LINK_KEYS="a,b").link_keys == ("a", "b")
    assert refusal(SECRET_KEY=None).startswith("SECRET_KEY")


@pytest.mark.parametrize("mode", ["DEBUG", "TESTING"])
def test_the_public_address_may_be_left_out_while_developing(mode: str) -> None:
    assert register(**{mode: True, "ZOOM_PUBLIC_URL": None}).public_url == "http://localhost:5000"


@pytest.mark.parametrize("address", ["http://localhost:5001/v2", "http://127.0.0.1:5001/v2", "http://[::1]:5001/v2"])
def test_plain_http_is_for_this_machine_only(address: str) -> None:
    assert register(ZOOM_API_URL=f"{address}/").api_url == address


@pytest.mark.parametrize("address", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true"])
@pytest.mark.parametrize("key", ["SQLALCHEMY_DATABASE_URI", "ZOOM_DATABASE_URL"])
def test_a_database_in_memory_is_refused(key: str, address: str) -> None:
    assert "SQLite in memory" in refusal(**{key: address})


@pytest.mark.parametrize("address", ["nonsense", "postgresql://host:port/app", 5])
def test_a_malformed_database_address_is_named(address: object) -> None:
    assert refusal(SQLALCHEMY_DATABASE_URI=address).startswith("SQLALCHEMY_DATABASE_URI")
    assert refusal(ZOOM_DATABASE_URL=str(address)).startswith("ZOOM_DATABASE_URL")


def test_no_database_at_all_is_refused() -> None:
    said = refusal(SQLALCHEMY_DATABASE_URI=None)
    assert "SQLALCHEMY_DATABASE_URI" in said
    assert "ZOOM_DATABASE_URL" in said


def test_mail_by_smtp_needs_a_sender_and_a_hook_may_have_one() -> None:
    assert refusal(ZOOM_SMTP_URL="smtp://localhost").startswith("ZOOM_MAIL_FROM")
    assert register(ZOOM_MAIL_FROM="Bookings <bookings@example.com>").mail_from == "Bookings <bookings@example.com>"


@pytest.mark.parametrize(("given", "read"), [("off", "off"), ("OFF", "off"), ("3 per minute", "3 per minute")])
def test_limits_can_be_set_and_switched_off(given: str, read: str) -> None:
    assert register(ZOOM_LIMITS=given).limits == read


@pytest.mark.parametrize(
    "url", ["redis://cache.example.com:6379/0", "rediss://u:p@cache.example.com", "unix:///a/sock"]
)
def test_a_redis_is_named_by_its_url_and_not_asked_at_the_start(url: str) -> None:
    assert register(ZOOM_RATELIMIT_URL=url).ratelimit_url == url


@pytest.mark.parametrize("url", ["http://cache.example.com", "redis://", "cache.example.com:6379", "redis://a:x"])
def test_what_is_no_redis_is_refused(url: str) -> None:
    told = refusal(ZOOM_RATELIMIT_URL=url)
    assert told.startswith("ZOOM_RATELIMIT_URL must look like redis://")
    assert "rediss://" in told
    assert "unix://" in told


def test_without_the_package_for_redis_its_address_is_refused_with_what_to_install() -> None:
    program = (
        "import sys; sys.modules['redis'] = None\n"  # as if it were not installed
        "from tests.config.test_config import refusal, register\n"
        "assert register().limits\n"
        "print(refusal(ZOOM_RATELIMIT_URL='redis://localhost'))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.startswith("ZOOM_RATELIMIT_URL needs the package redis")
    assert "zoom-blueprint[redis]" in done.stdout


def test_secrets_are_masked_in_the_repr() -> None:
    config = register(
        ZOOM_SMTP_URL="smtp://user:mail-password@mail.example.com",
        ZOOM_MAIL_FROM="bookings@example.com",
        ZOOM_DATABASE_URL="postgresql://user:db-password@db.example.com/app",
        ZOOM_LINK_KEYS="a-link-key",
        ZOOM_RATELIMIT_URL="redis://user:redis-password@cache.example.com",
    )
    shown = f"{config!r} {config}"
    passwords = ("mail-password", "db-password", "redis-password")
    for secret in (KEY, "the-client-secret", "the-webhook-secret", "a-link-key", *passwords):
        assert secret not in shown
    assert "the-client-id" in shown


def test_the_configuration_cannot_be_changed_afterwards() -> None:
    config = register()
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.public_url = "https://evil.example"  # type: ignore[misc]  # that is the point
