"""Let tests look into the simulator and steer it: the JSON API below ``/__sim__``."""

from typing import Any

from flask import Blueprint, Response, current_app, request

from zoom_blueprint.testing.simulator import apps, calls, faults, grants, knobs, meetings, users, views
from zoom_blueprint.testing.simulator.replies import answer
from zoom_blueprint.testing.simulator.world import current_world

control = Blueprint("control", __name__, url_prefix="/__sim__")


@control.errorhandler(ValueError)
def bad_input(error: ValueError) -> Response:
    """Say what is wrong with the request."""
    return answer({"error": str(error)}, 400)


@control.errorhandler(LookupError)
def missing(error: LookupError) -> Response:
    """Say what there is none of."""
    return answer({"error": str(error)}, 404)


@control.get("/users")
def list_users() -> Response:
    """Return the users."""
    with current_world().moment() as m:
        return answer({"users": [dict(user) for user in users.everyone(m.db)]})


@control.post("/users")
def put_user() -> Response:
    """Create or change a user."""
    with current_world().moment() as m:
        return answer(dict(users.put(m.db, m.now, given())))


@control.get("/grants")
def list_grants() -> Response:
    """Return all grants, without tokens."""
    with current_world().moment() as m:
        return answer({"grants": grants.everything(m)})


@control.get("/token-stats")
def token_stats() -> Response:
    """Return how often was refreshed, and how many refresh chains could go on."""
    with current_world().moment() as m:
        every = grants.everything(m)
    shown = ("id", "client_id", "user", "live", "refreshes", "valid_access_tokens", "valid_refresh_tokens")
    return answer(
        {
            "grants": [{name: grant[name] for name in shown} for grant in every],
            "refreshes": sum(grant["refreshes"] for grant in every),
            "valid_refresh_chains": sum(grant["valid_refresh_tokens"] for grant in every),
        }
    )


@control.post("/authorize")
def authorize() -> Response:
    """Return a code as if the user had pressed Allow."""
    asked = given()
    with current_world().moment() as m:
        app = apps.get(m.db, text(asked, "client_id"))
        code = grants.issue_code(
            m,
            app,
            users.found(m.db, text(asked, "user")),
            redirect_uri=text(asked, "redirect_uri"),
            scopes=set(apps.scopes_of(app)) - set(asked.get("withhold", ())),
            challenge=asked.get("code_challenge"),
            method=asked.get("code_challenge_method"),
        )
        return answer({"code": code, "state": asked.get("state")})


@control.get("/meetings")
def list_meetings() -> Response:
    """Return the meetings that exist, with passcodes but without start links; ``?deleted=1`` adds the deleted ones."""
    with current_world().moment() as m:
        asked = request.args.get("user")
        owners = [users.found(m.db, asked)] if asked else users.everyone(m.db)
        shown: list[dict[str, Any]] = []
        for user in owners:
            rows = meetings.of_user(m, user["id"], deleted=bool(request.args.get("deleted")))
            for row in rows:
                view = views.full(m, row, user)
                del view["start_url"]
                shown.append({**view, "user": user["short"], "deleted": row["deleted_at"] is not None})
        return answer({"meetings": shown})


@control.get("/calls")
def list_calls() -> Response:
    """Return the calls made by apps; ``?route=create_meeting`` only those of one route."""
    with current_world().moment(quiet=True) as m:
        return answer({"calls": calls.everything(m.db, request.args.get("route"))})


@control.get("/faults")
def list_faults() -> Response:
    """Return the faults still ordered."""
    with current_world().moment() as m:
        return answer({"faults": faults.everything(m)})


@control.post("/faults")
def plan_fault() -> Response:
    """Order a fault."""
    with current_world().moment() as m:
        return answer({"id": faults.plan(m, given(), _routes())})


@control.post("/faults/clear")
def clear_faults() -> Response:
    """Cancel all faults."""
    with current_world().moment() as m:
        faults.clear(m)
    return answer({})


@control.get("/clock")
def read_clock() -> Response:
    """Return the simulated time."""
    return answer({"now": current_world().now})


@control.post("/clock")
def advance_clock() -> Response:
    """Move the simulated clock."""
    seconds = given().get("advance")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        raise ValueError("'advance' is a number of seconds.")  # noqa: TRY004 - one error for all bad input
    return answer({"now": current_world().advance(seconds)})


@control.get("/knobs")
def read_knobs() -> Response:
    """Return all switches."""
    with current_world().moment() as m:
        return answer({"knobs": m.knobs.as_dict()})


@control.post("/knobs")
def turn_knobs() -> Response:
    """Turn some switches."""
    with current_world().moment() as m:
        return answer({"knobs": knobs.turn(m.db, given()).as_dict()})


@control.get("/app")
def list_apps() -> Response:
    """Return the registered apps, without secrets."""
    with current_world().moment() as m:
        return answer({"apps": [app_view(row) for row in m.db.execute("SELECT * FROM apps ORDER BY rowid")]})


@control.route("/app", methods=["PUT", "POST"])
def put_app() -> Response:
    """Register an app or change one; without ``client_id`` the one that this simulator was started with."""
    changes = given()
    with current_world().moment() as m:
        client_id = changes.pop("client_id", None) or apps.main(m.db)
        return answer(app_view(apps.put(m.db, m.now, client_id, changes)))


@control.post("/reset")
def reset() -> Response:
    """Make everything as new."""
    current_world().reset()
    return answer({})


def given() -> dict[str, Any]:
    """Return the JSON object of the request; none is an empty one."""
    body = request.get_json(force=True, silent=True) if request.get_data() else {}
    if not isinstance(body, dict):
        raise ValueError("The body must be a JSON object.")  # noqa: TRY004 - one error for all bad input
    return body


def text(asked: dict[str, Any], name: str) -> str:
    """Return a field that must be a text."""
    value = asked.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name!r} is missing, or no text.")  # noqa: TRY004 - one error for all bad input
    return value


def _routes() -> set[str]:
    """Return every route that apps call, below ``/oauth``, ``/v2`` and ``/google``."""
    ends = (rule.endpoint.partition(".") for rule in current_app.url_map.iter_rules())
    return {name for blueprint, _, name in ends if blueprint.startswith(("oauth", "consent", "rest", "google_"))}


def app_view(app: Any) -> dict[str, Any]:
    """Return what may be shown of an app."""
    return {
        "client_id": app["client_id"],
        "redirect_uris": apps.redirects(app),
        "scopes": apps.scopes_of(app),
        "webhook_url": app["webhook_url"],
        "challenge_due_at": app["challenge_due_at"],
        "challenge_failures": app["challenge_failures"],
    }
