"""Forms of a host that are refused: what is wrong is said in front, and each word of it leads to its field."""

import re

import pytest

from tests.fixtures.site import Site
from tests.web.browsing import Browser

BOOKING = "/host/bookings/{id}"


@pytest.fixture
def database_kind() -> str:
    """One database will do for what leads where."""
    return "sqlite"


@pytest.mark.parametrize(
    ("on", "path", "bad", "others"),
    [
        ("/host/blocked-times", "/host/blocked-times", {"first_day": "", "first_time": "25:00"}, {}),
        (
            "/host/book/details?event=intro-call",
            "/host/book/details",
            {"date": "", "time": "", "email": "nobody", "name": ""},
            {"event": "intro-call", "key": "k" * 16},
        ),
        (f"{BOOKING}/edit", f"{BOOKING}/edit", {"duration_minutes": "0"}, {}),
        (f"{BOOKING}/edit", f"{BOOKING}/link", {"link": "nowhere"}, {}),
        (f"{BOOKING}/move", f"{BOOKING}/move", {"date": "", "time": "25:00"}, {}),
        ("/embed", "/embed/sites", {"sites": "no site"}, {}),
    ],
)
def test_each_word_about_a_wrong_field_leads_to_it(
    site: Site, on: str, path: str, bad: dict[str, str], others: dict[str, str]
) -> None:
    site.connect()
    booking, ada = site.booked(), Browser(site)
    on, path = on.format(id=booking["id"]), path.format(id=booking["id"])
    answer = ada.press(path, on=on, **bad, **others)
    assert answer.status_code == 422
    alert = answer.text.partition('role="alert"')[2].partition("<form")[0]
    leads = re.findall('<a href="#([^"]+)">[^<]+</a>', alert)
    assert set(bad) <= set(leads)
    for field in leads:
        assert re.search(rf'<(?:input|textarea|select)[^>]* id="{field}"', answer.text), field
