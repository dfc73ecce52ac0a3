"""Where a booking came from, in words: the page, the campaign behind it, and what the page said of its visitor."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from zoom_blueprint import values
from zoom_blueprint.languages import Said, said

_WORDS: Final = {
    "page_url": said("Page with the button"),
    "referrer": said("Came there from"),
    "page_lang": said("Language of the page"),
    "utm_source": said("Campaign source"),
    "utm_medium": said("Campaign medium"),
    "utm_campaign": said("Campaign"),
    "utm_term": said("Search term"),
    "utm_content": said("Ad or link"),
}


@dataclass(frozen=True)
class Source:
    """One thing that is known of where a booking came from; ``link`` is it as an address that may be followed."""

    name: str
    words: Said | None
    value: str
    link: str | None


def of_booking(booking: values.Booking) -> list[Source]:
    """Return what is known, the page and the campaign first."""
    order = {name: place for place, name in enumerate(_WORDS)}
    return sorted(_sources(booking), key=lambda one: order.get(one.name, len(order)))


def _sources(booking: values.Booking) -> Iterator[Source]:
    for name, value in booking.context.items():
        # Anybody can send anything as their page: a link leads only where links of the web do.
        link = value if name in ("page_url", "referrer") and is_of_the_web(value) else None
        yield Source(name, _WORDS.get(name), value, link)


def is_of_the_web(address: str) -> bool:
    """Return whether this is a whole address that begins with http:// or https://."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
