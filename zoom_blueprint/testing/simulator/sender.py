"""Send queued webhooks in the background, soon after they are due."""

import json
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

from zoom_blueprint.testing.simulator import challenges, outbox
from zoom_blueprint.testing.simulator.google import channels
from zoom_blueprint.testing.simulator.posting import post, push
from zoom_blueprint.testing.simulator.world import World

_LOOK_EVERY = 0.25  # seconds of real time, for what falls due without a bell
_AT_ONCE = 8


class Sender:
    """One thread that looks for due deliveries and a few that post them, so that a slow app holds up no other."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._busy: set[str] = set()
        self._posts = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="webhook")
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the posts under way and begin no more; the rest is sent after the next start."""
        self._stopping.set()
        self._world.bell.set()
        self._thread.join()
        self._posts.shutdown(wait=True, cancel_futures=True)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._world.bell.wait(_LOOK_EVERY)
            self._world.bell.clear()
            if not self._stopping.is_set():
                self._begin_due()

    def _begin_due(self) -> None:
        with self._lock:
            with self._world.moment(quiet=True) as m:
                deliveries, pushes = outbox.due(m), channels.due(m)
            for delivery in deliveries:
                lane = f"{delivery['client_id']} {delivery['lane']}"
                if lane not in self._busy:
                    self._busy.add(lane)
                    self._posts.submit(self._deliver, delivery, lane)
            for notice in pushes:
                lane = f"google {notice['channel_id']}"
                if lane not in self._busy:
                    self._busy.add(lane)
                    self._posts.submit(self._push, notice, lane)
            for client_id in challenges.due(self._world):
                if client_id not in self._busy:
                    self._busy.add(client_id)
                    self._posts.submit(self._challenge, client_id)

    def _deliver(self, delivery: sqlite3.Row, lane: str) -> None:
        try:
            with self._world.moment(quiet=True) as m:
                at = m.wire_now
            attempt = post(
                delivery["webhook_url"],
                delivery["webhook_secret"],
                bytes(delivery["body"]),
                at=at,
                client_id=delivery["client_id"],
                request_id=delivery["request_id"],
                signing=json.loads(delivery["signing"]),
            )
            with self._world.moment(quiet=True) as m:
                outbox.record(m, delivery["id"], attempt.as_dict())
        finally:
            self._free(lane)

    def _push(self, notice: sqlite3.Row, lane: str) -> None:
        try:
            with self._world.moment(quiet=True) as m:
                at = m.wire_now
            attempt = push(notice["address"], json.loads(notice["headers"]), at=at)
            with self._world.moment(quiet=True) as m:
                channels.record(m, notice, attempt.as_dict())
        finally:
            self._free(lane)

    def _challenge(self, client_id: str) -> None:
        try:
            challenges.challenge(self._world, client_id)
        finally:
            self._free(client_id)

    def _free(self, lane: str) -> None:
        with self._lock:
            self._busy.discard(lane)
        self._world.bell.set()
