"""The networks of the paper (section 3; facts.md 0.1, 0.2): shapes, initial weights, and what a generator makes.

Every weight has a leading "how many" axis: one GAN and thirty-five are the same code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F  # noqa: N812 (the name every PyTorch reader knows)
from torch import Tensor

from gangan.products import affine
from gangan.weights import Layout

SLOPE = 0.2  # of the leaky ReLU


@dataclass(frozen=True)
class MLP:
    """Three fully connected layers, leaky ReLU after the first two."""

    inputs: int
    hidden: int
    outputs: int

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Weight (out × in) before bias; input, hidden, output layer."""
        return {
            "input.weight": (self.hidden, self.inputs),
            "input.bias": (self.hidden,),
            "hidden.weight": (self.hidden, self.hidden),
            "hidden.bias": (self.hidden,),
            "output.weight": (self.outputs, self.hidden),
            "output.bias": (self.outputs,),
        }

    @property
    def widths(self) -> tuple[int, ...]:
        """Numbers in each layer, from the input to the output."""
        return self.inputs, self.hidden, self.hidden, self.outputs

    def forward(self, weights: Sequence[Tensor], x: Tensor) -> Tensor:
        """The output (gans, batch, outputs), before any squashing, for x (gans, batch, inputs), given tensors (gans,
        *shape) in the order of their shapes; or all of these without the leading axis, for one GAN."""
        w1, b1, w2, b2, w3, b3 = weights
        h = F.leaky_relu_(affine(x, w1, b1), SLOPE)
        h = F.leaky_relu_(affine(h, w2, b2), SLOPE)
        return affine(h, w3, b3)

    def initial(self, generators: Sequence[torch.Generator]) -> Tensor:
        """PyTorch's default for ``Linear``, weight and bias U(±1/√fan_in), flat (gans, size); a generator for each."""
        fans = [self.inputs, self.inputs, self.hidden, self.hidden, self.hidden, self.hidden]
        sizes = list(zip(self.shapes().values(), (fan**-0.5 for fan in fans), strict=True))

        def one(generator: torch.Generator) -> Tensor:
            parts = [torch.empty(shape).uniform_(-bound, bound, generator=generator) for shape, bound in sizes]
            return torch.cat([part.flatten() for part in parts])

        return torch.stack([one(generator) for generator in generators])


@dataclass(frozen=True)
class GAN:
    """A generator and a discriminator of the same kind; the GAN-GAN is one too, over rows instead of images."""

    latent: int
    width: int  # of what is generated: 784 pixels, or the weights of a row
    generator_hidden: int
    discriminator_hidden: int
    output: Literal["tanh", "linear"] = "tanh"
    conditions: int = 0  # numbers that both networks are told beside their input

    @property
    def generator(self) -> MLP:
        """Latent and conditions → width."""
        return MLP(self.latent + self.conditions, self.generator_hidden, self.width)

    @property
    def discriminator(self) -> MLP:
        """Width and conditions → one logit; high means real (facts.md 0.6-6)."""
        return MLP(self.width + self.conditions, self.discriminator_hidden, 1)

    def layout(self) -> Layout:
        """D then G (facts.md 0.1)."""
        return Layout.of(discriminator=self.discriminator.shapes(), generator=self.generator.shapes())

    def generate(self, weights: Sequence[Tensor], z: Tensor) -> Tensor:
        """Samples (gans, batch, width), in (−1, 1) for tanh, of generators with these weights, each (gans, *shape), in
        the order of their shapes, from noise z (gans, batch, latent)."""
        samples = self.generator.forward(weights, z)
        return tanh(samples) if self.output == "tanh" else samples

    def judge(self, weights: Sequence[Tensor], samples: Tensor) -> Tensor:
        """Logits (gans, batch, 1) of samples (gans, batch, width) by discriminators with these weights."""
        return self.discriminator.forward(weights, samples)


def tanh(x: Tensor, out: Tensor | None = None) -> Tensor:
    """Tanh x as 2σ(2x) − 1, overwriting x: on a CPU, PyTorch's σ takes a tenth of the time of its tanh."""
    return torch.mul(x.mul_(2).sigmoid_(), 2, out=out).sub_(1)
