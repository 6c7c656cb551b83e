"""Where a GAN-GAN's latent is looked at: along a line, or at draws (paper, Fig. 3)."""

import torch
from torch import Tensor

from gangan.training import stream


def line(count: int, extent: float) -> Tensor:
    """Latents (count, 1) from −extent to extent."""
    return torch.linspace(-extent, extent, count).unsqueeze(1)


def draws(seed: int, count: int, latent: int, truncation: float) -> Tensor:
    """Latents (count, latent) drawn from N(0, I), the same for every GAN-GAN of that latent, times ``truncation``:
    nearer to the centre, where a generator was trained most, samples are better and more alike (Brock et al. 2019)."""
    return truncation * torch.randn(count, latent, generator=stream(seed, "figure-walk", 0, 0, torch.device("cpu")))
