"""What README and the page of results say of `best` and its controls is made again from the scores of its reference."""

import pandas as pd
import pytest
from scipy.stats import ttest_1samp, ttest_ind, ttest_rel

from support.clone import ROOT
from support.reference import README, bar, document, percent, reach, row

FOLDER = ROOT / "reference/best"
ZOO = pd.concat(pd.read_csv(path) for path in (ROOT / "reference/gangan/metrics/zoo-mlp").glob("*.csv"))
LAST = ZOO[ZOO["epoch"] == 99].set_index("gan")["frechet"]
TRAINED_ON = pd.concat(pd.read_csv(path) for path in (FOLDER / "metrics/zoo-trained-on").glob("*.csv"))
ON = TRAINED_ON[TRAINED_ON["epoch"] == 120].set_index("gan")["frechet"]
ARMS = {"best": range(5, 17), "best-without-choice": range(5, 17), "best-without-rows": range(5, 10)}
PAGE = document("docs/results/gangan.md")


def draws(arm: str, seed: int) -> pd.DataFrame:
    table = pd.read_csv(FOLDER / f"metrics/gangans/{arm}/{seed}.csv")
    return table[table["points"] == "draws"]


def medians(arm: str, column: str = "frechet") -> list[float]:
    """Of the draws of each seed."""
    return [float(draws(arm, seed)[column].median()) for seed in ARMS[arm]]


def between(low: float, high: float) -> str:
    return f"{low:.0f} to {high:.0f}".replace("-", "−")


def test_the_table_has_every_arm_and_what_it_is_held_against() -> None:
    for arm, said in zip(
        ARMS, ("`best`", "… of which every draw is kept", "… without the critic of rows"), strict=True
    ):
        values = medians(arm)
        interval = ttest_1samp(values, 0).confidence_interval()
        expected = f"| {said} | {len(values)} | **{sum(values) / len(values):.0f}** ({between(*interval)}) |"
        assert expected in PAGE
    six = [*ON.index]
    assert sorted(six) == [3, 4, 5, 6, 7, 8]
    assert f"| six of the 35 GANs, after 100 epochs | 6 | **{LAST[six].mean():.0f}** |" in PAGE
    assert f"| … trained 21 epochs on | 6 | **{ON.mean():.0f}** |" in PAGE


def test_claim_b_is_welchs_test_against_the_six() -> None:
    tested = ttest_ind(medians("best"), ON, equal_var=False)
    low, high = tested.confidence_interval()
    apart = sum(medians("best")) / 12 - ON.mean()
    line = pd.read_csv(FOLDER / "tables/claims.csv").set_index("claim").loc["S0-B"]
    assert line[["estimate", "low", "high", "p"]].tolist() == pytest.approx([apart, low, high, tested.pvalue], rel=2e-3)
    assert (line["n"], line["verdict"], line["p_holm"]) == (12, "supported", line["p"])
    assert f"**−{-apart:.0f}** ({between(low, high)}) | 12 | supported |" in row("B")
    assert f"where it has **{sum(medians('best')) / 12:.0f}** |" in row("B")
    assert f"**{-apart:.0f}** below them ({between(-high, -low)}; Welch's test, p = {tested.pvalue:.2f})" in PAGE


def test_what_is_left_of_it_without_the_choice_of_draws() -> None:
    tested = ttest_ind(medians("best-without-choice"), ON, equal_var=False)
    low, high = tested.confidence_interval()
    apart = ON.mean() - sum(medians("best-without-choice")) / 12
    assert f"**{apart:.0f}** ({between(-high, -low)}; p = {tested.pvalue:.2f})" in PAGE


def test_rows_add_nothing_that_was_found() -> None:
    tested = ttest_rel(medians("best")[:5], medians("best-without-rows"))
    low, high = tested.confidence_interval()
    apart = sum(medians("best")[:5]) / 5 - sum(medians("best-without-rows")) / 5
    assert f"by seed **{apart:.0f}** lower without it (95 % interval {between(low, high)})" in PAGE


def test_every_run_draws_good_gans_near_two_of_the_zoo() -> None:
    shares = [reach(draws("best", seed), bar(ZOO)) for seed in ARMS["best"]]
    assert set(shares) == {1}
    assert "draws nothing but good ones in **12 of 12** runs" in README
    near = {int(gan) for seed in ARMS["best"] for gan in draws("best", seed)["l2_gan"]}
    assert near == {10, 12}
    assert f"of two GANs, which have **{LAST[10]:.0f}** and **{LAST[12]:.0f}** after 100 epochs" in PAGE
    on = {gan: pd.read_csv(FOLDER / f"metrics/zoo-refined/{gan}.csv").set_index("epoch")["frechet"] for gan in near}
    assert [on[gan][99] for gan in (10, 12)] == pytest.approx([LAST[10], LAST[12]], rel=1e-5)  # the same GANs
    assert f"Trained 21 epochs on these two have **{on[10][120]:.0f}** and **{on[12][120]:.0f}**" in PAGE
    assert f"the two that it refines, trained on, have **{on[10][120]:.0f}** and **{on[12][120]:.0f}**" in row("B")
    table = pd.read_csv(FOLDER / "tables/generators.csv").set_index("generator").loc["best"]
    assert f"Of the 35 GANs held out the draws cover {percent(table['coverage'])}, and their novelty is" in PAGE
    assert f"novelty is **{table['novelty']:.1f}**" in PAGE
    assert f"as {percent(table['works_rows'])} of the late rows that were read do" in PAGE


def test_it_is_no_better_than_the_best_row_or_average_that_it_read() -> None:
    line = pd.read_csv(FOLDER / "tables/attempts.csv").set_index("arm").loc["best"]
    said = []
    for column in ("best_row", "best_average"):
        low, high = ttest_1samp(medians("best"), 0).confidence_interval()
        assert low < line[column] < high
        said.append(f"**{line[column]:.0f}**")
    assert "has {}, and the best average {}".format(*said) in PAGE
