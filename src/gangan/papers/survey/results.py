"""The tables of all runs."""

from pathlib import Path

from gangan.measure.runs import Run, gathered
from gangan.show.tables import write_scores


def gather(runs: list[Run], scores: list[Path], table: Path) -> None:
    """Write what was measured of all runs as one table.

    Args:
        runs: whose files these are, in their order.
        scores: of each run.
        table: the CSV to write.
    """
    write_scores(gathered(runs, scores), table)
