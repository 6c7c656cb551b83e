"""Small settings and trainings of MP-GAN, for its tests."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from gangan.core.checkpoint import Checkpoint
from gangan.core.settings import merged
from gangan.papers.mpgan.config import Config, Training
from gangan.papers.mpgan.training import train_gan
from support.studies import study

CPU = torch.device("cpu")
CONFIG: Config = study().mpgan
SMALL = {
    "epochs": 2,
    "batch": 4,
    "selection": {"digit": 8, "first": 4},
    "discriminator": {"filters": 2, "normalisation": "dropout"},
}


def training(**changes: Any) -> Training:
    """The paper's training on four eights, a step in each of two epochs, with a small discriminator."""
    return Training.model_validate(merged(merged(CONFIG.training.model_dump(), SMALL), changes))


def train(
    folder: Path,
    digits: Path,
    changes: Mapping[str, Any] | None = None,
    run: int = 0,
    pretrained: Path | None = None,
    checkpoint: Checkpoint | None = None,
) -> Path:
    """The rows of a GAN, in the folder."""
    folder.mkdir(exist_ok=True)
    checkpoint = checkpoint or Checkpoint(folder / "checkpoint", "identity", 0)
    rows, timing = folder / "rows.h5", folder / "timing.csv"
    given = [pretrained] if pretrained else None
    train_gan(training(**(changes or {})), "mnist-5k", 0, run, digits, rows, timing, CPU, checkpoint, given)
    return rows


def pretrained(frozen: bool = False, after: int = 1) -> dict[str, Any]:
    """Changes of a training whose discriminator is of the run after its own."""
    return {"start": {"kind": "pretrained", "arm": "scratch", "shift": 1, "after": after, "frozen": frozen}}
