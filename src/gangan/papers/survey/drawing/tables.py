"""How good what GANs of digits draw is at their end (docs/claims/survey.md)."""

from pathlib import Path

import pandas as pd

from gangan.measure import stats
from gangan.show.tables import rounded, table_job

MEAN = ("frechet_second", "scarcest", "precision", "recall", "loss_generator", "loss_discriminator", "seconds")


@table_job
def quality(runs: Path) -> pd.DataFrame:
    """By arm, after its last epoch, the mean distance with its interval, and means of other scores."""
    table, lines = pd.read_csv(runs), []
    for arm, of_arm in table[table["after"] == table.groupby("arm")["after"].transform("max")].groupby("arm"):
        found = stats.mean(of_arm["frechet"].tolist())
        line = {"arm": arm, "epochs": int(of_arm["after"].iloc[0]), "n": found.n}
        line |= {"frechet": found.estimate, "low": found.low, "high": found.high}
        lines.append(line | {name: of_arm[name].mean() for name in MEAN})
    return rounded(pd.DataFrame(lines))
