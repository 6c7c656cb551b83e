"""A critic of digits for GAN-GANs: it sees several digits of a drawn GAN at once.

A critic that sees one digit at a time compares what all drawn GANs draw together with the dataset, so each may leave
out classes that another draws. One that sees several of one GAN (PacGAN, Lin et al. 2018) does not let it; their order
tells nothing, so its network is one of sets (Deep Sets, Zaheer et al. 2017).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from gangan.config import GanGan
from gangan.networks import MLP, SLOPE


@dataclass(frozen=True)
class SetCritic:
    """Features of each member by one MLP; a score of each, from its features and the mean of all, by another."""

    pixels: int
    size: int  # of a set
    hidden: int

    @property
    def eye(self) -> MLP:
        """Pixels → features."""
        return MLP(self.pixels, self.hidden, self.hidden)

    @property
    def head(self) -> MLP:
        """Features of one and of all → score."""
        return MLP(2 * self.hidden, self.hidden, 1)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Of both, in turn."""
        parts = {"eye": self.eye, "head": self.head}
        return {f"{part}.{name}": shape for part, mlp in parts.items() for name, shape in mlp.shapes().items()}

    def initial(self, generators: Sequence[torch.Generator]) -> Tensor:
        """Weights, flat (gans, total); a generator for each."""
        return torch.cat([self.eye.initial(generators), self.head.initial(generators)], dim=1)

    def forward(self, weights: Sequence[Tensor], sets: Tensor) -> Tensor:
        """Scores (sets, 1) of sets (sets, size × pixels), given tensors in the order of their shapes. The mean over
        members is multiplied by √size, so that its slope, taken over all pixels of a set, is as steep as that of a
        single member's score."""
        members = sets.reshape(-1, self.pixels)
        seen = F.leaky_relu_(self.eye.forward(weights[:6], members), SLOPE).view(len(sets), self.size, -1)
        both = torch.cat([seen, seen.mean(1, keepdim=True).expand_as(seen)], dim=2)
        scores = self.head.forward(weights[6:], both.flatten(0, 1)).view(len(sets), self.size)
        return scores.mean(1, keepdim=True) * math.sqrt(self.size)


@dataclass(frozen=True)
class Turn:
    """What one update of a critic reads: real samples, noise of the fakes, and where between them a slope is taken."""

    real: Tensor  # (batch, width and conditions)
    z: Tensor  # (batch, latent and conditions); for digits (gans, latent), of the GANs that draw them
    mix: Tensor  # (batch, 1), in [0, 1)


@dataclass(frozen=True)
class View:
    """What the critic of digits reads, and what GANs draw from in the generator's turn and in the critic's own."""

    turn: Turn
    noise: Tensor  # (2, images, latent of the drawn GANs)


@dataclass(frozen=True)
class Viewer:
    """A critic of what drawn GANs draw, against real digits."""

    network: SetCritic
    weights: Tensor  # (1, size), updated in place elsewhere
    images: Tensor  # (n, pixels)
    draw: Callable[[Tensor, Tensor], Tensor]  # points (gans, width), noise (images, latent) → (gans · images, pixels)
    latent: int  # of the drawn GANs

    def view(self, settings: GanGan, random: torch.Generator) -> View:
        """A batch of digits, and noise for as many drawn ones."""
        device, batch, gans = self.images.device, settings.batch, settings.digits_gans
        real = self.images[torch.randint(len(self.images), (batch,), generator=random, device=device)]
        mix = torch.rand(batch // settings.digits_pack, 1, generator=random, device=device)
        z = torch.randn(gans, settings.latent, generator=random, device=device)
        noise = torch.randn(2, batch // gans, self.latent, generator=random, device=device)
        return View(Turn(self.packed(real), z, mix), noise)

    def packed(self, digits: Tensor) -> Tensor:
        """Digits (n, pixels), those of one GAN together → sets (n / size, size × pixels) as the critic sees them."""
        return digits.reshape(-1, self.network.size * self.network.pixels)
