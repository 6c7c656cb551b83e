"""Pure functions of features (docs/papers/gangan.md, section 7)."""

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


def kernel_distance(one: Tensor, other: Tensor) -> float:
    """Unbiased squared maximum mean discrepancy of features (n, d) and (m, d) under the kernel (x·y/d + 1)³: the
    kernel inception distance of Bińkowski et al. 2018, without subsets. Below zero by chance when all are alike."""

    def kernel(some: Tensor, others: Tensor) -> Tensor:
        base = some.double() @ others.double().mT / some.shape[1] + 1
        return base * base * base

    within = torch.zeros((), dtype=torch.float64, device=one.device)
    for features in (one, other):
        among, count = kernel(features, features), len(features)
        within += (among.sum() - among.trace()) / (count * (count - 1))
    return (within - 2 * kernel(one, other).mean()).item()


def neighbourhoods(real: Tensor, made: Tensor, neighbours: int) -> dict[str, float]:
    """Precision, recall (Kynkäänniemi et al. 2019), density and coverage (Naeem et al. 2020) of features (n, d) and
    (m, d). Around each point is a ball that reaches to its ``neighbours``-th nearest of its own kind; a point on its
    surface is outside. There must be more points of each kind than ``neighbours``.

    ``precision`` is the share of made points in any real ball, ``recall`` that of real points in any made ball,
    ``density`` the number of real balls that a made point lies in, by ``neighbours``, on average, and ``coverage`` the
    share of real balls with a made point inside.
    """
    apart = _apart(real, made)  # (n, m)
    real_radii, made_radii = (  # the nearest is the point itself
        _apart(points, points).topk(neighbours + 1, largest=False).values[:, -1] for points in (real, made)
    )
    in_real, in_made = apart < real_radii.unsqueeze(1), apart < made_radii
    return {
        "precision": in_real.any(0).double().mean().item(),
        "recall": in_made.any(1).double().mean().item(),
        "density": in_real.sum(0).double().mean().item() / neighbours,
        "coverage": in_real.any(1).double().mean().item(),
    }


def _apart(some: Tensor, others: Tensor) -> Tensor:
    """Euclidean distances (n, m) of points (n, d) and (m, d), zero between equal points, no finer than the points: what
    differs by rounding alone is a tie."""
    exact = torch.cdist(some.double(), others.double(), compute_mode="donot_use_mm_for_euclid_dist")
    return exact.to(some.dtype)


def manifold(images: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Where images (n, d) lie: their mean (d) and first ``count`` principal components (count, d)."""
    mean, covariance = moments(images)
    return mean.to(images.dtype), torch.linalg.eigh(covariance).eigenvectors[:, -count:].mT.to(images.dtype)


def energy(images: Tensor, where: tuple[Tensor, Tensor]) -> float:
    """Off-manifold energy: of the squared distances of images (n, d) from a mean, the share outside of some components
    (count, d). A few percent for real digits, all but count / d for noise; NaN where all images are the mean."""
    mean, components = where
    centred = images - mean
    inside = (centred @ components.mT).double().square().sum()
    return 1 - (inside / centred.double().square().sum()).item()


def divergence(shares: Array, real_shares: Array) -> float:
    """Kullback-Leibler divergence of shares of classes from the real ones, in nats."""
    from scipy.stats import entropy

    return float(entropy(shares, real_shares))


def distances(some: Tensor, others: Tensor) -> Tensor:
    """Euclidean distances (n, m) of points (n, d) from others (m, d), in float64: in float32 near neighbours among
    large norms would be rounded away."""
    return torch.cdist(some.double(), others.double())
