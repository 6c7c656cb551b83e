"""Tables of numbers with a column of classes: those that come with scikit-learn, and CSV files."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gangan.core.files import UserError, atomic

FEWEST = 5  # lines of a class
Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Table:
    """Lines of numbers, each of a class."""

    columns: list[str]
    values: Array  # (n, columns) float64
    classes: Array  # (n,) places among the names
    names: list[str]


def fetch(name: str, target: str, table: Path) -> None:
    """Write a table that comes with scikit-learn as CSV, its classes as the column ``target``: ``wine``, 178 lines of
    13 numbers, three classes, or ``breast-cancer``, 569 lines of 30 numbers, two classes."""
    from sklearn import datasets

    load = {"wine": datasets.load_wine, "breast-cancer": datasets.load_breast_cancer}[name]
    found = load()
    lines = pd.DataFrame(found.data, columns=list(found.feature_names))
    lines[target] = found.target
    with atomic(table) as partial:
        lines.to_csv(partial, index=False)


def read(path: Path, target: str) -> Table:
    """Read a CSV file with a header.

    Args:
        path: of the file.
        target: the column of classes, numbers or words; all others hold numbers.

    Raises:
        UserError: there is no such file, line or column; a column holds words or the same number in every line; a value
            is missing or not finite; a class has too few lines.
    """
    try:
        lines = pd.read_csv(path)
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except (ValueError, pd.errors.ParserError) as error:
        raise UserError(f"{path}: not a readable CSV file ({str(error).strip()})") from None
    if target not in lines:
        raise UserError(f"{path}: no column {target}; allowed: {', '.join(map(str, lines))}")
    if lines.empty:
        raise UserError(f"{path}: no line under its header")
    for name, column in lines.items():
        if (missing := int(column.isna().sum())) > 0:
            line = int(column.isna().argmax()) + 2
            raise UserError(
                f"{path}: column {name} has {missing} missing values, the first in line {line}; fill or drop them"
            )
    numbers = lines.drop(columns=target)
    for name, column in numbers.items():
        if not pd.api.types.is_numeric_dtype(column):
            raise UserError(
                f"{path}: column {name} holds words, as {column.iloc[0]!r}; turn them into numbers or drop it"
            )
        if not np.isfinite(column).all():
            raise UserError(f"{path}: column {name} holds an infinite number; drop the line")
        if column.nunique() < 2:
            raise UserError(f"{path}: column {name} is the same in every line; drop it")
    if numbers.shape[1] < 2:
        raise UserError(f"{path}: {numbers.shape[1]} columns of numbers; a table needs 2 or more")
    classes, names = pd.factorize(lines[target], sort=True)
    counts = np.bincount(classes)
    if len(names) < 2 or counts.min() < FEWEST:
        raise UserError(
            f"{path}: class {names[int(counts.argmin())]} has {counts.min()} lines of {len(lines)}; "
            f"a table needs 2 classes of {FEWEST} lines or more"
        )
    return Table(list(map(str, numbers)), numbers.to_numpy(float), classes, list(map(str, names)))
