"""Small settings and trainings of the survey of GANs, for its tests."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from gangan.core.checkpoint import Checkpoint
from gangan.core.settings import merged
from gangan.papers.survey.config import Config, Drawing, Mode, Translation
from gangan.papers.survey.drawing.training import train_drawing
from gangan.papers.survey.toy.training import train_toys
from gangan.papers.survey.translation import strokes
from gangan.papers.survey.translation.training import train_translation
from support.studies import study

CPU = torch.device("cpu")
CONFIG: Config = study().survey
DRAWING = {"data": {"first": 8}, "network": {"width": 2}, "epochs": 3, "batch": 4}
WASSERSTEIN = {"kind": "wasserstein", "sigmoid": False, "clip": 0.01, "critic_steps": 2, "bursts": False}
TRANSLATION = {
    "data": {"kind": "strokes", "first": 8},
    "generators": {"width": 2, "blocks": 2},
    "epochs": 3,
    "constant": 1,
    "steps": 2,
}
NORMALS = [Mode(shape="normal", centre=centre, spread=0.3) for centre in (-2, 0, 2)]


def drawing(changes: Mapping[str, Any] | None = None) -> Drawing:
    """The default training on eight digits, two steps in each of three epochs, with two channels."""
    return Drawing.model_validate(merged(merged(CONFIG.drawing.model_dump(), DRAWING), changes or {}))


def translation(changes: Mapping[str, Any] | None = None) -> Translation:
    """The default training on four digits of each domain, two steps in each of three epochs, with two channels."""
    return Translation.model_validate(merged(merged(CONFIG.translation.model_dump(), TRANSLATION), changes or {}))


def kept(folder: Path) -> Checkpoint:
    """A checkpoint in a folder, saved after every epoch."""
    return Checkpoint(folder / "checkpoint", "identity", 0)


def train_toy(folder: Path, checkpoint: Checkpoint | None = None, seeds: int = 2, **changes: int) -> Path:
    """The weights of toy GANs."""
    folder.mkdir(exist_ok=True)
    given = {"width": 2, "discriminator_steps": 2, "generator_steps": 1, "rounds": 6, "look": 2} | changes
    weights = folder / "weights.safetensors"
    train_toys(
        NORMALS,
        batch=4,
        learning_rate=1e-3,
        seeds=seeds,
        seed=0,
        weights=weights,
        device=CPU,
        checkpoint=checkpoint or kept(folder),
        **given,
    )
    return weights


def draw(
    folder: Path,
    digits: Path,
    changes: Mapping[str, Any] | None = None,
    run: int = 0,
    checkpoint: Checkpoint | None = None,
) -> tuple[Path, Path]:
    """The weights of a GAN that draws, and what it drew."""
    folder.mkdir(exist_ok=True)
    paths = [folder / name for name in ("weights.safetensors", "drawn.safetensors", "timing.csv")]
    train_drawing(drawing(changes), "mnist-5k", 6, 0, run, digits, *paths, CPU, checkpoint or kept(folder))
    return paths[0], paths[1]


def domains(folder: Path, digits: Path, first: int = 8) -> Path:
    """Both domains of known mapping."""
    path = folder / "domains.safetensors"
    strokes.make("mnist-5k", first, digits, path)
    return path


def translate(
    folder: Path,
    images: Path,
    changes: Mapping[str, Any] | None = None,
    run: int = 0,
    checkpoint: Checkpoint | None = None,
) -> Path:
    """The weights of a GAN that translates, beside ``losses.csv`` and ``timing.csv``."""
    folder.mkdir(exist_ok=True)
    paths = [folder / name for name in ("weights.safetensors", "losses.csv", "timing.csv")]
    train_translation(translation(changes), 0, run, images, *paths, CPU, checkpoint or kept(folder))
    return paths[0]
