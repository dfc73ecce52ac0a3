"""A host app with a sign-in of its own, wired to the interlock, and a browser whose session clock can be wound."""

from dataclasses import dataclass
from typing import Any

from flask import redirect, request, session
from itsdangerous import URLSafeTimedSerializer
from werkzeug.wrappers import Response

from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import HOSTS
from tests.web.browsing import Browser

SECONDS = 7200


def make_interlocked(make_site: MakeSite, **settings: object) -> Site:
    """Serve a site whose app keeps who is signed in in its session, as most do."""
    site = make_site(ZOOM_LOGIN_ENDPOINT="sign_in", **settings)

    def sign_in() -> Response | str:
        if request.method == "POST" or request.args.get("who"):
            session["who"] = request.values.get("who", "ada")
            return redirect(request.args.get("next", "/zoom/"))
        return "Who are you?"

    def sign_out() -> Response:
        return site.zoom.leave("landing")

    site.app.add_url_rule("/", "landing", lambda: "Welcome")
    site.app.add_url_rule("/sign-in", "sign_in", sign_in, methods=["GET", "POST"])
    site.app.add_url_rule("/sign-out", "sign_out", sign_out, methods=["POST"])
    site.zoom.hooks.host_loader = lambda: HOSTS.get(session.get("who", ""))

    @site.zoom.sign_out
    def end() -> None:
        session.pop("who", None)

    return site


class Guest(Browser):
    """A browser without headers of ours: the app knows it by its session."""

    def __init__(self, site: Site, who: str = "ada") -> None:
        super().__init__(site, "")
        self.origin = site.base.removesuffix("/zoom")
        if who:
            assert self.post(f"{self.origin}/sign-in?who={who}").status_code == 302

    def wind(self, seconds: float) -> None:
        """Let time pass for the clock in the session, as if its page had been left alone."""
        content = self.kept()
        for name in ("ends_at", "asked_at"):
            if content["zoom_clock"].get(name) is not None:
                content["zoom_clock"][name] -= seconds
        self.put_back(str(signer(self.site).dumps(content)))

    def kept(self) -> dict[str, Any]:
        """Return what is in the session."""
        found: dict[str, Any] = signer(self.site).loads(self.session.cookies["session"])
        return found

    def put_back(self, cookie: str) -> None:
        """Have this session from now on."""
        self.session.cookies.clear()
        self.session.cookies.set("session", cookie, domain="127.0.0.1", path="/")

    def answer(self, choice: str, **fields: str) -> "Answered":
        """Give an answer to the interlock, by the form of the page that asks."""
        page = self.get("/leave")
        page = page if page.status_code == 200 else self.get("/")
        answer = self.post("/session", data={"csrf_token": token_in(page.text), "answer": choice, **fields})
        return Answered(answer.status_code, answer.headers.get("Location", ""), answer.text)


@dataclass(frozen=True)
class Answered:
    """What came of an answer."""

    status: int
    location: str
    text: str


def token_in(page: str) -> str:
    """Return the CSRF token of a page, whatever its status."""
    return page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]


def signer(site: Site) -> URLSafeTimedSerializer:
    """Return what signs the sessions of the site's app, as only its owner can."""
    found = site.app.session_interface.get_signing_serializer(site.app)  # type: ignore[attr-defined]  # Flask's own
    assert isinstance(found, URLSafeTimedSerializer)
    return found
