"""Test against Zoom without Zoom: a simulator over HTTP, and webhooks signed as Zoom signs them."""

from zoom_blueprint.testing.control import SimulatorError
from zoom_blueprint.testing.process import Simulator
from zoom_blueprint.testing.signing import sign_webhook

__all__ = ["Simulator", "SimulatorError", "sign_webhook"]
