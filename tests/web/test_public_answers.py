"""What is public takes no notice of who is signed in."""

from tests.fixtures.site import Site
from tests.web.asking import INTRO, days, wish


def test_the_widget_and_the_health_check_are_for_everyone(shared_site: Site) -> None:
    script = shared_site.get("/widget/v1/book-now.js")
    assert script.status_code == 200
    assert script.headers["Content-Type"].startswith("text/javascript")
    assert script.headers["Access-Control-Allow-Origin"] == "*"
    assert "immutable" not in script.headers["Cache-Control"]
    assert shared_site.get("/widget/v0/book-now.js").status_code == 404
    assert shared_site.get("/healthz").json() == {"status": "ok"}


def test_the_api_takes_no_notice_of_cookies(site: Site) -> None:
    answer = site.get(f"{INTRO}/slots", params=days(), headers={"Cookie": "host=ada; session=x"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
    booked = site.post(f"{INTRO}/bookings", data=wish(site), headers={"Cookie": "host=ada"})
    assert "Set-Cookie" not in booked.headers
