"""Tables, written as CSV, Markdown and LaTeX."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import pandas as pd

from gangan.core.files import atomic

Make = TypeVar("Make", bound=Callable[..., pd.DataFrame])
WRITERS = {
    ".csv": lambda table: table.to_csv(index=False),
    ".md": lambda table: table.to_markdown(index=False) + "\n",
    ".tex": lambda table: table.to_latex(index=False, escape=True),
}


def save(table: pd.DataFrame, outputs: Sequence[Path], _lineage: str = "") -> None:
    """Write a table in the format each name asks for. It carries no lineage."""
    for path in outputs:
        with atomic(path) as partial:
            partial.write_text(WRITERS[path.suffix](table), "utf-8")


def rounded(table: pd.DataFrame) -> pd.DataFrame:
    """The table with four digits of every measured number; what is missing is left empty."""

    def shown(value: object) -> object:
        return ("" if math.isnan(value) else f"{value:.4g}") if isinstance(value, float) else value

    return table.map(shown)


def write_scores(table: pd.DataFrame, path: Path) -> None:
    """Write a table of scores as CSV; six digits are more than any score is good for."""
    with atomic(path) as partial:
        table.to_csv(partial, index=False, float_format="%.6g")


def table_job(make: Make) -> Make:
    """Mark a function as a job that makes a table: the table it returns is saved as the job's outputs."""
    make.save = save  # type: ignore[attr-defined]  # which the job runner calls
    return make
