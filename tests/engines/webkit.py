"""WebKit, as GNOME's MiniBrowser on a display of its own, driven through WebDriver by Selenium."""

import os
import subprocess
from contextlib import suppress
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.common.proxy import Proxy
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.webkitgtk.options import Options
from urllib3.exceptions import HTTPError

from tests.engines.driving import HEIGHT, PATIENCE, WIDTH
from tests.fixtures.servers import Program, free_port

_KEYS = {
    "ArrowDown": Keys.ARROW_DOWN,
    "ArrowLeft": Keys.ARROW_LEFT,
    "ArrowRight": Keys.ARROW_RIGHT,
    "ArrowUp": Keys.ARROW_UP,
    "Control": Keys.CONTROL,
    "Enter": Keys.ENTER,
    "Escape": Keys.ESCAPE,
    "Shift": Keys.SHIFT,
    "Tab": Keys.TAB,
}
# No desktop around it is asked for anything: without one, some questions wait for half a minute.
_ALONE = {
    "GDK_BACKEND": "x11",
    "DBUS_SESSION_BUS_ADDRESS": "disabled:",
    "GSETTINGS_BACKEND": "memory",
    "GTK_A11Y": "none",
    "NO_AT_BRIDGE": "1",
}
# One MiniBrowser in fifteen dies of a fault of its own when a session begins, and its driver waits for ever.
_ATTEMPTS, _TO_START = 5, 8
_DIRECTLY = Proxy(raw={"proxyType": "direct"})  # whatever this machine asks for the network


class Display:
    """An X server without a screen, on the first number that is free."""

    def __init__(self, executable: str) -> None:
        ours, theirs = os.pipe()
        self._server = subprocess.Popen(
            [executable, "-displayfd", str(theirs), "-screen", "0", "1600x1200x24", "-nolisten", "tcp"],
            pass_fds=[theirs],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(theirs)
        with os.fdopen(ours) as told:
            self.name = f":{told.readline().strip()}"

    def close(self) -> None:
        """End the server."""
        self._server.terminate()
        self._server.wait(PATIENCE)


class WebKit:
    """See ``Engine``; ``proxy`` is asked for every page that is not on loopback."""

    name = "webkit"

    def __init__(
        self,
        driver: str,
        browser: str,
        display: str,
        *,
        proxy: int,
        scripts: bool = True,
        language: str = "en_US.UTF-8",
        zone: str = "UTC",
    ) -> None:
        env = {**_ALONE, "DISPLAY": display, "LC_ALL": language, "TZ": zone}
        arguments = [browser, "--automation", f"--enable-javascript={'true' if scripts else 'false'}"]
        for attempt in range(1, _ATTEMPTS + 1):
            inspector, port = f"127.0.0.1:{free_port()}", free_port()
            self._programs = [
                Program(arguments, env={**env, "WEBKIT_INSPECTOR_SERVER": inspector}),
                Program([driver, f"--port={port}", f"--target={inspector}"], env=env),
            ]
            try:
                self._programs[-1].wait_for(f"http://127.0.0.1:{port}/status")
                self._browser = _connect(port, proxy)
                break
            except (HTTPError, WebDriverException):
                self._stop()
                if attempt == _ATTEMPTS:
                    raise
            except BaseException:
                self._stop()
                raise
        self.version = str(self._browser.capabilities["browserVersion"])

    def fresh(self, width: int = WIDTH, height: int = HEIGHT) -> None:
        """Leave the page; its window keeps nothing, as every driven one."""
        self._browser.get("about:blank")
        self._browser.set_window_rect(0, 0, width, height)
        seen = [int(self.evaluate(side)) for side in ("innerWidth", "innerHeight")]
        self._browser.set_window_rect(0, 0, 2 * width - seen[0], 2 * height - seen[1])  # the window has a tool bar

    def open(self, url: str) -> None:
        """Go to an address and wait until it is loaded."""
        self._browser.get(url)

    def evaluate(self, code: str) -> str:
        """Run an expression in the page."""
        return str(self._browser.execute_script(f"return {code}"))

    def click(self, x: float, y: float) -> None:
        """Press the mouse at a point of what is seen."""
        actions = ActionBuilder(self._browser, duration=0)
        actions.pointer_action.move_to_location(round(x), round(y)).click()
        actions.perform()

    def press(self, *keys: str) -> None:
        """Press a key, with the modifiers named before it held down."""
        named = [_KEYS.get(key, key) for key in keys]
        actions = ActionBuilder(self._browser, duration=0)
        for key in named:
            actions.key_action.key_down(key)
        for key in reversed(named):
            actions.key_action.key_up(key)
        actions.perform()

    def type(self, text: str) -> None:
        """Type into whatever has the focus."""
        actions = ActionBuilder(self._browser, duration=0)
        actions.key_action.send_keys(text)
        actions.perform()

    def screenshot(self, path: Path) -> None:
        """Keep what is seen as a PNG file."""
        self._browser.save_screenshot(str(path))

    def close(self) -> None:
        """End the browser and its driver."""
        with suppress(WebDriverException):
            self._browser.quit()
        self._stop()

    def _stop(self) -> None:
        for program in self._programs:
            program.close()


def _connect(port: int, proxy: int) -> webdriver.Remote:
    server = ClientConfig(f"http://127.0.0.1:{port}", timeout=_TO_START, proxy=_DIRECTLY)
    options = Options()
    here = ["127.0.0.1", "localhost"]
    options.set_capability("proxy", {"proxyType": "manual", "httpProxy": f"127.0.0.1:{proxy}", "noProxy": here})
    browser = webdriver.Remote(RemoteConnection(client_config=server), options=options)
    server.timeout = PATIENCE
    return browser
