"""A host with something of everything, and what stands for each part of an address on their pages."""

from datetime import UTC, datetime, timedelta

from werkzeug.routing import Rule

from tests.fixtures.site import Site
from tests.services.looking import only, rows
from tests.services.parking import parked_meeting
from tests.web.browsing import Browser
from tests.web.desk import ASKED, ask
from zoom_blueprint import EventType, Schedule
from zoom_blueprint.services import api_keys, endpoints, event_types, schedules
from zoom_blueprint.store import models

Ids = dict[str, str]
#: What an address is asked with beside its parts, by endpoint.
QUERIES = {"write_booking": {"event": "intro-call"}}


def furnish(site: Site) -> Ids:
    """Give Ada bookings, a request, blocked time, work that is parked and an open question; return their ids.

    The site parks after three tries and has connected nobody yet.
    """
    site.zoom.on("booking.confirmed", subscriber="crm")(lambda _: None)
    site.connect()
    with site.app.app_context():
        site.zoom.event_types.put("1", ASKED)
    ids = crowd(site, 2)
    offered = site.slots()
    stuck = parked_meeting(site, start=offered["slots"][-1], token=offered["token"])
    question = Browser(site)
    question.get(question.consent("grace"))
    (asked,) = rows(site.state, models.Consent, models.Consent.grant_sealed.is_not(None))
    return ids | {
        "connection_id": site.connection().id,
        "consent_id": asked.id,
        "kind": "meeting",
        "delivery_id": rows(site.state, models.Delivery, models.Delivery.outcome == "called")[0].id,
        "event_type_id": next(iter(event_types.by_id(site.state, "1"))),
        "schedule_id": schedules.kept(site.state, "1")[0].id,
        "endpoint_id": endpoints.all_of(site.state, "1")[0].id,
        "key_id": api_keys.all_of(site.state, "1")[0].id,
        "row_id": only(site.state, models.Meeting, models.Meeting.booking_id == stuck["id"]).id,
    }


def crowd(site: Site, number: int) -> Ids:
    """Give Ada so many bookings, requests and blocked times more; return the ids of the first."""
    offered = site.slots()
    booked = [
        site.booked(start=start, token=offered["token"], email=f"guest{place % 3}@example.com")
        for place, start in enumerate(offered["slots"][:number])
    ]
    site.drain()
    for place in range(number):
        ask(site, place, name="Carol Cole", email="carol@example.com")
    with site.app.app_context():
        first = datetime.now(UTC) + timedelta(days=20)
        add = site.zoom.blocked_times.add
        for place in range(number):
            site.zoom.schedules.put("1", Schedule("Europe/London"), f"Hours {number} {place}")
            site.zoom.event_types.put("1", EventType(slug=f"more-{number}-{place}", title="More"))
            endpoints.make(site.state, "1", "https://hooks.localhost:9/crm", ["meeting.parked"], name=f"CRM {place}")
            api_keys.make(site.state, "1", f"CRM {number} {place}", ["list_slots", "create_booking"])
        blocked = [add("1", first + timedelta(days=n), first + timedelta(days=n, hours=2)) for n in range(number)]
    return {"booking_id": booked[0]["id"], "block_id": blocked[0].id}


def host_rules(site: Site, method: str) -> list[Rule]:
    """Return the rules of the host's own pages that take a method, out of the app's URL map."""
    return [
        rule
        for rule in site.app.url_map.iter_rules()
        if rule.endpoint.startswith("zoom.")
        and rule.endpoint.count(".") == 1
        and method in (rule.methods or ())
        and rule.endpoint != "zoom.static"
    ]


def address(rule: Rule, ids: Ids) -> str:
    """Return the address of a rule with the host's own ids in it, below the blueprint's prefix."""
    unknown = rule.arguments - ids.keys()
    assert not unknown, f"Say in tests/web/furnished.py what stands for {unknown} in {rule.rule}."
    _, path = rule.build(ids, append_unknown=False) or ("", "")
    query = QUERIES.get(rule.endpoint.partition(".")[2], {})
    return (
        path.removeprefix("|").removeprefix("/zoom")
        + ("?" if query else "")
        + "&".join(f"{name}={value}" for name, value in query.items())
    )
