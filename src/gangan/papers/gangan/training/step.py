"""One training step of a stack of GANs: both losses and their gradients, written out.

docs/papers/gangan.md, section 1, has the losses.

For three small layers, recording an autograd graph costs more than the arithmetic, and for a GAN-GAN its passes over
rows of 113,745 weights are the cost. So a row is worked through in parts that stay in a CPU's cache from their product
to their update. A test holds these gradients to autograd's.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate, pairwise
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 (the name every PyTorch reader knows)
from torch import Tensor, autograd

from gangan.core.files import UserError
from gangan.core.train import Turn
from gangan.papers.gangan.layers import Layer, affine, layers, parts
from gangan.papers.gangan.networks import GAN, SLOPE
from gangan.papers.gangan.training import bce

# Scores that the loss follows from; and the gradients of each of the optimizer's groups, in turn: one may be made when
# the group before has been updated, and need not outlive that.
Gradients = tuple[Tensor, Iterable[Sequence[Tensor]]]


def operator(name: str) -> Any:
    """An operator of PyTorch's that is not of its public interface, by its name below ``torch``.

    Raises:
        UserError: this version has none.
    """
    try:
        return reduce(getattr, name.split("."), torch)
    except AttributeError:
        wanted = "a version that pyproject.toml allows"
        raise UserError(
            f"PyTorch {torch.__version__} has no torch.{name}, which training needs; install {wanted}"
        ) from None


_leaky_relu_backward = operator("ops.aten.leaky_relu_backward.grad_input")
_tanh_backward = operator("ops.aten.tanh_backward.grad_input")
_fused_adam = operator("_fused_adam_")


class Adam:
    """Adam, with PyTorch's defaults unless told otherwise. Elementwise, so stacked GANs stay independent.

    With a decay for ``average`` it keeps an exponential moving average of the weights beside them.
    """

    def __init__(
        self,
        groups: Sequence[Sequence[Tensor]],
        learning_rate: float,
        betas: tuple[float, float] = (0.9, 0.999),
        average: float = 0.0,
    ):
        self.weights = [weight for group in groups for weight in group]  # updated in place
        self.learning_rate = learning_rate
        self.betas = betas
        self.decay = average
        dense = [_dense(weight) for weight in self.weights]
        self.mean = [torch.zeros_like(weight) for weight in dense]
        self.square = [torch.zeros_like(weight) for weight in dense]
        self.average = [weight.clone() for weight in self.weights] if average else []
        state = dense, self.mean, self.square, self.weights, self.average
        ends = pairwise(accumulate(map(len, groups), initial=0))
        self._groups = [[tensors[a:b] for tensors in state] for a, b in ends]
        self.steps = torch.zeros((), device=self.weights[0].device)

    def made(self, weight: Tensor) -> Tensor:
        """What training makes of one of its weights: the average if it is kept, or else the weight."""
        return next((kept for w, kept in zip(self.weights, self.average, strict=False) if w is weight), weight)

    def turn(self, name: str, gradient: Callable[[Any], Gradients], **shown: Callable[[Tensor], Tensor]) -> Turn:
        """The turn of a network whose weights these are. ``gradient`` maps a batch to scores and gradients; what is
        ``shown`` of scores are ``losses`` and ``idle`` of a ``Turn``."""

        def step(batch: Any) -> Tensor:
            scores, gradients = gradient(batch)
            self.step(gradients)
            return scores

        return Turn(name, step, self.tensors(), self.weights, **shown)

    def step(self, gradients: Iterable[Sequence[Tensor]]) -> None:
        """One update, by the operator itself: the Optimizer class costs more than the arithmetic here."""
        self.steps.add_(1)
        for (dense, mean, square, weights, average), gradient in zip(self._groups, gradients, strict=True):
            _fused_adam(
                dense, [_dense(g) for g in gradient], mean, square, [], [self.steps] * len(dense),
                lr=self.learning_rate, beta1=self.betas[0], beta2=self.betas[1], weight_decay=0.0, eps=1e-8,
                amsgrad=False, maximize=False,
            )  # fmt: skip
            if average:
                torch._foreach_lerp_(average, weights, 1 - self.decay)

    def tensors(self) -> dict[str, Tensor]:
        """All that a checkpoint must hold, by name."""
        lists = {"weights": self.weights, "mean": self.mean, "square": self.square, "average": self.average}
        named = {f"{name}{i}": tensor for name, tensors in lists.items() for i, tensor in enumerate(tensors)}
        return {**named, "steps": self.steps}


def _dense(tensor: Tensor) -> Tensor:
    """A tensor, or if it stands in memory by columns its transpose: the update copies what is not contiguous."""
    return tensor if tensor.is_contiguous() else tensor.mT


def by_autograd(loss: Callable[[Tensor], Tensor], weights: Tensor) -> Gradients:
    """The loss of each GAN (gans,), or the only one's, at flat weights (gans, size), and its one gradient there."""
    with torch.enable_grad():
        leaf = weights.detach().requires_grad_()
        value = loss(leaf)
        gradient = autograd.grad(value.sum(), leaf)
    return value.detach().view(-1), [gradient]


@dataclass(frozen=True)
class InTraining:
    """Turns of a stack of GANs, by the name of the network, and what they have made so far."""

    turns: Mapping[str, Turn]
    weights: Callable[[], dict[str, Tensor]]  # by name, each (gans, *shape): a row is these, in its layout's order


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

    def __init__(self, gan: GAN, generator: Tensor, discriminator: Tensor, of: bce.Of):
        self.of = of
        self.tanh = gan.output == "tanh"
        self.alone = len(generator) == 1
        self.minus_one = torch.full((), -1.0, dtype=generator.dtype, device=generator.device)
        *self._g, last = layers(gan.generator.shapes(), generator)
        first, *self._d = layers(gan.discriminator.shapes(), discriminator)
        wide = zip(parts(last.weight, -2), parts(last.tensors[1], -1), strict=True)
        self._makes = [Layer(weight.mT.contiguous().mT, bias.clone(), by_columns=True) for weight, bias in wide]
        self._sees = [Layer(weight.contiguous(), None) for weight in parts(first.weight, -1)]
        self._sees[0] = Layer(self._sees[0].weight, first.bias)

    def training(self, learning_rate: float, average: float = 0.0) -> InTraining:
        """Both networks' turns; the generator's weights averaged with that decay, if any."""
        for_g = Adam(_groups(self._makes, [*self._g, self._makes[0]]), learning_rate, average=average)
        for_d = Adam(_groups(self._sees, [self._sees[0], *self._d]), learning_rate)
        turns = [
            for_g.turn("generator", self.generator_step, losses=self._generator_losses, idle=self._idle),
            for_d.turn("discriminator", self.discriminator_step, losses=self._discriminator_losses),
        ]
        return InTraining({turn.name: turn for turn in turns}, lambda: self._weights(for_g))

    def _weights(self, generator: Adam) -> dict[str, Tensor]:
        """All tensors by name (gans, *shape), the wide layers of their parts, the generator's as its optimizer made
        them."""

        def of(layers: Sequence[Layer], axis: int) -> Iterator[tuple[str, Tensor]]:
            """A layer in parts: cut along ``axis``, from the last, of the weight."""
            made = [[generator.made(tensor) for tensor in layer.tensors] for layer in layers]
            yield "weight", torch.cat([tensors[0] for tensors in made], axis)
            biases = [tensors[1] for tensors in made if len(tensors) > 1]
            yield "bias", torch.cat(biases, -1)

        layers = {
            "generator.input": of([self._g[0]], -2),
            "generator.hidden": of([self._g[1]], -2),
            "generator.output": of(self._makes, -2),
            "discriminator.input": of(self._sees, -1),
            "discriminator.hidden": of([self._d[0]], -2),
            "discriminator.output": of([self._d[1]], -2),
        }
        named = {f"{layer}.{kind}": tensor for layer, tensors in layers.items() for kind, tensor in tensors}
        return {name: tensor.unsqueeze(0) for name, tensor in named.items()} if self.alone else named

    def generator_step(self, batch: Batch) -> Gradients:
        """Scores (batch, 1) of fakes and G's gradients, of the non-saturating loss −log D(G(z)), the batch's mean."""
        z = self._of(batch.noise[0])
        h1, h2 = self._hidden(z)
        fakes = [self._of(pair)[..., z.shape[-2] :, :] for pair in batch.pairs]  # (batch, part)
        seen_by_d = self._discriminate(self._made(h2, fakes))
        score = seen_by_d[-1]  # (batch, 1)
        g1, _ = self._discriminate_backward(seen_by_d, bce.slope(score, True, self.of).div_(score.shape[-2]))
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
        """Scores (2 × batch, 1), those of real samples first, and D's gradients, of the loss −log D(x) −
        log(1 − D(G(z))), each the batch's mean."""
        z, pairs = self._of(batch.noise[1]), [self._of(pair) for pair in batch.pairs]
        size = z.shape[-2]
        made = self._made(self._hidden(z)[1], [pair[..., size:, :] for pair in pairs])
        seen_by_d = self._discriminate(pair for pair, _ in zip(pairs, made, strict=True))
        score = seen_by_d[-1]  # (2 × batch, 1)
        real, fake = score[..., :size, :], score[..., size:, :]
        g3 = torch.cat([bce.slope(real, True, self.of), bce.slope(fake, False, self.of)], -2).div_(size)
        return score, self._discriminator_gradients(pairs, seen_by_d, g3)

    def _discriminator_gradients(
        self, pairs: Sequence[Tensor], seen_by_d: tuple[Tensor, Tensor, Tensor], g3: Tensor
    ) -> Iterator[list[Tensor]]:
        """Group by group, as ``_groups`` has them."""
        second, last = self._d
        h1, h2, _ = seen_by_d
        g1, g2 = self._discriminate_backward(seen_by_d, g3)
        for sees, pair in reversed(list(zip(self._sees[1:], pairs[1:], strict=True))):
            yield sees.gradient(pair, g1)
        yield [*self._sees[0].gradient(pairs[0], g1), *second.gradient(h1, g2), *last.gradient(h2, g3)]

    def _generator_losses(self, scores: Tensor) -> Tensor:
        """Scores of fakes (steps, …, batch, 1) → (steps, gans)."""
        return bce.loss(scores, True, self.of).mean((-2, -1)).view(len(scores), -1)

    def _idle(self, scores: Tensor) -> Tensor:
        """Scores of fakes (steps, …, batch, 1) → the steps where none of them has a slope (steps, gans)."""
        return (bce.slope(scores, True, self.of) == 0).all(-1).all(-1).view(len(scores), -1)

    def _discriminator_losses(self, scores: Tensor) -> Tensor:
        """Scores (steps, …, 2 × batch, 1), those of real samples first → (steps, gans)."""
        real, fake = scores.chunk(2, -2)
        both = bce.loss(real, True, self.of) + bce.loss(fake, False, self.of)
        return both.mean((-2, -1)).view(len(scores), -1)

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

    def _discriminate(self, samples: Iterable[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """The discriminator's hidden layers (batch, hidden) and score (batch, 1) of samples, given part by part."""
        seen = (sees.forward(part) for sees, part in zip(self._sees, samples, strict=True))
        h1 = F.leaky_relu_(reduce(Tensor.add_, seen), SLOPE)
        h2 = F.leaky_relu_(self._d[0].forward(h1), SLOPE)
        return h1, h2, self._d[1].forward(h2)

    def _discriminate_backward(
        self, seen_by_d: tuple[Tensor, Tensor, Tensor], at_score: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Gradients at the outputs of the discriminator's first and second layer, before the leaky ReLU."""
        h1, h2, _ = seen_by_d
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
