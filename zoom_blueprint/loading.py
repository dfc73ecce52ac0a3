"""Take turns at loading what is loaded at its first use: threads that import a circle from two ends get half of it."""

import os
import threading

turn = threading.RLock()
"""Held while modules are imported that other threads may want in the same moment."""

if hasattr(os, "register_at_fork"):  # a child has no thread that would finish what is half loaded
    os.register_at_fork(before=turn.acquire, after_in_parent=turn.release, after_in_child=turn.release)
