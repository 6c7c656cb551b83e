"""What documents say of sizes and times is made again from the measurements that are kept."""

import numpy as np
import pandas as pd
from scipy.stats import linregress

from support.clone import ROOT
from support.reference import document


def power(x: pd.Series, y: pd.Series) -> float:
    """Of x, with which y grows."""
    return float(linregress(np.log(x), np.log(y)).slope)


def test_cost_grows_with_the_powers_that_are_told() -> None:
    table = pd.read_csv(ROOT / "reference/bench/scaling.csv")
    stacked, hidden, rows = (power(part["x"], part["seconds"]) for _, part in table.groupby("axis", sort=False))
    told = f"{stacked:.2f} of the GANs stacked (1 to 64), {hidden:.2f} of the hidden units"
    assert told in document("docs/performance.md")
    assert f"{rows:.2f} of the rows packed (1,000 to 35,000)" in document("docs/performance.md")


def test_large_zoos_cost_what_is_told() -> None:
    table, page = pd.read_csv(ROOT / "docs/scale.csv"), document("docs/cluster.md")
    small, large = table.iloc[0], table.iloc[-1]
    assert {*table["files_per_gan"]} == {8}
    assert "with 8 files a GAN" in page
    assert large["gans"] == 10_000
    assert (round(small["plan_seconds"]), round(large["plan_seconds"]), round(large["run_seconds"])) == (2, 50, 80)
    assert "2 s up to a few hundred GANs, 50 s for 10,000" in page
    assert "a run that packs: 1.4, to 80 s" in page
    apart = table.iloc[[-2, -1]]
    plan, run = (power(apart["gans"], apart[f"{what}_seconds"]) for what in ("plan", "run"))
    assert f"with the power {plan:.1f} (a run that packs: {run:.1f}" in page
    memory = (large["plan_mb"] - small["plan_mb"]) / (large["gans"] - small["gans"]) * 1e3
    assert f"grows by {memory:.0f} kB a GAN to {round(large['plan_mb'], -1):.0f} MB" in page
