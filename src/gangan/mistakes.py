"""A mistake in a configuration as one line for a person: where it stands, which key, what is allowed."""

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails


def said(mistake: ErrorDetails, model: type[BaseModel]) -> str:
    """The key and what is wrong with it; a model's own check (a ValueError) says both itself."""
    if not mistake["loc"] and mistake["type"] == "value_error":
        return str(mistake["ctx"]["error"])
    key = ".".join(str(part) for part in mistake["loc"] if part != "[key]")
    match mistake["type"]:
        case "extra_forbidden":
            text = f"unknown key; allowed: {', '.join(_keys(model, mistake['loc'][:-1]))}"
        case "missing":
            text = "missing"
        case _:
            text = f"{mistake['msg']}, not {mistake['input']!r}"
    return f"{key}: {text}" if key else text


def home(mistake: ErrorDetails, sources: dict[str, Any]) -> str:
    """The last of the merged sources (name → content) that sets a key, or the nearest block above it."""
    loc = mistake["loc"] or said(mistake, BaseModel).split(":")[0].split(".")
    names = list(takewhile(lambda part: isinstance(part, str), loc))  # a list is set whole
    for depth in range(len(names), 0, -1):
        for name, content in reversed(sources.items()):
            if _holds(content, names[:depth]):
                return name
    return next(iter(sources))


def _holds(content: Any, names: Sequence[int | str]) -> bool:
    for name in names:
        if not isinstance(content, Mapping) or name not in content:
            return False
        content = content[name]
    return True


def _keys(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The keys allowed in the block at a place in a model."""
    schema = model.model_json_schema()
    here = schema
    for part in loc:
        if isinstance(part, int):
            here = here["items"]
        else:
            here = here.get("properties", {}).get(part) or next(iter(here["patternProperties"].values()))
        here = schema["$defs"][here["$ref"].rsplit("/", 1)[1]] if "$ref" in here else here
    return sorted(here["properties"])
