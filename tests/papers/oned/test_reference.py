"""What the page of results says of the one-dimensional GAN is what its reference has."""

import re

import pandas as pd
import pytest

from support.clone import ROOT
from support.reference import Claims, document, percent

TABLES = ROOT / "reference/oned/tables"
CLAIMS = Claims("oned")
PAGE = document("docs/results/oned.md")
SETTING = ["preset", "optimizer", "minibatch", "width", "depth", "distribution"]
RATES = pd.read_csv(TABLES / "rates.csv").set_index(SETTING).sort_index()
DEFAULT = ("early", "adam", "none", 4, 1, "normal")
GD = RATES.loc[("early", "gd", "none", 4, 1), "fits"]
PLAIN = RATES.query("preset == 'early' and minibatch == 'none' and distribution != 'bimodal'")["fits"]
WIDTHS = RATES.index.get_level_values("width") != 4
RESCUED = [CLAIMS.estimate("C4, rescued", preset) for preset in ("early", "rewrite")]
HELPS = CLAIMS.verdicts("C4, on the whole", "rewrite") == CLAIMS.verdicts("C2, less", "rewrite") == {"supported"}
ENDED = RATES.query("preset == 'early' and minibatch != 'none'")["diverged"]


@pytest.mark.parametrize(
    ("said", "true"),
    [
        ("A mixture of two normals is mostly not learned", CLAIMS.verdicts("C6, fails") == {"supported"}),
        ("gradient descent does better there", CLAIMS.verdicts("C6, optimizer") == {"supported"}),
        ("One unit more changes little", CLAIMS.verdicts("C5, small") == {"supported"}),
        ("where next to nothing is learned with either", (RATES.loc[WIDTHS, "fits"] < 0.05).all()),
        (
            f"learns the mixture in {percent(GD['bimodal'])} of the runs, "
            f"and a plain normal of about its spread, σ = 2, in {percent(GD['sigma-2'])}",
            abs(GD["bimodal"] - GD["sigma-2"]) < 0.05,
        ),
        (f"normal, σ = 0.5, is learned in {percent(GD['normal'])}", True),
        ("plain normals are mostly not learned either", PLAIN.max() < 0.5),
        (
            "the discriminator's loss is lower with it and the generator's higher",
            CLAIMS.verdicts("C3", "early") == {"supported"},
        ),
        ("nearly no run ends within a quarter", RATES.loc[DEFAULT, "fits_high"] < 0.05),
        ("with Adam no more often than with gradient descent", CLAIMS.estimate("C1", "early") < 0),
        ("σ = 0.55 is learned no better than σ = 1", CLAIMS.estimate("C7, worse") >= 0),
        ("The spread rarely matches with it", CLAIMS.verdicts("C2, spread") == {"not supported"}),
        ("of the seeds that fail the minibatch layer rescues few", max(RESCUED) < 0.1),
        (f"rescues {percent(RESCUED[0])} of the seeds that fail in the early", RESCUED[0] < 0.05),
        (f"in the rewrite {percent(RESCUED[1])}, where it helps on the whole, and fewer runs collapse", HELPS),
        (f"ends {percent(ENDED.min())} to {percent(ENDED.max())} of the runs, by setting", ENDED.min() > 0),
    ],
)
def test_the_page_says_what_the_tables_have(said: str, true: bool) -> None:
    assert said in PAGE
    assert true


def test_the_page_counts_the_runs() -> None:
    (runs,) = re.findall(r"200 seeds a setting, ([\d,]+) GANs in all", PAGE)
    assert int(runs.replace(",", "")) == len(pd.read_csv(ROOT / "reference/oned/metrics/runs.csv.gz"))


def test_the_claims_page_names_the_shares_that_diverged() -> None:
    early = RATES.query("preset in ('early', 'first-commit') and minibatch != 'none'")["diverged"]
    page = document("docs/claims/oned.md")
    assert f"{early.min():.0%}".rstrip("%") + f" to {early.max():.0%}".replace("%", " %") in page
    assert (RATES.drop(early.index)["diverged"] == 0).all()
