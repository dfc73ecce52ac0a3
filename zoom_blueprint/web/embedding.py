"""The page on which a host makes the snippet of their button, sees it work, and says on which sites it does."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode, urlsplit

from babel import Locale
from flask import request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.errors import NotFound
from zoom_blueprint.languages import CODES, said
from zoom_blueprint.services import connections, event_types, figures, lines, previews, reasons, sites, tallies
from zoom_blueprint.services.tallies import Step
from zoom_blueprint.state import State
from zoom_blueprint.values import EventType, Host, Question
from zoom_blueprint.web import asking_sites, forms, replies, snippets
from zoom_blueprint.web.signed_in import for_host, for_writing_host, see_other, tell
from zoom_blueprint.web.snippets import Look

_SANDBOX: Final = "allow-scripts allow-forms allow-popups"
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")
_ATTRIBUTE: Final = re.compile(r"[A-Za-z0-9_.-]+")
_LONGEST_LABEL = 60
_LONGEST_FILLED = 254


@dataclass(frozen=True)
class Variant:
    """One way to put a button on a page: ``text`` is what is copied."""

    id: str
    title: str
    hint: str
    text: str


@dataclass(frozen=True)
class Seen:
    """A site on which a button was opened lately, so and so often, or did not work."""

    origin: str
    opened: int
    refused: int
    works: bool


@for_host
def embed(state: State, host: Host) -> AnyResponse:
    """Show the snippet as the query wishes it, the preview, and the allowed sites."""
    return _page(state, host)


def _again(state: State, host: Host, *, errors: Mapping[str, str], status: int) -> AnyResponse:
    """Show the page with the sites that were typed."""
    return _page(state, host, typed=request.form.get("sites", ""), errors=errors, status=status)


@for_writing_host(_again)
def allow_sites(state: State, host: Host) -> AnyResponse:
    """Let a host's buttons work on some sites only, or on all."""
    found = sites.allow(state, host.id, request.form.get("sites", ""))
    tell(host, said("Your buttons work on these sites only.") if found else said("Your buttons work on every site."))
    return see_other(f"{state.links.base}/embed")


@for_host
def preview(state: State, host: Host) -> AnyResponse:
    """Show the button as it is on a page of another site: in a sandboxed frame, without our origin and cookies."""
    event = _chosen(_offered(state, host))
    if event is None:
        raise NotFound(said("There is nothing to book yet."))
    look = _look(event)
    page = replies.page(
        "embed_preview.html",
        host=host,
        look=look,
        snippet=Markup(snippets.snippet(state, host, event.slug, look, styled=False)),  # noqa: S704  # escaped there
    )
    base = urlsplit(state.links.base)
    origin = f"{base.scheme}://{base.netloc}"  # 'self' is nobody in a sandbox
    page.headers["Content-Security-Policy"] = "; ".join(
        (
            "default-src 'none'",
            f"style-src {origin}",
            f"script-src {origin}",
            f"connect-src {origin}",
            "form-action 'none'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
            "require-trusted-types-for 'script'",
        )
    )
    return page


def _offered(state: State, host: Host) -> list[EventType]:
    return [event for event in event_types.all_of(state, host.id) if event.active]


def _fillable(event: EventType) -> list[Question]:
    """Return the questions whose names can be those of attributes."""
    return [question for question in event.questions if _ATTRIBUTE.fullmatch(question.name)]


def _chosen(events: Sequence[EventType]) -> EventType | None:
    wished = request.args.get("event")
    return next((event for event in events if event.slug == wished), events[0] if events else None)


def _look(event: EventType) -> Look:
    """Return what the query wishes; what it says wrongly is as if it said nothing."""
    wished = request.args
    colour = wished.get("colour", "").lower()
    filled = {
        name: lines.one_line(wished.get(name))[:_LONGEST_FILLED]
        for name in ("name", "email", *(f"answers.{one.name}" for one in _fillable(event)))
    }
    return Look(
        inline=wished.get("mode") == "inline",
        colour=colour if _COLOUR.fullmatch(colour) and colour != snippets.ACCENT else "",
        lang=wished.get("lang", "") if wished.get("lang") in CODES else "",
        label=lines.one_line(wished.get("label"))[:_LONGEST_LABEL],
        prefill={name: value for name, value in filled.items() if value},
    )


def _page(
    state: State,
    host: Host,
    *,
    typed: str | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> AnyResponse:
    events = _offered(state, host)
    event = _chosen(events)
    allowed = sites.of_host(state, host.id)
    page = replies.page(
        "embed.html",
        status,
        host=host,
        events=events,
        event=event,
        **(_button(state, host, event) if event else {}),  # type: ignore[arg-type]  # the template's own words
        languages=[(code, Locale.parse(code).get_display_name(code)) for code in CODES],
        sandbox=_SANDBOX,
        most=sites.MOST,
        sites="\n".join(allowed) if typed is None else typed,
        tested=_tested(state, allowed),
        seen=_seen(state, host, allowed),
        errors=errors or {},
        form=forms.ActionForm(),
    )
    page.headers["Content-Security-Policy"] = replies.content_security_policy(frames=("'self'",))
    return page


def _button(state: State, host: Host, event: EventType) -> dict[str, object]:
    """Return all that the page says of one button."""
    look = _look(event)
    theirs, has_google = connections.all_of(state, host.id), connections.has_google(state, host.id)
    shown = [("event", event.slug), ("mode", "inline" if look.inline else ""), ("colour", look.colour)]
    shown += [("lang", look.lang), ("label", look.label), *look.prefill.items()]
    shown += [(asking_sites.PASS, state.links.preview_token(host.id, datetime.now(UTC)))]
    return {
        "look": look,
        "questions": _fillable(event),
        "accent": snippets.ACCENT,
        "usual": snippets.label(host, Look(lang=look.lang)),
        "address": snippets.book_url(state, host, event.slug, look),
        "has_page": previews.has_page(event, theirs, has_google=has_google),
        "without": None if previews.works(event, theirs) else reasons.without_zoom(event, has_google=has_google),
        "variants": _variants(state, host, event, look),
        "policy": snippets.policy(state, look),
        "preview": f"{state.links.base}/embed/preview?{urlencode([pair for pair in shown if pair[1]])}",
    }


def _variants(state: State, host: Host, event: EventType, look: Look) -> list[Variant]:
    def made(*, pinned: bool = False) -> str:
        return snippets.snippet(state, host, event.slug, look, pinned=pinned)

    return [
        Variant("floating", said("Snippet"), said("It follows each release of the script."), made()),
        Variant(
            "pinned",
            said("Snippet, pinned"),
            said("This release only: browsers check every byte of the script before they run it."),
            made(pinned=True),
        ),
        Variant(
            "link",
            said("Link only"),
            said("Where only links can be pasted. With the script anywhere on the page it opens the same dialog."),
            snippets.link(state, host, event.slug, look),
        ),
        Variant(
            "address",
            said("Address of the booking page"),
            said("For mails, profiles and QR codes. It works without any script."),
            snippets.book_url(state, host, event.slug, look),
        ),
    ]


def _tested(state: State, allowed: Sequence[str]) -> dict[str, object] | None:
    """Return what becomes of a button on the site that the query names."""
    typed = lines.one_line(request.args.get("site"))[:_LONGEST_FILLED]
    if not typed:
        return None
    found = sites.origin(typed)
    if found is None or "*" in found:
        return {"typed": typed, "origin": None}
    address = typed if "://" in typed else f"https://{typed}"
    return {"typed": typed, "origin": found, "address": address, "works": _works(state, allowed, found)}


def _seen(state: State, host: Host, allowed: Sequence[str]) -> list[Seen]:
    """Return where browsers have asked from, as they said themselves, today and yesterday."""
    found = []
    for site, steps in figures.sites_lately(state, host.id).items():
        if (origin := tallies.origin_of(site)) is not None:
            opened, refused = steps[Step.OPENED], steps[Step.REFUSED]
            found.append(Seen(origin, opened, refused, _works(state, allowed, origin)))
    return found


def _works(state: State, allowed: Sequence[str], origin: str) -> bool:
    return origin == sites.origin(state.config.public_url) or sites.allows(allowed, origin)
