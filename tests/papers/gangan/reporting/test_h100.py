"""What README and the page of results say of the H100's runs is made again from the scores of their reference."""

from collections.abc import Iterator

import pandas as pd
import pytest
from scipy.stats import binom, binomtest, mannwhitneyu, ttest_1samp

from support.clone import ROOT
from support.reference import README, bar, document, reach, row

FOLDER = ROOT / "reference/h100"
PAGE = document("docs/results/gangan.md")
ARMS = ("as-released", "wide-discriminator")
SEEDS = range(3, 15)
BASELINES = {"metrics/baselines-mlp.csv", "metrics/baselines-mlp.safetensors"}
ZOO = pd.read_csv(FOLDER / "metrics/zoo-mlp/00.csv")
BAR = bar(ZOO)


def works(arm: str, points: str) -> Iterator[float]:
    """By seed, the share of the GANs on a line or of the draws that are no worse than the bar."""
    for seed in SEEDS:
        scores = pd.read_csv(FOLDER / f"metrics/gangans/{arm}/{seed}.csv")
        yield reach(scores[scores["points"] == points], BAR)


def in_readme(first: str) -> list[str]:
    """The cells of the one row of a table that begins so, without emphasis."""
    return [cell.strip().replace("*", "") for cell in row(first).strip("|").split("|")]


@pytest.mark.parametrize(("arm", "claim"), [("as-released", "C1"), ("wide-discriminator", "W")])
def test_no_run_is_reasonable(arm: str, claim: str) -> None:
    reasonable = sum(share >= 0.5 for share in works(arm, "line"))
    tested = binomtest(reasonable, len(SEEDS), 0.5)
    low, high = tested.proportion_ci(0.95)
    table = pd.read_csv(FOLDER / "tables/claims.csv")
    line = table[(table["claim"] == "S0-C1") & (table["arm"] == arm)].iloc[0]
    assert (line["estimate"], line["n"], line["verdict"]) == (reasonable / 12, 12, "not supported")
    assert f"p = {tested.pvalue:.4f} against one half" in README
    assert line[["low", "high", "p"]].tolist() == pytest.approx([low, high, tested.pvalue], rel=1e-3)
    assert in_readme(claim)[2:5] == [
        f"reasonable runs: {reasonable / 12:.0%} (0 to {high:.0%})".replace("%", " %"),
        *("12", "not supported"),
    ]
    assert f"By a test fixed beforehand **{reasonable} of 12** runs of the published training are" in README
    assert f"but of too few classes: {reasonable} of 12 runs are reasonable" in README


def test_the_losses_of_runs_that_learn_nothing() -> None:
    def lost(arm: str, seeds: range) -> int:
        last = [pd.read_csv(FOLDER / f"losses/{arm}-{seed}.csv")["loss_generator"].iloc[-1] for seed in seeds]
        return sum(loss > 60 for loss in last)

    dead = lost("as-released", SEEDS)
    assert f"**{dead}** of the first twelve runs and " in README
    assert lost("as-published", range(3, 9)) == 3
    assert "three of six other runs on the author's rows, on an H100 and not scored, end so" in PAGE
    distances: dict[bool, list[float]] = {True: [], False: []}
    for seed in SEEDS:
        draws = pd.read_csv(FOLDER / f"metrics/gangans/as-released/{seed}.csv").query("points == 'draws'")
        distances[bool(lost("as-released", range(seed, seed + 1)))].append(draws["l2"].median())
    assert mannwhitneyu(distances[False], distances[True], alternative="less").pvalue < 0.01


def test_how_many_of_the_rows_reach_the_bar() -> None:
    shares = pd.Series([reach(ZOO[ZOO["gan"] == run], BAR) for run in SEEDS])
    written = [f"**{share:.0%}**".replace("%", " %") for share in (shares.mean(), shares.min(), shares.max())]
    assert f"{written[0]} do ({written[1]} to {written[2]})" in PAGE
    reasonable = binom.sf(15, 32, shares).sum()  # runs of which 32 rows at random have 16 that reach it
    assert 6 < reasonable < 7
    assert "reasonable in 6 or 7 and in " in PAGE
    at_50 = ZOO[ZOO["epoch"] == 49]
    assert f"only **{len(at_50) * reach(at_50, BAR):.0f}** of these {len(at_50)} reach both at once" in PAGE


def test_how_far_the_wide_discriminator_falls_short_of_the_rows_it_reads() -> None:
    wide = works("wide-discriminator", "draws")
    short = [reach(ZOO[ZOO["gan"] == seed], BAR) - share for seed, share in zip(SEEDS, wide, strict=True)]
    mean, (low, high) = sum(short) / 12, ttest_1samp(short, 0).confidence_interval()
    assert f"falls **{100 * mean:.0f}** points short of its rows ({100 * low:.0f} to {100 * high:.0f})" in PAGE


def test_the_published_picture_by_the_authors_own_gan() -> None:
    picture = pd.read_csv(ROOT / "reference/published/fig3.csv").iloc[:-1]  # the last line is of real digits
    good = int(picture["good"].sum())
    runs = {arm: [round(32 * share) for share in works(arm, "line")] for arm in ARMS}
    as_many = sum(count >= good for count in runs["wide-discriminator"])
    assert f"of its {len(picture)} GANs, read back digit by digit, {good} are no worse than the author's own" in PAGE
    best = max(runs["wide-discriminator"])
    assert f"{as_many} of {len(SEEDS)} have {good} or more by this easier bar, the best **{best}**" in PAGE
    own = bar(pd.read_csv(ROOT / "reference/gangan/metrics/zoo-published/00.csv"))
    assert (own < BAR).all()
    assert set(runs["as-released"]) == {0}
    assert "Of the H100's runs of `as-released` none has a single GAN on its line that reaches" in PAGE


def test_the_best_draw_is_worse_than_rows_and_averages() -> None:
    table = pd.read_csv(FOLDER / "tables/claims.csv").set_index("claim")["estimate"]
    best, average = table["S0-C3, best row"], table["S0-C3, best weight average"]
    assert f"{best:.0f} above that of the best row, {average:.0f} above that of the best average" in in_readme("C3")[2]


def test_the_wide_discriminators_draws_beside_the_rows_it_reads() -> None:
    draws, rows = sum(works("wide-discriminator", "draws")), sum(reach(ZOO[ZOO["gan"] == run], BAR) for run in SEEDS)
    assert f"**{draws / 12:.2f}** of its draws work, where **{rows / 12:.2f}** of the rows it reads do" in README
