"""What documents say of a claim, taken out of them: their words have one home, and pages quote it."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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


def _names(line: str) -> list[str]:
    return [name.strip() for name in line.split("|")[1].split(",")]
