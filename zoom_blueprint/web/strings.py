"""The widget's words in the visitor's language, sent with the slots answer; it fills in what ``{name}`` marks."""

from collections.abc import Mapping
from typing import Final

from zoom_blueprint.languages import Language, said
from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.values import Location

WIDGET_STRINGS: Final[Mapping[str, str]] = {
    "close": said("Close"),
    "retry": said("Try again"),
    # calendar
    "previous_month": said("Previous month"),
    "next_month": said("Next month"),
    "free_times": said("Free times: {count}"),
    "no_times_month": said("There are no free times in {month}."),
    "next_free": said("Next free day: {day}"),
    "time_zone": said("Time zone"),
    "zone_differs": said(
        "This device has other clock rules for {zone} than we have. The time in the confirmation email counts."
    ),
    "morning": said("Morning"),
    "afternoon": said("Afternoon"),
    "evening": said("Evening"),
    # form
    "choose": said("Please choose"),
    "confirm": said("Confirm booking"),
    "confirming": said("Booking…"),
    "back": said("Change time"),
    "required": said("Please fill this in."),
    "email_invalid": said("Please enter an email address, such as name@example.com."),
    # what can go wrong
    "taken": said("Someone has just booked this time. Your details are kept; please choose another time."),
    "network": said("The connection failed. Nothing is lost; please check it and try again."),
    "server": said("Something went wrong on our side. Nothing is lost; please try again in a moment."),
    # result
    "confirmed": said("You’re booked"),
    "confirmed_note": said("A confirmation is on its way to your inbox."),
    "pending": said("Request sent"),
    "pending_note": said("It awaits approval. You will get an email as soon as it is answered."),
    "coming": said("Your Zoom link is on its way. It appears here by itself, and in your inbox."),
    "link_ready": said("Your Zoom link is ready."),
    "passcode": said("Passcode: {passcode}"),
    "file": said("Calendar file"),
    "manage": said("Reschedule or cancel"),
    "again": said("Book another time"),
}

_WITHOUT_MAIL: Final[Mapping[str, str]] = {
    "confirmed_note": said("Keep the address of “Reschedule or cancel”: it shows your booking and its link."),
    "pending_note": said("It awaits approval. Keep the address of “Reschedule or cancel” to see the answer."),
    "coming": said("Your Zoom link is on its way. It appears here by itself."),
    "zone_differs": said(
        "This device has other clock rules for {zone} than we have. The time shown at “Reschedule or cancel” counts."
    ),
}

# Names, the same in every language.
_CALENDARS: Final[Mapping[str, str]] = {"google": "Google", "outlook": "Outlook"}

_IN_MEET: Final[Mapping[str, str]] = {
    "coming": said("Your Google Meet link is on its way. It appears here by itself, and in your inbox."),
    "link_ready": said("Your Google Meet link is ready."),
}

_IN_MEET_WITHOUT_MAIL: Final[Mapping[str, str]] = {
    "coming": said("Your Google Meet link is on its way. It appears here by itself."),
}

_INVITED: Final[Mapping[str, str]] = {
    "confirmed_note": said("A confirmation is on its way to your inbox, and Google Calendar sends you an invitation."),
}

_FOR_A_REQUEST: Final[Mapping[str, str]] = {"confirm": said("Send request"), "confirming": said("Sending…")}

_PLACES: Final[Mapping[Location, str]] = {
    Location.ZOOM: said("Online meeting"),
    Location.LINK: said("Online meeting"),
    Location.PHONE: said("Phone call"),
    Location.IN_PERSON: said("In person"),
}


def words(language: Language, bookable: Bookable, *, has_mail: bool) -> dict[str, str]:
    """Return the widget's words; a site that sends no mail promises none, and a Google Meet link is not Zoom's.

    ``lang`` and ``dir`` are the language they are in and the direction it is written in; ``facts`` is who is booked,
    for how long and where; ``approval`` is empty unless the host decides first.
    """
    host, event = bookable.host, bookable.event
    texts = {
        **WIDGET_STRINGS,
        **({} if has_mail else _WITHOUT_MAIL),
        **(_IN_MEET if bookable.in_meet else {}),
        **(_IN_MEET_WITHOUT_MAIL if bookable.in_meet and not has_mail else {}),
        **(_INVITED if bookable.google_id and has_mail else {}),
        **(_FOR_A_REQUEST if event.approval else {}),
    }
    minutes = language.count("{n} minute", "{n} minutes", event.duration_minutes)
    return {
        "lang": language.code,
        "dir": language.dir,
        "facts": " · ".join(_apart(fact) for fact in (host.name, minutes, _place(language, bookable))),
        "approval": language.say("{host} has to accept it first.", host=host.name) if event.approval else "",
        **{name: language.say(text) for name, text in texts.items()},
        **_CALENDARS,
    }


def _place(language: Language, bookable: Bookable) -> str:
    event = bookable.event
    if bookable.in_meet:
        return "Google Meet"
    if bookable.in_zoom:
        return language.say("Zoom meeting")
    return (event.location == Location.IN_PERSON and event.location_text) or language.say(_PLACES[event.location])


def _apart(words: str) -> str:
    """Isolate words, or a Latin name in an Arabic line would pull the number to its side."""
    return f"\u2068{words}\u2069"
