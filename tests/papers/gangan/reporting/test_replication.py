"""What README and the page of results say of the study on two cores is made again from the scores of its reference."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, linregress, ttest_1samp

from support.clone import ROOT
from support.reference import bar, document, reach, row

FOLDER = ROOT / "reference/gangan"
ZOO = pd.concat(pd.read_csv(path) for path in (FOLDER / "metrics/zoo-mlp").glob("*.csv"))
CLAIMS = pd.read_csv(FOLDER / "tables/claims.csv").set_index(["claim", "arm"])
LATENTS = ("released-25-epochs", "released-latent-8", "released-latent-64")  # 2 to the power of 0, 3 and 6
WIDTHS = ("released-25-epochs", "released-wide-discriminator")
ENDS = ("distance", "nearness")
BAR = bar(ZOO)
PAGE = document("docs/results/gangan.md")


def seeds(arm: str) -> list[int]:
    return sorted(int(path.stem) for path in (FOLDER / f"metrics/gangans/{arm}").glob("*.csv"))


def scores(arm: str, seed: int, points: str) -> pd.DataFrame:
    table = pd.read_csv(FOLDER / f"metrics/gangans/{arm}/{seed}.csv")
    return table[table["points"] == points]


def endpoints(arm: str, seed: int) -> list[float]:
    """Of the median draw: Fréchet distance, and the logarithm of the distance to the nearest row."""
    draws = scores(arm, seed, "draws")
    return [draws["frechet"].median(), float(np.log(draws["l2"].median()))]


def width(seed: int) -> list[float]:
    """The endpoints with a discriminator of 8, less those with one of 64."""
    narrow, wide = (endpoints(arm, seed) for arm in WIDTHS)
    return [one - other for one, other in zip(narrow, wide, strict=True)]


def latent(seed: int) -> list[float]:
    """What a doubling of the latent adds to each endpoint."""
    measured = np.array([endpoints(arm, seed) for arm in LATENTS])
    return [linregress((0, 3, 6), column).slope for column in measured.T]


def signed(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace("-", "−")


@pytest.mark.parametrize(("claim", "numbers"), [("C4", width), ("C5", latent)])
def test_the_two_endpoints_disagree(claim: str, numbers: Callable[[int], list[float]]) -> None:
    lines = [CLAIMS.loc[(f"S0-{claim}, {end}", "as-released")] for end in ENDS]
    measured = np.array([numbers(seed) for seed in range(3, 15)]).T
    shown = []
    for line, values, digits in zip(lines, measured, (0, 2), strict=True):
        tested = ttest_1samp(values, 0)
        interval = tested.confidence_interval()
        expected = [values.mean(), interval.low, interval.high, tested.pvalue]
        assert line[["estimate", "low", "high", "p"]].tolist() == pytest.approx(expected, rel=2e-3)
        assert (line["n"], line["epochs"], line["verdict"]) == (12, 25, "inconclusive")
        bounds = " to ".join(signed(value, digits) for value in (interval.low, interval.high))
        shown.append(f"**{signed(values.mean(), digits)}** ({bounds})")
    assert lines[0]["estimate"] * lines[1]["estimate"] < 0
    assert all(text in row(claim) for text in shown)
    assert "| 12 | inconclusive |" in row(claim)


def told(runs: int) -> str:
    """What README says of so many runs of which none is reasonable."""
    high = f"{binomtest(0, runs).proportion_ci().high:.0%}".replace("%", " %")
    return f"reasonable runs: **0 %** (0 to {high}) | {runs} | inconclusive |"


def test_no_run_on_the_rows_of_all_gans_is_reasonable() -> None:
    shares = [reach(scores("as-described", seed, "line"), BAR) for seed in seeds("as-described")]
    assert seeds("as-described") == list(range(3, 3 + len(shares)))
    assert max(shares) == 0
    line = CLAIMS.loc[("S0-C1", "as-described")]
    assert line[["estimate", "n", "verdict"]].tolist() == [0, len(shares), "inconclusive"]
    assert told(len(shares)) in row("C1, text")


def test_no_scored_run_on_the_authors_rows_is_reasonable() -> None:
    """The bar is that of the zoo on two cores, as his has one GAN."""
    runs = sorted((ROOT / "reference/published/as-published").glob("*.csv"))
    lines = [table[table["points"] == "line"] for table in map(pd.read_csv, runs)]
    assert [int(path.stem) for path in runs] == list(range(3, 3 + len(runs)))
    assert [round(32 * reach(line, BAR)) for line in lines] == [0, 0, 4]
    assert told(len(runs)) in row("C1, his rows")


def test_what_one_sees_of_a_narrow_and_a_wide_discriminator() -> None:
    narrow, wide = (
        pd.DataFrame([scores(arm, seed, "draws")[["energy", "l2"]].median() for seed in range(3, 15)]) for arm in WIDTHS
    )
    times = np.exp(np.log(narrow["l2"]).mean() - np.log(wide["l2"]).mean())
    assert f"the draw lies **{times:.1f}** times as far from the nearest row" in PAGE
    assert f"energy is **{wide['energy'].mean():.2f}** for **{narrow['energy'].mean():.2f}**" in PAGE
    shares = [reach(scores(arm, seed, "line"), BAR) for arm in WIDTHS for seed in range(3, 15)]
    assert max(shares) < 0.5
    assert "None of these runs is reasonable" in PAGE
