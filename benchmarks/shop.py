"""A site of somebody else: pages, with the widget in them or not, and scripts that tell when its times are seen."""

import contextlib
import http.server
import threading
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><title>A shop</title>
<style>body {{ max-width: 40em; margin: auto; font: 1rem/1.5 sans-serif }} book-now[mode] {{ {room} }}</style>
<script>{script}</script>
<h1>A shop</h1>{words}{snippet}{words}</html>"""
_ROOM = "display: block; min-height: 39em"  # as the widget's README asks for
_WORDS = "<p>Words of the shop, with a <a href='#more'>link</a> in them, as many as a short page has.</p>" * 8
# From the event's own time to when the first frame with a time in it has been drawn: what is sent in a frame's callback
# arrives after its layout and its paint.
_WATCH = """
addEventListener("click", (click) => {
  const root = document.querySelector("book-now").shadowRoot;
  const look = () => {
    if (!root.querySelector(".picker .time")?.checkVisibility()) return;
    watcher.disconnect();
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => { window.seenAfter = performance.now() - click.timeStamp; };
      port2.postMessage("");
    });
  };
  const watcher = new MutationObserver(look);
  watcher.observe(root, { childList: true, subtree: true, attributes: true });
}, { capture: true, once: true });
"""


def page(snippet: str = "") -> str:
    """Return a page with this in its middle, which says in ``seenAfter`` how long a click took to show times."""
    return _PAGE.format(room=_ROOM, script=_WATCH if snippet else "", words=_WORDS, snippet=snippet)


@contextlib.contextmanager
def pages(served: Mapping[str, str]) -> Iterator[str]:
    """Serve pages by their path, and yield the address of the site, which for browsers is none of 127.0.0.1."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            body = served.get(path, "").encode()
            self.send_response(200 if path in served else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
