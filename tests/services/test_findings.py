"""What the doctor says of deliveries that fail, and of what keeps abuse away."""

from sqlalchemy import update

from tests.fixtures.redis_servers import RedisServer
from tests.fixtures.site import MakeSite, Site
from tests.services.looking import Letters, make_due
from zoom_blueprint import LifecycleEvent
from zoom_blueprint.services import doctors
from zoom_blueprint.services.findings import Finding
from zoom_blueprint.store import models


def found(site: Site, name: str) -> Finding | None:
    """Return what the doctor says about something, if anything."""
    report = doctors.examine(site.state)
    return next((one for one in report.findings if one.name == name), None)


def test_a_hook_that_fails_is_named_until_it_works(site: Site) -> None:
    broken = [True]

    @site.zoom.on("booking.confirmed")
    def crm(event: LifecycleEvent) -> None:
        del event
        if broken[0]:
            raise LookupError

    site.connect()
    site.booked()
    site.drain()
    name = "booking.confirmed to hook:crm"
    first = found(site, name)
    assert first is not None
    assert first.found.startswith("1 fail (LookupError), tries so far: 1, again at ")
    assert not first.is_problem
    for _ in range(2):
        make_due(site.state, models.Delivery)
        site.drain()
    third = found(site, name)
    assert third is not None
    assert third.is_problem
    assert third.advice is not None
    assert "Mend the hook" in third.advice
    broken[0] = False
    make_due(site.state, models.Delivery)
    site.drain()
    assert found(site, name) is None


def test_recipients_that_are_refused_for_good_are_counted(make_site: MakeSite) -> None:
    site = make_site()
    letters = Letters(site)
    site.connect()
    site.booked()
    site.drain()
    assert letters.sent
    assert found(site, "refused mails") is None
    site.state.database.write(
        lambda session: session.execute(update(models.Delivery).values(outcome="refused for good"))
    )
    refused = found(site, "refused mails")
    assert refused is not None
    assert refused.found.startswith(f"{len(letters.sent)} in")


def test_codes_that_no_mail_can_carry_are_a_problem(make_site: MakeSite) -> None:
    finding = found(make_site(ZOOM_MAIL_CODES="first"), "mail codes")
    assert finding is not None
    assert finding.is_problem
    mailing = make_site(ZOOM_MAIL_CODES="first")
    Letters(mailing)
    assert found(mailing, "mail codes") is None


def test_a_redis_that_does_not_answer_is_a_problem(make_site: MakeSite, redis_server: RedisServer) -> None:
    site = make_site(ZOOM_RATELIMIT_URL=redis_server.url)
    assert found(site, "limits") is None
    redis_server.stop()
    finding = found(site, "limits")
    assert finding is not None
    assert finding.is_problem
