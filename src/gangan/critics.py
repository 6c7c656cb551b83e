"""The Wasserstein GAN with gradient penalty (Gulrajani et al. 2017) over points, and a critic of digits beside it.

For arms that mend the paper's GAN-GAN. One GAN at a time, its gradients by autograd: the penalty needs the gradient of
a gradient, and nobody writes that out by hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, autograd

from gangan.config import GanGan
from gangan.networks import GAN, MLP, tanh
from gangan.training import Adam, Gradients, Phase, by_autograd
from gangan.viewer import SetCritic, Turn, View, Viewer
from gangan.weights import Layout

BETAS = (0.0, 0.9)  # Gulrajani et al.'s


@dataclass(frozen=True)
class Step:
    """One step's input: the generator's noise and each critic's turns."""

    z: Tensor  # (batch, latent and conditions)
    turns: Sequence[Turn]
    view: View | None


class Critics:
    """A GAN over points in training: flat weights (1, size), updated in place elsewhere, and gradients."""

    def __init__(self, gan: GAN, settings: GanGan, generator: Tensor, critic: Tensor, viewer: Viewer | None):
        self.gan, self.settings = gan, settings
        self.generator, self.critic, self.viewer = generator, critic, viewer

    def phases(self) -> list[Phase]:
        """The generator's turn, each of its critic's, and last the viewer's."""
        rate = self.settings.learning_rate
        critic = Adam([[self.critic]], rate, BETAS)
        phases = [
            Phase("generator", Adam([[self.generator]], rate, BETAS, self.settings.average), self.generator_step),
            *(
                Phase("discriminator", critic, partial(self.critic_step, turn))
                for turn in range(self.settings.critic_steps)
            ),
        ]
        if self.viewer:
            phases.append(Phase("viewer", Adam([[self.viewer.weights]], rate, BETAS), self.viewer_step))
        return phases

    def generator_step(self, step: Step) -> Gradients:
        """Minus the critics' mean scores, that of digits weighted (1,), and the generator's gradient (1, size)."""

        def loss(flat: Tensor) -> Tensor:
            points = self._points(flat, step.z)
            score = forward(self.gan.discriminator, self.critic, self._told(points, step.z)).mean()
            if self.viewer and step.view:
                drawn = self.viewer.packed(self.viewer.draw(points[: self.settings.digits_gans], step.view.noise[0]))
                score = score + self.settings.digits * forward(self.viewer.network, self.viewer.weights, drawn).mean()
            return -score

        return by_autograd(loss, self.generator)

    def critic_step(self, turn: int, step: Step) -> Gradients:
        """The critic's loss (1,) in one of its turns and its gradient (1, size)."""
        z = step.turns[turn].z
        fake = self._told(self._points(self.generator, z), z)
        return self._judge(self.gan.discriminator, self.critic, step.turns[turn], fake)

    def viewer_step(self, step: Step) -> Gradients:
        """The loss (1,) of the critic of digits and its gradient (1, size)."""
        assert self.viewer
        assert step.view
        turn, noise = step.view.turn, step.view.noise[1]
        fake = self.viewer.packed(self.viewer.draw(self._points(self.generator, turn.z), noise))
        return self._judge(self.viewer.network, self.viewer.weights, turn, fake)

    def _points(self, flat: Tensor, z: Tensor) -> Tensor:
        points = forward(self.gan.generator, flat, z)
        return tanh(points) if self.gan.output == "tanh" else points

    def _told(self, points: Tensor, z: Tensor) -> Tensor:
        """Points beside the conditions that they were made for, which end z."""
        return torch.cat([points, z[:, self.gan.latent :]], dim=1)

    def _judge(self, network: MLP | SetCritic, weights: Tensor, turn: Turn, fake: Tensor) -> Gradients:
        """E score(fake) − E score(real) + penalty · E (|slope between them| − 1)²."""

        def loss(flat: Tensor) -> Tensor:
            between = torch.lerp(turn.real, fake, turn.mix).requires_grad_()
            score = forward(network, flat, between)
            (slope,) = autograd.grad(score.sum(), between, create_graph=True)
            length = (slope.square().sum(1) + 1e-12).sqrt()  # a root has no slope at 0
            difference = forward(network, flat, fake).mean() - forward(network, flat, turn.real).mean()
            return difference + self.settings.penalty * (length - 1).square().mean()

        return by_autograd(loss, weights)


def forward(network: MLP | SetCritic, flat: Tensor, x: Tensor) -> Tensor:
    """The output (batch, outputs) of one network, given its flat weights (1, size), for x (batch, inputs)."""
    weights = [tensor[0] for tensor in Layout.of(net=network.shapes()).unflatten(flat).values()]
    return network.forward(weights, x)
