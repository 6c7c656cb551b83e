"""GANs drawn from a trained GAN-GAN: along its latent, or at draws of it (paper, Fig. 3)."""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from torch import Tensor

from gangan.core.layout import Layout
from gangan.core.streams import stream
from gangan.papers.gangan import networks
from gangan.papers.gangan.config import ComponentSpace, Draws, EpochCondition, Rows, RowSpace, Training, WassersteinLoss
from gangan.papers.gangan.networks import GAN, Network
from gangan.papers.gangan.spaces import repair


@dataclass(frozen=True)
class GANGAN:
    """A trained GAN-GAN, as its file holds it."""

    training: Training
    rows: Rows  # it learned from
    gan: Network  # whose weights a row holds
    layout: Layout  # of a row
    generator: list[Tensor]  # of whole rows, each (1, *shape)
    moments: Tensor | None  # that hidden units of sampled GANs are given

    def sample(self, z: Tensor, renormalise: bool = False) -> Tensor:
        """GANs at z (n, latent) → rows (n, width); ``renormalise`` gives their hidden units the means and deviations
        that those of the GAN at z = 0 have."""
        rows = architecture(self.training, self.layout.size).generate(self.generator, z.unsqueeze(0))[0]
        if self.moments is not None:
            rows = repair.repaired(rows, self.layout, self.moments)
        if renormalise:
            centre = self.sample(torch.zeros(1, z.shape[1]))
            rows = repair.repaired(rows, self.layout, repair.moments(centre, self.layout)[0])
        return rows


def architecture(training: Training, width: int) -> GAN:
    """Generator and discriminator in training, over rows of ``width`` weights or as many numbers as there are
    components."""
    space, loss = training.space, training.loss
    points = space.count if isinstance(space, ComponentSpace) else width
    told = isinstance(loss, WassersteinLoss) and isinstance(loss.also, EpochCondition)
    output = space.output if isinstance(space, RowSpace) else "linear"
    return GAN(training.latent, points, training.generator.hidden, training.discriminator.hidden, output, int(told))


def at(name: str, epochs: int) -> str:
    """What a tensor is called that was kept after so many epochs, in the file of a GAN-GAN that was trained on."""
    return f"after-{epochs}.{name}"


def read(weights: Path, after: int | None = None) -> GANGAN:
    """A trained GAN-GAN, or with ``after`` as it was after so many epochs, for which it must have been kept."""
    with safe_open(weights, "pt") as file:
        facts = json.loads(file.metadata()["facts"])
        training, layout = Training.model_validate(facts["training"]), Layout.from_json(facts["layout"])
        names = [f"generator.{name}" for name in architecture(training, layout.size).generator.shapes()]
        generator = [file.get_tensor(at(name, after) if after else name).unsqueeze(0) for name in names]
        moments = file.get_tensor("moments") if training.renormalise else None
    rows, gan = Rows.model_validate(facts["rows"]), networks.of(facts["network"])
    return GANGAN(training, rows, gan, layout, generator, moments)


def line(count: int, extent: float) -> Tensor:
    """Latents (count, 1) from −extent to extent."""
    return torch.linspace(-extent, extent, count).unsqueeze(1)


def candidates(seed: int, count: int, latent: int, draws: Draws) -> Tensor:
    """Latents (count × best_of, latent) drawn from N(0, I), the same for every GAN-GAN of that latent, times
    ``draws.truncation``: nearer to the centre, where a generator was trained most, samples are better and more alike
    (Brock et al. 2019). Of each ``draws.best_of`` in succession one is kept."""
    noise = stream(seed, "figure-walk", 0, 0, torch.device("cpu"))
    return draws.truncation * torch.randn(count * draws.best_of, latent, generator=noise)
