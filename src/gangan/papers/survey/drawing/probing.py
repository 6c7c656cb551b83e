"""A trained generator is held, its discriminator is trained on towards its optimum: what gradient is left for the
generator? (docs/claims/survey.md, S1-C6)"""

from pathlib import Path

import pandas as pd
import torch
from torch import Tensor

from gangan.core.files import read_tensors
from gangan.core.streams import stream
from gangan.papers.survey.config import Drawing, Gan, Scoring
from gangan.papers.survey.drawing import losses, networks
from gangan.papers.survey.drawing.training import CPU, clip, pixels_of
from gangan.papers.survey.players import Player, load
from gangan.show.tables import write_scores


def probe(
    training: Drawing,
    scoring: Scoring,
    name: str,
    seed: int,
    run: int,
    images: Path,
    weights: Path,
    probed: Path,
    device: torch.device,
) -> None:
    """Train the discriminator of a finished run on, by its own loss and with fresh moments, against its last generator.

    Args:
        training: how the run was trained.
        scoring: how many steps, and after how many the gradient is taken.
        name: of the study's digits, where it learned these.
        seed: of the study.
        run: the GAN's own seed.
        images: what it learned.
        weights: of both networks.
        probed: the CSV to write, a line for each look and form of the generator's loss: the discriminator's ``loss``,
            and the norm of the ``gradient`` of the generator's weights, on the same images and noise at every look.
        device: where to compute.
    """
    pixels = pixels_of(training, name, images).to(device)
    kind = networks.of(training.network, pixels.shape[1])
    load(kind.modules, read_tensors(weights))
    kind.to(device)
    player = Player({"discriminator": kind.discriminator}, training.optimizer.kind)
    chooses, random = (stream(seed, f"survey-probe-{part}", run, 0, CPU) for part in ("images", "noise"))

    def batch() -> tuple[Tensor, Tensor]:
        chosen = torch.randint(len(pixels), (training.batch,), generator=chooses).to(device)
        return kind.images(pixels[chosen]), kind.noise(torch.empty(training.batch, kind.latent), random).to(device)

    held, lines = batch(), []
    for step in range(scoring.probe_steps + 1):
        if step % scoring.probe_every == 0:
            lines += [{"step": step, **line} for line in _look(kind, training, *held)]
        real, z = batch()
        _tell(kind, training, player, real, kind.generator(z))
    write_scores(pd.DataFrame(lines), probed)


def _tell(kind: networks.Kind, training: Drawing, player: Player, real: Tensor, made: Tensor) -> None:
    """A step of the discriminator."""
    player.update(
        lambda: losses.of_discriminator(training.loss, kind.discriminator(real), kind.discriminator(made)),
        training.optimizer.learning_rate,
    )
    clip(training.loss, player.weights)


def _look(kind: networks.Kind, training: Drawing, real: Tensor, z: Tensor) -> list[dict[str, object]]:
    """By form of the generator's loss the norm of its gradient, beside the discriminator's loss."""
    weights = list(kind.generator.parameters())
    lines: list[dict[str, object]] = []
    forms = {"saturating": True, "non-saturating": False} if isinstance(training.loss, Gan) else {"critic": False}
    for form, saturating in forms.items():
        with torch.enable_grad():
            made = kind.discriminator(kind.generator(z))
            gradients = torch.autograd.grad(losses.of_generator(training.loss, made, saturating), weights)
        told = losses.of_discriminator(training.loss, kind.discriminator(real), made.detach())
        norm = torch.stack([one.square().sum() for one in gradients]).sum().sqrt()
        lines.append({"form": form, "loss": told.item(), "gradient": norm.item()})
    return lines
