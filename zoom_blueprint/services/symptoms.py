"""Symptoms: what can be seen of the settings, the machine and the tables without asking anybody outside."""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from zoom_blueprint.config import FIRST
from zoom_blueprint.errors import StoreUnavailable
from zoom_blueprint.readings import LOOPBACK
from zoom_blueprint.services import autogenerate, clocks, rotation, zone_data
from zoom_blueprint.services.findings import Finding, Name, bad, counted, ok, warn
from zoom_blueprint.state import State
from zoom_blueprint.store import migrate

_SHORTEST_KEY = 16
_OLD_ZONES = 2
"""From how many years behind the calendar on data of time zones is old: several places change theirs each year."""


def of_settings(state: State) -> Iterator[Finding]:
    """Yield what the configuration says, and the functions that the site has given."""
    yield _public_address(state)
    yield _keys(state)
    if state.hooks.host_loader is None:
        yield bad(Name.HOST_LOADER, "none", "Say who is signed in: @zoom.host_loader.")
    else:
        yield ok(Name.HOST_LOADER, "there")
    yield _sign_in(state)
    yield _session(state)
    yield _mail(state)
    yield _zones()


def of_tables(state: State) -> Iterator[Finding]:
    """Yield how far the tables are, and whether the host app's own Alembic leaves them alone."""
    try:
        is_current = migrate.is_current(state.database)
    except StoreUnavailable as error:
        yield bad(Name.DATABASE, "does not answer", str(error))
        return
    kind = "SQLite" if state.database.is_sqlite else "PostgreSQL"
    if is_current:
        yield ok(Name.DATABASE, f"{kind}, tables up to date")
    elif migrate.is_newer(state.database):
        to_do = "Install the release that made them, or a later one."
        yield bad(Name.DATABASE, f"{kind}, tables newer than this release", to_do)
    else:
        yield bad(Name.DATABASE, f"{kind}, tables missing or older than this release", "Run: flask zoom upgrade")
    found, advice = autogenerate.judge(state)
    yield ok(Name.AUTOGENERATE, found) if advice is None else bad(Name.AUTOGENERATE, found, advice)


def of_seals(state: State) -> Finding:
    """Tell whether what is sealed opens with the keys there are."""
    broken = rotation.unopened(state)
    if not broken:
        return ok(Name.SEALED, "open with the token keys")
    return bad(
        Name.SEALED,
        f"no key in ZOOM_TOKEN_KEYS opens what is stored in {', '.join(broken)}",
        "Put the key that was used before into ZOOM_TOKEN_KEYS again, behind the newest. Until then Zoom is not asked, "
        "and pages that need what is sealed say so.",
    )


def _public_address(state: State) -> Finding:
    public = urlsplit(state.config.public_url)
    if public.scheme == "https" or public.hostname in LOOPBACK:
        return ok(Name.PUBLIC_ADDRESS, state.links.base)
    return bad(
        Name.PUBLIC_ADDRESS,
        f"{state.links.base} is not https",
        "Serve the site by https and set ZOOM_PUBLIC_URL to it: Zoom refuses other redirect URLs and webhooks.",
    )


def _keys(state: State) -> Finding:
    config = state.config
    if any(len(key) < _SHORTEST_KEY for key in config.link_keys):
        return bad(
            Name.KEYS,
            f"a link key has less than {_SHORTEST_KEY} characters",
            "Links in mails can be forged. Make SECRET_KEY, or the newest of ZOOM_LINK_KEYS, a long random text: "
            "python -c 'import secrets; print(secrets.token_urlsafe())'",
        )
    found = (
        counted(len(config.token_keys), "token key"),
        counted(len(config.webhook_secrets), "webhook secret"),
        counted(len(config.link_keys), "link key"),
    )
    return ok(Name.KEYS, ", ".join(found))


def _sign_in(state: State) -> Finding:
    endpoint = state.config.login_endpoint
    if endpoint is None:
        return ok(Name.SIGN_IN, "ZOOM_LOGIN_ENDPOINT is not set: whoever is not signed in is told to do so first")
    rules = [rule for rule in state.app.url_map.iter_rules() if rule.endpoint == endpoint]
    if any(rule.suitable_for({"next": "/"}, "GET") for rule in rules):
        return ok(Name.SIGN_IN, f"at the endpoint {endpoint}")
    return bad(
        Name.SIGN_IN,
        f"ZOOM_LOGIN_ENDPOINT is {endpoint!r}, and this app has no page of that name",
        "Name the endpoint of your sign-in; `flask routes` lists those there are. Until then whoever is not signed in "
        "gets an error.",
    )


def _session(state: State) -> Finding:
    seconds = state.config.session_seconds
    if clocks.are_running(state):
        return ok(Name.SESSION, f"hosts who are connected stay signed in here for {seconds} seconds")
    if seconds > 0:
        return warn(
            Name.SESSION,
            "nothing bounds how long a host who is connected to Zoom stays signed in",
            "Say how a host is signed out: @zoom.sign_out. Without it ZOOM_SESSION_SECONDS does nothing.",
        )
    return warn(
        Name.SESSION,
        "ZOOM_SESSION_SECONDS is 0: a host who is connected to Zoom stays signed in without end",
        "Set it to the seconds after which a host signs in again, like 7200, unless your own sign-in ends sessions.",
    )


def _mail(state: State) -> Finding:
    if state.hooks.mailer is not None and state.config.mail_from is None:
        return warn(
            Name.MAIL,
            "by the mailer hook, and no mail says whom it is from",
            "Set ZOOM_MAIL_FROM: it becomes the header From, without which many servers take no mail.",
        )
    if state.has_mail:
        return ok(Name.MAIL, "by the mailer hook" if state.hooks.mailer else "by ZOOM_SMTP_URL")
    words, to_do = "cannot be sent", "Set ZOOM_SMTP_URL and ZOOM_MAIL_FROM, or use @zoom.mailer."
    if state.config.mail_codes == FIRST:
        words += ", and ZOOM_MAIL_CODES asks for codes by mail"
        to_do += " Nobody is asked for a code until then."
    return bad(Name.MAIL, words, to_do)


def _zones() -> Finding:
    found = zone_data.version()
    if found is None:
        return warn(
            Name.ZONES,
            "of unknown age",
            "Update the machine's tzdata, or install the package: pip install --upgrade tzdata",
        )
    words = f"{found.name}, {found.source}"
    if found.year > datetime.now(UTC).year - _OLD_ZONES:
        return ok(Name.ZONES, words)
    return warn(
        Name.ZONES,
        f"{words}: old",
        "Rules of time zones change each year, and old ones put bookings at the wrong hour. Update the machine's "
        "tzdata, or run: pip install --upgrade tzdata",
    )
