"""The scores of all runs in two tables, and what is asked of them."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from gangan.measure.runs import Run, gathered
from gangan.show.tables import write_scores


def gather(runs: list[Run], scores: list[Path], places: list[Path], table: Path, latent: Path) -> None:
    """Write the scores of all runs as one table, and what was measured in their latent spaces as another.

    Args:
        runs: whose files these are, in their order.
        scores: of each run.
        places: of each run.
        table: the CSV to write, a line for each run and look.
        latent: the CSV to write, a line for each run and place.
    """
    for files, path in ((scores, table), (places, latent)):
        write_scores(gathered(runs, files), path)


@dataclass(frozen=True)
class Scores:
    """Both tables."""

    runs: pd.DataFrame
    places: pd.DataFrame

    @classmethod
    def read(cls, runs: Path, places: Path) -> "Scores":
        """As ``gather`` writes them."""
        return cls(pd.read_csv(runs), pd.read_csv(places, dtype={"of": str}))

    def of(self, arm: str, after: int, column: str) -> pd.Series:
        """A score by seed, after so many epochs; empty if it was not taken."""
        table = self.runs
        return table[(table["arm"] == arm) & (table["after"] == after)].set_index("seed")[column]

    def at(self, arm: str, what: str, place: str) -> pd.Series:
        """What was measured at a place of the latent space, by seed."""
        table = self.places
        chosen = (table["arm"] == arm) & (table["what"] == what) & (table["of"] == place)
        return table[chosen].set_index("seed")["value"]
