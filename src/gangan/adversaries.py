"""One training step of a stack of GANs: both losses and their gradients, written out (facts.md 0.1).

For three small layers, recording an autograd graph costs more than the arithmetic, and for a GAN-GAN its passes over
rows of 113,745 weights are the cost. So a row is worked through in parts that stay in a CPU's cache from their product
to their update. A test holds these gradients to autograd's.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

import torch
import torch.nn.functional as F  # noqa: N812 (the name every PyTorch reader knows)
from torch import Tensor, ops

from gangan.networks import GAN, MLP, SLOPE
from gangan.products import affine, product
from gangan.training import Adam, Gradients, Phase, flat
from gangan.weights import Layout

PART = 2**13  # numbers of a row; a generator's weights that make them are 2 MB
LINE = 16  # numbers in a line of the cache

_leaky_relu_backward = ops.aten.leaky_relu_backward.grad_input
_tanh_backward = ops.aten.tanh_backward.grad_input


def parts(tensor: Tensor, dim: int) -> tuple[Tensor, ...]:
    """Views of a tensor in the parts that a step works through, along the axis that is as wide as a sample.

    A GPU takes it whole. A part's rows are whole cache lines wide; what that leaves over is one more, small part.
    """
    width = tensor.shape[dim]
    if tensor.is_cuda or width <= PART:
        return (tensor,)
    cut: tuple[Tensor, ...] = torch.split(tensor, width // math.ceil(width / PART) // LINE * LINE, dim)
    return cut


@dataclass(frozen=True)
class Layer:
    """One fully connected layer or a part of it, of one GAN or of each of a stack (gans, …)."""

    weight: Tensor  # (out, in)
    bias: Tensor | None  # (out,)
    by_columns: bool = False  # stands the weight in memory input by input?

    @property
    def tensors(self) -> list[Tensor]:
        """Weight and bias."""
        return [self.weight] if self.bias is None else [self.weight, self.bias]

    def forward(self, x: Tensor) -> Tensor:
        """(batch, in) → (batch, out)."""
        return product(x, self.weight.mT) if self.bias is None else affine(x, self.weight, self.bias)

    def backward(self, at_output: Tensor) -> Tensor:
        """Gradient before the activation (batch, out) → at the input (batch, in)."""
        return product(at_output, self.weight)

    def gradient(self, x: Tensor, at_output: Tensor) -> list[Tensor]:
        """Those of its tensors, for input x (batch, in) and the gradient before the activation (batch, out)."""
        weight = product(x.mT, at_output).mT if self.by_columns else product(at_output.mT, x)
        return [weight] if self.bias is None else [weight, at_output.sum(-2)]


def layers(network: MLP, weights: Tensor) -> list[Layer]:
    """The three layers of a network, a copy of its flat weights (gans, size); those of one GAN without that axis."""
    tensors = [tensor.clone() for tensor in Layout.of(mlp=network.shapes()).unflatten(weights).values()]
    if len(weights) == 1:
        tensors = [tensor[0] for tensor in tensors]
    return [Layer(*layer) for layer in zip(tensors[::2], tensors[1::2], strict=True)]


@dataclass(frozen=True)
class Batch:
    """One step's input.

    ``pairs`` are the parts of (gans, 2 × batch, width) with the real batch in its first half; the step fills the second
    with fakes, so that D judges both in one pass. ``noise`` is fresh (gans, batch, latent) for G's turn and D's.
    """

    pairs: Sequence[Tensor]
    noise: tuple[Tensor, Tensor]


class Adversaries:
    """A stack of GANs in training, from flat weights (gans, size); one alone is computed without the leading axis.

    The layers as wide as a sample stand in parts: G's last, which makes it, and D's first, which sees it. The weight
    that makes it stands in memory by columns: its gradient, by far the dearest of a GAN-GAN's products, then takes half
    the time.
    """

    def __init__(self, gan: GAN, generator: Tensor, discriminator: Tensor):
        self.tanh = gan.output == "tanh"
        self.alone = len(generator) == 1
        self.minus_one = torch.full((), -1.0, dtype=generator.dtype, device=generator.device)
        *self._g, last = layers(gan.generator, generator)
        first, *self._d = layers(gan.discriminator, discriminator)
        wide = zip(parts(last.weight, -2), parts(last.tensors[1], -1), strict=True)
        self._makes = [Layer(weight.mT.contiguous().mT, bias.clone(), by_columns=True) for weight, bias in wide]
        self._sees = [Layer(weight.contiguous(), None) for weight in parts(first.weight, -1)]
        self._sees[0] = Layer(self._sees[0].weight, first.bias)

    def phases(self, learning_rate: float, average: float = 0.0) -> list[Phase]:
        """G's turn, then D's; the generator's weights averaged with that decay, if any."""
        for_g = Adam(_groups(self._makes, [*self._g, self._makes[0]]), learning_rate, average=average)
        for_d = Adam(_groups(self._sees, [self._sees[0], *self._d]), learning_rate)
        return [
            Phase("generator", for_g, self.generator_step, _losses, _flat_generator),
            Phase(
                "discriminator", for_d, self.discriminator_step, lambda scores: 2 * _losses(scores), _flat_discriminator
            ),
        ]

    def generator_step(self, batch: Batch) -> Gradients:
        """Scores (batch, 1) of fakes and G's gradients, of the non-saturating loss −log D(G(z)), the batch's mean."""
        z = self._of(batch.noise[0])
        h1, h2 = self._hidden(z)
        fakes = [self._of(pair)[..., z.shape[-2] :, :] for pair in batch.pairs]  # (batch, part)
        judged = self._judge(self._made(h2, fakes))
        score = judged[-1]  # (batch, 1)
        g1, _ = self._judge_backward(judged, torch.sigmoid(-score).div_(-score.shape[-2]))
        return score, self._generator_gradients(z, h1, h2, fakes, g1)

    def _generator_gradients(
        self, z: Tensor, h1: Tensor, h2: Tensor, fakes: Sequence[Tensor], at_d: Tensor
    ) -> Iterator[list[Tensor]]:
        """Group by group, as ``_groups`` has them."""
        first, second = self._g
        at_h2, gradients = [], []
        for makes, sees, fake in reversed(list(zip(self._makes, self._sees, fakes, strict=True))):
            g3 = sees.backward(at_d)  # (batch, part), from here on gradients in the generator
            if self.tanh:
                _tanh_backward(g3, fake, grad_input=g3)
            at_h2.append(makes.backward(g3))
            gradients = makes.gradient(h2, g3)
            if makes is not self._makes[0]:
                yield gradients
        g2 = _leaky_backward(reduce(Tensor.add_, at_h2), h2)
        g1 = _leaky_backward(second.backward(g2), h1)
        yield [*first.gradient(z, g1), *second.gradient(h1, g2), *gradients]

    def discriminator_step(self, batch: Batch) -> Gradients:
        """Scores (2 × batch, 1), of fakes with the sign turned, and D's gradients, of the loss −log D(x) −
        log(1 − D(G(z))), each the batch's mean."""
        z, pairs = self._of(batch.noise[1]), [self._of(pair) for pair in batch.pairs]
        size = z.shape[-2]
        made = self._made(self._hidden(z)[1], [pair[..., size:, :] for pair in pairs])
        judged = self._judge(pair for pair, _ in zip(pairs, made, strict=True))
        score = judged[-1]  # (2 × batch, 1)
        score[..., size:, :].neg_()  # real wants a high score, fake a low one: now both want it high
        g3 = torch.sigmoid(-score).div_(-size)
        g3[..., size:, :].neg_()
        return score, self._discriminator_gradients(pairs, judged, g3)

    def _discriminator_gradients(
        self, pairs: Sequence[Tensor], judged: tuple[Tensor, Tensor, Tensor], g3: Tensor
    ) -> Iterator[list[Tensor]]:
        """Group by group, as ``_groups`` has them."""
        second, last = self._d
        h1, h2, _ = judged
        g1, g2 = self._judge_backward(judged, g3)
        for sees, pair in reversed(list(zip(self._sees[1:], pairs[1:], strict=True))):
            yield sees.gradient(pair, g1)
        yield [*self._sees[0].gradient(pairs[0], g1), *second.gradient(h1, g2), *last.gradient(h2, g3)]

    def _of(self, stacked: Tensor) -> Tensor:
        return stacked[0] if self.alone else stacked

    def _hidden(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """The generator's hidden layers (batch, hidden)."""
        h1 = F.leaky_relu_(self._g[0].forward(z), SLOPE)
        return h1, F.leaky_relu_(self._g[1].forward(h1), SLOPE)

    def _made(self, h2: Tensor, into: Sequence[Tensor]) -> Iterator[Tensor]:
        """The generator's samples, part by part (batch, part), as they are written."""
        inner = h2 * 2 if self.tanh else h2
        for makes, out in zip(self._makes, into, strict=True):
            if self.tanh:
                # tanh x = 2σ(2x) − 1, as in ``networks.tanh``; a double of the small tensors saves a pass over the wide
                weight, bias = makes.tensors
                torch.add(self.minus_one, affine(inner, weight, bias * 2).sigmoid_(), alpha=2, out=out)
            else:
                out.copy_(makes.forward(inner))
            yield out

    def _judge(self, samples: Iterable[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """The discriminator's hidden layers (batch, hidden) and score (batch, 1) of samples, given part by part."""
        seen = (sees.forward(part) for sees, part in zip(self._sees, samples, strict=True))
        h1 = F.leaky_relu_(reduce(Tensor.add_, seen), SLOPE)
        h2 = F.leaky_relu_(self._d[0].forward(h1), SLOPE)
        return h1, h2, self._d[1].forward(h2)

    def _judge_backward(self, judged: tuple[Tensor, Tensor, Tensor], at_score: Tensor) -> tuple[Tensor, Tensor]:
        """Gradients at the outputs of the discriminator's first and second layer, before the leaky ReLU."""
        h1, h2, _ = judged
        g2 = _leaky_backward(self._d[1].backward(at_score), h2)
        return _leaky_backward(self._d[0].backward(g2), h1), g2


def _leaky_backward(gradient: Tensor, output: Tensor) -> Tensor:
    """Gradient at a leaky ReLU's output → at its input; overwrites it."""
    result: Tensor = _leaky_relu_backward(gradient, output, SLOPE, True, grad_input=gradient)
    return result


def _groups(wide: Sequence[Layer], network: Sequence[Layer]) -> list[list[Tensor]]:
    """The tensors that are updated together: those of each part of the wide layer but the first, and then those of the
    whole rest, which is all there is of a narrow GAN: one call. From the last part on, as the cache has that yet."""
    groups = [part.tensors for part in reversed(wide[1:])]
    return [*groups, [tensor for layer in network for tensor in layer.tensors]]


def _flat_generator(tensors: Sequence[Tensor], gans: int) -> Tensor:
    others, (*hidden, weight, bias) = tensors[:-6], tensors[-6:]
    return flat([*hidden, weight, *others[-2::-2], bias, *others[::-2]], gans)


def _flat_discriminator(tensors: Sequence[Tensor], gans: int) -> Tensor:
    others, (weight, *rest) = tensors[:-6], tensors[-6:]
    return flat([torch.cat([weight, *others[::-1]], dim=-1), *rest], gans)


def _losses(scores: Tensor) -> Tensor:
    """−log σ of each step's scores (steps, …, 1), the mean of all in it (steps, gans)."""
    return F.softplus(-scores).mean((-2, -1)).view(len(scores), -1)
