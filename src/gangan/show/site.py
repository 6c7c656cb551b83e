"""The site: README, documents, and what a study has to show, as one folder of pages that opens from disk.

Sphinx builds it, from a copy of what is shown: the pages of a repository link to folders, which no site has pages for,
and a page gets a line that says what it shows. A link that leads nowhere is an error.
"""

import io
import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from gangan.core.files import UserError, shown

LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)#\s]+)")
FIRST = ("docs/tutorial.md", "docs/results", "docs/claims", "docs/papers")  # of the documents; others follow by name
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
PICTURES = (".png", ".svg")


class Source:
    """What Sphinx reads: a copy, by the same paths below the root, of pages and of all that they link to."""

    def __init__(self, root: Path, folder: Path, foot: str):
        self.root, self.folder, self.foot = root, folder, foot

    def add(self, path: str) -> None:
        """A file or a folder, unless it is there already."""
        origin, copy = self.root / path, self.folder / path
        if origin.is_dir():
            if not (copy / "index.md").exists():
                self.write(f"{path}/index.md", listing(path, self._files(path)))
        elif not copy.exists():
            if origin.suffix == ".md":
                text = origin.read_text("utf-8")
                self.write(path, text if text.startswith("# ") else f"# {path}\n\n{text}")
            else:
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(origin, copy)

    def write(self, path: str, text: str, place: str | None = None) -> None:
        """A page, and what it links to; ``place`` is where, if not by its path."""
        copy = self.folder / (place or path)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.touch()  # pages may link to each other
        pointed = LINK.sub(lambda link: self._pointed(Path(path).parent, link[0]), text)
        copy.write_text(f"{pointed}\n\n<hr>\n\n{self.foot}\n", "utf-8")

    def _pointed(self, start: Path, link: str) -> str:
        """A link, what it leads to added; to a folder, to the page that lists it."""
        target = Path(os.path.abspath(self.root / start / link))  # noqa: PTH100  not resolve(): results may be a link
        if not target.exists() or not target.is_relative_to(self.root):
            return link  # Sphinx says so
        self.add(target.relative_to(self.root).as_posix())
        return f"{link.rstrip('/')}/index.md" if target.is_dir() else link

    def _files(self, path: str) -> list[str]:
        return [file.relative_to(self.root / path).as_posix() for file in shown(self.root / path)]


def listing(title: str, files: Iterable[str]) -> str:
    """A page of what a folder holds: its pictures, and links to the other files."""
    pictures = [file for file in files if file.endswith(PICTURES)]
    others = [file for file in files if file not in pictures]
    shown_here = [f"## {Path(file).stem}\n\n![{Path(file).stem}]({file})" for file in pictures]
    return "\n\n".join([f"# {title}", *shown_here, "## Files", "\n".join(f"- [{file}]({file})" for file in others)])


def build(root: Path, study: str, version: str, digest: str, output: Path) -> None:
    """Build the site of a study's results, as far as they are made, and of the documents of a clone.

    Args:
        root: the clone.
        study: whose results are shown.
        version: of this package.
        digest: of the study's records.
        output: the folder; one that is there is replaced once the new one is whole.

    Raises:
        UserError: Sphinx is not installed, there is nothing to show, or a page links to what is not there.
    """
    papers = sorted(path.parent.name for path in (root / "results" / study).glob("*/figures"))
    if not papers:
        raise UserError(f"results/{study}: no figures yet; `snakemake site` makes all")
    if not (root / "README.md").exists() or not (root / "docs").is_dir():
        raise UserError(f"no README.md and docs in {root}: run this in a clone of the project")
    part = output.with_name(f".{output.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        source = Source(root.resolve(), part / "source", f"Study {study}, gangan {version}, records `{digest}`")
        documents = _documents(root)
        for path in documents:
            source.add(path)
        pages, opened = [], []
        for paper in papers:
            folder = f"results/{study}/{paper}"
            text, beside = _paper(root, folder)
            source.write(f"{folder}/index.md", text)
            pages.append(f"{folder}/index.md")
            opened += beside
        contents = _contents(f"Study {study}", pages) + _contents("Documents", documents)
        source.write("README.md", (root / "README.md").read_text("utf-8") + contents, "index.md")
        _sphinx(part, version)
        for path in opened:  # pages already, that need no other file
            (part / "site" / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / path, part / "site" / path)
        shutil.rmtree(output, ignore_errors=True)
        (part / "site").replace(output)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _documents(root: Path) -> list[str]:
    found = [path.relative_to(root).as_posix() for path in sorted((root / "docs").rglob("*.md"))]
    first = [path for start in FIRST for path in found if path.startswith(start)]
    others = [path for path in found if path not in first]
    return [
        *first,
        "config/README.md",
        *others,
        *(name for name in ("CONTRIBUTING.md", "CHANGELOG.md") if (root / name).exists()),
    ]


def _contents(caption: str, pages: Iterable[str]) -> str:
    """Pages in the column at the side."""
    names = "\n".join(page.removesuffix(".md") for page in pages)
    return f"\n\n```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{names}\n```\n"


def _paper(root: Path, folder: str) -> tuple[str, list[str]]:
    """The page of a paper's results, and the pages that it opens as they are."""
    here = root / folder
    claims = sorted(path.relative_to(here).as_posix() for path in here.glob("claims/**/index.md"))
    explorer = [path for path in ("explorer.html",) if (here / path).exists()]
    parts = [f"# {Path(folder).name}: results"]
    parts += [f'<p><a href="{path}">Explorer: point at a GAN, and it draws digits</a></p>' for path in explorer]
    parts += ["## Claims", *(f"- [{path.parent}]({path})" for path in map(Path, claims))] if claims else []
    opened = [f"{folder}/{path}" for path in explorer]
    parts.append("## Figures")
    for picture in sorted(here.glob("figures/*.png")):
        chain = f"chains/{picture.stem}.html"
        parts += [f"### {picture.stem}", f"![{picture.stem}](figures/{picture.name})"]
        if (here / chain).exists():
            parts.append(f'<p><a href="{chain}">Where {picture.stem} comes from</a></p>')
            opened.append(f"{folder}/{chain}")
    tables = sorted(path.relative_to(here).as_posix() for path in here.glob("tables/**/*.csv"))
    parts += ["## Tables", "\n".join(f"- [{path}]({path})" for path in tables)]
    every = [*claims]
    for index in map(Path, claims):
        others = sorted(path.name for path in (here / index.parent).glob("*.md") if path.name != index.name)
        every += [(index.parent / name).as_posix() for name in others]
    toctree = "\n".join(path.removesuffix(".md") for path in every)
    parts.append(f"```{{toctree}}\n:hidden:\n\n{toctree}\n```")
    return "\n\n".join(parts), opened


def _sphinx(part: Path, version: str) -> None:
    try:
        from sphinx.application import Sphinx
        from sphinx.util.docutils import docutils_namespace
    except ImportError:
        raise UserError("Sphinx is not installed: pip install '.[docs]', or `make .venv`") from None
    settings: dict[str, Any] = {
        "project": "gangan",
        "extensions": ["myst_parser"],
        "myst_heading_anchors": 3,
        "highlight_language": "text",
        "suppress_warnings": ["toc.not_included"],  # what others link to
        "html_theme": "furo",
        "html_title": f"gangan {version}",
        "html_copy_source": False,
        "html_show_sourcelink": False,
        "html_show_copyright": False,
        "html_show_search_summary": False,  # it fetches pages, which browsers refuse on disk
        "html_use_index": False,
    }
    said = io.StringIO()
    with docutils_namespace():
        sphinx = Sphinx(part / "source", None, part / "site", part / "doctrees", "html", settings, None, said)
        sphinx.connect("html-page-context", _opened)
        sphinx.build()
    if warnings := [line for line in COLOURS.sub("", said.getvalue()).splitlines() if line.strip()]:
        first = warnings[0].replace(f"{(part / 'source').resolve()}/", "")
        raise UserError(f"{first}" + (f", and {len(warnings) - 1} more" if warnings[1:] else ""))


def _opened(_app: Any, _page: str, _template: str, context: dict[str, Any], _doctree: Any) -> None:
    """Files that pages link to open in the browser, if that can show them."""
    if "body" in context:
        context["body"] = context["body"].replace(' download=""', "")
