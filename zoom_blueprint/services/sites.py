"""Sites: the origins on whose pages a host's buttons work."""

import re
from collections.abc import Sequence
from unicodedata import normalize
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from zoom_blueprint.errors import BadInput
from zoom_blueprint.languages import said
from zoom_blueprint.services import hosts
from zoom_blueprint.state import State
from zoom_blueprint.store import models

MOST = 50
LONGEST = 16_000
"""How long all that is typed may be: more than as many sites take."""
_LONGEST_SITE = 255
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
# Whatever begins with "*." names at least two labels more: "*.com" is nobody's site.
_PLACE = re.compile(rf"(?:{_LABEL}\.)*{_LABEL}|\*\.(?:{_LABEL}\.)+{_LABEL}|\[[0-9a-f:.]+\]")
_DOTS = re.compile("[.\u3002\uff0e\uff61]")
_ITS_OWN = frozenset("ßς")
_PORTS = {"http": 80, "https": 443}


def of_host(state: State, host_id: str) -> tuple[str, ...]:
    """Return a host's allowed origins; none means any."""
    query = select(models.Host.allowed_sites).where(models.Host.id == host_id)
    return tuple(state.database.read(lambda session: session.scalar(query)) or ())


def allow(state: State, host_id: str, text: str) -> tuple[str, ...]:
    """Let a host's buttons work on the sites of a text only, one on each line, and return their origins.

    An empty text lets them work everywhere again.

    Raises:
        NotFound: there is no such host.
        BadInput: a line names no site, there are too many, or it is too long.
    """
    wanted = _read(text)

    def work(session: Session) -> None:
        hosts.lock(session, host_id)  # what was looked up of the host is looked up anew
        session.get_one(models.Host, host_id).allowed_sites = list(wanted) or None

    state.database.write(work)
    return wanted


def _read(text: str) -> tuple[str, ...]:
    if len(text) > LONGEST:
        told = said("This is too long, so nothing of it was read. Enter at most {most} characters.", most=LONGEST)
        raise BadInput({"sites": told})
    lines = list(filter(None, map(str.strip, text.splitlines())))
    found = {line: origin(line) for line in lines}
    bad = next((line for line, one in found.items() if one is None), None)
    if bad is not None:
        hint = said("{line} is not the address of a site. Write it like https://www.example.com.", line=bad[:100])
        raise BadInput({"sites": hint})
    sites = tuple(dict.fromkeys(one for one in found.values() if one))
    if len(sites) > MOST:
        raise BadInput({"sites": said("Name at most {most} sites.", most=MOST)})
    return sites


def origin(text: str) -> str | None:
    """Return the origin of an address, as browsers write it, or None when it has none.

    Without a scheme it is https. ``*.`` before a name stays; whatever follows the name and the port is left out.
    """
    text = text.strip()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        port = parts.port
        name = parts.hostname or ""
        name = name if name.isascii() else ".".join(map(_spelt, _DOTS.split(name)))
    except ValueError:  # UnicodeError is one
        return None
    place = f"[{name}]" if ":" in name else name
    if parts.scheme not in _PORTS or parts.username is not None or not _PLACE.fullmatch(place) or port == 0:
        return None
    found = f"{parts.scheme}://{place}" + ("" if port in (None, _PORTS[parts.scheme]) else f":{port}")
    return found if len(found) <= _LONGEST_SITE else None


def _spelt(label: str) -> str:
    """Return a part of a name as browsers ask for it.

    Python knows the rules of 2003 (IDNA), by which straße is strasse: the site of somebody else, as it may be today.
    """
    if _ITS_OWN.isdisjoint(label):
        return label.encode("idna").decode()
    return f"xn--{normalize('NFKC', label).encode('punycode').decode()}"


def allows(sites: Sequence[str], asking: str) -> bool:
    """Return whether a button works on the pages of an origin; ``*.`` stands for all that lies below a name."""
    return not sites or any(_matches(one, asking) for one in sites)


def _matches(one: str, asking: str) -> bool:
    scheme, _, place = one.partition("://")
    if not place.startswith("*."):
        return one == asking
    return asking.startswith(f"{scheme}://") and asking.endswith(place[1:])
