"""Tables, written as CSV, Markdown and LaTeX."""

import inspect
import math
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import pandas as pd

from gangan.core.files import atomic

WRITERS = {
    ".csv": lambda table: table.to_csv(index=False),
    ".md": lambda table: table.to_markdown(index=False) + "\n",
    ".tex": lambda table: table.to_latex(index=False, escape=True),
}


def save(table: pd.DataFrame, outputs: Sequence[Path]) -> None:
    """Write a table in the format each name asks for."""
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


def table_job(make: Callable[..., pd.DataFrame]) -> Callable[..., None]:
    """A job that makes a table: what a function returns is written to ``outputs``."""

    @wraps(make)
    def job(*, outputs: list[Path], **given: Any) -> None:
        save(make(**given), outputs)

    signature = inspect.signature(make)
    own = inspect.signature(job, follow_wrapped=False).parameters["outputs"]
    job.__signature__ = signature.replace(parameters=[*signature.parameters.values(), own])  # type: ignore[attr-defined]
    return job
