"""Estimates with intervals, and tests of many claims at once (docs/claims/gangan.md)."""

import math
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


def variation(values: Sequence[float], threshold: float) -> Estimate:
    """The standard deviation of independent values as a share of their mean's size, with the χ² distribution that the
    variance of normal values has. The mean is taken as known; one that cannot be told from zero has no share (NaN)."""
    n, centre = len(values), mean(values)
    if n < 2 or not np.isfinite(values).all() or not centre.estimate or centre.low <= 0 <= centre.high:
        return Estimate(np.nan, np.nan, np.nan, n, np.nan)
    share = float(np.std(values, ddof=1)) / abs(centre.estimate)
    low, high = (share * math.sqrt((n - 1) / stats.chi2.ppf(q, n - 1)) for q in (1 - LEVEL / 2, LEVEL / 2))
    below = stats.chi2.cdf((n - 1) * (share / threshold) ** 2, n - 1)
    return Estimate(share, low, high, n, float(2 * min(below, 1 - below)))


def holm(ps: Sequence[float]) -> list[float]:
    """P values corrected for being several (Holm 1979), in their order; NaN is no test and stays."""
    corrected, largest = list(ps), 0.0
    tests = [i for i in np.argsort(ps) if not np.isnan(ps[i])]
    for place, i in enumerate(tests):
        largest = max(largest, min(1.0, (len(tests) - place) * ps[i]))
        corrected[i] = largest
    return corrected
