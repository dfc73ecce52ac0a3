"""What the doctor says of deliveries that fail, as they fail and until they work."""

from tests.fixtures.redis_servers import RedisServer
from tests.fixtures.site import MakeSite, Site
from tests.services.looking import Letters, make_due
from zoom_blueprint import LifecycleEvent
from zoom_blueprint.services import doctors
from zoom_blueprint.services.findings import Finding, Name
from zoom_blueprint.store import models


def found(site: Site, name: Name, *, asks_others: bool = False) -> Finding:
    """Return what the doctor says about something."""
    report = doctors.examine(site.state, asks_others=asks_others)
    (one,) = [one for one in report.findings if one.name is name]
    return one


def test_a_hook_that_fails_is_named_until_it_works(site: Site) -> None:
    broken = [True]

    @site.zoom.on("booking.confirmed")
    def crm(event: LifecycleEvent) -> None:
        del event
        if broken[0]:
            raise LookupError

    site.booked()
    site.drain()
    first = found(site, Name.FAILING)
    assert first.words.startswith("booking.confirmed to hook:crm: 1 fail (LookupError), tries so far: 1, again at ")
    assert first.state == "warn"
    for _ in range(2):
        make_due(site.state, models.Delivery)
        site.drain()
    third = found(site, Name.FAILING)
    assert third.is_bad
    assert "Mend the hook" in (third.to_do or "")
    broken[0] = False
    make_due(site.state, models.Delivery)
    site.drain()
    assert found(site, Name.FAILING).words == "none"


def test_codes_that_no_mail_can_carry_are_said_where_mail_is(make_site: MakeSite) -> None:
    assert "ZOOM_MAIL_CODES" in found(make_site(ZOOM_MAIL_CODES="first"), Name.MAIL).words
    mailing = make_site(ZOOM_MAIL_CODES="first", ZOOM_MAIL_FROM="us@example.com")
    Letters(mailing)
    assert found(mailing, Name.MAIL).state == "ok"


def test_mails_that_name_no_sender_are_said(make_site: MakeSite) -> None:
    site = make_site()
    Letters(site)
    mail = found(site, Name.MAIL)
    assert (mail.state, "ZOOM_MAIL_FROM" in (mail.to_do or "")) == ("warn", True)


def test_a_redis_that_answers_is_told_from_one_that_does_not(make_site: MakeSite, redis_server: RedisServer) -> None:
    site = make_site(ZOOM_RATELIMIT_URL=redis_server.url)
    assert found(site, Name.LIMITS, asks_others=True).words == "counted in Redis"
    redis_server.stop()
    assert found(site, Name.LIMITS, asks_others=True).is_bad
