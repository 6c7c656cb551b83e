"""Runs of arms: what was measured of them in one table, and the numbers of their seeds that a claim is tested on."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from gangan.core.settings import Block


class Run(Block):
    """A run of an arm."""

    arm: str
    seed: int


def gathered(runs: Sequence[Run], files: Sequence[Path]) -> pd.DataFrame:
    """The lines of a CSV of each run, in the order of the runs, with the arm and the seed in front."""
    parts = []
    for run, file in zip(runs, files, strict=True):
        part = pd.read_csv(file)
        part.insert(0, "arm", run.arm)
        part.insert(1, "seed", run.seed)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def some(values: pd.Series) -> list[float] | None:
    """The finite numbers that seeds have, or None."""
    return values.astype(float).replace([np.inf, -np.inf], np.nan).dropna().tolist() or None


def difference(one: pd.Series, other: pd.Series) -> list[float] | None:
    """By seed one minus the other, where both are."""
    return some(one - other)


def ratio(one: pd.Series, other: pd.Series) -> list[float] | None:
    """By seed the logarithm of one by the other, where both are."""
    return some(pd.Series(np.log(one / other)))
