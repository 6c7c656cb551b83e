"""What README and the page of results say of `narrow-generator` is made again from the scores of its reference."""

import pandas as pd
import pytest
from scipy.stats import binomtest, fisher_exact, ttest_1samp, ttest_rel

from support.clone import ROOT
from support.reference import README, bar, document, percent, reach

FOLDER = ROOT / "reference/narrow"
SEEDS = range(8, 20)
ZOO = pd.concat(pd.read_csv(path) for path in (FOLDER / "metrics/zoo-mlp").glob("*.csv"))
BAR = bar(ZOO)
PAGE = document("docs/results/gangan.md")


def scores(seed: int, points: str) -> pd.DataFrame:
    table = pd.read_csv(FOLDER / f"metrics/gangans/narrow-generator/{seed}.csv")
    return table[table["points"] == points]


def test_the_zoo_is_of_35_gans_of_100_epochs() -> None:
    assert ZOO.groupby("gan").size().to_dict() == dict.fromkeys(range(35), 100)


def test_readme_says_how_many_runs_are_reasonable() -> None:
    good = [share for seed in SEEDS if (share := reach(scores(seed, "line"), BAR)) >= 0.5]
    found = len(good)
    assert set(good) == {1}
    assert "these have nothing but good GANs on their lines" in PAGE
    assert f"With a generator of 16 units instead of 64 and larger steps too {found} of 12 are" in README
    by_chance = fisher_exact([[found, 12 - found], [0, 12]]).pvalue
    assert f"from 0 of 12 that cannot be told (p = {by_chance:.2f})" in README
    assert f"Fisher's test has p = {by_chance:.2f}" in PAGE
    assert f"and its seed 8 is one of the {found} reasonable ones" in README
    assert reach(scores(8, "line"), BAR) == 1
    tested = binomtest(found, 12, 0.5)
    low, high = tested.proportion_ci(0.95)
    line = pd.read_csv(FOLDER / "tables/claims.csv").set_index("claim").loc["S0-C1"]
    expected = [found / 12, low, high, tested.pvalue]
    assert line[["estimate", "low", "high", "p"]].tolist() == pytest.approx(expected, rel=1e-3)
    assert f"**{found} of 12** are reasonable ({low:.0%} to {high:.0%}, ".replace("%", " %") in PAGE
    assert f"*{line['verdict']}*" in PAGE.split("**narrow-generator**")[1][:400]
    row = f"reasonable runs: **{found / 12:.0%}** ({low:.0%} to {high:.0%}) | 12 | {line['verdict']} |"
    assert row.replace("%", " %") in README


def test_a_reasonable_run_draws_nearly_one_gan() -> None:
    lines = [line for seed in SEEDS if reach(line := scores(seed, "line"), BAR) >= 0.5]
    epochs = [
        (line["l2_epoch"].min() + 1, line["l2_epoch"].max() + 1) for line in lines
    ]  # trained, which the page counts
    assert epochs == [(72, 77), (61, 61), (64, 71)]
    assert "are of epochs 72 to 77, of epoch 61, and of epochs 64 to 71, of the 100 that were read" in PAGE
    step = pd.read_csv(FOLDER / "metrics/distances-mlp.csv").query("frame == 'own'")["l2_own"].mean()
    lengths = [line["l2_sibling"].sum() / step for line in lines]
    assert f"as long as **{sum(lengths) / 3:.0f}** steps from one epoch to the next" in PAGE


def test_readme_sets_draws_beside_the_rows_read() -> None:
    draws = [reach(scores(seed, "draws"), BAR) for seed in SEEDS]
    rows = [reach(ZOO[ZOO["gan"] == seed], BAR) for seed in SEEDS]
    table = pd.read_csv(FOLDER / "tables/generators.csv").set_index("generator").loc["narrow-generator"]
    assert table[["works", "works_rows"]].tolist() == pytest.approx([sum(draws) / 12, sum(rows) / 12], rel=1e-3)
    low, high = (f"{bound:.0%}".replace("%", " %") for bound in ttest_1samp(draws, 0).confidence_interval())
    assert f"{percent(sum(draws) / 12)} of the draws reach the bar ({low} to {high}, runs being the units)" in PAGE
    apart = ttest_rel(draws, rows).pvalue
    assert f"cannot be told from the {percent(sum(rows) / 12)} of the rows read (p = {apart:.2f})" in PAGE
