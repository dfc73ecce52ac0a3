"""A site with many processes on one database, and a host who can be booked at any hour."""

from collections.abc import Iterator

import pytest

from tests.fixtures.site import MakeSite
from tests.races.crowd import Crowd, gathered
from tests.races.diary import Diary


@pytest.fixture(scope="session")
def _gathered() -> Iterator[Crowd]:
    with gathered() as crowd:
        yield crowd


@pytest.fixture
def diary(make_site: MakeSite, _gathered: Crowd) -> Diary:
    """The diary of a host on a site where mails are owed and nobody sends them."""
    site = make_site(ZOOM_SMTP_URL="smtp://127.0.0.1:9", ZOOM_MAIL_FROM="site@example.com")
    ours = ("ZOOM_", "SQLALCHEMY_DATABASE", "SECRET_KEY")
    _gathered.serve({name: value for name, value in site.app.config.items() if name.startswith(ours)})
    return Diary(site, _gathered)
