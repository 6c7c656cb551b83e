"""One training step of a stack of GANs: both losses and their gradients, written out (facts.md 0.1).

For three small layers, recording an autograd graph costs more than the arithmetic, and for a GAN-GAN its passes over
rows of 113,745 weights are the cost. A test holds these gradients to autograd's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 (the name every PyTorch reader knows)
from torch import Tensor, ops

from gangan.networks import GAN, MLP, SLOPE
from gangan.products import affine, product
from gangan.training import Adam, Gradients, Phase
from gangan.weights import Layout

_leaky_relu_backward = ops.aten.leaky_relu_backward.grad_input
_tanh_backward = ops.aten.tanh_backward.grad_input


@dataclass(frozen=True)
class Layer:
    """One fully connected layer, of one GAN or of each of a stack (gans, …)."""

    weight: Tensor  # (out, in)
    bias: Tensor  # (out,)
    by_columns: bool  # stands the weight in memory input by input?

    def forward(self, x: Tensor) -> Tensor:
        """(batch, in) → (batch, out)."""
        return affine(x, self.weight, self.bias)

    def backward(self, at_output: Tensor) -> Tensor:
        """Gradient before the activation (batch, out) → at the input (batch, in)."""
        return product(at_output, self.weight)

    def gradient(self, x: Tensor, at_output: Tensor) -> list[Tensor]:
        """Those of weight and bias, for input x (batch, in) and the gradient before the activation (batch, out)."""
        weight = product(x.mT, at_output).mT if self.by_columns else product(at_output.mT, x)
        return [weight, at_output.sum(-2)]


def layers(network: MLP, flat: Tensor, last_by_columns: bool = False) -> list[Layer]:
    """The three layers of a network, a copy of its flat weights (gans, size); those of one GAN without that axis."""
    tensors = [tensor.clone() for tensor in Layout.of(mlp=network.shapes()).unflatten(flat).values()]
    if last_by_columns:
        tensors[4] = tensors[4].mT.contiguous().mT
    if len(flat) == 1:
        tensors = [tensor[0] for tensor in tensors]
    columns = [False, False, last_by_columns]
    return [Layer(*layer) for layer in zip(tensors[::2], tensors[1::2], columns, strict=True)]


@dataclass(frozen=True)
class Batch:
    """One step's input.

    ``pair`` (gans, 2 × batch, width) has the real batch in its first half; the step fills the second with fakes, so
    that D judges both in one pass and nothing is copied. ``noise`` is fresh (gans, batch, latent) for G's turn and D's.
    """

    pair: Tensor
    noise: tuple[Tensor, Tensor]


class Adversaries:
    """A stack of GANs in training, from flat weights (gans, size); one alone is computed without the leading axis.

    The weight that makes a GAN's samples stands in memory by columns: its gradient, by far the dearest of a GAN-GAN's
    products, then takes half the time.
    """

    def __init__(self, gan: GAN, generator: Tensor, discriminator: Tensor):
        self.tanh = gan.output == "tanh"
        self.alone = len(generator) == 1
        self.minus_one = torch.full((), -1.0, dtype=generator.dtype, device=generator.device)
        self._g = layers(gan.generator, generator, last_by_columns=True)
        self._d = layers(gan.discriminator, discriminator)

    def phases(self, learning_rate: float, average: float = 0.0) -> list[Phase]:
        """G's turn, then D's; the generator's weights averaged with that decay, if any."""
        for_g = Adam(_tensors(self._g), learning_rate, average=average)
        for_d = Adam(_tensors(self._d), learning_rate)
        return [
            Phase("generator", for_g, self.generator_step, _losses),
            Phase("discriminator", for_d, self.discriminator_step, lambda scores: 2 * _losses(scores)),
        ]

    def generator_step(self, batch: Batch) -> Gradients:
        """Scores (batch, 1) of fakes and G's gradients, of the non-saturating loss −log D(G(z)), the batch's mean."""
        z = self._of(batch.noise[0])
        first, second, last = self._g
        h1, h2 = self._hidden(z)
        fake = self._samples(h2)  # (batch, width)
        judged = self._judge(fake)
        score = judged[-1]  # (batch, 1)
        g1, _ = self._judge_backward(judged, torch.sigmoid(-score).div_(-score.shape[-2]))
        g3 = self._d[0].backward(g1)  # (batch, width), from here on gradients in the generator
        if self.tanh:
            _tanh_backward(g3, fake, grad_input=g3)
        g2 = _leaky_backward(last.backward(g3), h2)
        g1 = _leaky_backward(second.backward(g2), h1)
        gradients = [*first.gradient(z, g1), *second.gradient(h1, g2), *last.gradient(h2, g3)]
        return score, gradients

    def discriminator_step(self, batch: Batch) -> Gradients:
        """Scores (2 × batch, 1), of fakes with the sign turned, and D's gradients, of the loss −log D(x) −
        log(1 − D(G(z))), each the batch's mean."""
        pair, z = self._of(batch.pair), self._of(batch.noise[1])
        first, second, last = self._d
        size = z.shape[-2]
        self._samples(self._hidden(z)[1], out=pair[..., size:, :])
        h1, h2, score = judged = self._judge(pair)  # score (2 × batch, 1)
        score[..., size:, :].neg_()  # real wants a high score, fake a low one: now both want it high
        g3 = torch.sigmoid(-score).div_(-size)
        g3[..., size:, :].neg_()
        g1, g2 = self._judge_backward(judged, g3)
        gradients = [*first.gradient(pair, g1), *second.gradient(h1, g2), *last.gradient(h2, g3)]
        return score, gradients

    def _of(self, stacked: Tensor) -> Tensor:
        return stacked[0] if self.alone else stacked

    def _hidden(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """The generator's hidden layers (batch, hidden)."""
        h1 = F.leaky_relu_(self._g[0].forward(z), SLOPE)
        return h1, F.leaky_relu_(self._g[1].forward(h1), SLOPE)

    def _samples(self, h2: Tensor, out: Tensor | None = None) -> Tensor:
        """The generator's samples (batch, width)."""
        last = self._g[2]
        if not self.tanh:
            samples = last.forward(h2)
            return samples if out is None else out.copy_(samples)
        # tanh x = 2σ(2x) − 1, as in ``networks.tanh``; a double of the small tensors saves a pass over the wide one
        sigmoid = affine(h2 * 2, last.weight, last.bias * 2).sigmoid_()
        return torch.add(self.minus_one, sigmoid, alpha=2, out=sigmoid if out is None else out)

    def _judge(self, samples: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The discriminator's hidden layers (batch, hidden) and score (batch, 1) of samples."""
        h1 = F.leaky_relu_(self._d[0].forward(samples), SLOPE)
        h2 = F.leaky_relu_(self._d[1].forward(h1), SLOPE)
        return h1, h2, self._d[2].forward(h2)

    def _judge_backward(self, judged: tuple[Tensor, Tensor, Tensor], at_score: Tensor) -> tuple[Tensor, Tensor]:
        """Gradients at the outputs of the discriminator's first and second layer, before the leaky ReLU."""
        h1, h2, _ = judged
        g2 = _leaky_backward(self._d[2].backward(at_score), h2)
        return _leaky_backward(self._d[1].backward(g2), h1), g2


def _leaky_backward(gradient: Tensor, output: Tensor) -> Tensor:
    """Gradient at a leaky ReLU's output → at its input; overwrites it."""
    result: Tensor = _leaky_relu_backward(gradient, output, SLOPE, True, grad_input=gradient)
    return result


def _tensors(network: Sequence[Layer]) -> list[Tensor]:
    return [tensor for layer in network for tensor in (layer.weight, layer.bias)]


def _losses(scores: Tensor) -> Tensor:
    """−log σ of each step's scores (steps, …, 1), the mean of all in it (steps, gans)."""
    return F.softplus(-scores).mean((-2, -1)).view(len(scores), -1)
