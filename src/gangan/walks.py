"""Where a GAN-GAN's latent is looked at: along a line, or at draws (paper, Fig. 3)."""

from pathlib import Path

import torch
from torch import Tensor

from gangan import gangans, repair
from gangan.config import Draws
from gangan.training import stream
from gangan.weights import Layout


def line(count: int, extent: float) -> Tensor:
    """Latents (count, 1) from −extent to extent."""
    return torch.linspace(-extent, extent, count).unsqueeze(1)


def candidates(seed: int, count: int, latent: int, draws: Draws) -> Tensor:
    """Latents (count × best_of, latent) drawn from N(0, I), the same for every GAN-GAN of that latent, times
    ``draws.truncation``: nearer to the centre, where a generator was trained most, samples are better and more alike
    (Brock et al. 2019). Of each ``draws.best_of`` in succession one is looked at."""
    noise = stream(seed, "figure-walk", 0, 0, torch.device("cpu"))
    return draws.truncation * torch.randn(count * draws.best_of, latent, generator=noise)


def sample(weights: Path, z: Tensor, renormalise: bool) -> tuple[Tensor, Layout]:
    """GANs of a trained GAN-GAN at z (n, latent) → rows (n, width), and their layout; ``renormalise`` gives their
    hidden units the means and deviations that those of the GAN at z = 0 have."""
    rows, layout = gangans.sample(weights, z)
    if not renormalise:
        return rows, layout
    centre = gangans.sample(weights, torch.zeros(1, z.shape[1]))[0]
    return repair.repaired(rows, layout, repair.moments(centre, layout)[0]), layout
