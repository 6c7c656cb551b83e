"""The networks of stacked runs on plain tensors (docs/papers/oned.md, section 1): every tensor begins with its run."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import torch
from torch import Tensor
from torch.nn.functional import softplus

from gangan.core.layout import Layout, Shapes
from gangan.papers.oned.config import Shape

KERNELS, DIMENSIONS = 5, 3
ACTIVATIONS = {"tanh": torch.tanh, "relu": torch.relu}


@dataclass(frozen=True)
class Networks:
    """A generator and a discriminator, by what decides their tensors' shapes."""

    width: int
    depth: int
    minibatch: Literal["none", "apart", "together"]
    activation: Literal["tanh", "relu"]

    @classmethod
    def of(cls, shape: Shape) -> "Networks":
        """Those of a shape."""
        return cls(shape.width, shape.depth, shape.minibatch, shape.preset.activation)

    @property
    def generator(self) -> Layout:
        """1 → h → … → 1: 13 weights for h = 4 and depth 1."""
        return Layout.of(generator=_chain([1, *[self.width] * self.depth, 1]))

    @property
    def discriminator(self) -> Layout:
        """1 → 2h → … → 1: 169 weights for h = 4 and depth 1, with the minibatch layer 237."""
        hidden = [2 * self.width] * (2 * self.depth)
        if self.minibatch == "none":
            return Layout.of(discriminator=_chain([1, *hidden, 2 * self.width, 1]))
        shapes = _chain([1, *hidden])
        features = {"minibatch.weight": (KERNELS * DIMENSIONS, hidden[-1]), "minibatch.bias": (KERNELS * DIMENSIONS,)}
        output = {"output.weight": (1, hidden[-1] + KERNELS), "output.bias": (1,)}
        return Layout.of(discriminator={**shapes, **features, **output})

    def generate(self, weights: list[Tensor], z: Tensor) -> Tensor:
        """Noise (runs, n, 1) → numbers (runs, n, 1); weights as the generator's layout has them."""
        *hidden, (weight, bias) = zip(weights[::2], weights[1::2], strict=True)
        for inner in hidden:
            z = softplus(_affine(z, *inner))
        return _affine(z, weight, bias)

    def discriminate(self, weights: list[Tensor], x: Tensor, batches: int, self_distance: float) -> Tensor:
        """Numbers (runs, n, 1) → the probabilities (runs, n, 1) that they are real.

        ``batches`` of the minibatch layer stand one after another in n. Weights are as the layout has them.
        """
        *hidden, (weight, bias) = zip(weights[::2], weights[1::2], strict=True)
        last = None if self.minibatch == "none" else hidden.pop()
        for inner in hidden:
            x = ACTIVATIONS[self.activation](_affine(x, *inner))
        if last:
            x = torch.cat([x, features(_affine(x, *last), batches, self_distance)], -1)
        return _affine(x, weight, bias).sigmoid()


def _chain(widths: list[int]) -> Shapes:
    shapes: dict[str, tuple[int, ...]] = {}
    for i, (before, after) in enumerate(pairwise(widths)):
        shapes |= {f"{i}.weight": (after, before), f"{i}.bias": (after,)}
    return shapes


def _affine(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    if weight.shape[-1] == 1:  # a library's product of one number is slower than a multiplication
        return torch.addcmul(bias.unsqueeze(1), x, weight.mT)
    return torch.baddbmm(bias.unsqueeze(1), x, weight.mT)


def features(points: Tensor, batches: int, self_distance: float) -> Tensor:
    """Of each point and kernel the sum of exp(−L1 distance) over the points of its batch, itself among them.

    Args:
        points: (runs, batches × n, KERNELS × DIMENSIONS).
        batches: how many stand one after another.
        self_distance: of a point from itself.

    Returns:
        (runs, batches × n, KERNELS).
    """
    split = points.view(len(points), batches, -1, KERNELS, DIMENSIONS)
    near: Tensor = _Nearness.apply(split.permute(4, 3, 1, 2, 0))
    own = torch.exp(torch.tensor(-self_distance))
    return (near + own).permute(3, 1, 2, 0).reshape(len(points), -1, KERNELS)


class _Nearness(torch.autograd.Function):
    """Points (dimensions, kernels, batches, n, runs) → sums over all others (kernels, batches, n, runs).

    Each pair is visited once: point i and the one that stands ``step`` places on, in a circle, for half of the steps.
    Runs come last, so that every operation runs over long rows of memory.
    """

    @staticmethod
    def forward(context: Any, points: Tensor) -> Tensor:
        """Sum exp(−distance) over the pairs of each point."""
        n = points.shape[3]
        twice = torch.cat([points, points], 3)
        sums = points.new_zeros(twice.shape[1:])
        context.twice, context.near = twice, []
        for step in range(1, n // 2 + 1):
            count = n // 2 if 2 * step == n else n
            apart = (twice[:, :, :, :count] - twice[:, :, :, step : step + count]).abs_()
            near = apart.sum(0).neg_().exp_()
            sums[:, :, :count] += near
            sums[:, :, step : step + count] += near
            context.near.append(near)
        return sums[:, :, :n] + sums[:, :, n:]

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> Tensor:
        """The derivative of exp(−d) is −exp(−d), towards the other point."""
        twice, n = context.twice, gradient.shape[2]
        both = torch.cat([gradient, gradient], 2)
        sums = torch.zeros_like(twice)
        for step, near in enumerate(context.near, 1):
            count = near.shape[2]
            weight = (both[:, :, :count] + both[:, :, step : step + count]).mul_(near)
            towards = (twice[:, :, :, :count] - twice[:, :, :, step : step + count]).sign_().mul_(weight)
            sums[:, :, :, :count] -= towards
            sums[:, :, :, step : step + count] += towards
        return sums[:, :, :, :n] + sums[:, :, :, n:]
