"""The public guide: adding the app, what it may do and why, removing it, and what happens to the data."""

from typing import Any

from flask import Response

from zoom_blueprint.services import consents, permissions, providers, purges
from zoom_blueprint.services.inbox import SUBSCRIBED
from zoom_blueprint.state import State, current_state
from zoom_blueprint.values import Provider
from zoom_blueprint.web import replies

_MINUTE = 60
# What Zoom asks of the documentation of a listed app, and only the operator knows.
_FOR_A_LISTING = ("support_email", "support_hours", "support_answer", "privacy_url", "terms_url")


def guide() -> Response:
    """Show the guide, written from the live configuration."""
    state = current_state()
    return replies.page(
        "guide.html",
        base=state.links.base,
        redirect_uri=providers.side(Provider.ZOOM).callback(state),
        webhook_url=f"{state.links.base}/webhook",
        scopes=permissions.all_of(),
        events=SUBSCRIBED,
        retention_days=state.config.retention_days,
        booking_days=state.config.booking_retention_days,
        google=_of_google(state) if state.config.has_google else None,
        consent_minutes=consents.CONSENT_SECONDS // _MINUTE,
        days={
            "attempts": purges.CONSENTS_KEPT.days,
            "quota": purges.QUOTAS_KEPT.days,
            "messages": purges.WEBHOOKS_KEPT.days,
            "known": purges.KNOWN_KEPT.days,
            "codes": purges.CODES_KEPT.days,
            "numbers": purges.TALLIES_KEPT.days,
            "api_keys": purges.KEYS_KEPT.days,
            "calls": purges.CALLS_KEPT.days,
            "endpoints": purges.ENDPOINTS_KEPT.days,
        },
        support_email=state.config.support_email,
        support_url=state.config.support_url,
        support_hours=state.config.support_hours,
        support_answer=state.config.support_answer,
        privacy_url=state.config.privacy_url,
        terms_url=state.config.terms_url,
        unset=[f"ZOOM_{name.upper()}" for name in _FOR_A_LISTING if getattr(state.config, name) is None],
    )


def _of_google(state: State) -> dict[str, Any]:
    base = state.links.base
    return {
        "scopes": permissions.all_of_google(),
        "asked": permissions.ASKED_OF_GOOGLE,
        "redirect_uri": providers.side(Provider.GOOGLE).callback(state),
        "push_url": f"{base}/google/push",
    }
