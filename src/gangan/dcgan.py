"""The small DCGAN of claim C6 (Radford et al. 2016): its networks, losses and gradients.

A stack of GANs is one network of as many groups of channels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from gangan.adversaries import Batch
from gangan.networks import SLOPE, tanh
from gangan.training import Adam, Gradients, Phase, by_autograd
from gangan.weights import Layout

KERNEL = 4  # pixels; in steps of 2 on a border of 1 it halves or doubles a side, and 1 pixel meets 4 × 4
SIDE = 32  # pixels: 4 doubled three times
LAYERS = ("input", "hidden1", "hidden2", "output")
DEVIATION = 0.02  # of initial weights


@dataclass(frozen=True)
class Convolutions:
    """Four convolutions with biases, batch-normalised between: all but the last, and not what reads the image.

    Batch normalisation uses the statistics of the batch at hand, in training and whenever a GAN is used later: a row
    then holds parameters only. So an image depends a little on those it is drawn with.
    """

    widths: tuple[int, ...]  # channels, from the input to the output
    transposed: bool  # a generator's convolutions are, and its weights in × out, a discriminator's out × in

    @property
    def normalised(self) -> tuple[str, ...]:
        """Layers with batch normalisation."""
        return LAYERS[:-1] if self.transposed else LAYERS[1:-1]

    @property
    def smallest(self) -> str:
        """The layer between 1 pixel and 4 × 4."""
        return LAYERS[0] if self.transposed else LAYERS[-1]

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Of each layer weight before bias, then those of its normalisation."""
        shapes: dict[str, tuple[int, ...]] = {}
        for layer, inputs, outputs in zip(LAYERS, self.widths, self.widths[1:], strict=False):
            channels = (inputs, outputs) if self.transposed else (outputs, inputs)
            shapes |= {f"{layer}.weight": (*channels, KERNEL, KERNEL), f"{layer}.bias": (outputs,)}
            if layer in self.normalised:
                shapes |= {f"{layer}.norm.weight": (outputs,), f"{layer}.norm.bias": (outputs,)}
        return shapes

    def initial(self, generators: Sequence[torch.Generator]) -> Tensor:
        """DCGAN's weights N(0, 0.02), those of normalisation N(1, 0.02), biases 0, flat (gans, size); a generator for
        each."""

        def part(name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
            if name.endswith("bias"):
                return torch.zeros(shape).flatten()
            mean = 1.0 if name.endswith("norm.weight") else 0.0
            return torch.empty(shape).normal_(mean, DEVIATION, generator=generator).flatten()

        return torch.stack([torch.cat([part(*shape, g) for shape in self.shapes().items()]) for g in generators])

    def forward(self, weights: Sequence[Tensor], x: Tensor) -> Tensor:
        """(gans, batch, channels, side, side) → (gans, batch, channels, side, side), before any last squashing."""
        convolve, slope = (F.conv_transpose2d, 0.0) if self.transposed else (F.conv2d, SLOPE)
        gans, batch, *image = x.shape
        x = x.transpose(0, 1).reshape(batch, gans * image[0], *image[1:])
        left = iter(weights)
        for layer in LAYERS:
            step, border = (1, 0) if layer == self.smallest else (2, 1)
            x = convolve(x, next(left).flatten(0, 1), next(left).flatten(), step, border, groups=gans)
            if layer in self.normalised:
                x = F.batch_norm(x, None, None, next(left).flatten(), next(left).flatten(), training=True)
            x = x if layer == "output" else F.leaky_relu_(x, slope)
        return x.view(batch, gans, -1, *x.shape[2:]).transpose(0, 1)


@dataclass(frozen=True)
class DCGAN:
    """A generator of images and a discriminator, of ``hidden`` channels where they have the most pixels."""

    latent: int
    hidden: int
    width: int = SIDE * SIDE  # of what is generated
    output: Literal["tanh"] = "tanh"

    @property
    def generator(self) -> Convolutions:
        """Latent → 4 × 4 → 8 × 8 → 16 × 16 → an image."""
        return Convolutions((self.latent, 8 * self.hidden, 4 * self.hidden, 2 * self.hidden, 1), transposed=True)

    @property
    def discriminator(self) -> Convolutions:
        """An image → 16 × 16 → 8 × 8 → 4 × 4 → one logit; high means real."""
        return Convolutions((1, self.hidden, 2 * self.hidden, 4 * self.hidden, 1), transposed=False)

    def layout(self) -> Layout:
        """D then G, as in the rows of other GANs."""
        return Layout.of(discriminator=self.discriminator.shapes(), generator=self.generator.shapes())

    def generate(self, weights: Sequence[Tensor], z: Tensor) -> Tensor:
        """Images (gans, batch, width), in (−1, 1), of generators with these weights, each (gans, *shape), in the order
        of their shapes, from noise z (gans, batch, latent)."""
        return tanh(self.generator.forward(weights, z[..., None, None])).flatten(2)

    def judge(self, weights: Sequence[Tensor], images: Tensor) -> Tensor:
        """Logits (gans, batch, 1) of images (gans, batch, width) by discriminators with these weights."""
        return self.discriminator.forward(weights, images.reshape(*images.shape[:2], 1, SIDE, SIDE)).flatten(2)

    def phases(self, learning_rate: float, generator: Tensor, discriminator: Tensor) -> list[Phase]:
        """G's turn, then D's, of flat weights (gans, size) that are updated in place; the losses of ``adversaries``."""

        def made(flat: Tensor, z: Tensor) -> Tensor:
            return self.generate(tensors(self.generator, flat), z)

        def score(flat: Tensor, images: Tensor) -> Tensor:
            return self.judge(tensors(self.discriminator, flat), images)

        def generator_step(batch: Batch) -> Gradients:
            z = batch.noise[0]
            return by_autograd(lambda g: F.softplus(-score(discriminator, made(g, z))).mean((1, 2)), generator)

        def discriminator_step(batch: Batch) -> Gradients:
            z = batch.noise[1]
            real, fake = batch.pairs[0][:, : z.shape[1]], made(generator, z)

            def loss(d: Tensor) -> Tensor:  # real and fake apart, each normalised by its own statistics
                return F.softplus(-score(d, real)).mean((1, 2)) + F.softplus(score(d, fake)).mean((1, 2))

            return by_autograd(loss, discriminator)

        return [
            Phase("generator", Adam([[generator]], learning_rate), generator_step),
            Phase("discriminator", Adam([[discriminator]], learning_rate), discriminator_step),
        ]


def tensors(network: Convolutions, flat: Tensor) -> list[Tensor]:
    """A network's tensors (gans, *shape) within its flat weights (gans, size)."""
    return list(Layout.of(net=network.shapes()).unflatten(flat).values())
