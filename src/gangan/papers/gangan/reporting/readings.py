"""The table of readings: how good a GAN-GAN's draws are, in units that a reader knows (docs/claims/gangan.md)."""

from pathlib import Path

import pandas as pd

from gangan.papers.gangan.reporting.claims import AXES, percentiles
from gangan.papers.gangan.reporting.results import Scored, equivalent_epochs, read, yardstick
from gangan.show.tables import rounded, table_job


@table_job
def readings(scores: list[Path], scored: Scored) -> pd.DataFrame:
    """Of each arm's median draw, by classes and by fidelity, the median over seeds, the lowest and the highest: the
    percentile, which is the share of the rows read that are worse, and after how many epochs of training the median GAN
    of the zoo is worse. Both are counts between two ends, and the second has gaps, in which a mean may lie, and the
    median of an even number of seeds."""
    found = read(scored, scores)
    lines = []
    for name, arm in found.arms.items():
        draws = arm.of_points("draws").groupby("seed")
        for axis, column in AXES.items():
            epochs = equivalent_epochs(draws[column].median(), column, yardstick(found, arm.zoo))
            for what, values in (
                ("share of the rows read that are worse", percentiles(arm, column)),
                ("epochs after which the median GAN is worse", epochs),
            ):
                if len(values):
                    summary = {"estimate": values.median(), "low": values.min(), "high": values.max(), "n": len(values)}
                    of = {"arm": name, "epochs": arm.training.epochs, "reading": f"{what}, by {axis}"}
                    lines.append(of | summary)
    columns = ["arm", "epochs", "reading", "estimate", "low", "high", "n"]
    return rounded(pd.DataFrame(lines, columns=columns).assign(judge=found.judge))
