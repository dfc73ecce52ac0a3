"""What the widget's form asks, how it is told what went wrong, and what it says of where a visitor came from."""

import json

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import HOSTS
from tests.services.looking import Letters
from zoom_blueprint import EventType, Question
from zoom_blueprint.services import agendas

QUESTIONS = (
    Question(name="phone", label="Your number", kind="phone", required=True),
    Question(name="topic", label="Topic", kind="choice", choices=("Taxes", "Pensions")),
    Question(name="terms", label="I agree", kind="checkbox", required=True),
)


@pytest.fixture
def database_kind() -> str:
    """Run on SQLite: nothing here is stored in a way of its own."""
    return "sqlite"


def connected(make_site: MakeSite, **settings: str) -> Site:
    """Serve a site with which Zoom is connected."""
    site = make_site(**settings)
    site.connect()
    return site


def kept(site: Site, **fields: str) -> dict[str, str]:
    """Book with these fields, and return what is known of where the visitor came from."""
    booking = site.booked(**fields)
    return dict(agendas.get(site.state, booking["id"]).context)


def test_the_form_is_described_field_by_field_in_the_visitors_language(make_site: MakeSite) -> None:
    site = connected(make_site)
    with site.app.app_context():
        site.zoom.event_types.put(HOSTS["ada"].id, EventType(slug="asks", title="Asks", questions=QUESTIONS))
    fields = site.get("/api/v1/hosts/ada/asks/slots?from=2027-01-04&to=2027-01-05&lang=de").json()["fields"]
    shapes = [(field["name"], field["type"], field["required"], field["autocomplete"]) for field in fields]
    assert shapes == [
        ("name", "text", True, "name"),
        ("email", "email", True, "email"),
        ("answers.phone", "tel", True, "tel"),
        ("answers.topic", "select", False, "off"),
        ("answers.terms", "checkbox", True, "off"),
        ("guests", "email", False, "off"),
    ]
    labels = {field["name"]: field["label"] for field in fields}
    assert (labels["name"], labels["answers.phone"]) == ("Ihr Name", "Your number")
    assert labels["answers.topic"] == "Topic (optional)"
    assert [field["choices"] for field in fields] == [None, None, None, ["Taxes", "Pensions"], None, None]


def test_a_problem_says_in_a_word_what_can_be_done(make_site: MakeSite) -> None:
    site = connected(make_site)
    first = site.slots()
    chosen = {"start": first["slots"][0], "token": first["token"]}
    site.booked(**chosen)
    taken = site.book(**chosen, key="another-key").json()
    assert (taken["status"], taken["reason"]) == (409, "taken")
    assert site.book(email="nobody").json()["reason"] == "invalid"
    assert site.get("/api/v1/hosts/ada/no-such-event").json()["reason"] == "gone"


def test_a_mailed_code_is_asked_for_by_a_field_of_its_own(make_site: MakeSite) -> None:
    site = connected(make_site, ZOOM_MAIL_CODES="first")
    Letters(site)
    answer = site.book(lang="de").json()
    (field,) = answer["fields"]
    assert set(answer["errors"]) == {field["name"]} == {"code"}
    assert (field["label"], field["autocomplete"]) == ("Code aus unserer E-Mail", "one-time-code")
    assert "fields" not in site.book(email="nobody").json()


def test_campaign_and_click_ids_are_read_out_of_the_query_of_the_landing(make_site: MakeSite) -> None:
    landing = "?utm_source=letter&gclid=a%20b&email=eve@example.com&guests=eve@example.com&utm_medium="
    assert kept(connected(make_site), landing=landing) == {"utm_source": "letter", "gclid": "a b"}


def test_a_landing_neither_says_what_the_page_would_nor_crowds_it_out(make_site: MakeSite) -> None:
    landing = "data_vip=yes&page_url=https://evil.example&" + "&".join(f"utm_{number}=x" for number in range(40))
    found = kept(connected(make_site), landing=landing, data=json.dumps({"plan": "pro"}), referrer="https://a.example")
    assert found == {f"utm_{number}": "x" for number in range(10)} | {
        "data_plan": "pro",
        "referrer": "https://a.example",
    }


def test_what_is_sent_by_itself_counts_more_than_the_landing(make_site: MakeSite) -> None:
    assert kept(connected(make_site), landing="?utm_source=old", utm_source="new") == {"utm_source": "new"}


def test_what_the_page_says_of_the_visitor_is_kept(make_site: MakeSite) -> None:
    data = json.dumps({"plan": "pro\n", "campaignId": "7", "empty": " ", "not a name": "x", "long": "y" * 600})
    assert kept(connected(make_site), data=data) == {"data_plan": "pro", "data_campaignId": "7", "data_long": "y" * 500}


@pytest.mark.parametrize(
    "odd",
    [
        {"data": "{"},
        {"data": "[1, 2]"},
        {"data": '{"plan": {"deep": 1}}'},
        {"data": '"' + "[" * 5000},
        {"landing": "&".join(f"utm_{number}=x" for number in range(200))},
        {"landing": "%ff%fe=%00&utm_%00=1"},
    ],
)
def test_what_cannot_be_read_is_left_out_and_the_booking_stands(make_site: MakeSite, odd: dict[str, str]) -> None:
    assert kept(connected(make_site), **odd) == {}


def test_no_more_than_twenty_are_kept(make_site: MakeSite) -> None:
    data = json.dumps({f"n{number}": "x" for number in range(50)})
    assert len(kept(connected(make_site), data=data, landing="?utm_source=letter")) == 20
