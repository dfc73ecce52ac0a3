"""A server in front of a site that does what proxies and lines do on bad days."""

import threading
from collections.abc import Callable, Iterable
from io import BytesIO
from socket import SHUT_RDWR
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from werkzeug.wrappers import Request, Response

from tests.fixtures.site import Site

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PROXY_PAGE = "<html><title>502 Bad Gateway</title><center><h1>502 Bad Gateway</h1></center>nginx</html>"
PATIENCE = 30
Trouble = Callable[["WSGIApplication", "WSGIEnvironment"], Response]


class Front:
    """Takes the place before a site and sees what is asked of its API."""

    def __init__(self, site: Site) -> None:
        self._inside = site.app.wsgi_app
        self.for_times: Trouble = Response.from_app
        """What happens to whoever asks for times."""
        self.for_posts: Trouble = Response.from_app
        """What happens to bookings; browsers send some of them again by themselves."""
        self.posted: list[dict[str, str]] = []
        """What bookings were posted with."""
        site.app.wsgi_app = self  # type: ignore[method-assign]  # as Flask's documentation says

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Let through what is no concern of a booking's."""
        request = Request(environ)
        trouble: Trouble = Response.from_app
        if request.path.endswith("/slots"):
            trouble = self.for_times
        elif request.path.endswith("/bookings"):
            body = request.get_data()
            environ["wsgi.input"] = BytesIO(body)
            self.posted.append(dict(parse_qsl(body.decode(), keep_blank_values=True)))
            trouble = self.for_posts
        return trouble(self._inside, environ)(environ, start_response)


def page_of_a_proxy(*, readable: bool) -> Trouble:
    """Answer with a page for people; scripts of other sites may read it, or as usual they may not."""
    allowed = {"Access-Control-Allow-Origin": "*"} if readable else {}
    return lambda *_: Response(PROXY_PAGE, 502, allowed, content_type="text/html")


def lose_request(_: object, environ: "WSGIEnvironment") -> Response:
    """Break the line before the site hears of it."""
    environ["werkzeug.socket"].shutdown(SHUT_RDWR)
    raise ConnectionAbortedError


def lose_answer(inside: "WSGIApplication", environ: "WSGIEnvironment") -> Response:
    """Let the site do its work, and break the line before anybody hears of it."""
    Response.from_app(inside, environ)
    return lose_request(inside, environ)


class Held:
    """Keeps a request until it is let go; what it was asked is answered then."""

    def __init__(self) -> None:
        self.arrived = threading.Event()
        self.answers: list[int] = []
        """What the site has answered."""
        self._free = threading.Event()

    def __call__(self, inside: "WSGIApplication", environ: "WSGIEnvironment") -> Response:
        """Wait, and then let the site answer."""
        self.arrived.set()
        assert self._free.wait(PATIENCE)
        answer = Response.from_app(inside, environ)
        self.answers.append(answer.status_code)
        return answer

    def let_go(self) -> None:
        """Let it be answered."""
        self._free.set()
