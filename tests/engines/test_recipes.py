"""The recipes for frameworks in the widget's README, run as they stand there."""

import subprocess
from pathlib import Path

import pytest
from flask import Response

from tests.engines import visits
from tests.engines.pages import Page
from tests.fixtures.site import Site
from tests.fixtures.site_app import HOSTS
from zoom_blueprint.services import agendas

pytestmark = pytest.mark.engines
PAGE = """<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>A shop</title>
<main><h1>A shop</h1><div id="app"></div></main>{script}<script src="/recipe.js"></script></html>"""
SCRIPT = '<script async src="{base}/widget/v1/book-now.js"></script>'
BUNDLER = Path(__file__).with_name("recipes.mjs")


@pytest.mark.parametrize(("framework", "script"), [("react", ""), ("vue", SCRIPT)], ids=["react", "vue"])
def test_a_framework_books_with_its_recipe(bookable: Site, page: Page, framework: str, script: str) -> None:
    bundler = ["node", str(BUNDLER), framework, bookable.base]
    bundle = subprocess.run(bundler, capture_output=True, check=True, timeout=60).stdout
    content = PAGE.format(script=script.format(base=bookable.base))
    bookable.app.add_url_rule("/recipe", view_func=lambda: content)
    bookable.app.add_url_rule("/recipe.js", "script", lambda: Response(bundle, mimetype="text/javascript"))
    visits.book(page, f"{bookable.base.removesuffix('/zoom')}/recipe")
    visits.check_meeting(page, bookable)
    (booking,) = agendas.upcoming(bookable.state, HOSTS["ada"].id)
    assert page.run("() => window.heard") == [booking.id]
    assert booking.context["data_plan"] == "pro"
