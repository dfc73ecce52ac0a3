"""Challenge an app's webhook address to prove that it knows the secret, on demand and every 72 hours."""

import hmac
import json
from typing import Any

from zoom_blueprint.testing.simulator import apps, events, outbox
from zoom_blueprint.testing.simulator.posting import post
from zoom_blueprint.testing.simulator.replies import as_json
from zoom_blueprint.testing.simulator.world import World
from zoom_blueprint.zoom_api.signature import challenge_answer


def challenge(world: World, client_id: str) -> dict[str, Any]:
    """Send ``endpoint.url_validation`` and return whether the answer was right; some wrong ones in a row end delivery.

    ValueError if the app has no webhook address, LookupError if there is no such app.
    """
    with world.moment(quiet=True) as m:
        app = apps.get(m.db, client_id)
        if not app["webhook_url"]:
            raise ValueError("This app has no webhook address; set webhook_url first.")
        event = events.url_validation(m)
        apps.postpone_challenge(m.db, client_id, m.now)
        at = m.wire_now
    body = as_json(event).encode()
    attempt = post(app["webhook_url"], app["webhook_secret"], body, at=at, client_id=client_id)
    plain_token = event["payload"]["plainToken"]
    ok = attempt.status == 200 and _is_right(attempt.text, plain_token, app["webhook_secret"])
    with world.moment(quiet=True) as m:
        m.db.execute(
            "UPDATE apps SET challenge_failures = CASE WHEN ? THEN 0 ELSE challenge_failures + 1 END"
            " WHERE client_id = ?",
            (ok, client_id),
        )
        outbox.log(m, client_id, event, attempt.as_dict(), ok=ok)
        failures = apps.get(m.db, client_id)["challenge_failures"]
    return {"ok": ok, "status": attempt.status, "error": attempt.error, "failures": failures}


def due(world: World) -> list[str]:
    """Return the client ids whose next challenge has come."""
    with world.moment(quiet=True) as m:
        rows = m.db.execute("SELECT client_id FROM apps WHERE challenge_due_at <= ?", (m.now,))
        return [row["client_id"] for row in rows]


def _is_right(text: str, plain_token: str, secret: str) -> bool:
    try:
        answer = json.loads(text)
    except ValueError:
        return False
    if not isinstance(answer, dict) or answer.get("plainToken") != plain_token:
        return False
    given = str(answer.get("encryptedToken")).encode(errors="backslashreplace")
    return hmac.compare_digest(given, challenge_answer(secret, plain_token).encode())
