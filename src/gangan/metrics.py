"""Pure functions of features (facts.md A.5)."""

import contextlib
import io
from typing import Any

import numpy as np
import torch
from torch import Tensor

Array = np.ndarray[Any, Any]


def moments(features: Tensor) -> tuple[Tensor, Tensor]:
    """Mean (..., d) and unbiased covariance (..., d, d) of features (..., n, d), in float64."""
    features = features.double()
    mean = features.mean(-2)
    centred = features - mean.unsqueeze(-2)
    return mean, centred.mT @ centred / (features.shape[-2] - 1)


def frechet(one: tuple[Tensor, Tensor], other: tuple[Tensor, Tensor]) -> Tensor:
    """Fréchet distance (...) between Gaussians given by their moments (Heusel et al. 2017), one or many at once:
    |μ − μ'|² + tr(Σ + Σ' − 2 (Σ Σ')^½), where the root's trace is that of the symmetric (Σ'^½ Σ Σ'^½)^½."""
    (mean, covariance), (real_mean, real_covariance) = one, other
    values, vectors = torch.linalg.eigh(real_covariance)
    root = vectors * values.clamp(min=0).sqrt().unsqueeze(-2) @ vectors.mT
    mixed = torch.linalg.eigvalsh(root @ covariance @ root).clamp(min=0).sqrt().sum(-1)
    traces = (covariance + real_covariance).diagonal(dim1=-2, dim2=-1).sum(-1)
    distance: Tensor = (mean - real_mean).square().sum(-1) + traces - 2 * mixed
    return distance


def kernel_distance(one: Array, other: Array) -> float:
    """Unbiased squared maximum mean discrepancy of features (n, d) and (m, d) under the kernel (x·y/d + 1)³: the
    kernel inception distance of Bińkowski et al. 2018, without subsets. Below zero by chance when all are alike."""
    from sklearn.metrics.pairwise import polynomial_kernel

    within = 0.0
    for features in (one, other):
        kernel, count = polynomial_kernel(features.astype(np.float64), degree=3), len(features)
        within += (kernel.sum() - np.trace(kernel)) / (count * (count - 1))
    across = polynomial_kernel(one.astype(np.float64), other.astype(np.float64), degree=3)
    return float(within - 2 * across.mean())


def neighbourhoods(real: Array, made: Array, neighbours: int) -> dict[str, float]:
    """Precision, recall (Kynkäänniemi et al. 2019), density and coverage (Naeem et al. 2020) of features (n, d)."""
    from joblib import parallel_config
    from prdc import compute_prdc

    # it says how many there are, and asks for eight threads, which a job on one core pays for
    with contextlib.redirect_stdout(io.StringIO()), parallel_config("sequential"):
        found: dict[str, float] = compute_prdc(real, made, neighbours)
    return found


def divergence(shares: Array, real_shares: Array) -> float:
    """Kullback-Leibler divergence of shares of classes from the real ones, in nats."""
    from scipy.stats import entropy

    return float(entropy(shares, real_shares))


def distances(some: Tensor, others: Tensor) -> Tensor:
    """Euclidean distances (n, m) of points (n, d) from others (m, d), in float64: in float32 near neighbours among
    large norms would be rounded away."""
    return torch.cdist(some.double(), others.double())
