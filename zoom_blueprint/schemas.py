"""Schemas: shapes as JSON Schema, described by their docstrings as people write them."""

import inspect
from collections.abc import Iterable
from typing import Any

import msgspec


def described(shapes: Iterable[type], ref_template: str) -> dict[str, Any]:
    """Return the schemas of shapes, and of what they consist of, by their names."""
    _, found = msgspec.json.schema_components(shapes, ref_template=ref_template)
    for schema in found.values():
        if "description" in schema:
            schema["description"] = inspect.cleandoc(schema["description"])
    return found
