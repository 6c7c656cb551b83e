"""Estimates with intervals, and tests of many claims at once (docs/claims/gangan.md)."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy import stats

Array = np.ndarray[Any, Any]
LEVEL = 0.05


class Estimate(NamedTuple):
    """An estimate, its 95 % interval, the number of values, and the p of a two-sided test against a threshold."""

    estimate: float
    low: float
    high: float
    n: int
    p: float


def mean(values: Sequence[float], threshold: float = 0.0) -> Estimate:
    """The mean of independent values, with Student's t; of fewer than two values, or of values that do not differ, no
    interval and no p (NaN)."""
    n = len(values)
    centre = float(np.mean(values))
    if n < 2 or not np.isfinite(values).all() or np.ptp(values) == 0:
        return Estimate(centre, np.nan, np.nan, n, np.nan)
    test = stats.ttest_1samp(values, threshold)
    interval = test.confidence_interval(1 - LEVEL)
    return Estimate(centre, float(interval.low), float(interval.high), n, float(test.pvalue))


def less(values: Sequence[float], threshold: float, others: Sequence[float]) -> Estimate:
    """The mean of independent values less that of others, with Welch's t; fewer than two of either have no interval and
    no p (NaN). ``n`` counts the values."""
    apart = float(np.mean(values) - np.mean(others))
    if min(len(values), len(others)) < 2 or not np.isfinite([*values, *others]).all():
        return Estimate(apart, np.nan, np.nan, len(values), np.nan)
    test = stats.ttest_ind(np.subtract(values, threshold), others, equal_var=False)
    interval = test.confidence_interval(1 - LEVEL)
    low, high = float(interval.low) + threshold, float(interval.high) + threshold
    return Estimate(apart, low, high, len(values), float(test.pvalue))


def energy_test(distances: Array, first: int, shuffles: int = 999) -> tuple[float, float]:
    """Whether two samples are of one distribution (Székely and Rizzo 2013), by the distances (n, n) of all to all, the
    ``first`` of which are the one sample: the energy distance, as a share of the mean distance between the two, and the
    p of a permutation test. The share is 0 on average for one distribution, and 1 for two points far apart. A sample of
    one has no test (NaN)."""
    if not 1 < first < len(distances) - 1:
        return np.nan, np.nan
    ours = np.arange(len(distances)) < first
    shuffled = np.random.default_rng(0)

    def apart(one: Array) -> tuple[float, float]:
        within = sum(distances[np.ix_(s, s)].sum() / (s.sum() * (s.sum() - 1)) for s in (one, ~one))
        across = distances[np.ix_(one, ~one)].mean()
        return 2 * across - within, 2 * across

    found, scale = apart(ours)
    as_far = sum(apart(shuffled.permutation(ours))[0] >= found for _ in range(shuffles))
    return found / scale, (1 + as_far) / (1 + shuffles)


def share(values: Sequence[float], threshold: float) -> Estimate:
    """The share of independent trials that succeeded (1, others 0), with the interval of Clopper and Pearson and the
    two-sided binomial test."""
    n, successes = len(values), int(sum(values))
    test = stats.binomtest(successes, n, threshold)
    interval = test.proportion_ci(1 - LEVEL)
    return Estimate(successes / n, float(interval.low), float(interval.high), n, float(test.pvalue))


def holm(ps: Sequence[float]) -> list[float]:
    """P values corrected for being several (Holm 1979), in their order; NaN is no test and stays."""
    corrected, largest = list(ps), 0.0
    tests = [i for i in np.argsort(ps) if not np.isnan(ps[i])]
    for place, i in enumerate(tests):
        largest = max(largest, min(1.0, (len(tests) - place) * ps[i]))
        corrected[i] = largest
    return corrected
