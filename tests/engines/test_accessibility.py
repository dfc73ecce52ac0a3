"""What axe finds in each engine: it computes names, roles and colours from what that engine gives."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest

from tests.engines import visits
from tests.engines.pages import Page
from tests.engines.shop import Shop
from tests.fixtures.browser import AXE_TAGS
from tests.fixtures.site import Site
from tests.fixtures.waiting import wait_until

pytestmark = pytest.mark.engines
_SCRIPT = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
_RUN = """(tags) => {
  globalThis.found = null;
  axe.run({ runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] }).then(
    ({ violations, passes }) => { globalThis.found = { violations, passes: passes.length } },
    (error) => { globalThis.found = { error: `${error}` } },
  );
}"""
_TOLD = """() => globalThis.found"""
Check = Callable[[], None]


def _told(violation: dict[str, Any]) -> str:
    return f"{violation['id']}: {', '.join(node['html'] for node in violation['nodes'])}"


@pytest.fixture
def check(page: Page) -> Check:
    """Judge the page as it stands."""

    def judge() -> None:
        page.run(f"() => {{ if (!globalThis.axe) {{ {_SCRIPT} }} }}")
        page.run(_RUN, AXE_TAGS)
        found: dict[str, Any] = wait_until(lambda: page.run(_TOLD), 30, why="axe has looked at the page", every=0.05)
        assert "error" not in found, found["error"]
        assert [_told(violation) for violation in found["violations"]] == []
        assert found["passes"] > 20

    return judge


def test_axe_finds_nothing_in_any_step(bookable: Site, shop: Shop, page: Page, check: Check) -> None:
    visits.open_dialog(page, shop.address)
    check()
    visits.choose_time(page)
    check()
    page.click(visits.CONFIRM)
    page.focused("#name")
    page.see("#name[aria-invalid=true]")
    page.shot("invalid")
    check()
    visits.fill_in(page)
    page.click(visits.CONFIRM)
    page.see(visits.JOIN)
    check()


def test_axe_would_find_what_is_wrong(bookable: Site, shop: Shop, page: Page, check: Check) -> None:
    visits.open_dialog(page, shop.address)
    page.run("() => { document.querySelector('book-now').shadowRoot.querySelector('dialog').append(new Image()) }")
    with pytest.raises(AssertionError, match="image-alt"):
        check()
