"""Connecting an account: the buttons, the provider's answer, and the question that may follow."""

from urllib.parse import urlsplit

from flask import redirect, request
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.errors import ConnectError, NotFound
from zoom_blueprint.languages import said
from zoom_blueprint.services import connections, consents, providers, settlements
from zoom_blueprint.state import State
from zoom_blueprint.values import Connection, Host, Provider
from zoom_blueprint.web import forms, replies
from zoom_blueprint.web.signed_in import for_host, see_other, tell, warn

# One each, so that a host can connect both at the same time.
_COOKIES = {Provider.ZOOM: "zoom_consent", Provider.GOOGLE: "google_consent"}


@for_host
def connect(state: State, host: Host) -> AnyResponse:
    """Send the host to Zoom's consent page, for a first or one more account."""
    return _to_provider(state, host, Provider.ZOOM)


@for_host
def connect_google(state: State, host: Host) -> AnyResponse:
    """Send the host to Google's consent page."""
    _need_google(state)
    return _to_provider(state, host, Provider.GOOGLE)


@for_host
def reconnect(state: State, host: Host, connection_id: str) -> AnyResponse:
    """Send the host to the provider's consent page, to restore a connection."""
    connection = connections.get(state, host.id, connection_id)
    if connection.provider is Provider.GOOGLE:
        _need_google(state)
    return _to_provider(state, host, connection.provider, connection.id)


@for_host
def callback(state: State, host: Host) -> AnyResponse:
    """Take Zoom's answer; the host ends on the connection page with a sentence, or before a question."""
    return _come_back(state, host, Provider.ZOOM)


@for_host
def google_callback(state: State, host: Host) -> AnyResponse:
    """Take Google's answer, as ``callback`` does Zoom's; where there is no Google, nobody comes from there."""
    if not state.config.has_google:
        return redirect(f"{state.links.base}/connection")
    return _come_back(state, host, Provider.GOOGLE)


def _need_google(state: State) -> None:
    if not state.config.has_google:
        raise NotFound(said("There is no such connection."))


def _come_back(state: State, host: Host, provider: Provider) -> AnyResponse:
    address, cookie = f"{state.links.base}/connection", _COOKIES[provider]
    try:
        connection = consents.complete(
            state,
            host,
            nonce=request.args.get("state", ""),
            browser_secret=request.cookies.get(cookie, ""),
            code=request.args.get("code", ""),
            error=request.args.get("error", ""),
            provider=provider,
        )
    except consents.NoSuchAttempt as error:
        warn(host, error)
        return redirect(address)  # with the cookie kept: it may be of an attempt in another tab
    except consents.AnotherAccount as error:
        address = _question(state, error.question.consent_id)
    except providers.ConsentNeeded:
        return _to_provider(state, host, provider, is_held=False)
    except consents.NotYetKnown as error:
        tell(host, str(error))
    except ConnectError as error:
        warn(host, error)
    else:
        tell(host, _said_of(connection, providers.side(provider).sentences.connected))
    response = redirect(address)
    response.delete_cookie(cookie, path=_cookie_path(state))
    return response


@for_host
def ask_account(state: State, host: Host, consent_id: str) -> AnyResponse:
    """Ask which of two accounts is meant; an answered question says so."""
    question = settlements.question(state, host.id, consent_id)
    return replies.page("account.html", host=host, question=question, form=forms.ActionForm())


@for_host
def change_account(state: State, host: Host, consent_id: str) -> AnyResponse:
    """Put the account that the host has just signed in to in the place of the present one."""
    address = f"{state.links.base}/connection"
    asked = settlements.question(state, host.id, consent_id)
    refused = connections.may_connect(state, host, Provider.ZOOM if asked is None else asked.provider)
    try:
        if refused is not None:
            raise ConnectError(refused)
        connection = settlements.change(state, host.id, consent_id)
    except ConnectError as error:
        warn(host, error)
        if settlements.question(state, host.id, consent_id) is not None:
            address = _question(state, consent_id)
    else:
        tell(host, _said_of(connection, providers.side(connection.provider).sentences.changed))
    return see_other(address)


@for_host
def keep_account(state: State, host: Host, consent_id: str) -> AnyResponse:
    """Leave everything as it was."""
    try:
        provider = settlements.keep(state, host.id, consent_id)
    except ConnectError as error:
        warn(host, error)
    else:
        tell(host, providers.side(provider).sentences.kept)
    return see_other(f"{state.links.base}/connection")


def _to_provider(
    state: State, host: Host, provider: Provider, connection_id: str | None = None, *, is_held: bool = True
) -> AnyResponse:
    reason = connections.may_connect(state, host, provider)
    if reason is not None:
        title = providers.side(provider).sentences.not_available
        return replies.page("problem.html", 403, host=host, title=title, detail=reason)
    attempt = consents.begin(state, host.id, connection_id, provider, is_held=is_held)
    response = see_other(attempt.authorize_url)
    response.set_cookie(
        _COOKIES[provider],
        attempt.browser_secret,
        max_age=consents.CONSENT_SECONDS,
        path=_cookie_path(state),
        secure=state.config.secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def _said_of(connection: Connection, sentence: str) -> str:
    return said(sentence, account=connection.name or connection.email)


def _question(state: State, consent_id: str) -> str:
    return f"{state.links.base}/consents/{consent_id}"


def _cookie_path(state: State) -> str:
    # As the browser sees it: a proxy may have taken a part of the path away before it reached us.
    return f"{urlsplit(state.links.base).path}/"
