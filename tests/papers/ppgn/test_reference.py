"""What the page of results says of PPGN-h is what its reference has."""

import math

import pandas as pd
import pytest

from support.clone import ROOT
from support.reference import Claims, document, percent

CLAIMS = Claims("ppgn")
TABLES = ROOT / "reference/ppgn/tables"
EVERY = pd.read_csv(TABLES / "quality.csv").set_index(["sampler", "arm"])
QUALITY, NOISE = EVERY.loc["text"], EVERY.loc[("noise", "vanilla")]
DRAWN = pd.read_csv(ROOT / "reference/ppgn/metrics/drawn.csv")
BY_SEED = DRAWN.query("arm == 'vanilla'").groupby(["sampler", "seed"])[["across", "along"]].mean()
MORE = BY_SEED.loc["noise"] - BY_SEED.loc["text"]
WEIGHTS = pd.read_csv(TABLES / "trainings.csv")["parameters"]
CODES = ["fc1-adversarial", "fc1", "combined", "random"]
OF_CODES = QUALITY.loc[CODES]
RUNS = DRAWN.query("sampler == 'text'").groupby(["seed", "arm"])["accuracy"].mean().unstack()
NONE, VANILLA = QUALITY.loc["no-adversarial"], QUALITY.loc["vanilla"]
PAGE = document("docs/results/ppgn.md")


@pytest.mark.parametrize(
    "said",
    [
        f"reads {percent(NONE.accuracy)} of the digits as the class asked for",
        f"their mean distance is **{NONE.frechet:.0f}**",
        f"`vanilla`, with {percent(VANILLA.accuracy)} and **{VANILLA.frechet:.0f}**",
        f"reads {percent(OF_CODES['accuracy'].min())} to {percent(OF_CODES['accuracy'].max())} of the digits as asked",
        f"single runs have {percent(RUNS[CODES].min(axis=None))} to {percent(RUNS[CODES].max(axis=None))}",
        f"makes training **{math.exp(-CLAIMS.estimate('S3-C5')):.1f}** × as fast",
        "against `fc1`, the one that the test compares it with, the difference is not established after correction "
        f"(p = **{CLAIMS.of('S3-C3, inferior', '', 'p_holm'):.2f}**)",
        f"are **{NOISE.across:.2f}** apart instead of **{VANILLA.across:.2f}**",
        f"those of one chain **{NOISE.along:.2f}** instead of **{VANILLA.along:.2f}**",
        f"{WEIGHTS.min() / 1000:.0f} to {WEIGHTS.max() / 1000:.0f} thousand weights",
    ],
)
def test_the_page_rounds_the_tables_numbers(said: str) -> None:
    assert said in PAGE


@pytest.mark.parametrize(
    ("said", "true"),
    [
        (
            "*without* an adversarial loss is the best in all three seeds",
            (RUNS.idxmax(axis=1) == "no-adversarial").all(),
        ),
        ("Next comes `vanilla`", (OF_CODES["frechet"] > VANILLA.frechet).all()),
        ("A critic of codes in place of one of images", CLAIMS.verdicts("S3-C5") == {"supported"}),
        ("three seeds a variant", set(QUALITY["n"]) == {3}),
        ("where the thesis calls it somewhat inferior", CLAIMS.estimate("S3-C3, inferior") < 0),
        ("makes walks more diverse in all three seeds", (MORE > 0).all(axis=None)),
        ("that is not established either", CLAIMS.verdicts("S3-C8, diversity") == {"inconclusive"}),
    ],
)
def test_the_page_says_what_the_tables_have(said: str, true: bool) -> None:
    assert said in PAGE
    assert true
