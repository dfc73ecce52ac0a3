"""Decide whether a REST call may go on: token, scope, rate, person and licence, in this order."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import current_app, g, request

from zoom_blueprint.testing.simulator import grants, limits, meetings, scopes, users
from zoom_blueprint.testing.simulator.replies import Refusal
from zoom_blueprint.testing.simulator.world import Moment, current_world

_IN_QUERY = "Invalid access token, this access token is not supported as query parameter string."
_MAY_NOT_HOST = "Meeting hosting and scheduling capabilities are not allowed for your user account."
_MAY_NOT_HOST_OR_SCHEDULE = "Your user account is not allowed meeting hosting and scheduling capabilities."
_ABOUT_PEOPLE = ("me", "user_settings", "user_zak", "user_token")
_SAID_THE_OTHER_WAY = ("create_meeting", "get_meeting", "update_meeting")


@dataclass(frozen=True)
class Caller:
    """Whose token a call carries: a user's, or with ``user`` None the whole account's (server to server)."""

    account_id: str
    user: sqlite3.Row | None


@contextmanager
def about_caller(route: str) -> Iterator[Moment]:
    """Let in a call that names nobody."""
    with current_world().moment() as m:
        _caller(m, route)
        yield m


@contextmanager
def about_user(route: str, user_id: str) -> Iterator[tuple[Moment, sqlite3.Row]]:
    """Let in a call about the user in its path; Refusal is what Zoom would answer."""
    with current_world().moment() as m:
        user = _addressed(m, _caller(m, route), user_id)
        _check_licence(user, route)
        yield m, user


@contextmanager
def about_meeting(
    route: str, meeting_id: str, *, deleted: bool = False
) -> Iterator[tuple[Moment, sqlite3.Row, sqlite3.Row]]:
    """Let in a call about the meeting in its path and yield its host and the meeting, on request a deleted one."""
    with current_world().moment() as m:
        caller = _caller(m, route)
        if caller.user is not None:
            _check_licence(caller.user, route)
            _check_no_pmi(caller.user, route, meeting_id)
        meeting = _meeting(m, caller, meeting_id, deleted=deleted)
        user = users.found(m.db, meeting["user_id"])
        _check_licence(user, route)
        yield m, user, meeting


def _caller(m: Moment, route: str) -> Caller:
    grant = _grant(m)
    missing = scopes.missing(route, grants.scopes_of(grant))
    if missing:
        message = f"Invalid access token, does not contain scopes:[{', '.join(missing)}]."
        raise Refusal(m.knobs["missing_scope_status"], 4711, message)
    user = users.find(m.db, grant["user_id"])
    if user is not None and user["status"] == "inactive" and (route != "me" or m.knobs["inactive_user"] == "refused"):
        raise Refusal(401, 124, m.knobs["token_message"] or "Invalid access token.")
    account_id = user["account_id"] if user is not None else grants.account_of(grant)
    seconds = current_app.extensions["zoom_simulator_seconds"]
    g.rate_headers = limits.count_account_call(m, seconds, account_id, route)
    return Caller(account_id, user)


def _addressed(m: Moment, caller: Caller, user_id: str) -> sqlite3.Row:
    """Return whom a path names: a user's token is good for ``me`` alone, an account's for everybody but ``me``."""
    if caller.user is not None and user_id == "me":
        return caller.user
    named = users.find(m.db, user_id)
    if named is None or user_id == named["short"]:
        raise Refusal(404, 1001, f"User does not exist: {user_id}.")
    if caller.user is not None:
        raise Refusal(400, 4700, "Invalid access token, does not contain scopes.")
    if named["account_id"] != caller.account_id:
        raise Refusal(400, 1010, f"User does not belong to this account: {caller.account_id}.")
    return named


def _check_licence(user: sqlite3.Row, route: str) -> None:
    if user["type"] == 4 and route not in _ABOUT_PEOPLE:
        raise Refusal(400, 3161, _MAY_NOT_HOST_OR_SCHEDULE if route in _SAID_THE_OTHER_WAY else _MAY_NOT_HOST)


def _check_no_pmi(user: sqlite3.Row, route: str, meeting_id: str) -> None:
    if route == "delete_meeting" and meeting_id == str(user["pmi"]):
        raise Refusal(400, 3018, "Not allowed to delete PMI.")


def _meeting(m: Moment, caller: Caller, meeting_id: str, *, deleted: bool) -> sqlite3.Row:
    if not (meeting_id.isascii() and meeting_id.isdigit() and len(meeting_id) <= 18):
        raise Refusal(400, 300, "Invalid meeting ID.")
    owner = None if caller.user is None else caller.user["id"]
    find = meetings.find_deleted if deleted else meetings.find
    meeting = find(m, int(meeting_id), owner)
    if meeting is None or _of_another_account(m, caller, meeting):
        raise Refusal(404, 3001, f"Meeting does not exist: {meeting_id}.")
    if meetings.is_webinar(meeting):
        raise Refusal(400, 3000, "Cannot access webinar information.")
    return meeting


def _of_another_account(m: Moment, caller: Caller, meeting: sqlite3.Row) -> bool:
    return bool(users.found(m.db, meeting["user_id"])["account_id"] != caller.account_id)


def _grant(m: Moment) -> sqlite3.Row:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        message = _IN_QUERY if "access_token" in request.args else "Invalid access token."
        raise Refusal(401, 124, message)
    grant, wrong = grants.bearer(m, token.strip())
    if grant is None:
        raise Refusal(401, 124, m.knobs["token_message"] or wrong)
    return grant
