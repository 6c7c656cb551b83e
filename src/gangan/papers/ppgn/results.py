"""The scores of all runs in two tables, and what is asked of them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from gangan.measure.runs import Run, gathered
from gangan.show.tables import write_scores


def gather(runs: list[Run], scores: list[Path], samples: list[Path], table: Path, drawn: Path) -> None:
    """Write the scores of all runs as one table, and those of the digits that they draw as another.

    Args:
        runs: whose files these are, in their order.
        scores: of each run.
        samples: of each run.
        table: the CSV to write, a line for each run.
        drawn: the CSV to write, a line for each run, sampler and class.
    """
    for files, path in ((scores, table), (samples, drawn)):
        write_scores(gathered(runs, files), path)


@dataclass(frozen=True)
class Scores:
    """Both tables."""

    runs: pd.DataFrame
    drawn: pd.DataFrame

    @classmethod
    def read(cls, runs: Path, drawn: Path) -> "Scores":
        """As ``gather`` writes them."""
        return cls(pd.read_csv(runs), pd.read_csv(drawn))

    def of(self, arm: str, column: str) -> pd.Series:
        """A score of an arm's runs, by seed; NaN where there is none."""
        found = self.runs[self.runs["arm"] == arm].set_index("seed")
        return found[column] if column in found else pd.Series(np.nan, found.index)

    def by_class(self, arm: str, sampler: str, column: str) -> pd.DataFrame:
        """A score of the digits that an arm's runs draw: a line a seed, a column a class."""
        table = self.drawn
        chosen = table[(table["arm"] == arm) & (table["sampler"] == sampler)]
        return chosen.pivot_table(index="seed", columns="class", values=column)

    def mean(self, arm: str, sampler: str, column: str) -> pd.Series:
        """The same, its mean over the classes."""
        return self.by_class(arm, sampler, column).mean(axis=1)
