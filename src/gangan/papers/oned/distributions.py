"""Mixtures of normals: what runs learn."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from gangan.papers.oned.config import Mode


def drawn(modes: Sequence[Mode], normal: Tensor) -> Tensor:
    """Standard normal numbers (…, n) as a sample of a mixture: of each mode its share of the n, one after another."""
    counts = torch.tensor([round(mode.weight * normal.shape[-1]) for mode in modes])
    mean, sigma = (
        torch.tensor([getattr(mode, name) for mode in modes]).repeat_interleave(counts) for name in ("mean", "sigma")
    )
    return mean.to(normal.device) + sigma.to(normal.device) * normal


def density(modes: Sequence[Mode], x: Tensor) -> Tensor:
    """The density of a mixture."""
    parts = [((x - mode.mean) / mode.sigma).square().div(-2).exp() * (mode.weight / mode.sigma) for mode in modes]
    return torch.stack(parts).sum(0) / math.sqrt(2 * math.pi)
