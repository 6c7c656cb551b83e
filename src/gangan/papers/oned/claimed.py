"""The text's claims as pages: which words and figures are about each (docs/claims/oned.md)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gangan.show.words import Document

TESTS, FACTS = "docs/claims/oned.md", "docs/papers/oned.md"
# By page: items of docs/papers/oned.md, section and number, and figures.
PAGES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "C1": (("3.2", "2.6"), ("map-optimizer", "map-rewrite", "panels-optimizer")),
    "C2": (("1.3", "1.4"), ("panels-minibatch", "gallery-minibatch")),
    "C3": (("1.3", "2.2"), ("losses",)),
    "C4": (("1.3",), ("panels-seeds", "gallery-adam", "map-optimizer")),
    "C5": (("3.1", "1.6"), ("map-width", "map-depth", "panels-width")),
    "C6": (("2.5", "2.7"), ("map-mixture", "gallery-mixture", "panels-mixture")),
    "C7": (("2.5",), ("map-sigma", "panels-sigma")),
}


def figures(made: Sequence[str]) -> list[str]:
    """Of the figures that a study makes, those that pages show."""
    shown = {figure for _, figures in PAGES.values() for figure in figures}
    return [figure for figure in made if figure in shown]


def pages(tests: Path, facts: Path, made: Sequence[str]) -> list[dict[str, Any]]:
    """The settings of the pages.

    Args:
        tests: docs/claims/oned.md.
        facts: docs/papers/oned.md.
        made: names of the figures that the study makes.
    """
    tested, said = Document.read(TESTS, tests), Document.read(FACTS, facts)
    return [
        {
            "name": name,
            "asked": name,
            "claimed": [],
            "differences": {f"section {number.replace('.', ', item ')}": said.item(number) for number in items},
            "tested": [tested.opening(), *tested.rows(name)],
            "amended": [],
            "figures": [figure for figure in shown if figure in made],
            "target": "oned",
            "documents": [FACTS, TESTS],
        }
        for name, (items, shown) in PAGES.items()
    ]
