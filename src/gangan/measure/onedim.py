"""Distances of samples of numbers from a distribution, of many samples at once; scipy has both for a pair."""

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def wasserstein(samples: Array, quantiles: Array) -> Array:
    """The Wasserstein-1 distance of samples (…, n) from the n quantiles of a distribution, as many and ascending."""
    distance: Array = np.abs(np.sort(samples, -1) - quantiles).mean(-1)
    return distance


def kolmogorov_smirnov(probabilities: Array) -> Array:
    """The largest difference of two distribution functions, of samples and of a distribution whose function has these
    ``probabilities`` (…, n) at them."""
    ascending = np.sort(probabilities, -1)
    steps = np.arange(ascending.shape[-1] + 1) / ascending.shape[-1]
    largest: Array = np.maximum(steps[1:] - ascending, ascending - steps[:-1]).max(-1)
    return largest
