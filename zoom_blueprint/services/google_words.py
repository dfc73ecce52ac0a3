"""Google words: why a connection to Google Calendar does not work, in plain words for the host."""

from typing import Final

from zoom_blueprint.languages import said
from zoom_blueprint.values import ConnectionReason

OF_CONNECTION: Final = {
    ConnectionReason.LOST: said("Google no longer accepts our access. Press Reconnect Google Calendar."),
    ConnectionReason.INTERRUPTED: said(
        "Our access to Google was being renewed when the connection broke. Press Reconnect Google Calendar."
    ),
    ConnectionReason.ACCOUNT_INACTIVE: said(
        "Your Google account may not use Google Calendar. Ask your administrator, then press Reconnect Google Calendar."
    ),
    ConnectionReason.MAY_NOT_HOST: said(
        "Your Google account may not use Google Calendar. Ask your administrator, then press Reconnect Google Calendar."
    ),
    ConnectionReason.SCOPES: said(
        "Google did not give every permission. Press Reconnect Google Calendar and leave every box ticked."
    ),
    ConnectionReason.DISCONNECTED: said("You disconnected Google Calendar."),
    ConnectionReason.DEAUTHORIZED: said("The app was removed in the Google account."),
}
