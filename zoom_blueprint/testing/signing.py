"""Sign webhook bodies as Zoom does, with the headers of a real delivery."""

import time
from secrets import token_hex
from uuid import uuid4

from zoom_blueprint.zoom_api.signature import sign


def sign_webhook(
    secret: str,
    body: bytes,
    *,
    timestamp: int | str | None = None,
    request_id: str | None = None,
    client_id: str = "",
) -> dict[str, str]:
    """Return the headers of a delivery of ``body``, which must be posted byte for byte.

    The timestamp is in epoch seconds and defaults to now. A retry of Zoom's has the request id of the first attempt.
    """
    at = int(time.time()) if timestamp is None else timestamp
    return {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "Zoom Marketplace/1.0a",
        "x-zm-request-timestamp": str(at),
        "x-zm-signature": sign(secret, at, body),
        "x-zm-request-id": request_id or str(uuid4()).replace("-", "_"),
        "x-zm-trackingid": f"v=2.0;clid=us02;rid=WEB_{token_hex(16)}",
        "traceparent": f"00-{token_hex(16)}-{token_hex(8)}-02",
        "zm-trace-upstream": "Meeting_Web_marketplace-consumer",
        "clientid": client_id,
    }
