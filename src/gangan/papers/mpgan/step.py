"""One step (docs/papers/mpgan.md, section 2): the discriminator on real samples, then on drawn ones, each an update of
its own, then the generator."""

import math
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from gangan.core.train import Turn
from gangan.papers.mpgan.networks import GAN

BETAS, EPSILON = (0.5, 0.999), 1e-7


class Learner:
    """A network and its optimizer: gradient descent without momentum, or Adam as Keras has it, which adds ε to the root
    of the mean square before the latter's bias is corrected."""

    def __init__(self, module: nn.Module, optimizer: str):
        self.module, self.weights = module, list(module.parameters())
        self.optimizer: torch.optim.Optimizer
        self._steps: list[Tensor] = []
        if optimizer == "sgd":
            self.optimizer = torch.optim.SGD(self.weights)
        else:
            self.optimizer = torch.optim.Adam(self.weights, betas=BETAS, fused=True)
            for weight in self.weights:  # what its first step would make, so that a checkpoint can fill it before
                self.optimizer.state[weight] = {
                    "step": torch.zeros((), device=weight.device),
                    "exp_avg": torch.zeros_like(weight),
                    "exp_avg_sq": torch.zeros_like(weight),
                }
            self._steps = [self.optimizer.state[weight]["step"] for weight in self.weights]

    @property
    def moments(self) -> dict[str, Tensor]:
        """What the optimizer keeps, by name."""
        return {
            f"{name}{i}": tensor
            for i, weight in enumerate(self.weights)
            for name, tensor in self.optimizer.state[weight].items()
        }

    def update(self, loss: Callable[[], Tensor], rate: float) -> Tensor:
        """One step down the gradient of a loss; the loss (1,) before it."""
        self.optimizer.zero_grad()
        with torch.enable_grad():
            value = loss()
        value.backward(inputs=self.weights)  # type: ignore[no-untyped-call]
        group = self.optimizer.param_groups[0]
        group["lr"] = rate
        if self._steps:
            group["eps"] = EPSILON / math.sqrt(1 - BETAS[1] ** (self._steps[0].item() + 1))
        self.optimizer.step()
        return value.detach().view(1)


def loss(logits: Tensor, real: bool) -> Tensor:
    """Mean cross-entropy of logits (n, 1) to samples being real, or not."""
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, float(real)))


class Players:
    """Both networks in training.

    ``turns`` has the discriminator's, which reads samples and whether they are real, and the generator's, which reads
    noise. Each counts with all of its state that a kill must not lose.
    """

    def __init__(self, gan: GAN, optimizer: str, saturating: bool):
        self.gan, self.saturating, self.rate = gan, saturating, 0.0
        self._learners = {name: Learner(getattr(gan, name), optimizer) for name in ("generator", "discriminator")}
        steps: dict[str, Callable[[Any], Tensor]] = {
            "generator": self._generate,
            "discriminator": self._discriminate,
        }
        self.turns = {
            name: Turn(name, steps[name], self._state(name, learner), learner.weights)
            for name, learner in self._learners.items()
        }

    def _state(self, name: str, learner: Learner) -> dict[str, Tensor]:
        own = {key: tensor for key, tensor in self.gan.state.items() if key.startswith(f"{name}.")}
        return own | learner.moments

    def _discriminate(self, batch: tuple[Tensor, bool]) -> Tensor:
        samples, real = batch
        discriminator = self.gan.discriminator.train()
        return self._learners["discriminator"].update(lambda: loss(discriminator(samples), real), self.rate)

    def _generate(self, z: Tensor) -> Tensor:
        """The discriminator drops out here too; its batch norm, which is not trained now, goes by its averages."""
        generator, discriminator = self.gan.generator.train(), self.gan.discriminator.train()
        for layer in discriminator:
            if isinstance(layer, nn.BatchNorm2d):
                layer.eval()

        def fooled() -> Tensor:
            logits: Any = discriminator(generator(z))
            return -loss(logits, False) if self.saturating else loss(logits, True)

        return self._learners["generator"].update(fooled, self.rate)
