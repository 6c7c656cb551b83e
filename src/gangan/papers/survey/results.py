"""The tables of all runs."""

from pathlib import Path

import pandas as pd

from gangan.core.settings import Block
from gangan.show.tables import write_scores


class Run(Block):
    """A run of an arm."""

    arm: str
    seed: int


def gather(runs: list[Run], scores: list[Path], table: Path) -> None:
    """Write what was measured of all runs as one table.

    Args:
        runs: whose files these are, in their order.
        scores: of each run.
        table: the CSV to write.
    """
    parts = []
    for run, file in zip(runs, scores, strict=True):
        part = pd.read_csv(file)
        part.insert(0, "arm", run.arm)
        part.insert(1, "seed", run.seed)
        parts.append(part)
    write_scores(pd.concat(parts, ignore_index=True), table)
