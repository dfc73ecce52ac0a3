"""Know, by a cookie of the simulator's own, which Zoom user a browser is signed in as."""

import sqlite3

from flask import request
from werkzeug.wrappers import Response

from zoom_blueprint.testing.simulator import users
from zoom_blueprint.testing.simulator.world import Moment

_COOKIE = "zoomsim_user"


class Trouble(Exception):
    """Something a person has to be told, as a page with a title and a text."""

    def __init__(self, title: str, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.title = title
        self.text = text
        self.status = status


def signed_in_user(m: Moment) -> sqlite3.Row | None:
    """Return the user chosen last in this browser."""
    return users.find(m.db, request.cookies.get(_COOKIE, ""))


def remember_user(response: Response, user: sqlite3.Row) -> Response:
    """Keep the choice for the next page."""
    response.set_cookie(_COOKIE, user["short"], httponly=True, samesite="Lax")
    return response
