"""Cards for a hub or an archive: what the shared rows are, and what the shared GAN-GANs are.

All that changes from study to study is read from the study's files. Each card is a README.md with the YAML head that
Hugging Face's hub reads.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import pandas as pd
from safetensors import safe_open

from gangan.core.files import UserError, file_digest
from gangan.core.settings import Block
from gangan.papers.gangan.reporting.results import best, chosen
from gangan.show.pages import Page, page_job

SIZES = (1_000, 10_000, 100_000, 1_000_000)  # where a hub's classes of size end
TABLES = {
    "claims": ["claim", "arm", "measure", "estimate", "low", "high", "n", "verdict"],
    "quality": ["what", "of", "n", "frechet", "low", "high", "best"],
}


class Citation(Block):
    """What the project says of itself (CITATION.cff), and the paper that it is about."""

    title: str
    licence: str
    authors: str
    paper: str


@dataclass(frozen=True)
class SharedRows:
    """A file of shared rows, but for the weights in it."""

    path: Path
    facts: Mapping[str, Any]  # its attributes, numbers and texts of JSON read
    columns: list[dict[str, Any]]  # name, dtype, shape of a line, and what it is
    lines: pd.DataFrame  # columns of one number or word a line

    @classmethod
    def read(cls, path: Path) -> "SharedRows":
        """From the file."""
        with h5py.File(path, "r", locking=False) as file:
            columns = [
                {"name": name, "type": _type(column), "shape": column.shape[1:], "about": column.attrs["about"]}
                for name, column in file.items()
            ]
            short = {name: column[:] for name, column in file.items() if column.ndim == 1}
            lines = pd.DataFrame(short | {name: file[name].asstr()[:] for name in ("zoo", "split")})
            facts = {name: value.item() if hasattr(value, "item") else value for name, value in file.attrs.items()}
        facts |= {name: json.loads(facts[name]) for name in ("network", "settings")}
        return cls(path, facts, columns, lines)

    @property
    def bytes(self) -> int:
        """Of the file."""
        return self.path.stat().st_size

    def quality(self) -> list[dict[str, Any]]:
        """By split the Fréchet distance after the first, the middle and the last epoch: its median, and that of the GAN
        that is best by the validation distance."""
        last = int(self.lines["epoch"].max())
        found = []
        for split, rows in self.lines.groupby("split", sort=False):
            for epoch in sorted({0, last // 2, last}):
                some = rows[rows["epoch"] == epoch]
                line = {"split": split, "epochs": epoch + 1, "gans": len(some)}
                found.append(line | {"median": some["frechet"].median(), "best": chosen(some)})
        return found


def _type(column: h5py.Dataset) -> str:
    return "string" if column.dtype.kind == "O" else str(column.dtype)


@page_job
def of_rows(digits: str, citation: Citation, rows: Path) -> Page:
    """The card of shared rows.

    Args:
        digits: the dataset that the GANs were trained on.
        citation: of this project.
        rows: the file.
    """
    shared = SharedRows.read(rows)
    count = len(shared.lines)
    edges = ["n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "n>1M"]
    runs = shared.lines.groupby(["split", "zoo"], sort=False)["gan"]
    return _page(
        "zoo",
        citation,
        digits=digits,
        rows=shared,
        size=edges[sum(count >= edge for edge in SIZES)],
        splits=[{"split": s, "zoo": z, "gans": of.nunique(), "rows": len(of)} for (s, z), of in runs],
        epochs=int(shared.lines["epoch"].max()) + 1,
        best=best(shared.lines),
        file={"name": rows.name, "megabytes": shared.bytes / 1e6, "sha256": file_digest(rows)},
    )


@page_job
def of_gangans(
    study: str,
    version: str,
    digits: str,
    citation: Citation,
    arms: dict[str, int],
    weights: list[Path],
    claims: Path,
    quality: Path,
) -> Page:
    """The card of shared GAN-GANs.

    Args:
        study: its name.
        version: of this package.
        digits: the dataset that the GANs were trained on.
        citation: of this project.
        arms: whose they are, by name, and the seed of each.
        weights: their files, in that order.
        claims: the study's table of claims.
        quality: its table of quality.
    """
    files = []
    for (arm, seed), path in zip(arms.items(), weights, strict=True):
        with safe_open(path, "pt") as file:
            facts = json.loads(file.metadata()["facts"])
            size = sum(file.get_tensor(name).numel() for name in file.keys())  # noqa: SIM118
        about = {"name": path.name, "arm": arm, "seed": seed, "weights": size, "megabytes": path.stat().st_size / 1e6}
        files.append(about | {"training": facts["training"], "rows": facts["rows"], "sha256": file_digest(path)})
    tables = {name: _table(path, TABLES[name]) for name, path in (("claims", claims), ("quality", quality))}
    return _page(
        "gan-gans",
        citation,
        study=study,
        version=version,
        digits=digits,
        files=files,
        network=facts["network"],
        **tables,
    )


def _page(name: str, citation: Citation, **values: Any) -> Page:
    template = Path(__file__).with_name(f"cards.{name}.md")
    return Page(template, {"citation": citation, "json": json.dumps, **values})


def _table(path: Path, columns: list[str]) -> str:
    """Some columns of a table of the study, as Markdown.

    Raises:
        UserError: it has not these columns.
    """
    table = pd.read_csv(path)
    if absent := [name for name in columns if name not in table]:
        raise UserError(f"{path}: no column {absent[0]}; delete it and run again")
    shown = table[columns].astype(object)
    return str(shown.where(shown.notna(), "").to_markdown(index=False))
