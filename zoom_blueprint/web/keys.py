"""The host's page of API keys: what there is, a new one that is shown once, and the way to take one back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.actions import keys as made_keys
from zoom_blueprint.actions.listed import ACTIONS
from zoom_blueprint.languages import said
from zoom_blueprint.services import api_keys, times
from zoom_blueprint.state import State
from zoom_blueprint.store.base import new_id
from zoom_blueprint.values import ApiKey, Host
from zoom_blueprint.web import forms, paged, reading, replies
from zoom_blueprint.web.signed_in import for_host, for_writing_host, see_other, tell

_LASTS: Final = (("30", 30), ("90", 90), ("365", 365), ("", None))
_USUAL = "90"


@dataclass(frozen=True)
class Shown:
    """A key as the page shows it, its instants in words; ``mark`` says why it is of no use any more."""

    key: ApiKey
    may: list[str]
    made: str
    used: str | None
    until: str | None
    mark: str | None


@for_host
def keys(state: State, host: Host) -> AnyResponse:
    """Show the host's keys."""
    page = paged.asked(api_keys.all_of(state, host.id))
    return replies.page(
        "keys.html",
        host=host,
        page=page,
        listed=[_shown(host, key) for key in page.items],
        address=_address(state),
    )


@for_host
def write_key(state: State, host: Host) -> AnyResponse:
    """Show the form for a new key."""
    return _form(state, host, MultiDict({"lasts": _USUAL}))


def _again(state: State, host: Host, *, errors: Mapping[str, str], status: int) -> AnyResponse:
    """Show the form with what was typed."""
    return _form(state, host, request.form, errors=errors, status=status)


@for_writing_host(_again)
def make_key(state: State, host: Host) -> AnyResponse:
    """Make a key, and show its text on the answer itself: it goes through no session, address or store."""
    sent = request.form
    days = dict(_LASTS).get(sent.get("lasts", _USUAL), int(_USUAL))
    made = made_keys.make(
        state,
        host.id,
        sent.get("name", ""),
        sent.getlist("actions"),
        expires_at=None if days is None else datetime.now(UTC) + timedelta(days=days),
        key_id=forms.once(),
    )
    return replies.page("key_made.html", 201, host=host, made=made, shown=_shown(host, made), address=_address(state))


@for_host
def ask_revoke_key(state: State, host: Host, key_id: str) -> AnyResponse:
    """Ask before a key is taken back: a program may live by it."""
    key = api_keys.get(state, host.id, key_id)
    return replies.page("key_revoke.html", host=host, shown=_shown(host, key), form=forms.ActionForm())


@for_host
def revoke_key(state: State, host: Host, key_id: str) -> AnyResponse:
    """Take a key back."""
    key = api_keys.get(state, host.id, key_id)
    api_keys.revoke(state, host.id, key_id)
    tell(host, said("“{name}” is revoked, and opens nothing any more.", name=key.name))
    return see_other(f"{state.links.base}/api-keys")


def _form(
    state: State,
    host: Host,
    fields: MultiDict[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> AnyResponse:
    del state
    return replies.page(
        "key_new.html",
        status,
        host=host,
        actions=ACTIONS,
        lasts=_LASTS,
        fields=fields,
        errors=errors or {},
        longest=api_keys.LONGEST_NAME,
        once=new_id(),
        form=forms.ActionForm(),
    )


def _address(state: State) -> str:
    return f"{state.links.base}/api/v1/actions"


def _shown(host: Host, key: ApiKey) -> Shown:
    moment = partial(times.moment, time_zone=host.time_zone, locale=reading.of_host(host).locale)
    mark = None
    if key.revoked_at is not None:
        mark = said("Revoked")
    elif not key.is_good(datetime.now(UTC)):
        mark = said("Expired")
    return Shown(
        key=key,
        may=[action.may for action in ACTIONS if action.name in key.actions],
        made=moment(key.created_at),
        used=moment(key.last_used_at) if key.last_used_at else None,
        until=moment(key.expires_at) if key.expires_at else None,
        mark=mark,
    )
