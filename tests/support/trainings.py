"""Small studies, settings, zoos and trainings that tests of the paper's modules share."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gangan.core import rowfile
from gangan.core.checkpoint import Checkpoint
from gangan.core.layout import Layout
from gangan.core.settings import merged
from gangan.papers.gangan import networks
from gangan.papers.gangan.config import Gan, Rows, Training
from gangan.papers.gangan.training import gangans, gans

CPU = torch.device("cpu")

GAN_VALUES = {
    "epochs": 4,
    "batch": 500,  # 10 steps an epoch on 5,000 digits
    "learning_rate": 2e-4,
    "network": {"kind": "mlp", "latent": 4, "hidden": 8},
    "loss": {"kind": "gan", "of": "probabilities"},
    "shared_initialisation": False,
}
GANGAN_VALUES = {
    "epochs": 4,
    "batch": 2,  # of 4 rows × 3: 6 steps an epoch
    "learning_rate": 2e-4,
    "latent": 1,
    "generator": {"hidden": 4, "average": 0},
    "discriminator": {"hidden": 4},
    "space": {"kind": "rows", "align": False, "output": "tanh"},
    "loss": {"kind": "gan", "of": "probabilities"},
    "renormalise": False,
}
LINEAR = {"kind": "rows", "align": False, "output": "linear"}
WASSERSTEIN = {"kind": "wgan-gp", "penalty": 10, "critic_steps": 1, "also": None}
DIGITS = {"kind": "digits", "weight": 1, "gans": 1, "pack": 1}


def components(count: int, standardise: str = "none", align: bool = False) -> dict[str, Any]:
    """The block of a space of principal components."""
    return {"kind": "components", "align": align, "standardise": standardise, "count": count}


def standardised(per: str, align: bool = False) -> dict[str, Any]:
    """The block of a space of standardised rows."""
    return {"kind": "standardised", "align": align, "per": per}


def gan(**changes: Any) -> Gan:
    """How a small GAN is trained; blocks change key by key."""
    return Gan.model_validate(merged(GAN_VALUES, changes))


def gangan(**changes: Any) -> Training:
    """How a small GAN-GAN is trained, the paper's way unless changed; blocks change key by key."""
    return Training.model_validate(merged(GANGAN_VALUES, changes))


def mended(**changes: Any) -> Training:
    """Every ingredient that changes a GAN-GAN, at once; of 4 rows × 3: 3 steps an epoch."""
    ingredients = {
        "generator": {"average": 0.9},
        "space": components(3, "tensor", align=True),
        "loss": WASSERSTEIN | {"critic_steps": 2, "also": DIGITS | {"pack": 2}},
    }
    return gangan(**merged(ingredients, changes))


def train_gans(
    folder: Path,
    settings: Gan,
    digits: Path,
    runs: range = range(2),
    seed: int = 0,
    checkpoint: Checkpoint | None = None,
) -> Path:
    """The rows of some GANs, a job's file in the folder."""
    name = f"{runs.start:02d}"
    checkpoint = checkpoint or Checkpoint(folder / f"{name}.checkpoint", "gans", 0)
    rows, timing = folder / f"{name}.h5", folder / f"{name}.csv"
    gans.train_gans(settings, seed, runs.start, len(runs), digits, rows, timing, CPU, checkpoint)
    return rows


def train_gangan(
    folder: Path,
    training: Training,
    rows: Rows,
    zoo: Path,
    seed: int = 0,
    checkpoint: Checkpoint | None = None,
    alignment: Path | None = None,
    digits: Path | None = None,
    looks: Sequence[int] = (),
) -> Path:
    """The weights of a GAN-GAN, beside ``losses.csv`` and ``timing.csv`` in the folder."""
    checkpoint = checkpoint or Checkpoint(folder / "checkpoint", "gangan", 0)
    paths = [folder / name for name in ("weights.safetensors", "losses.csv", "timing.csv")]
    gangans.train_gangan(training, rows, list(looks), seed, 0, zoo, *paths, CPU, checkpoint, alignment, digits)
    return paths[0]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# A GAN whose layers all differ in width, for rows that nobody draws digits from.
SMALL = networks.GAN(latent=5, width=12, generator_hidden=7, discriminator_hidden=6)
LAYOUT = SMALL.layout()
NETWORK = {"kind": "mlp", "latent": 5, "hidden": 7}  # the nearest that a file can say


def rows(count: int, seed: int = 0) -> Tensor:
    """Fresh GANs of that kind (count, width)."""
    streams = [torch.Generator().manual_seed(seed + i) for i in range(count)]
    return torch.cat([SMALL.discriminator.initial(streams), SMALL.generator.initial(streams)], dim=1)


def write_zoo(
    path: Path, layout: Layout, many: Tensor, network: Mapping[str, Any] = NETWORK, seed: int = 0, first: int = 0
) -> Path:
    """A zoo of rows (epochs, runs, width), its losses zero, the runs numbered from ``first`` on."""
    epochs, runs, _ = many.shape
    losses = {name: np.zeros((epochs, runs), "f4") for name in ("loss_generator", "loss_discriminator")}
    numbers = range(first, first + runs)
    rowfile.write_runs(path, layout, network, {"epochs": epochs}, numbers, seed, many.numpy(), losses)
    return path
