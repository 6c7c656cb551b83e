"""What documents say of a claim, taken out of them: their words have one home, and pages quote it."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gangan.core.files import UserError


@dataclass(frozen=True)
class Document:
    """A Markdown file and where it lies, from the root of the clone. What is taken out of it has links from there."""

    place: str
    text: str

    @classmethod
    def read(cls, place: str, file: Path) -> "Document":
        """A document; the file may lie elsewhere than it does in a clone."""
        return cls(place, file.read_text("utf-8"))

    def opening(self) -> str:
        """Its first paragraph."""
        return self._found(list(self._paragraphs())[1:2], "no paragraph")[0]

    def item(self, number: str) -> str:
        """A numbered item of a numbered section, as ``6.1``."""
        section, _, item = number.partition(".")
        parts = re.findall(rf"^## {section}\. .*?\n(.*?)(?=^## |\Z)", self.text, re.MULTILINE | re.DOTALL)
        of_section = re.findall(rf"^{item}\. (.*?)(?=^\S|^$|\Z)", "".join(parts), re.MULTILINE | re.DOTALL)
        return self._found(of_section, f"no item {number}")[0]

    def listed(self, name: str) -> list[str]:
        """List items that begin with a name in bold type."""
        found = re.findall(rf"^- \*\*{name}\*\* (.*?)(?=^\S|^$|\Z)", self.text, re.MULTILINE | re.DOTALL)
        return self._found(found, f"no list item **{name}**")

    def paragraphs(self, name: str) -> list[str]:
        """Paragraphs that begin with a name in bold type."""
        found = [text for text in self._paragraphs() if re.match(rf"\*\*{name}[.,]", text)]
        return self._found(found, f"no paragraph **{name}. …**")

    def remarks(self, name: str) -> list[str]:
        """The same, where there may be none."""
        return self.paragraphs(name) if f"**{name}." in self.text else []

    def rows(self, name: str) -> list[str]:
        """Tables, with only the lines that a name stands in, as ``C4`` in ``C4``, ``C4, speed`` and ``C3, C4``."""
        tables = []
        for block in self._paragraphs():
            head, *lines = block.split("\n")
            of_it = [line for line in lines[1:] if line.startswith("| ") and name in _names(line)]
            if of_it:
                tables.append("\n".join([head, lines[0], *of_it]))
        return self._found(tables, f"no line of a table on {name}")

    def _paragraphs(self) -> Iterator[str]:
        yield from re.split(r"\n\s*\n", self.text.strip())

    def _found(self, texts: list[str], otherwise: str) -> list[str]:
        if not texts:
            raise UserError(f"{self.place}: {otherwise}")
        return [self._rooted(re.sub(r"\n +", "\n", text).strip()) for text in texts]

    def _rooted(self, text: str) -> str:
        """With links from the root."""

        def rooted(link: re.Match[str]) -> str:
            return f"]({os.path.normpath(os.path.join(os.path.dirname(self.place), link[1]))}"  # noqa: PTH118, PTH120

        return re.sub(r"\]\((?![a-z]+:|#)([^)#\s]+)", rooted, text)


@dataclass(frozen=True)
class Claimed:
    """Which words and figures are about each of a paper's claims, where all of them are tested in one study."""

    tests: str  # the document that fixes the tests, from the root
    facts: str  # the one of text and code
    target: str  # what makes all that they need
    # By claim: items of the latter, section and number, and figures.
    pages: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]

    def figures(self, made: Sequence[str]) -> list[str]:
        """Of the figures that a study makes, those that pages show."""
        shown = {figure for _, figures in self.pages.values() for figure in figures}
        return [figure for figure in made if figure in shown]

    def settings(self, tests: Path, facts: Path, made: Sequence[str]) -> list[dict[str, Any]]:
        """Those of the pages, from both documents, which may lie elsewhere, and the names of the figures made."""
        tested, said = Document.read(self.tests, tests), Document.read(self.facts, facts)
        return [
            {
                "name": name,
                "asked": name,
                "claimed": [],
                "differences": {f"section {number.replace('.', ', item ')}": said.item(number) for number in items},
                "tested": [tested.opening(), *tested.rows(name), *tested.remarks(name)],
                "amended": [],
                "figures": [figure for figure in shown if figure in made],
                "target": self.target,
                "documents": [self.facts, self.tests],
            }
            for name, (items, shown) in self.pages.items()
        ]


def _names(line: str) -> list[str]:
    return [name.strip() for name in line.split("|")[1].split(",")]
