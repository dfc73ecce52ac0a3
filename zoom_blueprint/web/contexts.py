"""Where a visitor came from, and what the page with the widget says about them."""

import re
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import msgspec
from flask import request
from werkzeug.datastructures import MultiDict

from zoom_blueprint.services.lines import one_line

# Advertisers name their click ids themselves: gclid, fbclid, msclkid, irclickid …
_FROM_ADS: Final = r"utm_[A-Za-z0-9_-]{1,36}|[A-Za-z_]{1,32}cl(?:k|ick)?id|gbraid|wbraid|li_fat_id"
CONTEXT: Final = rf"{_FROM_ADS}|page_url|page_lang|referrer|data_[A-Za-z0-9_-]{{1,36}}"
_CAMPAIGN, _CONTEXT = re.compile(_FROM_ADS), re.compile(CONTEXT)
_LENGTH = 500
_MEMBERS = 20
_CAMPAIGN_MEMBERS = 10
_LONGEST_QUERY = 4000
_MOST_PARAMETERS = 100


def context_of(fields: MultiDict[str, str]) -> dict[str, str]:
    """Return where the visitor came from: UTM and click ids, the embedding page with its language, and referrer.

    The widget sends the query with which the visitor came to the page whole, as ``landing``, and what the page says
    about the visitor by ``data-…`` as an object of JSON, ``data``.
    """
    sent = {**_campaign(fields.get("landing", "")), **_said_of_visitor(fields.get("data", "")), **fields.to_dict()}
    known = {
        name: line for name, value in sent.items() if _CONTEXT.fullmatch(name) and (line := one_line(value)[:_LENGTH])
    }
    return dict(list(known.items())[:_MEMBERS])


def referrer() -> str:
    """Return the page of another site that led here; nothing where there is none, or the browser names no address."""
    came_from = request.referrer or ""
    try:
        is_from_elsewhere = urlsplit(came_from).netloc != request.host
    except ValueError:
        return ""
    return came_from[:_LENGTH] if is_from_elsewhere else ""


def _campaign(query: str) -> dict[str, str]:
    """Return the campaign and click ids of an address, which anybody may have written: they crowd out nothing else."""
    try:
        found = parse_qsl(query.removeprefix("?")[:_LONGEST_QUERY], max_num_fields=_MOST_PARAMETERS)
    except ValueError:  # too many of them
        return {}
    return dict(list({name: value for name, value in found if _CAMPAIGN.fullmatch(name)}.items())[:_CAMPAIGN_MEMBERS])


def _said_of_visitor(data: str) -> dict[str, str]:
    try:
        said = msgspec.json.decode(data, type=dict[str, str]) if data else {}
    except (msgspec.MsgspecError, UnicodeError):
        return {}
    return {f"data_{name}": value for name, value in said.items()}
