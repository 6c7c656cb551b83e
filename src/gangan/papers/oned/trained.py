"""Trained runs as files have them, and what their networks draw and say."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy import stats
from torch import Tensor

from gangan.core.files import read_tensors
from gangan.core.settings import Block
from gangan.papers.oned.config import Mode, Setting, Shape
from gangan.papers.oned.networks import Networks

RANGE = 8.0  # of the noise, and of the text's pictures
Array = np.ndarray[Any, Any]


class Stored(Block):
    """What a file of runs holds: its settings one after another, each with the same seeds, from 0 on."""

    shape: Shape
    settings: list[Setting]


@dataclass(frozen=True)
class Trained:
    """Some runs of one setting."""

    shape: Shape
    generators: Tensor  # (looks, runs, size)
    discriminators: Tensor  # (runs, size)
    losses: Tensor  # (means of ten steps, runs, 2): the discriminator's and the generator's

    def numbers(self, count: int, look: int = -1) -> Array:
        """What generators draw from an even grid of noise, as in the published code: (runs, count)."""
        networks = Networks.of(self.shape)
        weights = list(networks.generator.unflatten(self.generators[look]).values())
        drawn: Array = networks.generate(weights, self._grid(count))[:, :, 0].numpy()
        return drawn

    def decisions(self, batches: int) -> tuple[Array, Array]:
        """An even grid of points (count,), and the probabilities that they are real (runs, count). The minibatch layer
        sees neighbours, a batch of them at a time, as in the published code."""
        networks = Networks.of(self.shape)
        weights = list(networks.discriminator.unflatten(self.discriminators).values())
        grid = self._grid(batches * self.shape.preset.batch)
        told = networks.discriminate(weights, grid, batches, self.shape.preset.self_distance)
        return grid[0, :, 0].numpy(), told[:, :, 0].numpy()

    def _grid(self, count: int) -> Tensor:
        return torch.linspace(-RANGE, RANGE, count).view(1, -1, 1).expand(len(self.discriminators), -1, -1)


def read(path: Path, stored: Stored, setting: Setting, seeds: Sequence[int] | None = None) -> Trained:
    """Runs of one setting from a file: those of some seeds, or all.

    Raises:
        UserError: the file is damaged.
    """
    tensors = read_tensors(path)
    count = tensors["discriminators"].shape[0] // len(stored.settings)
    place = stored.settings.index(setting) * count
    runs = [place + seed for seed in (range(count) if seeds is None else seeds)]
    return Trained(
        stored.shape, tensors["generators"][:, runs], tensors["discriminators"][runs], tensors["losses"][:, runs]
    )


def target(modes: Sequence[Mode]) -> Any:
    """A mixture of normals, with the functions of ``scipy.stats.Mixture``."""
    normals = [stats.Normal(mu=mode.mean, sigma=mode.sigma) for mode in modes]
    return stats.Mixture(normals, weights=[mode.weight for mode in modes])
