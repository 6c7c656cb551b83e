"""What README says of the H100's runs is what their reference has, made again from the scores."""

import csv
from collections.abc import Iterator

import pandas as pd
import pytest
from scipy.stats import binomtest

from support.clone import ROOT

FOLDER = ROOT / "reference/h100"
README = " ".join((ROOT / "README.md").read_text("utf-8").split())
ARMS = ("as-released", "wide-discriminator")
SEEDS = range(3, 15)
BASELINES = {"metrics/baselines-mlp.csv", "metrics/baselines-mlp.safetensors"}
ZOO = pd.read_csv(FOLDER / "metrics/zoo-mlp/00.csv")
BAR = ZOO.loc[ZOO["epoch"] == 49, ["divergence", "energy"]].median()


def works(arm: str, points: str) -> Iterator[float]:
    """By seed, the share of the GANs on a line or of the draws that are no worse than the bar."""
    for seed in SEEDS:
        scores = pd.read_csv(FOLDER / f"metrics/gangans/{arm}/{seed}.csv")
        yield float((scores.loc[scores["points"] == points, BAR.index] <= BAR).all(axis=1).mean())


def in_readme(first: str) -> list[str]:
    """The cells of the one row of a table that begins so, without emphasis."""
    rows = [line for line in (ROOT / "README.md").read_text("utf-8").splitlines() if line.startswith(f"| {first} |")]
    (row,) = rows
    return [cell.strip().replace("*", "") for cell in row.strip("|").split("|")]


@pytest.mark.parametrize(("arm", "claim"), [("as-released", "C1"), ("wide-discriminator", "W")])
def test_no_run_is_reasonable(arm: str, claim: str) -> None:
    reasonable = sum(share >= 0.5 for share in works(arm, "line"))
    tested = binomtest(reasonable, len(SEEDS), 0.5)
    low, high = tested.proportion_ci(0.95)
    table = pd.read_csv(FOLDER / "tables/claims.csv")
    line = table[(table["claim"] == "S0-C1") & (table["arm"] == arm)].iloc[0]
    assert (line["estimate"], line["n"], line["verdict"]) == (reasonable / 12, 12, "not supported")
    assert line[["low", "high", "p"]].tolist() == pytest.approx([low, high, tested.pvalue], rel=1e-3)
    assert in_readme(claim)[2:5] == [
        f"reasonable runs: {reasonable / 12:.0%} (0 to {high:.0%})".replace("%", " %"),
        *("12", "not supported"),
    ]
    assert f"**{reasonable} of 12** runs of the published training" in README
    assert f"p = {tested.pvalue:.4f}" in README


def test_the_losses_of_runs_that_learn_nothing() -> None:
    def lost(arm: str, seeds: range) -> int:
        last = [pd.read_csv(FOLDER / f"losses/{arm}-{seed}.csv")["loss_generator"].iloc[-1] for seed in seeds]
        return sum(loss > 60 for loss in last)

    dead = lost("as-released", SEEDS)
    assert f"In **{dead}** of the 12 the discriminator" in README
    assert f"the other {12 - dead} go on learning" in README
    assert lost("as-published", range(3, 9)) == 3
    assert "Three of six runs on the author's own rows end with such a loss" in README


def test_the_published_picture_by_the_same_bar() -> None:
    picture = pd.read_csv(ROOT / "reference/published/fig3.csv").iloc[:-1]  # the last line is of real digits
    good = int((picture[["epochs_fidelity", "epochs_classes"]] >= 50).all(axis=1).sum())
    runs = {arm: [round(32 * share) for share in works(arm, "line")] for arm in ARMS}
    as_many = sum(count >= good for count in runs["wide-discriminator"])
    assert f"{good} of its {len(picture)} rows are no worse than the author's own GAN" in README
    assert f"{as_many} of {len(SEEDS)} have {good} or more" in README
    assert set(runs["as-released"]) == {0}
    assert "Of the runs of `as-released` none has a single such GAN on its line" in README


def test_the_best_draw_is_worse_than_rows_and_averages() -> None:
    table = pd.read_csv(FOLDER / "tables/claims.csv").set_index("claim")["estimate"]
    row, average = table["S0-C3, best row"], table["S0-C3, best weight average"]
    assert f"{row:.0f} worse than the best row, {average:.0f} worse than the best average" in in_readme("C3")[2]


def test_readme_has_the_table_of_generators() -> None:
    table = pd.read_csv(FOLDER / "tables/generators.csv").set_index("generator")
    gaussians = table[table.index.str.startswith("gaussian-pca")]
    assert len(gaussians) == len(SEEDS)
    expected = {
        "last rows and noise as long as a step": table.loc["noise"],
        "halfway between two runs, as they are": table.loc["line at 0.5"],
        "… aligned": table.loc["aligned-line at 0.5"],
        "… aligned and renormalised": table.loc["aligned-line-renormalised at 0.5"],
        "a Gaussian with the covariance of one run's rows, mean of 12 runs": gaussians.mean(numeric_only=True),
        **{f"`{arm}`, mean of 12 runs": table.loc[arm] for arm in ARMS},
    }
    for name, line in expected.items():
        shown = [f"{line['works']:.2f}", f"{line['epochs_classes']:.0f}", f"{line['epochs_fidelity']:.0f}"]
        assert in_readme(name)[2:5] == shown, name
    for arm in ARMS:
        assert table.loc[arm, "works"] == pytest.approx(sum(works(arm, "draws")) / 12, abs=1e-4)
        assert in_readme(f"`{arm}`, mean of 12 runs")[5] == f"{table.loc[arm, 'seconds']:.0f}"


def test_two_gpus_made_the_same_bytes() -> None:
    with (FOLDER / "twice.csv").open(newline="") as file:
        first, *lines = csv.reader(file)
    assert first == ["file", "sha256 by ea371a4", "sha256 by 0510cb7"]
    assert {name for name, one, other in lines if one != other} == {f"gangan/{name}" for name in BASELINES}
    assert sum(name.endswith("weights.safetensors") for name, *_ in lines) == 6
