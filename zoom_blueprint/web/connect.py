"""Connecting Zoom: the buttons, Zoom's answer, and the question that may follow."""

from urllib.parse import urlsplit

from flask import redirect, request
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.errors import ConnectError
from zoom_blueprint.languages import said
from zoom_blueprint.services import connections, consents, settlements
from zoom_blueprint.state import State
from zoom_blueprint.values import Host
from zoom_blueprint.web import forms, replies
from zoom_blueprint.web.signed_in import for_host, see_other, tell, warn

_COOKIE = "zoom_consent"


@for_host
def connect(state: State, host: Host) -> AnyResponse:
    """Send the host to Zoom's consent page, for a first or one more account."""
    return _to_zoom(state, host, None)


@for_host
def reconnect(state: State, host: Host, connection_id: str) -> AnyResponse:
    """Send the host to Zoom's consent page, to restore a connection."""
    return _to_zoom(state, host, connections.get(state, host.id, connection_id).id)


@for_host
def callback(state: State, host: Host) -> AnyResponse:
    """Take Zoom's answer; the host ends on the connection page with a sentence, or before a question."""
    address = f"{state.links.base}/connection"
    try:
        connection = consents.complete(
            state,
            host,
            nonce=request.args.get("state", ""),
            browser_secret=request.cookies.get(_COOKIE, ""),
            code=request.args.get("code", ""),
            error=request.args.get("error", ""),
        )
    except consents.NoSuchAttempt as error:
        warn(host, error)
        return redirect(address)  # with the cookie kept: it may be of an attempt in another tab
    except consents.AnotherAccount as error:
        address = _question(state, error.question.consent_id)
    except consents.NotYetKnown as error:
        tell(host, str(error))
    except ConnectError as error:
        warn(host, error)
    else:
        tell(host, said("Zoom connected as {account}.", account=connection.name or connection.email))
    response = redirect(address)
    response.delete_cookie(_COOKIE, path=_cookie_path(state))
    return response


@for_host
def ask_account(state: State, host: Host, consent_id: str) -> AnyResponse:
    """Ask which of two Zoom accounts is meant; an answered question says so."""
    question = settlements.question(state, host.id, consent_id)
    return replies.page("account.html", host=host, question=question, form=forms.ActionForm())


@for_host
def change_account(state: State, host: Host, consent_id: str) -> AnyResponse:
    """Put the account that the host has just signed in to in the place of the present one."""
    address = f"{state.links.base}/connection"
    refused = connections.may_connect(state, host)
    try:
        if refused is not None:
            raise ConnectError(refused)
        connection = settlements.change(state, host.id, consent_id)
    except ConnectError as error:
        warn(host, error)
        if settlements.question(state, host.id, consent_id) is not None:
            address = _question(state, consent_id)
    else:
        tell(host, said("Zoom is now connected as {account}.", account=connection.name or connection.email))
    return see_other(address)


@for_host
def keep_account(state: State, host: Host, consent_id: str) -> AnyResponse:
    """Leave everything as it was."""
    try:
        settlements.keep(state, host.id, consent_id)
    except ConnectError as error:
        warn(host, error)
    else:
        tell(host, said("Nothing has changed. The access to the other account is given back to Zoom."))
    return see_other(f"{state.links.base}/connection")


def _to_zoom(state: State, host: Host, connection_id: str | None) -> AnyResponse:
    reason = connections.may_connect(state, host)
    if reason is not None:
        return replies.page("problem.html", 403, host=host, title=said("Zoom is not available to you"), detail=reason)
    attempt = consents.begin(state, host.id, connection_id)
    response = see_other(attempt.authorize_url)
    response.set_cookie(
        _COOKIE,
        attempt.browser_secret,
        max_age=consents.CONSENT_SECONDS,
        path=_cookie_path(state),
        secure=state.config.secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def _question(state: State, consent_id: str) -> str:
    return f"{state.links.base}/consents/{consent_id}"


def _cookie_path(state: State) -> str:
    # As the browser sees it: a proxy may have taken a part of the path away before it reached us.
    return f"{urlsplit(state.links.base).path}/"
