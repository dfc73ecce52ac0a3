"""Send a webhook address the challenge that Zoom sends, signed with the app's secret, and read the answer.

Source: https://developers.zoom.us/docs/api/webhooks/ ("Validate your webhook endpoint").
"""

import json
import secrets
import time
from dataclasses import dataclass

from zoom_blueprint.zoom_api.signature import SIGNATURE, TIMESTAMP, challenge_answer, sign


@dataclass(frozen=True)
class Answer:
    """What came back: ``status`` is None when nothing did, ``trouble`` the name of what went wrong then.

    ``is_right``: the one answer that Zoom would take.
    """

    status: int | None
    is_right: bool
    trouble: str = ""


def send(address: str, secret: str, seconds: float) -> Answer:
    """Send an ``endpoint.url_validation``, which changes nothing; redirects are not followed, as Zoom follows none."""
    import requests  # slow to load, and asked for by hand

    token = secrets.token_urlsafe(16)
    body = json.dumps(
        {
            "event": "endpoint.url_validation",
            "event_ts": int(time.time() * 1000),
            "payload": {"plainToken": token},
        }
    ).encode()
    at = int(time.time())
    headers = {"Content-Type": "application/json", TIMESTAMP: str(at), SIGNATURE: sign(secret, at, body)}
    try:
        answer = requests.post(address, data=body, headers=headers, timeout=seconds, allow_redirects=False)
    except requests.RequestException as error:
        return Answer(None, is_right=False, trouble=type(error).__name__)
    try:
        told = answer.json() if answer.status_code == 200 else None
    except ValueError:
        told = None
    right = {"plainToken": token, "encryptedToken": challenge_answer(secret, token)}
    return Answer(answer.status_code, is_right=told == right)
