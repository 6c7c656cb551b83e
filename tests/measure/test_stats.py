"""The statistics against formulas, simulation and a worked example."""

import math

import numpy as np
import pytest
from scipy import stats as scipy_stats

from gangan.measure import stats


def test_the_mean_its_interval_and_its_p_by_the_formulas() -> None:
    values = [1.0, 2, 4, 5]
    found = stats.mean(values, 1.5)
    error = np.std(values, ddof=1) / 2
    half = scipy_stats.t.ppf(0.975, 3) * error
    assert found == pytest.approx((3, 3 - half, 3 + half, 4, 2 * scipy_stats.t.sf(1.5 / error, 3)))
    for values in ([2.0], [2.0, 2.0]):
        assert stats.mean(values, 1) == pytest.approx((2, math.nan, math.nan, len(values), math.nan), nan_ok=True)


def test_the_spread_as_a_share_of_the_mean_and_its_test_by_simulation() -> None:
    values = [90.0, 100, 110, 104, 96]
    found = stats.variation(values, 0.2)
    assert found.estimate == pytest.approx(math.sqrt((100 + 100 + 16 + 16) / 4) / 100)
    spreads = np.random.default_rng(0).normal(100, 20, (100_000, 5)).std(1, ddof=1) / 100
    assert found.p == pytest.approx(2 * (spreads < found.estimate).mean(), abs=0.01)
    ends = [np.random.default_rng(1).normal(0, end, (100_000, 5)).std(1, ddof=1) for end in (found.low, found.high)]
    assert [(end > found.estimate).mean() for end in ends] == pytest.approx([0.025, 0.975], abs=0.005)


def test_a_mean_that_may_be_zero_has_no_spread_as_a_share_of_it() -> None:
    for values in ([-36.0, 73, 12], [0.0, 0, 0]):
        assert math.isnan(stats.variation(values, 0.1).estimate)
        assert math.isnan(stats.variation(values, 0.1).p)
    assert stats.variation([60.0, 73, 62], 0.1).p > 0


def test_holms_correction_of_a_worked_example() -> None:
    # Sorted .005, .01, .03, .04 times 4, 3, 2, 1, never falling; a claim without a test is not counted.
    assert stats.holm([0.01, 0.04, math.nan, 0.03, 0.005]) == pytest.approx(
        [0.03, 0.06, math.nan, 0.06, 0.02], nan_ok=True
    )
    assert stats.holm([0.9, 0.8]) == [1, 1]
