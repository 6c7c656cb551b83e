"""Estimates with intervals, and tests of many claims at once (docs/claims/gangan.md)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import stats

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
