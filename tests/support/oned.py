"""Small settings and trainings of the one-dimensional GAN, for its tests."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from gangan.core.checkpoint import Checkpoint
from gangan.papers.oned.config import Arm, Config, Mode, Preset, Shape
from gangan.papers.oned.training import train_runs
from support.studies import study

CPU = torch.device("cpu")
CONFIG: Config = study().oned
NORMAL, BIMODAL = (CONFIG.distributions[name] for name in ("normal", "bimodal"))
GD, ADAM = (Arm(optimizer=name, modes=NORMAL) for name in ("gd", "adam"))


def preset(name: str = "early", **changes: Any) -> Preset:
    """A version of the code, short: 20 steps in epochs of ten, the discriminator's own ten before."""
    beforehand = 10 if CONFIG.presets[name].pretraining else 0
    return CONFIG.presets[name].model_copy(update={"steps": 20, "pretraining": beforehand, **changes})


def shape(minibatch: str = "none", name: str = "early", width: int = 4, depth: int = 1, **changes: Any) -> Shape:
    """What some runs have in common."""
    found = {"preset": preset(name, **changes).model_dump(), "minibatch": minibatch, "width": width, "depth": depth}
    return Shape.model_validate(found)


def train(
    folder: Path,
    of: Shape,
    arms: Sequence[Arm] = (ADAM,),
    seeds: range = range(3),
    stacked: int = 100,
    checkpoint: Checkpoint | None = None,
) -> Path:
    """The file of some runs, in the folder."""
    checkpoint = checkpoint or Checkpoint(folder / "checkpoint", "identity", 0)
    path = folder / "runs.safetensors"
    train_runs(of, list(arms), seeds.start, len(seeds), stacked, 10, 0, path, CPU, checkpoint)
    return path


def mode(mean: float = 0, sigma: float = 1, weight: float = 1) -> Mode:
    """One normal."""
    return Mode(mean=mean, sigma=sigma, weight=weight)
