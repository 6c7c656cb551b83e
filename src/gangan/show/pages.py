"""Pages: one file of HTML or Markdown that needs no other and no network, with its lineage and without a date."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import Environment

from gangan.core.files import LINEAGE, atomic


@dataclass(frozen=True)
class Page:
    """A template and what it shows. Style sheets and scripts beside it that are named after it, as ``page.css`` and
    ``page.map.js`` after ``page.html``, become part of the page: ``styles`` and ``scripts`` of the template."""

    template: Path
    values: Mapping[str, Any]

    def text(self, lineage: str) -> str:
        """The whole file, with the lineage as ``lineage``."""
        escaped = self.template.suffix == ".html"
        environment = Environment(
            autoescape=escaped, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=not escaped
        )
        environment.globals |= {"styles": self._beside(".css"), "scripts": self._beside(".js")}
        template = environment.from_string(self.template.read_text("utf-8"))
        return template.render(**self.values, lineage=f"{LINEAGE}{lineage}")

    def _beside(self, kind: str) -> str:
        return "\n".join(path.read_text("utf-8") for path in self.parts() if path.suffix == kind)

    def parts(self) -> list[Path]:
        """The files beside the template that belong to it, by name."""
        return sorted(path for path in self.template.parent.glob(f"{self.template.stem}.*") if path.suffix != ".py")


Make = TypeVar("Make", bound=Callable[..., Page])


def save(page: Page, outputs: Sequence[Path], lineage: str) -> None:
    """Write a page."""
    for path in outputs:
        with atomic(path) as partial:
            partial.write_text(page.text(lineage), "utf-8")


def page_job(make: Make) -> Make:
    """Mark a function as a job that makes a page: the page it returns is saved as the job's output."""
    make.save = save  # type: ignore[attr-defined]  # which the job runner calls
    return make
