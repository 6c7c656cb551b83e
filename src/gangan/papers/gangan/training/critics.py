"""The Wasserstein GAN with gradient penalty (Gulrajani et al. 2017) over points, and a critic of digits beside it.

For arms that change the paper's GAN-GAN. One GAN at a time, its gradients by autograd: the penalty needs the gradient
of a gradient, and nobody writes that out by hand.

The critic of digits sees several digits of a drawn GAN at once. One that sees one digit at a time compares what all
drawn GANs draw together with the dataset, so each may leave out classes that another draws; one that sees several of
one GAN (PacGAN, Lin et al. 2018) does not let it. Their order tells nothing, so its network is one of sets (Deep Sets,
Zaheer et al. 2017).
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, autograd

from gangan.core.layout import Layout
from gangan.core.streams import stream
from gangan.core.train import Turn
from gangan.data import idx
from gangan.papers.gangan import networks
from gangan.papers.gangan.config import DigitCritic, Training, WassersteinLoss
from gangan.papers.gangan.networks import GAN, MLP, SLOPE, Network, tanh
from gangan.papers.gangan.spaces.space import Space
from gangan.papers.gangan.training.gans import steps_per_epoch
from gangan.papers.gangan.training.step import Adam, Gradients, InTraining, by_autograd

BETAS = (0.0, 0.9)  # Gulrajani et al.'s


@dataclass(frozen=True)
class SetCritic:
    """Features of each member by one MLP; a score of each, from its features and the mean of all, by another."""

    pixels: int
    size: int  # of a set
    hidden: int

    @property
    def features(self) -> MLP:
        """Pixels → features."""
        return MLP(self.pixels, self.hidden, self.hidden)

    @property
    def head(self) -> MLP:
        """Features of one and of all → score."""
        return MLP(2 * self.hidden, self.hidden, 1)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Of both, in turn."""
        parts = {"features": self.features, "head": self.head}
        return {f"{part}.{name}": shape for part, mlp in parts.items() for name, shape in mlp.shapes().items()}

    def initial(self, generators: Sequence[torch.Generator]) -> Tensor:
        """Weights, flat (gans, total); a generator for each."""
        return torch.cat([self.features.initial(generators), self.head.initial(generators)], dim=1)

    def forward(self, weights: Sequence[Tensor], sets: Tensor) -> Tensor:
        """Scores (sets, 1) of sets (sets, size × pixels), given tensors in the order of their shapes. The mean over
        members is multiplied by √size, so that its slope, taken over all pixels of a set, is as steep as that of a
        single member's score."""
        members = sets.reshape(-1, self.pixels)
        seen = F.leaky_relu_(self.features.forward(weights[:6], members), SLOPE).view(len(sets), self.size, -1)
        both = torch.cat([seen, seen.mean(1, keepdim=True).expand_as(seen)], dim=2)
        scores = self.head.forward(weights[6:], both.flatten(0, 1)).view(len(sets), self.size)
        return scores.mean(1, keepdim=True) * math.sqrt(self.size)


@dataclass(frozen=True)
class CriticBatch:
    """What one update of a critic reads: real samples, noise for the fakes, and the gradient penalty's mix of both."""

    real: Tensor  # (batch, width and conditions); for digits (sets, size × pixels)
    z: Tensor  # (batch, latent and conditions); for digits (gans, latent), of the GANs that draw them
    mix: Tensor  # (batch, 1), in [0, 1): the share of fakes where the penalty takes a gradient
    noise: Tensor | None = None  # for digits (images, latent of the drawn GANs)


@dataclass(frozen=True)
class GeneratorBatch:
    """What one update of the generator reads: its noise (batch, latent and conditions), and for a critic of digits the
    noise (images, latent) that drawn GANs draw from."""

    z: Tensor
    noise: Tensor | None


@dataclass(frozen=True)
class DigitView:
    """A critic of what drawn GANs draw, against real digits."""

    settings: DigitCritic
    network: SetCritic
    weights: Tensor  # (1, size), updated in place
    images: Tensor  # (n, pixels)
    draw: Callable[[Tensor, Tensor], Tensor]  # points (gans, width), noise (images, latent) → (gans · images, pixels)
    latent: int  # of the drawn GANs

    @classmethod
    def of(
        cls,
        settings: DigitCritic,
        training: Training,
        seed: int,
        run: int,
        digits: Path,
        gan: Network,
        space: Space,
        layout: Layout,
    ) -> "DigitView":
        """A newly initialised critic, and how points become the digits it sees: by their generators, half of a row."""
        images = idx.scaled(idx.images(digits)).to(space.offset.device)
        network = SetCritic(images.shape[1], settings.pack, training.discriminator.hidden)
        weights = network.initial([stream(seed, "gangan-viewer", run, 0, torch.device("cpu"))]).to(images.device)
        columns, generators = layout.part("generator")
        half = space.part(columns)

        def drawn(points: Tensor, noise: Tensor) -> Tensor:
            return networks.draw(gan, half.rows(points), generators, noise).flatten(0, 1).flatten(1)

        return cls(settings, network, weights, images, drawn, gan.latent)

    def batch(self, training: Training, random: torch.Generator) -> tuple[CriticBatch, Tensor]:
        """What this critic reads in a step, and the noise for its part in the generator's update."""
        device, size, gans = self.images.device, training.batch, self.settings.gans
        real = self.images[torch.randint(len(self.images), (size,), generator=random, device=device)]
        mix = torch.rand(size // self.settings.pack, 1, generator=random, device=device)
        z = torch.randn(gans, training.latent, generator=random, device=device)
        noise = torch.randn(2, size // gans, self.latent, generator=random, device=device)
        return CriticBatch(self.packed(real), z, mix, noise[1]), noise[0]

    def packed(self, digits: Tensor) -> Tensor:
        """Digits (n, pixels), those of one GAN together → sets (n / size, size × pixels) as the critic sees them."""
        return digits.reshape(-1, self.network.size * self.network.pixels)


class Critics:
    """A GAN over points in training: flat weights (1, size), updated in place, and gradients."""

    def __init__(self, gan: GAN, settings: Training, generator: Tensor, critic: Tensor, view: DigitView | None):
        assert isinstance(settings.loss, WassersteinLoss)
        self.gan, self.settings, self.loss = gan, settings, settings.loss
        self.generator, self.critic, self.view = generator, critic, view

    def training(self) -> InTraining:
        """Turns of the generator, of its critic, and of the critic of digits if there is one."""
        rate = self.settings.learning_rate
        generator = Adam([[self.generator]], rate, BETAS, self.settings.generator.average)
        turns = [
            generator.turn("generator", self.generator_step),
            Adam([[self.critic]], rate, BETAS).turn("discriminator", self.critic_step),
        ]
        if self.view:
            turns.append(Adam([[self.view.weights]], rate, BETAS).turn("digits", self.digits_step))

        def weights() -> dict[str, Tensor]:
            parts = {"generator": generator.made(self.generator), "discriminator": self.critic}
            shapes = {"generator": self.gan.generator.shapes(), "discriminator": self.gan.discriminator.shapes()}
            layouts = {name: Layout.of(**{name: shapes[name]}) for name in parts}
            return {key: t for name, flat in parts.items() for key, t in layouts[name].unflatten(flat).items()}

        return InTraining({turn.name: turn for turn in turns}, weights)

    def generator_step(self, batch: GeneratorBatch) -> Gradients:
        """Minus the critics' mean scores, that of digits weighted (1,), and the generator's gradient (1, size)."""

        def loss(flat: Tensor) -> Tensor:
            points = self._points(flat, batch.z)
            score = torch.zeros(())
            if not (self.view and self.view.settings.alone):
                score = forward(self.gan.discriminator, self.critic, self._told(points, batch.z)).mean()
            if self.view and batch.noise is not None:
                drawn = self.view.packed(self.view.draw(points[: self.view.settings.gans], batch.noise))
                of_digits = forward(self.view.network, self.view.weights, drawn).mean()
                score = score + self.view.settings.weight * of_digits
            return -score

        return by_autograd(loss, self.generator)

    def critic_step(self, batch: CriticBatch) -> Gradients:
        """The critic's loss (1,) and its gradient (1, size)."""
        fake = self._told(self._points(self.generator, batch.z), batch.z)
        return self._critic_loss(self.gan.discriminator, self.critic, batch, fake)

    def digits_step(self, batch: CriticBatch) -> Gradients:
        """The loss (1,) of the critic of digits and its gradient (1, size)."""
        assert self.view
        assert batch.noise is not None
        fake = self.view.packed(self.view.draw(self._points(self.generator, batch.z), batch.noise))
        return self._critic_loss(self.view.network, self.view.weights, batch, fake)

    def _points(self, flat: Tensor, z: Tensor) -> Tensor:
        points = forward(self.gan.generator, flat, z)
        return tanh(points) if self.gan.output == "tanh" else points

    def _told(self, points: Tensor, z: Tensor) -> Tensor:
        """Points with the conditions they were generated for beside them: the last columns of z."""
        return torch.cat([points, z[:, self.gan.latent :]], dim=1)

    def _critic_loss(self, network: MLP | SetCritic, weights: Tensor, batch: CriticBatch, fake: Tensor) -> Gradients:
        """E score(fake) − E score(real) + penalty · E (|slope between them| − 1)²."""

        def loss(flat: Tensor) -> Tensor:
            between = torch.lerp(batch.real, fake, batch.mix).requires_grad_()
            score = forward(network, flat, between)
            (slope,) = autograd.grad(score.sum(), between, create_graph=True)
            length = (slope.square().sum(1) + 1e-12).sqrt()  # a root has no slope at 0
            difference = forward(network, flat, fake).mean() - forward(network, flat, batch.real).mean()
            return difference + self.loss.penalty * (length - 1).square().mean()

        return by_autograd(loss, weights)


def critic_schedule(
    made: InTraining,
    training: Training,
    repeat: int,
    seed: int,
    run: int,
    points: Tensor,
    told: Tensor,
    view: DigitView | None,
) -> Callable[[int], Iterator[tuple[Turn, Any]]]:
    """Epoch → its turns: the generator, its critic so many times, and last the critic of digits.

    Points (n, width), with their conditions ``told`` (n, conditions), stand ``repeat`` times in an epoch.
    """
    assert isinstance(training.loss, WassersteinLoss)
    device, batch, steps = points.device, training.batch, training.loss.critic_steps
    examples = len(points) * repeat
    told = told.to(device)
    real = torch.cat([points, told], dim=1) if told.shape[1] else points  # whole rows fill gigabytes

    def schedule(epoch: int) -> Iterator[tuple[Turn, Any]]:
        order, noise, viewed = (
            stream(seed, f"gangan-{kind}", run, epoch, device) for kind in ("order", "noise", "digits")
        )
        rows = torch.randperm(examples, generator=order, device=device) % len(points)
        for step in range(steps_per_epoch(batch * steps, examples)):
            chosen = rows[step * steps * batch : (step + 1) * steps * batch].view(steps, batch)
            z = torch.randn(1 + steps, batch, training.latent, generator=noise, device=device)
            z = torch.cat([z, told[torch.cat([chosen[:1], chosen])]], dim=2)
            mix = torch.rand(steps, batch, 1, generator=noise, device=device)
            digits, drawn_from = view.batch(training, viewed) if view else (None, None)
            yield made.turns["generator"], GeneratorBatch(z[0], drawn_from)
            for i, c in enumerate(chosen):
                yield made.turns["discriminator"], CriticBatch(real[c], z[1 + i], mix[i])
            if digits:
                yield made.turns["digits"], digits

    return schedule


def forward(network: MLP | SetCritic, flat: Tensor, x: Tensor) -> Tensor:
    """The output (batch, outputs) of one network, given its flat weights (1, size), for x (batch, inputs)."""
    weights = [tensor[0] for tensor in Layout.of(net=network.shapes()).unflatten(flat).values()]
    return network.forward(weights, x)
