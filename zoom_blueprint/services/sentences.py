"""Sentences: what hosts are told of connecting and cutting an account, for each provider in its own words."""

from dataclasses import dataclass

from zoom_blueprint.languages import Said, said


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
)
