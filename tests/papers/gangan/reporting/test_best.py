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
    for said, of in (("six of the 35 GANs, after 100 epochs", LAST[six]), ("… trained 21 epochs on", ON)):
        assert f"| {said} | 6 | **{of.mean():.0f}** ({between(*ttest_1samp(of, 0).confidence_interval())}) |" in PAGE


def test_claim_b_is_welchs_test_against_the_six() -> None:
    tested = ttest_ind(medians("best"), ON, equal_var=False)
    low, high = tested.confidence_interval()
    apart = sum(medians("best")) / 12 - ON.mean()
    line = pd.read_csv(FOLDER / "tables/claims.csv").set_index("claim").loc["S0-B"]
    assert line[["estimate", "low", "high", "p"]].tolist() == pytest.approx([apart, low, high, tested.pvalue], rel=2e-3)
    assert (line["n"], line["verdict"]) == (12, "inconclusive")
    assert line["p_holm"] == pytest.approx(3 * 0.5**5)  # with two of C1: six runs of six that fail
    assert f"after its correction (p = **{line['p_holm']:.2f}**) claim B is *inconclusive*" in PAGE
    assert f"**−{-apart:.0f}** ({between(low, high)}) | 12 | inconclusive |" in row("B")
    assert f"where it has **{sum(medians('best')) / 12:.0f}** |" in row("B")
    assert f"**{-apart:.0f}** below them ({between(-high, -low)}; Welch's test, p = {tested.pvalue:.2f})" in PAGE


def test_what_is_left_of_it_without_the_choice_of_draws() -> None:
    tested = ttest_ind(medians("best-without-choice"), ON, equal_var=False)
    low, high = tested.confidence_interval()
    apart = ON.mean() - sum(medians("best-without-choice")) / 12
    assert f"**{apart:.0f}** are left ({between(-high, -low)}; p = {tested.pvalue:.2f})" in PAGE
    low, high = ttest_rel(medians("best-without-choice"), medians("best")).confidence_interval()
    apart = (sum(medians("best-without-choice")) - sum(medians("best"))) / 12
    assert f"lowers the distance by **{apart:.0f}** ({between(low, high)})" in PAGE
    chosen = TRAINED_ON[TRAINED_ON["epoch"] == 120].sort_values("frechet_validation").iloc[0]["frechet"]
    assert f"chosen as `best` chooses, has **{chosen:.0f}**" in PAGE


def test_rows_add_nothing_that_was_found() -> None:
    tested = ttest_rel(medians("best")[:5], medians("best-without-rows"))
    low, high = tested.confidence_interval()
    apart = sum(medians("best")[:5]) / 5 - sum(medians("best-without-rows")) / 5
    assert f"draws are by seed **{apart:.0f}** lower (95 % interval {between(low, high)})" in PAGE


def test_every_run_draws_good_gans_nearest_to_two_of_the_zoo() -> None:
    shares = [reach(draws("best", seed), bar(ZOO)) for seed in ARMS["best"]]
    assert set(shares) == {1}
    assert f"draws good ones in **{len(shares)}** runs of 12" in README
    near = pd.concat(draws("best", seed)["l2_gan"] for seed in ARMS["best"]).value_counts(normalize=True)
    (one, other), (share, _) = near.index, near
    assert {one, other} == {10, 12}
    told = f"nearest to two GANs, {percent(share)} of them to one, which has **{LAST[one]:.0f}** after 100 epochs; the "
    assert f"{told}other has **{LAST[other]:.0f}**" in PAGE
    on = {
        gan: pd.read_csv(FOLDER / f"metrics/zoo-refined/{gan}.csv").set_index("epoch")["frechet"] for gan in near.index
    }
    assert [on[gan][99] for gan in near.index] == pytest.approx(LAST[near.index].tolist(), rel=1e-5)  # the same GANs
    assert f"Trained 21 epochs on, the two have **{on[one][120]:.0f}** and **{on[other][120]:.0f}**" in PAGE
    assert on[one][120] < min(medians("best"))
    assert f"then have **{on[one][120]:.0f}** and **{on[other][120]:.0f}**" in row("B")
    table = pd.read_csv(FOLDER / "tables/generators.csv").set_index("generator").loc["best"]
    assert f"(novelty **{table['novelty']:.1f}**), and they come near {percent(table['coverage'])} of those" in PAGE
    assert f"and so do {percent(table['works_rows'])} of the late rows that were read" in PAGE
    assert f"of which {percent(table['works_rows']).strip('*')} are as good".replace("**", "") in README


def test_it_is_no_better_than_the_best_row_or_average_that_it_read() -> None:
    line = pd.read_csv(FOLDER / "tables/attempts.csv").set_index("arm").loc["best"]
    said = []
    for column in ("best_row", "best_average"):
        low, high = ttest_1samp(medians("best"), 0).confidence_interval()
        assert low < line[column] < high
        said.append(f"**{line[column]:.0f}**")
    assert "has {}, and the best average {}".format(*said) in PAGE
