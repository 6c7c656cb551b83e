"""The noise that figures and the explorer draw digits from, apart from any training's."""

import torch
from torch import Tensor

from gangan.core.streams import stream


def noise(seed: int, count: int, latent: int) -> Tensor:
    """Fixed noise vectors (count, latent) of a study."""
    return torch.randn(count, latent, generator=stream(seed, "figure-noise", 0, 0, torch.device("cpu")))
