"""One training step of a stack of GANs: both losses and their gradients, written out (facts.md 0.1).

For three small layers, recording an autograd graph costs more than the arithmetic, and for a GAN-GAN its passes over
rows of 113,745 weights are the cost. A test holds these gradients to autograd's.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 (the name every PyTorch reader knows)
from torch import Tensor, ops

from gangan.networks import GAN, MLP, SLOPE, tanh
from gangan.products import affine, product
from gangan.training import Adam, Phase
from gangan.weights import Layout


class Layer:
    """Views of one layer's weights, or their gradients, made once: slicing at every step costs as much as a product."""

    def __init__(self, weight: Tensor, bias: Tensor):
        self.weight = weight  # (gans, out, in)
        self.bias = bias  # (gans, 1, out)

    def forward(self, x: Tensor, out: Tensor | None = None) -> Tensor:
        """(gans, batch, in) → (gans, batch, out)."""
        return affine(x, self.weight, self.bias, out)

    def backward(self, at_output: Tensor) -> Tensor:
        """Gradient before the activation (gans, batch, out) → at the input (gans, batch, in)."""
        return product(at_output, self.weight)

    def gradient(self, x: Tensor, at_output: Tensor) -> None:
        """As gradients: write those of a layer that had input x, given the gradient before its activation."""
        product(at_output.mT, x, out=self.weight)
        torch.sum(at_output, 1, keepdim=True, out=self.bias)


def layers(network: MLP, flat: Tensor) -> list[Layer]:
    """The three layers of a network within its flat weights (gans, size)."""
    views = list(Layout.of(mlp=network.shapes()).unflatten(flat).values())
    return [Layer(weight, bias.unsqueeze(1)) for weight, bias in zip(views[::2], views[1::2], strict=True)]


@dataclass(frozen=True)
class Batch:
    """One step's input.

    ``pair`` (gans, 2 × batch, width) has the real batch in its first half; the step fills the second with fakes, so
    that D judges both in one pass and nothing is copied. ``noise`` is fresh (gans, batch, latent) for G's turn and D's.
    """

    pair: Tensor
    noise: tuple[Tensor, Tensor]


class Adversaries:
    """A stack of GANs in training: their flat weights (gans, size), updated in place elsewhere, and gradients."""

    def __init__(self, gan: GAN, generator: Tensor, discriminator: Tensor):
        self.tanh = gan.output == "tanh"
        self.generator_gradient = torch.empty_like(generator)
        self.discriminator_gradient = torch.empty_like(discriminator)
        self._g1, self._g2, self._g3 = layers(gan.generator, generator)
        self._dg1, self._dg2, self._dg3 = layers(gan.generator, self.generator_gradient)
        self._d1, self._d2, self._d3 = layers(gan.discriminator, discriminator)
        self._dd1, self._dd2, self._dd3 = layers(gan.discriminator, self.discriminator_gradient)

    def phases(self, learning_rate: float, generator: Tensor, discriminator: Tensor) -> list[Phase]:
        """G's turn, then D's."""
        return [
            Phase("generator", Adam(generator, learning_rate), self.generator_step),
            Phase("discriminator", Adam(discriminator, learning_rate), self.discriminator_step),
        ]

    def generator_step(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Non-saturating loss −log D(G(z)), the batch's mean, per GAN (gans,); and G's gradient (gans, size)."""
        z = batch.noise[0]
        h1, h2 = self._hidden(z)
        fake = self._samples(h2)  # (gans, batch, width)
        judged = self._judge(fake)
        score = judged[-1]  # (gans, batch, 1)
        g1, _ = self._judge_backward(judged, torch.sigmoid(-score).div_(-score.shape[1]))
        g3 = self._d1.backward(g1)  # (gans, batch, width), from here on gradients in the generator
        if self.tanh:
            ops.aten.tanh_backward.grad_input(g3, fake, grad_input=g3)
        g2 = _leaky_backward(self._g3.backward(g3), h2)
        g1 = _leaky_backward(self._g2.backward(g2), h1)
        self._dg3.gradient(h2, g3)
        self._dg2.gradient(h1, g2)
        self._dg1.gradient(z, g1)
        return F.softplus(-score).mean((1, 2)), self.generator_gradient

    def discriminator_step(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """−log D(x) − log(1 − D(G(z))), each the batch's mean, summed, per GAN (gans,); and D's gradient."""
        z = batch.noise[1]
        size = z.shape[1]
        _, h2 = self._hidden(z)
        self._samples(h2, out=batch.pair[:, size:])
        h1, h2, score = judged = self._judge(batch.pair)  # score (gans, 2 × batch, 1)
        fake_score = score[:, size:]
        fake_score.neg_()  # real wants a high score, fake a low one: now both want it high
        g3 = torch.sigmoid(-score).div_(-size)
        g3[:, size:].neg_()
        g1, g2 = self._judge_backward(judged, g3)
        self._dd3.gradient(h2, g3)
        self._dd2.gradient(h1, g2)
        self._dd1.gradient(batch.pair, g1)
        return F.softplus(-score).sum((1, 2)).div_(size), self.discriminator_gradient

    def _hidden(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """The generator's hidden layers (gans, batch, hidden)."""
        h1 = F.leaky_relu_(self._g1.forward(z), SLOPE)
        return h1, F.leaky_relu_(self._g2.forward(h1), SLOPE)

    def _samples(self, h2: Tensor, out: Tensor | None = None) -> Tensor:
        """The generator's samples (gans, batch, width)."""
        samples = self._g3.forward(h2, out)
        return tanh(samples, out=samples) if self.tanh else samples

    def _judge(self, samples: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The discriminator's hidden layers (gans, batch, hidden) and score (gans, batch, 1) of samples."""
        h1 = F.leaky_relu_(self._d1.forward(samples), SLOPE)
        h2 = F.leaky_relu_(self._d2.forward(h1), SLOPE)
        return h1, h2, self._d3.forward(h2)

    def _judge_backward(self, judged: tuple[Tensor, Tensor, Tensor], at_score: Tensor) -> tuple[Tensor, Tensor]:
        """Gradients at the outputs of the discriminator's first and second layer, before the leaky ReLU."""
        h1, h2, _ = judged
        g2 = _leaky_backward(self._d3.backward(at_score), h2)
        return _leaky_backward(self._d2.backward(g2), h1), g2


def _leaky_backward(gradient: Tensor, output: Tensor) -> Tensor:
    """Gradient at a leaky ReLU's output → at its input; overwrites it."""
    result: Tensor = ops.aten.leaky_relu_backward.grad_input(gradient, output, SLOPE, True, grad_input=gradient)
    return result
