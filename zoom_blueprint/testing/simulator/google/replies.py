"""Say no the way Google does.

Source: https://developers.google.com/workspace/calendar/api/guides/errors
"""

from collections.abc import Mapping

from flask import Response

from zoom_blueprint.testing.simulator.replies import answer


class GoogleRefusal(Exception):
    """A call of the Calendar API is refused; raised inside a transaction it undoes what the call had begun."""

    def __init__(
        self,
        status: int,
        reason: str,
        message: str,
        *,
        domain: str = "global",
        details: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, object] = {
            "error": {
                "errors": [{"domain": domain, "reason": reason, "message": message}],
                "code": status,
                "message": message,
                **({"details": [dict(details)]} if details else {}),
            }
        }


class GoogleTokenRefusal(Exception):
    """A call to the token or revoke endpoint is refused (RFC 6749 §5.2)."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.status = status
        self.body = {"error": error, "error_description": description}


def refuse(refusal: GoogleRefusal | GoogleTokenRefusal) -> Response:
    """Return the answer to a refused call."""
    return answer(refusal.body, refusal.status)


def not_found() -> GoogleRefusal:
    """Return the refusal about what there is none of."""
    return GoogleRefusal(404, "notFound", "Not Found")


def invalid(message: str, reason: str = "invalid") -> GoogleRefusal:
    """Return the refusal of a value."""
    return GoogleRefusal(400, reason, message)
