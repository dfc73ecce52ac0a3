"""Make one POST to an address of an app's: a signed webhook of Zoom's, or a notification of Google's."""

from dataclasses import dataclass
from typing import Any

import requests

from zoom_blueprint.testing.signing import sign_webhook

_TIMEOUT = 3  # seconds; an app that takes longer is tried again later


@dataclass(frozen=True)
class Attempt:
    """How one POST ended: a status, or the reason why there is none."""

    at: float
    status: int | None
    error: str | None
    headers: dict[str, str]  # those sent
    text: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return what the log keeps of it."""
        return {"at": self.at, "status": self.status, "error": self.error, "headers": self.headers}


def post(
    url: str,
    secret: str,
    body: bytes,
    *,
    at: float,
    client_id: str,
    request_id: str | None = None,
    signing: dict[str, Any] | None = None,
) -> Attempt:
    """Sign and send; ``signing`` may replace the ``secret``, the ``timestamp`` or ``headers`` (None leaves one out)."""
    replaced = signing or {}
    given: dict[str, str | None] = {
        **sign_webhook(
            replaced.get("secret", secret),
            body,
            timestamp=replaced.get("timestamp", int(at)),
            request_id=request_id,
            client_id=client_id,
        ),
        **replaced.get("headers", {}),
    }
    sent = {name: value for name, value in given.items() if value is not None}
    return _send(url, body, sent, at)


def push(url: str, headers: dict[str, str], *, at: float) -> Attempt:
    """Send a notification of Google's, which has no body and no signature."""
    return _send(url, b"", {"Content-Type": "application/json; utf-8", "Content-Length": "0", **headers}, at)


def _send(url: str, body: bytes, sent: dict[str, str], at: float) -> Attempt:
    headers = {name: value.encode() for name, value in sent.items()}
    with requests.Session() as session:
        session.trust_env = False
        session.headers.clear()
        try:
            response = session.post(url, data=body, headers=headers, timeout=_TIMEOUT, allow_redirects=False)
        except requests.RequestException as error:
            return Attempt(at, None, type(error).__name__, sent)
        return Attempt(at, response.status_code, None, sent, response.text)
