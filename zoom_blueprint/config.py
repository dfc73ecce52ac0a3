"""Configuration: read once from ``ZOOM_*`` keys, validated at start, secrets masked in every repr."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields

from zoom_blueprint import readings
from zoom_blueprint.errors import ConfigurationError

_PREFIX = "ZOOM_"
NO_LIMITS = readings.OFF
FIRST = "first"
_NEAR = 0.85


@dataclass(frozen=True, kw_only=True)
class Config:
    """All settings of one app. Each field ``x`` comes from the key ``ZOOM_X``; lists may be comma-separated text.

    ``public_url`` is the site's origin without a path. ``oauth_url`` and ``api_url`` are Zoom's addresses, https, or
    http on loopback for the simulator. ``google_client_id`` and ``google_client_secret`` let hosts connect Google
    Calendar; ``busy_max_age`` is how old what is known of their busy times may be. ``token_keys`` are Fernet keys,
    newest first; ``link_keys`` any secrets, newest first. Times are seconds unless the name says otherwise.
    ``retention_days`` is how long meetings of a cut connection are kept; ``booking_retention_days`` how long after a
    booking its people are, None for as long as it stands. ``approval_hours`` is how long a booking that awaits approval
    holds its time. ``limits`` are a client's posts, ``host_limits`` the bookings made with a host, ``read_limits`` a
    client's GETs in one process, ``api_limits`` the calls with one API key; ``ratelimit_url`` is the Redis that counts
    all but reads in place of the database.
    ``proof_of_work`` is in bits, 0 for none; ``mail_codes`` says whose mail address has to be confirmed by a code
    before they book: ``off`` for nobody's, or ``first`` for those that never were. ``first_tries`` is how many visitors
    of one process may wait for Zoom at the same time; the others hear at once that their link is on its way. ``tries``
    is after how many failures work that is owed is parked until somebody presses *Try again*. ``metrics_token`` is what
    a reader of ``/metrics`` has to show. ``mcp`` is whether AI agents that show an API key are served at ``/mcp``.
    ``session_seconds`` bounds how long a host with Zoom connected may stay signed in on our pages, 0 for no bound;
    ``interlock_action`` is whether Zoom is kept or disconnected when they give no answer at its end.
    ``endpoints_on_loopback`` is ``on`` where hosts' endpoints may be on this machine, by http too. The ``support_``
    settings, ``privacy_url`` and ``terms_url`` stand in the guide; ``review_notes`` on the page for Zoom's reviewers.
    """

    client_id: str
    client_secret: str = field(repr=False)
    token_keys: tuple[str, ...] = field(repr=False)
    webhook_secrets: tuple[str, ...] = field(repr=False)
    public_url: str
    link_keys: tuple[str, ...] = field(repr=False)
    oauth_url: str = "https://zoom.us/oauth"
    api_url: str = "https://api.zoom.us/v2"
    google_client_id: str | None = None
    google_client_secret: str | None = field(default=None, repr=False)
    google_oauth_url: str = "https://oauth2.googleapis.com"
    google_api_url: str = "https://www.googleapis.com/calendar/v3"
    busy_max_age: int = 3600
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
    api_limits: str = "120 per minute; 10000 per day"
    ratelimit_url: str | None = field(default=None, repr=False)
    proof_of_work: int = 0
    mail_codes: str = "off"
    first_tries: int = 4
    tries: int = 100
    metrics_token: str | None = field(default=None, repr=False)
    mcp: str = readings.OFF
    session_seconds: int = 7200
    interlock_action: str = "keep"
    endpoints_on_loopback: str = "off"
    support_email: str | None = None
    support_url: str | None = None
    support_hours: str | None = None
    support_answer: str | None = None
    privacy_url: str | None = None
    terms_url: str | None = None
    review_notes: str | None = field(default=None, repr=False)

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
            found[one.name] = _READERS.get(one.name, readings.read_text)(key, given)
        if "link_keys" not in found:
            found["link_keys"] = _link_keys_of_the_app(settings)
        if "public_url" not in found and debug:
            found["public_url"] = "http://localhost:5000"
        missing = [f"{_PREFIX}{name.upper()} is not set. {why}" for name, why in _REQUIRED.items() if name not in found]
        if missing:
            raise ConfigurationError("\n".join(missing))
        if "smtp_url" in found and "mail_from" not in found:
            raise ConfigurationError("ZOOM_MAIL_FROM is not set. With ZOOM_SMTP_URL, say from whom mails are.")
        if ("google_client_id" in found) != ("google_client_secret" in found):
            raise ConfigurationError("Set both ZOOM_GOOGLE_CLIENT_ID and ZOOM_GOOGLE_CLIENT_SECRET, or neither.")
        return cls(**found)  # type: ignore[arg-type]  # the readers give each field its type

    @property
    def has_google(self) -> bool:
        """Whether hosts can connect Google Calendar; if not, nothing of Google is shown."""
        return self.google_client_id is not None

    @property
    def secure(self) -> bool:
        """Whether the site is served over https, so that cookies may demand it."""
        return self.public_url.startswith("https://")


_REQUIRED = {
    "client_id": "Copy the Client ID from your app's page in the Zoom App Marketplace.",
    "client_secret": "Copy the Client Secret from your app's page in the Zoom App Marketplace.",
    "token_keys": readings.HOW_TO_ENCRYPT,
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


_READERS: dict[str, Callable[[str, object], object]] = {
    "token_keys": readings.read_fernet_keys,
    "metrics_token": readings.of_extra("metrics", "prometheus_client", readings.read_secret),
    "mcp": readings.of_extra("mcp", "mcp", readings.one_of(readings.OFF, "on")),
    "webhook_secrets": readings.read_list,
    "link_keys": readings.read_list,
    "public_url": readings.read_origin,
    "oauth_url": readings.read_address,
    "api_url": readings.read_address,
    "google_oauth_url": readings.read_address,
    "google_api_url": readings.read_address,
    "busy_max_age": readings.number_between(60, 604800),
    "webhook_tolerance": readings.number_between(1, 3600),
    "smtp_url": readings.read_smtp,
    "mail_from": readings.read_mail_address,
    "login_endpoint": readings.read_endpoint,
    "worker": readings.one_of("thread", "off"),
    "claim_seconds": readings.number_between(20, 3600),
    "retention_days": readings.number_between(0, 3650),
    "booking_retention_days": readings.number_between(1, 36500),
    "connections_per_host": readings.number_between(1, 20),
    "on_remote_delete": readings.one_of("cancel", "relink"),
    "approval_hours": readings.number_between(1, 8760),
    "ratelimit_url": readings.of_extra("redis", "redis", readings.read_redis),
    "proof_of_work": readings.number_between(0, 20),
    "mail_codes": readings.one_of("off", FIRST),
    "first_tries": readings.number_between(0, 64),
    "tries": readings.number_between(1, 10000),
    "session_seconds": readings.nought_or(600, 604800),
    "interlock_action": readings.one_of("keep", "disconnect"),
    "endpoints_on_loopback": readings.one_of("off", "on"),
    "support_email": readings.read_plain_mail_address,
    "support_url": readings.read_page,
    "support_hours": readings.read_line,
    "support_answer": readings.read_line,
    "privacy_url": readings.read_page,
    "terms_url": readings.read_page,
    "limits": readings.read_limits,
    "host_limits": readings.read_limits,
    "read_limits": readings.read_limits,
    "api_limits": readings.read_limits,
}
