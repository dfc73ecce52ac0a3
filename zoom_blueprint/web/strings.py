"""The widget's words in English, sent with the slots answer; ``{name}`` marks what the widget fills in."""

from collections.abc import Mapping
from typing import Final

WIDGET_STRINGS: Final[Mapping[str, str]] = {
    # The language of these words, which dates and numbers follow, and the direction it is written in: ltr or rtl.
    "lang": "en",
    "dir": "ltr",
    "close": "Close",
    "retry": "Try again",
    # calendar
    "previous_month": "Previous month",
    "next_month": "Next month",
    "no_times": "no free times",
    # A catalogue has one entry for each plural category of its language (CLDR: zero, one, two, few, many, other).
    "times_one": "{n} free time",
    "times_other": "{n} free times",
    "no_times_month": "There are no free times in {month}.",
    "next_free": "Next free day: {day}",
    "time_zone": "Time zone",
    # form
    "name": "Your name",
    "email": "Email address",
    "optional": "(optional)",
    "choose": "Please choose",
    "confirm": "Confirm booking",
    "confirming": "Booking…",
    "back": "Change time",
    "required": "Please fill this in.",
    "email_invalid": "Please enter an email address, such as name@example.com.",
    # what can go wrong
    "taken": "Someone has just booked this time. Your details are kept; please choose another time.",
    "limited": "There were too many attempts. Please try again in {wait}.",
    "refused": "This booking could not be accepted.",
    "gone": "This cannot be booked at the moment.",
    "network": "The connection failed. Nothing is lost; please check it and try again.",
    "server": "Something went wrong on our side. Nothing is lost; please try again in a moment.",
    # result
    "booked": "You’re booked",
    "mail_note": "A confirmation is on its way to your inbox.",
    "pending": "Request sent",
    "pending_note": "It awaits approval. You will get an email as soon as it is answered.",
    "join": "Join Zoom meeting",
    "coming": "Your Zoom link is on its way. It appears here by itself, and in your inbox.",
    "link_ready": "Your Zoom link is ready.",
    "add_to_calendar": "Add to calendar",
    "manage": "Reschedule or cancel",
    "again": "Book another time",
}

_WITHOUT_MAIL: Final[Mapping[str, str]] = {
    "mail_note": "Keep the address of “Reschedule or cancel”: it shows your booking and its link.",
    "pending_note": "It awaits approval. Keep the address of “Reschedule or cancel” to see the answer.",
    "coming": "Your Zoom link is on its way. It appears here by itself.",
}


_WITH_OWN_LINK: Final[Mapping[str, str]] = {"join": "Join the meeting"}


def words(*, has_mail: bool, is_own_link: bool = False) -> dict[str, str]:
    """Return the widget's words; a site that sends no mail promises none, and a host's own link is not Zoom's."""
    without_mail = {} if has_mail else _WITHOUT_MAIL
    return {**WIDGET_STRINGS, **without_mail, **(_WITH_OWN_LINK if is_own_link else {})}
