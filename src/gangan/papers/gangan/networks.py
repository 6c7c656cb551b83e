"""The networks (docs/papers/gangan.md, sections 1 and 2): shapes, initial weights, and what generators make.

Every weight has a leading "how many" axis: one GAN and thirty-five are the same code. ``GAN`` is the paper's, and the
GAN-GAN is one too; ``DCGAN`` is the small one of claim C6 (Radford et al. 2016), whose stack is one network of as many
groups of channels.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
import torch.nn.functional as F  # noqa: N812 (the name every PyTorch reader knows)
from torch import Tensor

from gangan.core.layout import Layout
from gangan.papers.gangan.layers import affine

SLOPE = 0.2  # of the leaky ReLU
SIDE = 28  # pixels of a digit
AT_ONCE = 64  # GANs that draw: what a DCGAN makes in between is many times its images
KERNEL = 4  # pixels; in steps of 2 on a border of 1 it halves or doubles a side, and 1 pixel meets 4 × 4
PADDED = 32  # pixels of a DCGAN's images: 4 doubled three times
CONVOLUTIONS = ("input", "hidden1", "hidden2", "output")
DEVIATION = 0.02  # of a DCGAN's initial weights


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
    conditions: int = 0  # numbers that both networks are given beside their input

    @property
    def generator(self) -> MLP:
        """Latent and conditions → width."""
        return MLP(self.latent + self.conditions, self.generator_hidden, self.width)

    @property
    def discriminator(self) -> MLP:
        """Width and conditions → one logit; high means real (docs/papers/gangan.md, section 6)."""
        return MLP(self.width + self.conditions, self.discriminator_hidden, 1)

    def layout(self) -> Layout:
        """D then G."""
        return Layout.of(discriminator=self.discriminator.shapes(), generator=self.generator.shapes())

    def generate(self, weights: Sequence[Tensor], z: Tensor) -> Tensor:
        """Samples (gans, batch, width), in (−1, 1) for tanh, of generators with these weights, each (gans, *shape), in
        the order of their shapes, from noise z (gans, batch, latent)."""
        samples = self.generator.forward(weights, z)
        return tanh(samples) if self.output == "tanh" else samples

    def discriminate(self, weights: Sequence[Tensor], samples: Tensor) -> Tensor:
        """Logits (gans, batch, 1) of samples (gans, batch, width) by discriminators with these weights."""
        return self.discriminator.forward(weights, samples)


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
        return CONVOLUTIONS[:-1] if self.transposed else CONVOLUTIONS[1:-1]

    @property
    def smallest(self) -> str:
        """The layer between 1 pixel and 4 × 4."""
        return CONVOLUTIONS[0] if self.transposed else CONVOLUTIONS[-1]

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Of each layer weight before bias, then those of its normalisation."""
        shapes: dict[str, tuple[int, ...]] = {}
        for layer, inputs, outputs in zip(CONVOLUTIONS, self.widths, self.widths[1:], strict=False):
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
        for layer in CONVOLUTIONS:
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
    width: int = PADDED * PADDED  # of what is generated
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

    def discriminate(self, weights: Sequence[Tensor], images: Tensor) -> Tensor:
        """Logits (gans, batch, 1) of images (gans, batch, width) by discriminators with these weights."""
        return self.discriminator.forward(weights, images.reshape(*images.shape[:2], 1, PADDED, PADDED)).flatten(2)


Network = GAN | DCGAN


def of(network: Mapping[str, Any]) -> Network:
    """The GANs that a file or a configuration names: ``{"kind": "mlp" or "dcgan", "latent", "hidden"}``."""
    if network["kind"] == "dcgan":
        return DCGAN(network["latent"], network["hidden"])
    return GAN(network["latent"], SIDE * SIDE, network["hidden"], network["hidden"])


def tanh(x: Tensor, out: Tensor | None = None) -> Tensor:
    """Tanh x as 2σ(2x) − 1, overwriting x: on a CPU, PyTorch's σ takes a tenth of the time of its tanh."""
    return torch.mul(x.mul_(2).sigmoid_(), 2, out=out).sub_(1)


def weights(rows: Tensor, layout: Layout, network: str) -> list[Tensor]:
    """The tensors (gans, *shape) of the ``generator`` or the ``discriminator`` in rows (gans, width)."""
    return [tensor for name, tensor in layout.unflatten(rows).items() if name.startswith(f"{network}.")]


def draw(gan: Network, rows: Tensor, layout: Layout, z: Tensor) -> Tensor:
    """The digits of some GANs: rows (gans, width), whole or their generators' part as the layout says, and noise
    (batch, latent) shared by all → (gans, batch, 28, 28) in [−1, 1]."""
    parts = rows.split(AT_ONCE)  # type: ignore[no-untyped-call]
    made = [gan.generate(weights(some, layout, "generator"), z.expand(len(some), *z.shape)) for some in parts]
    return images(torch.cat(made), gan)


def samples(digits: Tensor, gan: Network) -> Tensor:
    """Digits (…, 28, 28) as a GAN's samples (…, width): with a black border where it makes larger images."""
    return F.pad(digits, [_border(gan)] * 4, value=-1).flatten(-2)


def images(made: Tensor, gan: Network) -> Tensor:
    """A GAN's samples (…, width) → digits (…, 28, 28), without the border."""
    border = _border(gan)
    inside = slice(border, border + SIDE)
    return made.reshape(*made.shape[:-1], 2 * border + SIDE, -1)[..., inside, inside]


def _border(gan: Network) -> int:
    return (math.isqrt(gan.width) - SIDE) // 2
