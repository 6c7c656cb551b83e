"""The networks of toy GANs, of many runs side by side (docs/papers/survey.md, section 1): every tensor begins with its
run, so that one module and one optimizer train all of them, each by itself."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from gangan.core.files import read_tensors
from gangan.papers.survey.players import load


class Stacked(nn.Module):
    """Linear layers of several runs: numbers (runs, n, 1) → (runs, n, 1)."""

    def __init__(self, runs: int, widths: list[int], activation: Callable[[Tensor], Tensor]):
        super().__init__()
        self.activation = activation
        self.tensors = nn.ParameterList()
        for before, after in pairwise(widths):
            self.tensors.append(nn.Parameter(torch.zeros(runs, before, after)))
            self.tensors.append(nn.Parameter(torch.zeros(runs, 1, after)))

    def forward(self, x: Tensor) -> Tensor:
        """Through all layers, with the activation between."""
        weights = list(self.tensors)
        for i in range(0, len(weights), 2):
            x = torch.baddbmm(weights[i + 1], x, weights[i])
            if i + 2 < len(weights):
                x = self.activation(x)
        return x

    def initialise(self, run: int, random: torch.Generator) -> None:
        """Fresh weights of one run: normal by the root of a layer's inputs, biases 0."""
        for weight in list(self.tensors)[::2]:
            weight[run].normal_(0, weight.shape[1] ** -0.5, generator=random)


def generator(runs: int, width: int) -> Stacked:
    """1 → h → 1, softplus: 13 weights for h = 4."""
    return Stacked(runs, [1, width, 1], softplus)


def discriminator(runs: int, width: int) -> Stacked:
    """1 → 2h → 2h → 2h → 1, tanh; logits: 169 weights for h = 4."""
    return Stacked(runs, [1, 2 * width, 2 * width, 2 * width, 1], torch.tanh)


def read(weights: Path, width: int) -> dict[str, Stacked]:
    """Both networks of all runs, as training writes them.

    Raises:
        UserError: the file is damaged.
    """
    held = read_tensors(weights)
    runs = len(held["generator.tensors.0"])
    both = {"generator": generator(runs, width), "discriminator": discriminator(runs, width)}
    load(both, held)
    for network in both.values():
        network.requires_grad_(False)
    return both
