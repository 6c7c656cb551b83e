"""Whether the GAN-GANs of two runs of one study are equally good, as a change that should move no result is held to.

    PYTHONPATH=src python tests/bench/bench_agreement.py BEFORE AFTER

Both are folders of metrics, as results/paper/metrics. Prints a CSV with a line an arm, over the seeds that both have:
the mean of the draws' median Fréchet distance before and after, their difference with Welch's 95 % interval, and p
after Holm. Seeds are no pairs: rounding alone parts two trainings that begin as one.
"""

import sys
from pathlib import Path

import pandas as pd
from scipy import stats

from gangan import inference


def medians(metrics: Path) -> pd.DataFrame:
    """The median distance of the draws of each GAN-GAN; index arm, seed and judge, whose distances alone compare."""
    paths = sorted(metrics.glob("gangans/*/*.csv"))
    if not paths:
        sys.exit(f"{metrics}: no scores of GAN-GANs; name a folder such as results/paper/metrics")
    tables = [pd.read_csv(path).assign(arm=path.parent.name, seed=int(path.stem)) for path in paths]
    scores = pd.concat(tables).query("points == 'draws'")
    return scores.groupby(["arm", "seed", "judge"])[["frechet"]].median()


def agreement(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """The table, of two of ``medians``."""
    lines = []
    for arm, both in before.add_suffix("_before").join(after.add_suffix("_after"), how="inner").groupby("arm"):
        old, new = both["frechet_before"], both["frechet_after"]
        test = stats.ttest_ind(new, old, equal_var=False)
        low, high = test.confidence_interval(1 - inference.LEVEL)
        means = {"before": old.mean(), "after": new.mean(), "difference": new.mean() - old.mean()}
        lines.append({"arm": arm, "n": len(both), **means, "low": low, "high": high, "p": test.pvalue})
    if not lines:
        sys.exit("no GAN-GAN of the same arm and seed was scored by the same judge in both")
    table = pd.DataFrame(lines)
    return table.assign(p=inference.holm(table["p"].tolist()))


if __name__ == "__main__":
    before, after = (medians(Path(folder)) for folder in sys.argv[1:3])
    agreement(before, after).to_csv(sys.stdout, index=False, float_format="%.4g")
