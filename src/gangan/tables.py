"""The tables: files and settings in, one table out, written as CSV, Markdown and LaTeX."""

import math
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from gangan import gangans, gans
from gangan.config import Rows, Shown
from gangan.dcgan import DCGAN, Convolutions
from gangan.files import atomic
from gangan.networks import GAN, MLP
from gangan.weights import Layout

WRITERS = {
    ".csv": lambda table: table.to_csv(index=False),
    ".md": lambda table: table.to_markdown(index=False) + "\n",
    ".tex": lambda table: table.to_latex(index=False, escape=True),
}


def save(table: pd.DataFrame, outputs: Sequence[Path]) -> None:
    """Write a table in the format each name asks for."""
    for path in outputs:
        with atomic(path) as partial:
            partial.write_text(WRITERS[path.suffix](table))


def rounded(table: pd.DataFrame) -> pd.DataFrame:
    """The table with four digits of every measured number; what is missing is left empty."""

    def shown(value: object) -> object:
        return ("" if math.isnan(value) else f"{value:.4g}") if isinstance(value, float) else value

    return table.map(shown)


def architectures(shown: Shown) -> pd.DataFrame:
    """Layers, in units or channels, and parameter counts of every network, from the networks (facts.md 0.1, 0.2)."""
    lines = []
    for name, zoo in shown.zoos.items():
        lines += _networks(f"GAN, zoo {name}", gans.architecture(zoo))
    for name, (zoo_name, rows, _) in shown.arms.items():
        width = gans.architecture(shown.zoos[zoo_name]).layout().size
        lines += _networks(f"GAN-GAN, arm {name}", gangans.architecture(rows.gangan, width))
    return pd.DataFrame(lines)


def _networks(owner: str, gan: GAN | DCGAN) -> list[dict[str, str | int]]:
    parts: list[tuple[str, MLP | Convolutions, str]] = [
        ("generator", gan.generator, gan.output),
        ("discriminator", gan.discriminator, "sigmoid"),
    ]
    lines: list[dict[str, str | int]] = [
        {
            "model": owner,
            "network": part,
            "layers": " → ".join(map(str, network.widths)),
            "output": output,
            "parameters": Layout.of(net=network.shapes()).size,
        }
        for part, network, output in parts
    ]
    return [
        *lines,
        {"model": owner, "network": "both", "layers": "", "output": "", "parameters": gan.layout().size},
    ]


def hyperparameters(shown: Shown) -> pd.DataFrame:
    """Every setting of every zoo and arm, one column each."""
    columns: dict[str, dict[str, object]] = {f"zoo {name}": zoo.model_dump() for name, zoo in shown.zoos.items()}
    for name, (zoo_name, rows, draws) in shown.arms.items():
        columns[f"arm {name}"] = {
            "trained on": _trained_on(zoo_name, shown.zoos[zoo_name].epochs, rows),
            **rows.gangan.model_dump(),
            **{f"draws: {key}": value for key, value in draws.model_dump().items()},
        }
    table = pd.DataFrame(columns).rename_axis("setting").reset_index()
    return table.astype(object).where(table.notna(), "")


def _trained_on(zoo: str, epochs: int, rows: Rows) -> str:
    """Whose rows an arm reads of a zoo trained for ``epochs``, from which of its epochs if not from all, and how often
    each in an epoch of its own."""
    read = f"zoo {zoo}, {len(rows.runs)} GAN{'s' if len(rows.runs) > 1 else ''}"
    if rows.from_epoch:
        first, last = rows.from_epoch, epochs - 1
        read += f" in epoch {last}" if first == last else f" in epochs {first} to {last}"
    return read + (f" × {rows.repeat}" if rows.repeat > 1 else "")


def runtimes(timings: Sequence[Path]) -> pd.DataFrame:
    """Training time by stage (a zoo, or an arm's GAN-GANs), summed over jobs and their attempts.

    Args:
        timings: CSVs of epoch times: ``zoos/{zoo}/timing.csv``, ``gangans/{arm}/{seed}/timing.csv``.
    """
    epochs = pd.concat(_epochs(path) for path in timings)
    stages = epochs.groupby("stage", sort=False)
    return pd.DataFrame(
        {
            "jobs": stages["job"].nunique(),
            "attempts": stages.apply(lambda t: len(t[["job", "attempt"]].drop_duplicates())),
            "epochs": stages.size(),
            "seconds": stages["seconds"].sum().round(1),
            "median examples/s": stages["examples_per_second"].median().round().astype(int),
        }
    ).reset_index()


def _epochs(path: Path) -> pd.DataFrame:
    table = pd.read_csv(path)
    if "job" in table:
        return table.assign(stage=f"GANs, zoo {path.parent.name}")
    return table.assign(stage=f"GAN-GAN, arm {path.parent.parent.name}", job=path.parent.name)
