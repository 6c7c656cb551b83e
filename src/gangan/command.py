"""Command lines compared: the parameters in which the command of a record and of a rule differ."""

import json
from collections.abc import Sequence
from typing import Any

IGNORED_OPTIONS = {"log", "threads"}  # how a job runs; threads are in the record's environment


def differences(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, str, str]]:
    """The parameters in which two command lines differ: name, old value, new value; settings key by key."""
    before, after = _parameters(old), _parameters(new)
    return [
        (name, before.get(name, "absent"), after.get(name, "absent"))
        for name in before | after
        if before.get(name) != after.get(name)
    ]


def _parameters(argv: Sequence[str]) -> dict[str, str]:
    values: dict[str, list[Any]] = {}
    words = iter(argv)
    for word in words:
        name, value = (word[2:], next(words, "")) if word.startswith("--") else ("command", word)
        if name not in IGNORED_OPTIONS:
            values.setdefault(name, []).append(value)
    flat: dict[str, str] = {}
    for name, given in values.items():
        flat |= _leaves(name, _content(given[0]) if len(given) == 1 else given)
    return flat


def _content(text: str) -> Any:
    """A block of settings given as JSON, or the text."""
    try:
        return json.loads(text) if text.startswith("{") else text
    except (ValueError, RecursionError):
        return text


def _leaves(name: str, value: Any) -> dict[str, str]:
    leaves: dict[str, str] = {}
    waiting = [(name, value)]
    while waiting:
        here, content = waiting.pop()
        if isinstance(content, dict) and content:
            waiting += [(f"{here}.{key}", inner) for key, inner in reversed(content.items())]
        else:
            text = json.dumps(content)
            leaves[here] = text if len(text) < 200 else f"{text[:200]}…"
    return leaves
