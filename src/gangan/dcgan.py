"""The small DCGAN of claim C6 (Radford et al. 2016): its networks, losses and gradients.

Inside, images stand with the batch last, (gans, channels, side, side, batch), and a convolution is a product with
patches of them: for so few channels that is faster on a CPU than PyTorch's convolutions, and a stack of GANs is a stack
of products, as for MLPs.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, autograd

from gangan.adversaries import Batch
from gangan.networks import SLOPE, tanh
from gangan.products import product
from gangan.training import Adam, Phase, by_autograd
from gangan.weights import Layout

KERNEL = 4  # pixels; steps of 2 on a border of 1, so that every layer halves or doubles a side
SIDE = 32  # pixels: 4 doubled three times
LAYERS = ("input", "hidden1", "hidden2", "output")
PAIRS = ((0, 0), (0, 1), (1, 0), (1, 1))  # a kernel is two pairs of lines by two pairs of columns
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
        """(gans, channels, side, side, batch) → (gans, channels, side, side, batch), before any last squashing."""
        slope = 0.0 if self.transposed else SLOPE  # a generator's are plain ReLUs
        left = iter(weights)
        for layer in LAYERS:
            weight, bias = next(left), next(left)
            x = (Transposed if self.transposed else Convolution).apply(x, weight) + bias[:, :, None, None, None]
            if layer in self.normalised:
                x = _normalised(x, next(left), next(left))
            x = x if layer == "output" else F.leaky_relu_(x, slope)
        return x


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
        images = self.generator.forward(weights, z.mT[:, :, None, None])  # (gans, 1, 32, 32, batch)
        return tanh(images).flatten(1, 3).mT

    def judge(self, weights: Sequence[Tensor], images: Tensor) -> Tensor:
        """Logits (gans, batch, 1) of images (gans, batch, width) by discriminators with these weights."""
        side_by_side = images.mT.reshape(len(images), 1, SIDE, SIDE, -1)  # (gans, 1, 32, 32, batch)
        return self.discriminator.forward(weights, side_by_side).flatten(1, 3).mT

    def phases(self, learning_rate: float, generator: Tensor, discriminator: Tensor) -> list[Phase]:
        """G's turn, then D's, of flat weights (gans, size) that are updated in place; the losses of ``adversaries``."""

        def made(flat: Tensor, z: Tensor) -> Tensor:
            return self.generate(tensors(self.generator, flat), z)

        def score(flat: Tensor, images: Tensor) -> Tensor:
            return self.judge(tensors(self.discriminator, flat), images)

        def generator_step(batch: Batch) -> tuple[Tensor, Tensor]:
            z = batch.noise[0]
            return by_autograd(lambda g: F.softplus(-score(discriminator, made(g, z))).mean((1, 2)), generator)

        def discriminator_step(batch: Batch) -> tuple[Tensor, Tensor]:
            z = batch.noise[1]
            real, fake = batch.pair[:, : z.shape[1]], made(generator, z)

            def loss(d: Tensor) -> Tensor:  # real and fake apart, each normalised by its own statistics
                return F.softplus(-score(d, real)).mean((1, 2)) + F.softplus(score(d, fake)).mean((1, 2))

            return by_autograd(loss, discriminator)

        return [
            Phase("generator", Adam(generator, learning_rate), generator_step),
            Phase("discriminator", Adam(discriminator, learning_rate), discriminator_step),
        ]


def tensors(network: Convolutions, flat: Tensor) -> list[Tensor]:
    """A network's tensors (gans, *shape) within its flat weights (gans, size)."""
    return list(Layout.of(net=network.shapes()).unflatten(flat).values())


def _normalised(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Each channel of each GAN over its pixels and its batch."""
    channels = x.reshape(1, weight.numel(), -1)
    return F.batch_norm(channels, None, None, weight.flatten(), bias.flatten(), training=True).view(x.shape)


def _patches(images: Tensor) -> Tensor:
    """(gans, channels, side, side, batch) → what a kernel sees at each of its places, zeros beyond the border: (gans,
    channels × 4 × 4, places × batch). Of an image no larger than the kernel that is the image."""
    gans, channels, side, _, batch = images.shape
    if side == KERNEL:
        return images.reshape(gans, -1, batch)
    half = side // 2
    padded = F.pad(images, (0, 0, 1, 1, 1, 1)).view(gans, channels, half + 1, 2, half + 1, 2, batch)
    apart = padded.permute(0, 1, 3, 5, 2, 4, 6).contiguous()  # odd and even lines apart: long runs to copy from
    patches = images.new_empty(gans, channels, 2, 2, 2, 2, half, half, batch)
    for i, j in PAIRS:
        patches[:, :, i, :, j] = apart[..., i : i + half, j : j + half, :]
    return patches.view(gans, channels * KERNEL * KERNEL, -1)


def _overlaid(patches: Tensor, batch: int) -> Tensor:
    """The transpose of ``_patches``: each laid where it was seen, and summed."""
    gans, _, places = patches.shape
    half = math.isqrt(places // batch)
    if half == 1:
        return patches.view(gans, -1, KERNEL, KERNEL, batch)
    pairs = patches.view(gans, -1, 2, 2, 2, 2, half, half, batch)
    channels = pairs.shape[1]
    apart = patches.new_zeros(gans, channels, 2, 2, half + 1, half + 1, batch)
    for i, j in PAIRS:
        apart[..., i : i + half, j : j + half, :] += pairs[:, :, i, :, j]
    padded = apart.permute(0, 1, 4, 2, 5, 3, 6).reshape(gans, channels, 2 * half + 2, 2 * half + 2, batch)
    return padded[:, :, 1:-1, 1:-1]


class Convolution(autograd.Function):
    """Halves a side, or makes one pixel of 4 × 4: weight (gans, out, in, 4, 4)."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor) -> Tensor:
        """(gans, in, side, side, batch) → (gans, out, side / 2, side / 2, batch)."""
        patches = _patches(x)
        ctx.save_for_backward(patches, weight)
        return _square(product(weight.flatten(2), patches), x.shape[-1])

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor | None]:
        """At the output → at the input and at the weight, where asked for."""
        patches, weight = ctx.saved_tensors
        flat = gradient.flatten(2)
        at_x = (
            _overlaid(product(weight.flatten(2).mT.contiguous(), flat), gradient.shape[-1])
            if ctx.needs_input_grad[0]
            else None
        )
        at_weight = product(flat, patches.mT).view(weight.shape) if ctx.needs_input_grad[1] else None
        return at_x, at_weight


class Transposed(autograd.Function):
    """Doubles a side, or makes 4 × 4 pixels of one: weight (gans, in, out, 4, 4)."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor) -> Tensor:
        """(gans, in, side, side, batch) → (gans, out, 2 side, 2 side, batch)."""
        ctx.save_for_backward(x, weight)
        return _overlaid(product(weight.flatten(2).mT.contiguous(), x.flatten(2)), x.shape[-1])

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor | None]:
        """At the output → at the input and at the weight, where asked for."""
        x, weight = ctx.saved_tensors
        patches = _patches(gradient)
        at_x = product(weight.flatten(2), patches).view(x.shape) if ctx.needs_input_grad[0] else None
        at_weight = product(x.flatten(2), patches.mT).view(weight.shape) if ctx.needs_input_grad[1] else None
        return at_x, at_weight


def _square(flat: Tensor, batch: int) -> Tensor:
    """(gans, channels, pixels × batch) → (gans, channels, side, side, batch)."""
    side = math.isqrt(flat.shape[2] // batch)
    return flat.view(*flat.shape[:2], side, side, batch)
