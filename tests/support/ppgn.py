"""Small settings and trainings of PPGN-h, for its tests."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from gangan.core.checkpoint import Checkpoint
from gangan.core.settings import merged
from gangan.papers.ppgn import networks
from gangan.papers.ppgn.config import Config, Objective, Training
from gangan.papers.ppgn.training import train_generator
from support.studies import study

CPU = torch.device("cpu")
CONFIG: Config = study().ppgn
FILTERS = {"generator": [3, 5, 4, 6], "x": [5, 4, 6, 8], "fc1": [5, 6, 8]}
SMALL = {
    "epochs": 2,
    "batch": 2,
    "first": 12,  # six batches in an epoch
    "updates": {"usual": 1, "burst": 3, "first": 1, "every": 4},
    "filters": FILTERS,
}
FULL = {"adversarial": 1, "image": 2, "code": 0.1}
ALL, EACH_UPDATE, EACH_BATCH = (
    {"kind": "all"},
    {"kind": "random", "each": "update"},
    {"kind": "random", "each": "batch"},
)


def training(**changes: Any) -> Training:
    """The paper's training on twelve digits, with small networks and short bursts."""
    return Training.model_validate(merged(merged(CONFIG.training.model_dump(), SMALL), changes))


def objective(
    critics: Sequence[str] = ("x", "fc1"), weights: Mapping[str, float] = FULL, choice: Mapping[str, str] = ALL
) -> Objective:
    """What a generator is trained on; all of it unless told otherwise."""
    return Objective.model_validate({"critics": list(critics), "weights": weights, "choice": choice})


def fresh(name: str, filters: Sequence[int], seed: int = 0) -> Any:
    """A network before any training, the same for the same seed."""
    return networks.fresh(name, filters, torch.Generator().manual_seed(seed))


def encoder(folder: Path) -> Path:
    """The file of an encoder that has learned nothing."""
    path = folder / "encoder.safetensors"
    networks.write(path, {"encoder": fresh("encoder", [3, 4, 16])}, {"encoder": [3, 4, 16]})
    return path


def train(
    folder: Path,
    digits: Path,
    of: Objective | None = None,
    changes: Mapping[str, Any] | None = None,
    run: int = 0,
    checkpoint: Checkpoint | None = None,
) -> Path:
    """The weights of a run, beside ``course.csv`` and ``timing.csv`` in the folder."""
    folder.mkdir(exist_ok=True)
    checkpoint = checkpoint or Checkpoint(folder / "checkpoint", "identity", 0)
    paths = [folder / name for name in ("weights.safetensors", "course.csv", "timing.csv")]
    settings, reader = training(**(changes or {})), encoder(folder)
    train_generator(settings, of or objective(), 0, run, digits, reader, *paths, CPU, checkpoint)
    return paths[0]
