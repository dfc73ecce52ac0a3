"""Sentences: what hosts are told of connecting an account, its ailments and its end, in words for each provider."""

from collections.abc import Mapping
from dataclasses import dataclass

from zoom_blueprint.healths import Unanswered
from zoom_blueprint.languages import Said, said
from zoom_blueprint.values import ConnectionReason


@dataclass(frozen=True)
class Sentences:
    """One provider's sentences, whole ones, because languages differ in more than the name."""

    expired: Said
    """The attempt to connect is over."""
    slow: Said
    """It does not say yet whose account it is."""
    begin_here: Said
    declined: Said
    failed: Said
    """It reported an error in the place of an answer."""
    no_code: Said
    silent: Said
    """It did not answer while an attempt was under way."""
    no_change: Said
    """It did not answer, and nothing was changed."""
    refused: str
    """It does not take the site's own credentials; for the operator."""
    linked: Said
    """Somebody else has the account."""
    not_connected: Said
    lost: Said
    foreign: Said
    """It was connected through another app or client."""
    no_renewal_yet: str
    """For logs."""
    renewal_is_slow: Said
    not_allowed: Said
    """The site does not let this host connect it, and does not say why."""
    not_available: Said
    """The heading above that."""
    connected: Said
    """``account`` is to be put in."""
    changed: Said
    """``account`` is to be put in."""
    kept: Said
    """The host has stayed with the account that was connected."""
    was_cut: Said
    cut: Said
    cut_unconfirmed: Said
    reconnect: Said
    """The button."""
    reasons: Mapping[ConnectionReason, Said]
    """Why a connection does not work, and what to press."""
    foreign_now: Said
    """``foreign``, where the button is near."""
    lacking: Said
    """``actions`` are to be put in."""
    unanswered: Mapping[Unanswered, Said]
    """Why a check learned nothing."""


_LOST_BY_GOOGLE = said("Google no longer accepts our access. Press Reconnect Google Calendar.")
ZOOM = Sentences(
    expired=said("This connection attempt has expired. Press Connect Zoom again."),
    slow=said("Zoom is slow to tell whose account this is; this page will show it in a moment."),
    begin_here=said("Press Connect Zoom to finish: connections start from this page."),
    declined=said("Zoom was not connected, because access was declined. Press Connect Zoom to try again."),
    failed=said("Zoom reported an error instead of giving access. Press Connect Zoom to try again."),
    no_code=said("Zoom sent no authorization code. Press Connect Zoom again."),
    silent=said("Zoom did not answer as expected. Press Connect Zoom to try again."),
    no_change=said("Zoom did not answer as expected. Nothing was changed. Try again in a moment."),
    refused="Zoom refused this site's app credentials. Tell the site's operator to check ZOOM_CLIENT_ID and "
    "ZOOM_CLIENT_SECRET.",
    linked=said(
        "This Zoom account is already linked to another host here. Sign in to Zoom as yourself and press "
        "Connect Zoom again, or ask the other host to disconnect first."
    ),
    not_connected=said("Zoom is not connected. Press Connect Zoom on the dashboard."),
    lost=said("Zoom no longer accepts our access. Press Reconnect Zoom on the dashboard."),
    foreign=said("Zoom was connected through another Zoom app. Press Reconnect Zoom on the dashboard."),
    no_renewal_yet="Zoom wants no renewal of its access yet. Wait until then.",
    renewal_is_slow=said("Another process has been refreshing the Zoom access for too long."),
    not_allowed=said("Your account does not include Zoom meetings."),
    not_available=said("Zoom is not available to you"),
    connected=said("Zoom connected as {account}."),
    changed=said("Zoom is now connected as {account}."),
    kept=said("Nothing has changed. The access to the other account is given back to Zoom."),
    was_cut=said("Zoom was disconnected already."),
    cut=said("Zoom is disconnected, and Zoom has confirmed it."),
    cut_unconfirmed=said(
        "Zoom is disconnected here, but Zoom has not confirmed it. To be sure, remove the app in the "
        "Zoom App Marketplace under Manage, Added Apps."
    ),
    reconnect=said("Reconnect Zoom"),
    reasons={
        ConnectionReason.LOST: said("Zoom no longer accepts our access. Press Reconnect Zoom."),
        ConnectionReason.INTERRUPTED: said(
            "Our access to Zoom was being renewed when the connection broke, and Zoom has dropped the old one. "
            "Press Reconnect Zoom."
        ),
        ConnectionReason.ACCOUNT_INACTIVE: said(
            "Your Zoom account is not active. Ask your Zoom administrator, then press Check now."
        ),
        ConnectionReason.MAY_NOT_HOST: said(
            "Your Zoom account may not host meetings. Ask your Zoom administrator for a licence, then press Check now."
        ),
        ConnectionReason.SCOPES: said(
            "Zoom did not give every permission. Press Reconnect Zoom and allow all that Zoom asks for."
        ),
        ConnectionReason.DISCONNECTED: said("You disconnected Zoom."),
        ConnectionReason.DEAUTHORIZED: said("The app was removed in the Zoom App Marketplace."),
    },
    foreign_now=said("Zoom was connected through another Zoom app. Press Reconnect Zoom."),
    lacking=said(
        "Zoom did not give the permission to {actions}. Press Reconnect Zoom and allow all that Zoom asks for."
    ),
    unanswered={
        Unanswered.UNREACHABLE: said(
            "Zoom did not answer when we last asked. The details are from the check before. Press Check now to ask "
            "again."
        ),
        Unanswered.BUSY: said(
            "Zoom was too busy when we last asked. The details are from the check before. Press Check now in a minute."
        ),
        Unanswered.CREDENTIALS: said(
            "Zoom refuses this site's app credentials. The site's operator has to check ZOOM_CLIENT_ID and "
            "ZOOM_CLIENT_SECRET."
        ),
        Unanswered.REFUSED: said(
            "Zoom refused to say how your account stands when we last asked. Press Check now to ask again."
        ),
    },
)

GOOGLE = Sentences(
    expired=said("This connection attempt has expired. Press Connect Google Calendar again."),
    slow=said("Google is slow to tell whose account this is; this page will show it in a moment."),
    begin_here=said("Press Connect Google Calendar to finish: connections start from this page."),
    declined=said(
        "Google Calendar was not connected, because access was declined. Press Connect Google Calendar to try again."
    ),
    failed=said("Google reported an error instead of giving access. Press Connect Google Calendar to try again."),
    no_code=said("Google sent no authorization code. Press Connect Google Calendar again."),
    silent=said("Google did not answer as expected. Press Connect Google Calendar to try again."),
    no_change=said("Google did not answer as expected. Nothing was changed. Try again in a moment."),
    refused="Google refused this site's client. Tell the site's operator to check ZOOM_GOOGLE_CLIENT_ID and "
    "ZOOM_GOOGLE_CLIENT_SECRET.",
    linked=said(
        "This Google account is already linked to another host here. Sign in to Google as yourself and press "
        "Connect Google Calendar again, or ask the other host to disconnect first."
    ),
    not_connected=said("Google Calendar is not connected. Press Connect Google Calendar on the connection page."),
    lost=said("Google no longer accepts our access. Press Reconnect Google Calendar on the connection page."),
    foreign=said(
        "Google Calendar was connected through another Google client. Press Reconnect Google Calendar on the "
        "connection page."
    ),
    no_renewal_yet="Google wants no renewal of its access yet. Wait until then.",
    renewal_is_slow=said("Another process has been refreshing the access to Google for too long."),
    not_allowed=said("Your account does not include Google Calendar."),
    not_available=said("Google Calendar is not available to you"),
    connected=said("Google Calendar connected as {account}."),
    changed=said("Google Calendar is now connected as {account}."),
    kept=said("Nothing has changed. The access to the other account is given back to Google."),
    was_cut=said("Google Calendar was disconnected already."),
    cut=said("Google Calendar is disconnected, and Google has confirmed it."),
    cut_unconfirmed=said(
        "Google Calendar is disconnected here, but Google has not confirmed it. To be sure, remove this site in your "
        "Google Account under Security, Third-party access."
    ),
    reconnect=said("Reconnect Google Calendar"),
    reasons={
        **dict.fromkeys(ConnectionReason, _LOST_BY_GOOGLE),
        ConnectionReason.ACCOUNT_INACTIVE: said(
            "Google does not let us into the calendar of your account. Ask your Google administrator, then press Check "
            "now."
        ),
        ConnectionReason.SCOPES: said(
            "Google did not give every permission. Press Reconnect Google Calendar and leave every box ticked."
        ),
        ConnectionReason.DISCONNECTED: said("You disconnected Google Calendar."),
    },
    foreign_now=said("Google Calendar was connected through another Google client. Press Reconnect Google Calendar."),
    lacking=said(
        "Google did not give the permission to {actions}. Press Reconnect Google Calendar and allow all that Google "
        "asks for."
    ),
    unanswered={
        Unanswered.UNREACHABLE: said(
            "Google did not answer when we last asked. The details are from the check before. Press Check now to ask "
            "again."
        ),
        Unanswered.BUSY: said(
            "Google was too busy when we last asked. The details are from the check before. Press Check now in a "
            "minute."
        ),
        Unanswered.CREDENTIALS: said(
            "Google refuses this site’s client. The site’s operator has to check ZOOM_GOOGLE_CLIENT_ID and "
            "ZOOM_GOOGLE_CLIENT_SECRET, and that the Google Calendar API is enabled."
        ),
        Unanswered.REFUSED: said(
            "Google refused to say how your account stands when we last asked. Press Check now to ask again."
        ),
    },
)
