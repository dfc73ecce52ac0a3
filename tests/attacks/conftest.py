"""Sites to be attacked: on SQLite, because the store has its own tests on both databases."""

import pytest
from werkzeug.middleware.proxy_fix import ProxyFix

from tests.fixtures.site import MakeSite, Site
from tests.services.looking import Letters


@pytest.fixture
def database_kind() -> str:
    """Run on SQLite."""
    return "sqlite"


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """Serve a site with the limits that it has when nobody sets any; ``ada`` is connected to Zoom."""
    made = make_site(ZOOM_LIMITS="")
    made.connect()
    return made


@pytest.fixture
def letters(site: Site) -> Letters:
    """What the site mails."""
    return Letters(site)


@pytest.fixture
def proxied(site: Site) -> Site:
    """Put the site behind a proxy: ``X-Forwarded-For`` says who asks."""
    site.app.wsgi_app = ProxyFix(site.app.wsgi_app)  # type: ignore[method-assign]  # as Flask's documentation does
    return site
