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


def test_a_share_its_interval_and_its_test_against_tables() -> None:
    # Of 12 trials none, one, two: exact two-sided binomial tests of 1/2, and Clopper and Pearson's upper ends.
    for successes, p, high in ((0, 2 / 4096, 0.2646), (1, 26 / 4096, 0.3848), (2, 158 / 4096, 0.4841)):
        found = stats.share([1.0] * successes + [0.0] * (12 - successes), 0.5)
        assert (found.estimate, found.n) == (successes / 12, 12)
        assert found.p == pytest.approx(p)
        assert found.high == pytest.approx(high, abs=1e-4)
    assert stats.share([0.0] * 3, 0.5).high == pytest.approx(1 - 0.025 ** (1 / 3))  # three failures bound little


def test_holms_correction_of_a_worked_example() -> None:
    # Sorted .005, .01, .03, .04 times 4, 3, 2, 1, never falling; a claim without a test is not counted.
    assert stats.holm([0.01, 0.04, math.nan, 0.03, 0.005]) == pytest.approx(
        [0.03, 0.06, math.nan, 0.06, 0.02], nan_ok=True
    )
    assert stats.holm([0.9, 0.8]) == [1, 1]
