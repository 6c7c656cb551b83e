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


def test_a_mean_less_another_by_welchs_formulas() -> None:
    one, other = [1.0, 2, 4, 5, 9], [3.0, 3, 7]
    found = stats.less(one, 0.5, other)
    spreads = [np.var(values, ddof=1) / len(values) for values in (one, other)]
    error = math.sqrt(sum(spreads))
    freedom = sum(spreads) ** 2 / (spreads[0] ** 2 / 4 + spreads[1] ** 2 / 2)
    apart = np.mean(one) - np.mean(other)
    half = scipy_stats.t.ppf(0.975, freedom) * error
    p = 2 * scipy_stats.t.sf(abs(apart - 0.5) / error, freedom)
    assert found == pytest.approx((apart, apart - half, apart + half, 5, p))
    assert stats.less([1.0], 0, other) == pytest.approx((-10 / 3, math.nan, math.nan, 1, math.nan), nan_ok=True)


def test_the_energy_test_tells_another_distribution_and_not_the_same() -> None:
    draws = np.random.default_rng(1)
    alike, spread_out = draws.normal(size=(20, 2)), 4 * draws.normal(size=(20, 2))  # of one mean

    def tested(points: np.ndarray) -> tuple[float, float]:
        return stats.energy_test(np.linalg.norm(points[:, None] - points[None], axis=2), 20)

    apart, p = tested(np.concatenate([alike, spread_out]))
    assert p <= 0.005
    assert 0.05 < apart < 1
    assert p >= 1 / 1000  # the draws as they are count as one of the shuffles
    assert tested(np.concatenate([alike, alike + 1e9]))[0] == pytest.approx(1)
    ps = [tested(draws.normal(size=(40, 2)))[1] for _ in range(40)]
    assert 0.3 < np.mean(ps) < 0.7
    assert np.isnan(stats.energy_test(np.zeros((3, 3)), 1)).all()
