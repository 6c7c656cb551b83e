"""Where a GAN-GAN's latent is looked at: along a line, or at draws (paper, Fig. 3)."""

from pathlib import Path

import torch
from torch import Tensor

from gangan import gangans, repair
from gangan.training import stream
from gangan.weights import Layout


def line(count: int, extent: float) -> Tensor:
    """Latents (count, 1) from −extent to extent."""
    return torch.linspace(-extent, extent, count).unsqueeze(1)


def draws(seed: int, count: int, latent: int, truncation: float) -> Tensor:
    """Latents (count, latent) drawn from N(0, I), the same for every GAN-GAN of that latent, times ``truncation``:
    nearer to the centre, where a generator was trained most, samples are better and more alike (Brock et al. 2019)."""
    return truncation * torch.randn(count, latent, generator=stream(seed, "figure-walk", 0, 0, torch.device("cpu")))


def sample(weights: Path, z: Tensor, renormalise: bool) -> tuple[Tensor, Layout]:
    """GANs of a trained GAN-GAN at z (n, latent) → rows (n, width), and their layout; ``renormalise`` gives their
    hidden units the means and deviations that those of the GAN at z = 0 have."""
    rows, layout = gangans.sample(weights, z)
    if not renormalise:
        return rows, layout
    centre = gangans.sample(weights, torch.zeros(1, z.shape[1]))[0]
    return repair.repaired(rows, layout, repair.moments(centre, layout)[0]), layout
