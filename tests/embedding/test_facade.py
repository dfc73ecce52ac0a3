"""What code of the host app calls: hosts, event types and schedules of the current app."""

from dataclasses import replace

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from tests.embedding.conftest import MakeApp
from tests.embedding.test_registration import CALL
from tests.fixtures.site_app import HOSTS
from zoom_blueprint import Host, ZoomBlueprint, ZoomBlueprintError
from zoom_blueprint.errors import BadInput, NotFound

ADA = HOSTS["ada"]
Embedded = tuple[Flask, ZoomBlueprint]


@pytest.fixture
def embedded(make_app: MakeApp) -> Embedded:
    """An app with the blueprint."""
    app, zoom = make_app(), ZoomBlueprint()
    SQLAlchemy(app)
    app.register_blueprint(zoom, url_prefix="/zoom")
    return app, zoom


def test_outside_of_an_app_context_the_error_says_what_to_do(embedded: Embedded) -> None:
    _, zoom = embedded
    for call in (
        lambda: zoom.hosts.put(ADA),
        lambda: zoom.event_types.list("1"),
        lambda: zoom.hosts.get("1"),
        lambda: zoom.connections.list("1"),
        lambda: zoom.meetings("1").me(),
        lambda: zoom.start_url("1", "1"),
    ):
        with pytest.raises(RuntimeError, match=r"app\.app_context\(\)"):
            call()


def test_in_an_app_without_the_blueprint_the_error_says_what_to_do(embedded: Embedded) -> None:
    _, zoom = embedded
    with Flask("another").app_context(), pytest.raises(ZoomBlueprintError, match="register_blueprint"):
        zoom.hosts.put(ADA)


def test_a_host_is_stored_and_found(embedded: Embedded) -> None:
    app, zoom = embedded
    with app.app_context():
        assert zoom.hosts.put(ADA) == ADA
        assert zoom.hosts.get(ADA.id) == ADA
        changed = replace(ADA, name="Augusta King", slug="augusta", time_zone="Asia/Tokyo", locale="ja")
        assert zoom.hosts.put(changed) == zoom.hosts.get(ADA.id) == changed
        assert zoom.hosts.put(replace(changed, slug=None)).slug == "augusta", "no slug keeps the one there is"
        with pytest.raises(NotFound):
            zoom.hosts.get("nobody")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"slug": "Ada"}, "slug"),
        ({"slug": "a da"}, "slug"),
        ({"slug": "-ada"}, "slug"),
        ({"slug": "ada/../x"}, "slug"),
        ({"slug": "a" * 65}, "slug"),
        ({"slug": ""}, "slug"),
        ({"id": ""}, "id"),
        ({"id": "x" * 192}, "id"),
        ({"name": "  "}, "name"),
        ({"email": "ada"}, "email"),
        ({"time_zone": "London"}, "time_zone"),
    ],
)
def test_a_malformed_host_is_refused_by_field(embedded: Embedded, change: dict[str, str], field: str) -> None:
    app, zoom = embedded
    with app.app_context():
        with pytest.raises(BadInput) as refused:
            zoom.hosts.put(replace(ADA, **change))
        assert set(refused.value.errors) == {field}
        with pytest.raises(NotFound):
            zoom.hosts.get(ADA.id)


def test_a_slug_belongs_to_one_host(embedded: Embedded) -> None:
    app, zoom = embedded
    with app.app_context():
        zoom.hosts.put(ADA)
        with pytest.raises(BadInput, match="belongs to another host"):
            zoom.hosts.put(replace(HOSTS["grace"], slug="ada"))
        others = [zoom.hosts.put(replace(ADA, id=str(number), slug=None, name="Ada")).slug for number in (5, 6, 7)]
        assert len({"ada", *others}) == 4
        assert zoom.hosts.put(Host(id="9", name="孫悟空", email="s@example.com")).slug


def test_event_types_are_stored_and_listed(embedded: Embedded) -> None:
    app, zoom = embedded
    with app.app_context():
        zoom.hosts.put(ADA)
        zoom.event_types.put(ADA.id, CALL)
        zoom.event_types.put(ADA.id, replace(CALL, title="Another title"))
        assert [event.title for event in zoom.event_types.list(ADA.id)] == ["30-minute meeting", "Another title"]
        with pytest.raises(NotFound):
            zoom.event_types.put("nobody", CALL)
        with pytest.raises(BadInput, match="duration"):
            zoom.event_types.put(ADA.id, replace(CALL, duration_minutes=0))
        for field, wrong in (("slug", replace(CALL, slug="A Call")), ("title", replace(CALL, title=" "))):
            with pytest.raises(BadInput) as refused:
                zoom.event_types.put(ADA.id, wrong)
            assert set(refused.value.errors) == {field}
