"""Probes: what is only known by asking others, all at once: Zoom, Google, our own address, the mail server, Redis."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

from zoom_blueprint.errors import (
    ConfigurationError,
    GoogleClientRefused,
    GoogleError,
    GoogleRateLimited,
    ZoomClientRefused,
    ZoomError,
    ZoomRateLimited,
)
from zoom_blueprint.exchanges import adapters
from zoom_blueprint.services import deadlines, examinations, limits, mailers, troubles
from zoom_blueprint.services.findings import Finding, Name, bad, ok, warn
from zoom_blueprint.state import State
from zoom_blueprint.zoom_api import challenges

SECONDS = 8.0
"""How long all of them together may take."""
_EACH = 7.0


def ask(state: State) -> Iterator[Finding]:
    """Yield what others answered; who does not answer in time is a finding of its own."""
    questions: dict[str, Callable[[], list[Finding]]] = {
        Name.WEBHOOK: partial(_webhook, state),
        Name.CREDENTIALS: partial(_zoom, state),
        Name.GOOGLE: partial(_google, state),
        Name.MAIL_SERVER: partial(_mail_server, state),
        Name.LIMITS: partial(_limits, state),
    }
    for name, answer in deadlines.ask(questions, SECONDS).items():
        if answer.value is not None:
            yield from answer.value
        elif isinstance(answer.error, deadlines.TooLate):
            yield bad(Name(name), "no answer in time", "Ask again in a moment. If it stays so, look at the network.")
        else:
            words = f"could not be asked ({type(answer.error).__name__})"
            yield bad(Name(name), words, "The log of this site may say more.")


def _webhook(state: State) -> list[Finding]:
    address = f"{state.links.base}/webhook"
    answer = challenges.send(address, state.config.webhook_secrets[0], _EACH)
    if answer.is_right:
        return [ok(Name.WEBHOOK, f"{address} answers Zoom's challenge")]
    if answer.status is None:
        words = f"{address} cannot be reached ({answer.trouble})"
        to_do = "Check ZOOM_PUBLIC_URL, the name, the certificate and the proxy; the server has to run."
    elif answer.status == 403:
        words = f"{address} refuses the signature"
        to_do = (
            "Whoever answers there has another ZOOM_WEBHOOK_SECRETS or another clock, or the proxy changes the body or "
            "drops the headers x-zm-signature and x-zm-request-timestamp."
        )
    elif answer.status == 200:
        words, to_do = f"something else answers at {address}", "Check ZOOM_PUBLIC_URL and the path of the proxy."
    else:
        words = f"{address} answers with {answer.status}"
        to_do = "Check ZOOM_PUBLIC_URL and the path of the proxy: Zoom needs a 200 at once, and follows no redirect."
    return [bad(Name.WEBHOOK, words, to_do)]


def _zoom(state: State) -> list[Finding]:
    """Ask Zoom whether it knows our app; the ``Date`` of its answer tells how our clock is."""
    began = datetime.now(UTC)
    try:
        date = state.oauth.knock()
    except (ZoomClientRefused, ConfigurationError):
        to_do = "Copy ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET again from your app's page in the Zoom App Marketplace."
        return [bad(Name.CREDENTIALS, "refused by Zoom", to_do)]
    except ZoomRateLimited:
        return [warn(Name.CREDENTIALS, "not known, Zoom is too busy", "Ask again in a minute.")]
    except ZoomError as error:
        return [bad(Name.CREDENTIALS, _words(error, "Zoom"), "Check ZOOM_OAUTH_URL and the network.")]
    return [ok(Name.CREDENTIALS, "accepted by Zoom"), _clock(examinations.skew(began, datetime.now(UTC), date))]


def _google(state: State) -> list[Finding]:
    """Ask Google whether it knows our client, where the site has one."""
    if not state.config.has_google:
        return []
    try:
        state.google_oauth.knock()
    except (GoogleClientRefused, ConfigurationError):
        to_do = (
            "Copy ZOOM_GOOGLE_CLIENT_ID and ZOOM_GOOGLE_CLIENT_SECRET again from the client's page in the Google Cloud "
            "console."
        )
        return [bad(Name.GOOGLE, "refused by Google", to_do)]
    except GoogleRateLimited:
        return [warn(Name.GOOGLE, "not known, Google is too busy", "Ask again in a minute.")]
    except GoogleError as error:
        return [bad(Name.GOOGLE, _words(error, "Google"), "Check ZOOM_GOOGLE_OAUTH_URL and the network.")]
    return [ok(Name.GOOGLE, "accepted by Google")]


def _words(error: Exception, name: str) -> str:
    """Return an error's words; a knock made nothing that one could look at."""
    return str(error).removesuffix(f" {adapters.LOOK_FIRST.format(name=name)}")


def _clock(skew: int | None) -> Finding:
    if skew is None:
        return warn(Name.CLOCK, "not known, Zoom did not tell the time", "Ask again in a minute.")
    words = f"{abs(skew)} seconds {'ahead of' if skew > 0 else 'behind'} Zoom's" if skew else "as Zoom's"
    if abs(skew) < troubles.SKEW:
        return ok(Name.CLOCK, words)
    return bad(Name.CLOCK, words, "Set the clock of this machine, by NTP. Webhooks are refused when it is far off.")


def _mail_server(state: State) -> list[Finding]:
    if state.hooks.mailer is not None:
        return [ok(Name.MAIL_SERVER, "the mailer hook sends, which only a mail can try")]
    if state.config.smtp_url is None:
        return [ok(Name.MAIL_SERVER, "none to ask")]
    to_do = "Check ZOOM_SMTP_URL: the name, the port, user and password. No mail was sent."
    try:
        told = mailers.knock(state.config.smtp_url, _EACH)
    except mailers.Unsent as trouble:
        return [bad(Name.MAIL_SERVER, str(trouble), to_do)]
    except (OSError, ConfigurationError) as error:  # smtplib's errors are of the first kind
        words = str(error) if isinstance(error, ConfigurationError) else type(error).__name__
        return [bad(Name.MAIL_SERVER, f"cannot be used ({words})", to_do)]
    return [ok(Name.MAIL_SERVER, told)]


def _limits(state: State) -> list[Finding]:
    if state.config.ratelimit_url is None:
        return [ok(Name.LIMITS, "counted in the database")]
    if limits.is_redis_there(state):
        return [ok(Name.LIMITS, "counted in Redis")]
    to_do = "The database counts in its place. Check the address and the server."
    return [bad(Name.LIMITS, "the Redis of ZOOM_RATELIMIT_URL does not answer", to_do)]
