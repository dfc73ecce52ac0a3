"""The demo's settings: the simulator by default, real Zoom by its client id, and every ``ZOOM_*`` variable on top."""

from pathlib import Path

import pytest

from demo_app import settings
from tests.browser import prospect
from tests.fixtures.browser import NewPage
from tests.fixtures.demo import Demo
from tests.fixtures.servers import Start
from tests.fixtures.waiting import wait_until


def test_without_variables_the_simulator_plays_zoom(tmp_path: Path) -> None:
    found = settings.read({"DEMO_INSTANCE": str(tmp_path), "PORT": "8000", "SIMULATOR_PORT": "8001"}, 2525)
    assert found.simulator_port == 8001
    assert found.config["ZOOM_OAUTH_URL"] == "http://127.0.0.1:8001/oauth"
    assert found.config["ZOOM_PUBLIC_URL"] == "http://127.0.0.1:8000"
    assert found.config["ZOOM_SMTP_URL"] == "smtp://127.0.0.1:2525"
    assert found.config["ZOOM_GOOGLE_OAUTH_URL"] == "http://127.0.0.1:8001/google/oauth"
    assert found.plays_google


def test_the_second_run_has_the_keys_of_the_first(tmp_path: Path) -> None:
    first, second = (settings.read({"DEMO_INSTANCE": str(tmp_path)}, port) for port in (2525, 2526))
    for key in ("SECRET_KEY", "ZOOM_TOKEN_KEYS", "ZOOM_WEBHOOK_SECRETS"):
        assert first.config[key] == second.config[key]


def test_a_client_id_means_real_zoom(tmp_path: Path) -> None:
    given = {"DEMO_INSTANCE": str(tmp_path), "ZOOM_CLIENT_ID": "mine", "ZOOM_CLIENT_SECRET": "also mine"}
    found = settings.read(given, 2525)
    assert found.simulator_port is None
    assert "ZOOM_OAUTH_URL" not in found.config
    assert "ZOOM_WEBHOOK_SECRETS" not in found.config
    assert found.config["ZOOM_CLIENT_SECRET"] == "also mine"
    assert "ZOOM_GOOGLE_CLIENT_ID" not in found.config
    assert not found.plays_google


def test_a_client_id_of_google_means_real_google_beside_the_simulated_zoom(tmp_path: Path) -> None:
    google = {"ZOOM_GOOGLE_CLIENT_ID": "mine", "ZOOM_GOOGLE_CLIENT_SECRET": "also mine"}
    found = settings.read({"DEMO_INSTANCE": str(tmp_path), **google}, 2525)
    assert found.simulator_port == 5001
    assert "ZOOM_GOOGLE_OAUTH_URL" not in found.config
    assert not found.plays_google


@pytest.mark.parametrize("key", ["ZOOM_WEBHOOK_SECRETS", "ZOOM_LIMITS", "ZOOM_SMTP_URL", "ZOOM_PUBLIC_URL"])
def test_every_other_variable_overrides_a_default_and_leaves_the_simulator(tmp_path: Path, key: str) -> None:
    found = settings.read({"DEMO_INSTANCE": str(tmp_path), key: "given"}, 2525)
    assert found.simulator_port == 5001
    assert found.config[key] == "given"


@pytest.mark.browser
def test_the_simulator_signs_with_a_webhook_secret_that_is_given(
    start_program: Start, tmp_path: Path, new_page: NewPage
) -> None:
    demo = Demo(start_program, tmp_path, ZOOM_WEBHOOK_SECRETS="a secret of my own")
    demo.start()
    page = new_page()
    page.goto(demo.origin)
    address = prospect.book(page).get_by_role("link", name="Reschedule or cancel").get_attribute("href") or ""
    (meeting,) = demo.zoom.meetings("ada")
    demo.zoom.press("ada", meeting["id"], "delete")

    def cancelled() -> bool:
        page.goto(address)
        return page.get_by_role("heading", name="This booking is cancelled").is_visible()

    wait_until(cancelled, why="the signed webhook was believed")
