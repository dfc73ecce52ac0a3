"""The demo site: landing page, sign-in, prospects, mails, and ``ZoomBlueprint`` below ``/zoom``."""

from pathlib import Path

from flask import Flask, Response, abort, redirect, render_template, request, send_from_directory, session, url_for
from flask_wtf import CSRFProtect
from werkzeug.wrappers import Response as AnyResponse

from demo_app import mail, prospects
from demo_app.settings import Settings
from zoom_blueprint import BookingRefused, Draft, Host, LifecycleEvent, ZoomBlueprint
from zoom_blueprint.events import BookingPayload

HOSTS = {
    "ada": Host(id="ada", slug="ada", name="Ada Lovelace", email="ada@example.com", time_zone="Europe/London"),
    "grace": Host(
        id="grace", slug="grace", name="Grace Hopper", email="grace@example.com", time_zone="America/Chicago"
    ),
}
GATED = "policy-review"
SECOND_OPINION = "second-opinion"

zoom = ZoomBlueprint()


@zoom.host_loader
def signed_in() -> Host | None:
    """Tell the blueprint who is signed in here."""
    return HOSTS.get(session.get("host", ""))


@zoom.sign_out
def end_session() -> None:
    """End the sign-in here, when the blueprint asks for it."""
    session.clear()


@zoom.before_booking
def engaged_first(draft: Draft) -> None:
    """Keep the policy review for prospects who are engaged with us."""
    if draft.event.slug == GATED and prospects.stage_of(draft.email) != prospects.ENGAGEMENT:
        raise BookingRefused(
            "A policy review comes after your intro call, once we have agreed to work together. "
            "Please book an intro call first."
        )


@zoom.on("booking.confirmed", subscriber="prospects")
def remember(event: LifecycleEvent) -> None:
    """Keep everybody who books as a prospect."""
    if isinstance(event.payload, BookingPayload):
        prospects.meet(event.payload.booking.email, event.payload.booking.name)


def create_app(settings: Settings) -> Flask:
    """Return the demo's app."""
    app = Flask(__name__, instance_path=str(settings.folder.resolve()))
    app.config.update(settings.config)
    prospects.db.init_app(app)
    CSRFProtect(app)
    app.register_blueprint(zoom, url_prefix="/zoom")
    mails = settings.folder / "mail"
    app.add_url_rule("/", view_func=landing)
    app.add_url_rule("/healthz", view_func=healthz)
    app.add_url_rule("/favicon.ico", view_func=icon)
    app.add_url_rule("/sign-in", view_func=sign_in, methods=["GET", "POST"])
    app.add_url_rule("/sign-out", view_func=sign_out, methods=["POST"])
    app.add_url_rule("/prospects", "prospect_list", prospect_list)
    app.add_url_rule("/prospects", "engage", engage, methods=["POST"])
    _add_mail_pages(app, mails)
    shown = {
        "simulator": settings.simulator_port and settings,
        "has_google": "ZOOM_GOOGLE_CLIENT_ID" in settings.config,
    }
    app.context_processor(lambda: {"signed_in": signed_in(), **shown})
    return app


def landing() -> str:
    """Show the page that a prospect meets."""
    return render_template("landing.html", hosts=HOSTS)


def healthz() -> dict[str, str]:
    """Say that the site is ready."""
    return {"status": "ok"}


def icon() -> Response:
    """Give browsers the icon that they ask for on pages that name none."""
    return send_from_directory(Path(__file__).parent / "static", "icon.svg")


def sign_in() -> AnyResponse | str:
    """Sign in as one of the two advisers; a real site asks for a password here."""
    if request.method == "GET":
        return render_template("sign_in.html", hosts=HOSTS)
    who = request.form.get("host", "")
    if who not in HOSTS:
        abort(400, "There is no such adviser.")
    session.clear()
    session["host"] = who
    back = request.args.get("next", "")
    # Only our own pages: who follows a link from elsewhere stays here.
    return redirect(back if back.startswith("/zoom/") else url_for("zoom.dashboard"))


def sign_out() -> AnyResponse:
    """End the session; who has Zoom connected is asked first what shall become of it."""
    return zoom.leave("landing")


def prospect_list() -> AnyResponse | str:
    """Show an adviser who is interested."""
    if signed_in() is None:
        return redirect(url_for("sign_in"))
    return render_template("prospects.html", prospects=prospects.everybody(), engagement=prospects.ENGAGEMENT)


def engage() -> AnyResponse:
    """Move a prospect to the engagement stage."""
    if signed_in() is None:
        abort(403)
    prospects.engage(request.form.get("email", ""))
    return redirect(url_for("prospect_list"))


def _add_mail_pages(app: Flask, folder: Path) -> None:
    def mail_list() -> str:
        return render_template("mail_list.html", mails=mail.received(folder))

    def mail_page(name: str) -> str:
        return render_template("mail_page.html", mail=mail.one(folder, name) or abort(404))

    def mail_html(name: str) -> Response:
        found = mail.one(folder, name) or abort(404)
        response = Response(found.html or "")
        # The mail's own markup is shown as a mail program would: no scripts, no forms, no other origin.
        response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        return response

    app.add_url_rule("/demo/mail", view_func=mail_list)
    app.add_url_rule("/demo/mail/<name>", view_func=mail_page)
    app.add_url_rule("/demo/mail/<name>/html", view_func=mail_html)
