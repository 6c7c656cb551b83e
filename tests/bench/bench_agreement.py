"""Whether the GANs and GAN-GANs of two runs of one study are equally good, as a change that should move no result is
held to.

    PYTHONPATH=src python tests/bench/bench_agreement.py BEFORE AFTER

Both are folders of metrics, as results/papers/gangan/metrics. Prints a CSV with a line for each zoo, over the runs
that both have, and each arm, over such seeds: the mean Fréchet distance before and after, of a GAN after its last
epoch, of a GAN-GAN's draws the median; the difference with Welch's 95 % interval; and p after Holm. Seeds are no pairs:
rounding alone parts two trainings that begin as one.
"""

import sys
from pathlib import Path

import pandas as pd
from scipy import stats

from gangan.measure import stats as inference


def distances(metrics: Path) -> pd.DataFrame:
    """One of each GAN and GAN-GAN; index arm, seed and judge, whose distances alone compare."""
    tables = [
        pd.read_csv(path).query("points == 'draws'").assign(arm=path.parent.name, seed=int(path.stem))
        for path in sorted(metrics.glob("gangans/*/*.csv"))
    ]
    for path in sorted(metrics.glob("zoo-*/*.csv")):
        scores = pd.read_csv(path).assign(arm=path.parent.name).rename(columns={"gan": "seed"})
        tables.append(scores[scores["epoch"] == scores["epoch"].max()])
    if not tables:
        sys.exit(f"{metrics}: no scores of GANs or GAN-GANs; name a folder such as results/papers/gangan/metrics")
    return pd.concat(tables).groupby(["arm", "seed", "judge"])[["frechet"]].median()


def agreement(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """The table, of two of ``distances``."""
    lines = []
    for arm, both in before.add_suffix("_before").join(after.add_suffix("_after"), how="inner").groupby("arm"):
        old, new = both["frechet_before"], both["frechet_after"]
        test = stats.ttest_ind(new, old, equal_var=False)
        low, high = test.confidence_interval(1 - inference.LEVEL)
        means = {"before": old.mean(), "after": new.mean(), "difference": new.mean() - old.mean()}
        lines.append({"arm": arm, "n": len(both), **means, "low": low, "high": high, "p": test.pvalue})
    if not lines:
        sys.exit("no GAN or GAN-GAN of the same arm and seed was scored by the same judge in both")
    table = pd.DataFrame(lines)
    return table.assign(p=inference.holm(table["p"].tolist()))


if __name__ == "__main__":
    before, after = (distances(Path(folder)) for folder in sys.argv[1:3])
    agreement(before, after).to_csv(sys.stdout, index=False, float_format="%.4g")
