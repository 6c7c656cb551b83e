"""One update of stacked networks (docs/papers/oned.md, section 2): losses, gradients, gradient descent or Adam."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from gangan.core.layout import Layout
from gangan.papers.oned.config import Preset
from gangan.papers.oned.networks import Networks

BETAS, EPSILON = (0.9, 0.999), 1e-8
Loss = Callable[[list[Tensor]], Tensor]  # weights → the loss of each run (runs,)


@dataclass
class Learner:
    """The weights of one network of each run and how they are updated."""

    layout: Layout
    weights: Tensor  # (runs, size), updated in place
    adam: Tensor  # (runs, 1), true: Adam; false: gradient descent
    first: Tensor = field(init=False)
    second: Tensor = field(init=False)

    def __post_init__(self) -> None:
        self.first, self.second = torch.zeros_like(self.weights), torch.zeros_like(self.weights)

    @property
    def tensors(self) -> list[Tensor]:
        """The weights by layer, views of the rows."""
        return list(self.layout.unflatten(self.weights).values())

    def update(self, loss: Loss, step: int, rate: float) -> Tensor:
        """One update, the ``step``-th (from 0) since the moments were zero; returns the losses (runs,) before it."""
        leaves = [tensor.detach().requires_grad_() for tensor in self.tensors]
        with torch.enable_grad():
            losses = loss(leaves)
            gradients = torch.autograd.grad(losses.sum(), leaves)
        gradient = torch.cat([one.flatten(1) for one in gradients], 1)
        self.first.lerp_(gradient, 1 - BETAS[0])
        self.second.mul_(BETAS[1]).addcmul_(gradient, gradient, value=1 - BETAS[1])
        scale = self.second.sqrt().div_((1 - BETAS[1] ** (step + 1)) ** 0.5).add_(EPSILON)
        moved = torch.div(self.first, scale).div_(1 - BETAS[0] ** (step + 1))
        self.weights.sub_(torch.where(self.adam, moved, gradient), alpha=rate)
        return losses.detach()


def rate(preset: Preset, minibatch: bool, step: int) -> float:
    """The learning rate of an optimizer's ``step``-th step, from 0."""
    start = preset.learning_rate_minibatch if minibatch else preset.learning_rate
    return start * preset.decay.factor ** (step // preset.decay.every) if preset.decay else start


def log(probability: Tensor, floor: float) -> Tensor:
    """The logarithm as the code takes it: of what is at least ``floor``, with no gradient below. With a floor of 0 it
    is that of the number as it is. The gradient at 0 is not a number: the run is dead from then on, as in the code."""
    return probability.clamp(min=floor).log() if floor else probability.log()


def discriminator_loss(networks: Networks, preset: Preset, real: Tensor, fake: Tensor) -> Loss:
    """Of a discriminator's weights, on points (runs, n, 1) each."""
    n = real.shape[1]

    def loss(weights: list[Tensor]) -> Tensor:
        batches = 2 if networks.minibatch == "apart" else 1
        p = networks.discriminate(weights, torch.cat([real, fake], 1), batches, preset.self_distance)
        return -(log(p[:, :n], preset.floor) + log(1 - p[:, n:], preset.floor)).mean((1, 2))

    return loss


def generator_loss(
    networks: Networks, preset: Preset, discriminator: Sequence[Tensor], real: Tensor, z: Tensor
) -> Loss:
    """Of a generator's weights, on noise z; its points may share a batch with the real ones (runs, n, 1)."""

    def loss(weights: list[Tensor]) -> Tensor:
        fake = networks.generate(weights, z)
        points = torch.cat([real, fake], 1) if networks.minibatch == "together" else fake
        p = networks.discriminate(list(discriminator), points, 1, preset.self_distance)
        return -log(p[:, -z.shape[1] :], preset.floor).mean((1, 2))

    return loss


def density_loss(networks: Networks, preset: Preset, points: Tensor, density: Tensor) -> Loss:
    """Of a discriminator's weights: its squared error as an estimate of the target's density at points (runs, n, 1)."""

    def loss(weights: list[Tensor]) -> Tensor:
        return (networks.discriminate(weights, points, 1, preset.self_distance) - density).square().mean((1, 2))

    return loss
