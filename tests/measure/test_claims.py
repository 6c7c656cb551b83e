"""Claims and their verdicts on numbers whose answers are known."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats as scipy_stats

from gangan.measure import claims
from gangan.measure.claims import Answer, Claim, Numbers
from gangan.measure.stats import share

LOWER = Claim("C5", "it improves", "slope", 0, above=False)
HIGHER = Claim("C6", "it is harder", "ratio", 1, above=True)
RATE = Claim("C1", "it works", "share", 0.5, above=True, test=share)
SAID = Claim("C2", "it is so", "size", 0, above=True, test=None)
ENDS = [Claim(f"C4, {end}", "it helps", end, 0, above=False, joint="C4") for end in ("one", "other")]


def verdict(claim: Claim, numbers: Numbers) -> str:
    """Of a claim tested alone."""
    return str(claims.tested([Answer(claim, {}, numbers)])["verdict"].item())


@pytest.mark.parametrize(
    ("claim", "numbers", "expected"),
    [
        (HIGHER, [math.inf, 1.0, 1.1], "inconclusive"),
        (LOWER, [math.inf, 1.0, 1.1], "inconclusive"),
        (LOWER, [-math.inf] * 3, "inconclusive"),
        (LOWER, [math.nan, -2.0, -2.0], "inconclusive"),
        (LOWER, [1e-200, -1e-200, 0.0], "inconclusive"),  # a variance too small to be divided by: no p
        (LOWER, [-2.0, -2.0, -2.0], "supported"),
        (LOWER, [2.0, 2.0, 2.0], "not supported"),
        (LOWER, [0.0, 0.0, 0.0], "not supported"),  # on neither side of the threshold
        (HIGHER, [1.0, 1.0, 1.0], "not supported"),
        (LOWER, [-2.0, -2.1, -1.9], "supported"),
    ],
)
def test_there_is_no_verdict_without_a_test_unless_all_seeds_gave_one_finite_number(
    claim: Claim, numbers: list[float], expected: str
) -> None:
    assert verdict(claim, numbers) == expected


def test_a_claim_is_supported_on_its_own_side_of_its_threshold() -> None:
    assert verdict(HIGHER, [1.5, 1.6, 1.7]) == "supported"
    assert verdict(HIGHER, [0.5, 0.6, 0.7]) == "not supported"
    assert verdict(LOWER, [0.5, 0.6, 0.7]) == "not supported"


def test_what_was_not_run_is_said_and_is_no_member_of_the_family() -> None:
    assert verdict(LOWER, None) == verdict(LOWER, []) == "not run"
    table = claims.tested([Answer(LOWER, {}, None), Answer(LOWER, {}, [-2.0, -2.1, -1.9])])
    assert table["p_holm"][1] == table["p"][1]
    assert table["n"].tolist() == [0, 3]
    assert table.loc[0, ["estimate", "low", "high", "p", "p_holm"]].isna().all()


def test_one_seed_or_two_decide_nothing_and_a_spread_around_the_threshold_neither() -> None:
    assert verdict(LOWER, [-20.0]) == "inconclusive"
    assert verdict(LOWER, [-20.0, -20.0]) == "inconclusive"
    assert verdict(LOWER, [-20.0, -20.1]) == "inconclusive"
    assert verdict(LOWER, [-10.0, 10.0, -10.0, 10.0]) == "inconclusive"


def test_a_verdict_is_of_the_p_corrected_for_all_that_is_tested_together() -> None:
    numbers = [-3.0, -1.4, -2.2]  # p = 0.042
    assert verdict(LOWER, numbers) == "supported"
    together = claims.tested([Answer(LOWER, {}, numbers)] * 3)
    p = scipy_stats.ttest_1samp(numbers, 0).pvalue
    assert 0.02 < p < 0.05
    assert together["p"].tolist() == pytest.approx([p] * 3)
    assert together["p_holm"].tolist() == pytest.approx([3 * p] * 3)
    assert set(together["verdict"]) == {"inconclusive"}


def test_a_line_of_the_table_says_the_claim_of_what_the_estimate_and_when_it_is_supported() -> None:
    (line,) = claims.tested([Answer(HIGHER, {"arm": "wide", "epochs": "25"}, [1.0, 2.0, 4.0, 5.0])]).to_dict("records")
    half = scipy_stats.t.ppf(0.975, 3) * np.std([1, 2, 4, 5], ddof=1) / 2
    p = scipy_stats.ttest_1samp([1, 2, 4, 5], 1).pvalue
    assert line == {
        "claim": "C6",
        "says": "it is harder",
        "arm": "wide",
        "epochs": "25",
        "measure": "ratio",
        "estimate": pytest.approx(3),
        "low": pytest.approx(3 - half),
        "high": pytest.approx(3 + half),
        "n": 4,
        "supported_if": "above 1",
        "p": pytest.approx(p),
        "p_holm": pytest.approx(p),
        "verdict": "inconclusive",
    }
    assert list(line) == [
        *("claim", "says", "arm", "epochs", "measure", "estimate", "low", "high", "n", "supported_if"),
        *("p", "p_holm", "verdict"),
    ]


def test_a_share_is_tested_even_where_all_trials_end_alike() -> None:
    assert verdict(RATE, [0.0] * 12) == "not supported"
    assert verdict(RATE, [1.0] * 12) == "supported"
    assert verdict(RATE, [0.0] * 5) == "inconclusive"  # p = 0.06


def test_what_is_described_is_not_tested_and_no_member_of_the_family() -> None:
    table = claims.tested([Answer(SAID, {}, [1.0, 2.0, 3.0]), Answer(LOWER, {}, [-2.0, -2.1, -1.9])])
    assert table["verdict"].tolist() == ["described", "supported"]
    assert table["estimate"].tolist() == [2, -2]
    assert table["p"].isna().tolist() == [True, False]
    assert table["p_holm"][1] == table["p"][1]
    assert table["supported_if"].tolist() == ["", "below 0"]
    assert verdict(SAID, None) == "not run"


def test_endpoints_stand_or_fall_together_and_are_one_test() -> None:
    def of(*numbers: Numbers) -> pd.DataFrame:
        return claims.tested([Answer(end, {"arm": "a"}, some) for end, some in zip(ENDS, numbers, strict=True)])

    clear, less_clear, other_side = [-2.0, -2.1, -1.9], [-3.0, -1.4, -2.2], [2.0, 2.1, 1.9]
    table = of(clear, less_clear)
    assert table["p_holm"].tolist() == [table["p"].max()] * 2
    assert set(table["verdict"]) == {"supported"}
    disagreeing = of(clear, other_side)
    assert set(disagreeing["verdict"]) == {"inconclusive"}
    assert set(disagreeing["p_holm"]) == {1}  # no common side is shown
    assert set(disagreeing["supported_if"]) == {"below 0 in both"}
    with_another = [Answer(LOWER, {"arm": "a"}, less_clear)]
    answers = [Answer(end, {"arm": "a"}, some) for end, some in zip(ENDS, (clear, other_side), strict=True)]
    family = claims.tested([*with_another, *answers])
    assert family["p_holm"][0] == pytest.approx(2 * family["p"][0])  # theirs is not the smaller of two
    assert set(of(other_side, other_side)["verdict"]) == {"not supported"}
    assert set(of(clear, [-10.0, 10.0, -9.0])["verdict"]) == {"inconclusive"}
    same = [-1.0, -1.0, -1.0]  # decides without a test, so the other's p is that of both
    for table in (of(same, clear), of(clear, same)):
        assert set(table["p_holm"]) == {table["p"].max()}
        assert set(table["verdict"]) == {"supported"}
    assert set(of(same, same)["verdict"]) == {"supported"}
    apart = claims.tested([Answer(end, {"arm": arm}, clear) for arm in "ab" for end in ENDS])
    assert apart["p_holm"].tolist() == pytest.approx([2 * p for p in apart["p"]])  # two tests, not four
