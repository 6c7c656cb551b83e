"""Distances of samples of numbers: by hand, and as scipy has them for one pair."""

import numpy as np
import pytest
from scipy import stats

from gangan.measure.onedim import kolmogorov_smirnov, wasserstein


def test_three_numbers_by_hand() -> None:
    assert wasserstein(np.array([[3.0, 1, 2], [1, 2, 3]]), np.array([1.0, 2, 5])).tolist() == pytest.approx([2 / 3] * 2)
    assert kolmogorov_smirnov(np.array([0.9, 0.1])) == pytest.approx(0.4)  # from 0.1 to 0.9 one step of two, at 0.5


def test_they_are_scipys() -> None:
    rng = np.random.default_rng(0)
    samples, other = rng.normal(1, 2, (3, 200)), np.sort(rng.normal(size=200))
    expected = [stats.wasserstein_distance(sample, other) for sample in samples]
    np.testing.assert_allclose(wasserstein(samples, other), expected)
    expected = [stats.kstest(sample, "norm").statistic for sample in samples]
    np.testing.assert_allclose(kolmogorov_smirnov(stats.norm.cdf(samples)), expected)


def test_what_is_not_finite_has_no_distance() -> None:
    assert np.isnan(wasserstein(np.array([1.0, np.nan]), np.array([0.0, 1.0])))
