"""The request that is answered, itself: Flask's ``request`` finds it anew at each word, and some visitors ask often."""

from flask import Request, request


def request_itself() -> Request:
    """Return what Flask's ``request`` stands for now."""
    found: Request = request._get_current_object()  # type: ignore[attr-defined]  # of the proxy
    return found
