"""What the page of results says of the survey is what its reference has."""

import math
import re

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_1samp

from support.clone import ROOT
from support.reference import Claims, document, percent

CLAIMS = Claims("survey")
ARMS = pd.read_csv(ROOT / "reference/survey/tables/factorial.csv")
RUNS = pd.read_csv(ROOT / "reference/survey/metrics/toys.csv")
TOYS = RUNS.groupby("arm")[["misses", "spot"]].mean()
MODE, WHOLE = (0.5**2 / 12) ** 0.5, (2**2 + 0.5**2 / 12) ** 0.5  # deviations of one uniform and of both, at −2 and 2
POINTS = (RUNS["spread"] < MODE / 2 / WHOLE).groupby(RUNS["arm"]).mean()
PAGE = document("docs/results/survey.md")


def test_the_table_of_eight_arms_is_the_references() -> None:
    lines = [line.split(" | ") for line in re.findall(r"\| ((?:two|shared) \| .*?) \|(?= \||\s\*)", PAGE)]
    made = [
        [
            {"two": "two", "fused": "shared"}[arm.arm.split("-")[0]],
            arm.arm.split("-")[1],
            {"identity": "yes", "none": "no"}[arm.arm.split("-")[2]],
            f"{arm.parameters:,}",
            f"{arm.gmac_step:.2f} GMAC",
            *(f"{value:.3f}" for value in (arm.seconds, arm.error_to_b, arm.error_to_a)),
        ]
        for arm in ARMS.itertuples()
    ]
    assert len(made) == 8
    assert lines == made
    assert "A row of the table is the mean of three seeds" in PAGE
    assert set(ARMS["n"]) == {3}


def worse(domain: str) -> float:
    """How many times the errors of a translation are as large in the model as reported."""
    return math.exp(-CLAIMS.estimate(f"S1-C9, to {domain}", "as reported"))


def ratio(claim: str, of: str) -> float:
    """A claim's ratio, of which the table has the logarithm."""
    return math.exp(CLAIMS.estimate(claim, of))


TRANSLATIONS = pd.read_csv(ROOT / "reference/survey/metrics/translations.csv").set_index(["arm", "seed"])
DISTANCES = np.log(TRANSLATIONS.filter(like="frechet_to"))
REPORTED = [("fused-half-none", "two-full-identity")]
SHARING = [(f"fused-{rest}", f"two-{rest}") for rest in ("full-identity", "full-none", "half-identity", "half-none")]


def times(domain: str, pairs: list[tuple[str, str]]) -> tuple[float, float, float]:
    """How many times a Fréchet distance is as large in the first of pairs of arms, and the interval over seeds."""
    logs = DISTANCES[f"frechet_to_{domain}"]
    ratios = np.mean([logs[one] - logs[other] for one, other in pairs], axis=0)
    low, high = ttest_1samp(ratios, 0).confidence_interval()
    return math.exp(ratios.mean()), math.exp(low), math.exp(high)


FASTER = [math.exp(CLAIMS.of("S1-C8", "as reported", bound)) for bound in ("low", "high")]


@pytest.mark.parametrize(
    "said",
    [
        f"(**{ratio('S1-C8', 'sharing'):.2f}** × as fast)",
        f"is **{ratio('S1-C7', 'as reported'):.1f}** × smaller, which is the report's claim; "
        f"**{ratio('S1-C8', 'as reported'):.1f}** × as fast ({FASTER[0]:.1f} to {FASTER[1]:.1f}), which",
        f"and by operations **{ratio('S1-C8, operations', 'as reported'):.1f}** ×",
        f"misses a mode in {percent(TOYS['misses']['three-normals'])} of 200 seeds",
        f"with as many steps of both in {percent(TOYS['misses']['three-normals-balanced'])}",
        f"is below a tenth of the density's in **{100 * TOYS['spot']['two-uniforms']:.1f} %** of seeds",
        f"not in most, and with as many steps of both in **{100 * TOYS['spot']['two-uniforms-balanced']:.1f} %**",
        f"below half the standard deviation of one mode are **{100 * POINTS['two-uniforms']:.1f} %**"
        f" and **{100 * POINTS['two-uniforms-balanced']:.1f} %**",
        f"rank correlation is **{CLAIMS.estimate('S1-C4', 'wgan'):.2f}** as described".replace("-", "−"),
        f"and **{CLAIMS.estimate('S1-C4', 'wgan-released'):.2f}** as released".replace("-", "−"),
        f"errors of pixels are **{worse('B'):.2f}** and **{worse('A'):.2f}** times those of the whole model",
        "are **{:.2f}** times as large to B ({:.2f} to {:.2f})".format(*times("b", REPORTED)),
        "and **{:.2f}** times to A ({:.2f} to {:.2f})".format(*times("a", REPORTED)),
        "raises that to A by **{:.0f} %** ({:.0f} to {:.0f} %)".format(
            *(100 * one - 100 for one in times("a", SHARING))
        ),
    ],
)
def test_the_page_rounds_the_tables_numbers(said: str) -> None:
    assert said in PAGE


@pytest.mark.parametrize(
    ("said", "true"),
    [
        ("saves a quarter of the weights", round(1 - 1 / ratio("S1-C7", "sharing"), 3) == 0.25),
        ("No operation", ratio("S1-C8, operations", "sharing") == 1),
        ("no time worth naming", CLAIMS.verdicts("S1-C8", "sharing") == {"not supported"}),
        ("no error of pixels that three seeds could tell", CLAIMS.verdicts("S1-C9", "sharing") == {"inconclusive"}),
        (
            "the channels do most of what the report measured",
            all(ratio(claim, "width") ** 2 > ratio(claim, "as reported") for claim in ("S1-C7", "S1-C8")),
        ),
        ("which after correction is not told from 2", CLAIMS.of("S1-C8", "as reported", "p_holm") > 0.05),
        ("misses a mode", CLAIMS.verdicts("S1-C1") == {"supported"}),
        ("not in most", CLAIMS.verdicts("S1-C2", "two-uniforms") >= {"not supported"}),
        ("estimate does not fall with the distance", "supported" not in CLAIMS.verdicts("S1-C4")),
    ],
)
def test_the_page_says_what_the_claims_have(said: str, true: bool) -> None:
    assert said in PAGE
    assert true
