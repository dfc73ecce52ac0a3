"""The HTML that puts a Book Now button on a page of any site."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from markupsafe import escape

from zoom_blueprint.languages import language, said
from zoom_blueprint.state import State
from zoom_blueprint.values import Host
from zoom_blueprint.web import bundles

ACCENT: Final = "#2457d6"
"""The widget's own colour."""
_LABEL: Final = said("Book Now")
_BRIGHT: Final = 0.179  # of a ground on which black can be read as well as white


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a button is to look and begin; empty is the widget's own way.

    ``colour`` is like #2457d6, ``lang`` one of our languages; ``prefill`` are attributes by name, such as ``email``.
    """

    inline: bool = False
    colour: str = ""
    lang: str = ""
    label: str = ""
    prefill: Mapping[str, str] = field(default_factory=dict)

    @property
    def style(self) -> str:
        """What stands in the ``style`` attribute; the text is black where white could not be read."""
        if not self.colour:
            return ""
        on = "; --book-now-on-color: #000" if _luminance(self.colour) > _BRIGHT else ""
        return f"--book-now-color: {self.colour}{on}"


def label(host: Host, look: Look) -> str:
    """Return what the button says: what the host wrote, else the usual in the language asked for, else the host's."""
    return look.label or language(look.lang or host.locale).say(_LABEL)


def snippet(
    state: State, host: Host, event_slug: str, look: Look | None = None, *, pinned: bool = False, styled: bool = True
) -> str:
    """Return script and button for an event type.

    The script follows each release, or is ``pinned`` to this one: then browsers run it only while not a byte of it has
    changed, and keep it for good. Not ``styled``, the colour is left to a script or a style sheet.
    """
    look = look or Look()
    release = bundles.running() if pinned else bundles.FLOATING
    digest = {"integrity": bundles.current().integrity} if pinned else {}
    source = f"{state.links.base}/widget/{release}/{bundles.SCRIPT}"
    wishes = {
        "event": f"{host.slug}/{event_slug}",
        "mode": "inline" if look.inline else "",
        "lang": look.lang,
        **look.prefill,
        "style": look.style if styled else "",
    }
    # Asked for as the free times are, without cookies, it leaves them an open connection.
    script = f"<script async crossorigin{_attributes({'src': source, **digest})}></script>"
    return f"{script}\n<book-now{_attributes(wishes)}>{link(state, host, event_slug, look)}</book-now>"


def link(state: State, host: Host, event_slug: str, look: Look) -> str:
    """Return the button alone: a link, which the script makes a button wherever on a page it is."""
    address = {"class": "book-now", "href": book_url(state, host, event_slug, look)}
    return f"<a{_attributes(address)}>{escape(label(host, look))}</a>"


def book_url(state: State, host: Host, event_slug: str, look: Look) -> str:
    """Return the address of the booking page, in the language asked for, with what its form begins with."""
    url = state.links.book_url(host.slug or "", event_slug)
    asked = {"lang": look.lang} if look.lang else {}
    query = urlencode({**asked, **look.prefill}, quote_via=quote)
    return f"{url}?{query}" if query else url


def policy(state: State, look: Look) -> str:
    """Return what a site's Content Security Policy has to allow."""
    base = urlsplit(state.links.base)
    origin = f"{base.scheme}://{base.netloc}"
    lines = [f"script-src {origin}", f"connect-src {origin}"]
    if look.colour:
        digest = base64.b64encode(hashlib.sha256(look.style.encode()).digest()).decode()
        lines.append(f"style-src 'unsafe-hashes' 'sha256-{digest}'")
    return "; ".join(lines)


def _attributes(pairs: Mapping[str, str]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in pairs.items() if value)


def _luminance(colour: str) -> float:
    """Return how bright a colour is, from 0 to 1, as WCAG reckons it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
