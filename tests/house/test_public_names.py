"""What the public API hands out and raises can be imported from the package itself."""

import dataclasses
import inspect
import re
from collections.abc import Iterator
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints

import zoom_blueprint
from zoom_blueprint import ZoomBlueprint, actions, errors
from zoom_blueprint.actions import listed
from zoom_blueprint.actions.inputs import Asks
from zoom_blueprint.facade import bookings, offers, zoom

CALLED = (
    *(offers.Hosts, offers.EventTypes, offers.Schedules, offers.BlockedTimes, bookings.Bookings),
    *(zoom.Connections, zoom.Meetings),
)
RAISES = re.compile(r"\b([A-Z]\w+): ")


def methods() -> Iterator[Any]:
    """Yield what code of a host app calls."""
    for room in CALLED:
        yield from (one for name, one in inspect.getmembers(room, inspect.isfunction) if not name.startswith("_"))
    yield from (ZoomBlueprint.meetings, ZoomBlueprint.start_url)


def parts(hint: Any) -> Iterator[type]:
    """Yield our classes in a type, and those of their fields."""
    for one in get_args(hint):
        yield from parts(one)
    if isinstance(hint, type) and hint.__module__.startswith("zoom_blueprint."):
        yield hint
        if dataclasses.is_dataclass(hint):
            for field in get_type_hints(hint).values():
                yield from parts(field)


def test_every_type_of_a_public_call_can_be_imported_from_the_package() -> None:
    public = {name: getattr(zoom_blueprint, name) for name in zoom_blueprint.__all__}
    hints = (get_type_hints(method, localns=public) for method in methods())  # some names are loaded when they are used
    found = {one for types in hints for hint in types.values() for one in parts(hint)}
    assert any(issubclass(one, Enum) for one in found)
    assert {one.__qualname__ for one in found - set(public.values())} == set()


def test_every_type_of_an_action_can_be_imported_from_their_room() -> None:
    public = {getattr(actions, name) for name in actions.__all__} | {
        getattr(zoom_blueprint, name) for name in zoom_blueprint.__all__
    }
    for action in listed.ACTIONS:
        (asks,) = vars(action.given)["__orig_bases__"]
        assert (get_origin(asks), get_args(asks)) == (Asks, (action.gives,)), action.name
        assert get_type_hints(action.function)["return"] is action.gives, action.name
        found = {*parts(action.given), *parts(action.gives), *parts(actions.Problem)}
        assert {one.__qualname__ for one in found - public} == set(), action.name


def test_every_error_a_public_docstring_names_can_be_imported_from_the_package() -> None:
    told = "\n".join(inspect.getdoc(one) or "" for one in (*CALLED, *methods()))
    named = {name for name in RAISES.findall(told) if hasattr(errors, name)}
    assert {"NotFound", "BadInput", "NotConnected", "ZoomUnknown"} <= named
    assert named - set(zoom_blueprint.__all__) == set()
