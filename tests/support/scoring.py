"""GANs whose digits are scored, and GAN-GANs that draw them, as tests of scores and figures need them: untrained."""

from pathlib import Path

import torch
from torch import Tensor

from gangan.core.files import write_tensors
from gangan.core.layout import Layout
from gangan.papers.gangan import networks
from gangan.papers.gangan.config import Evaluation, Rows, Training
from gangan.papers.gangan.training import sample

NETWORK = {"kind": "mlp", "latent": 3, "hidden": 5}
GAN = networks.of(NETWORK)
LAYOUT = GAN.layout()
EVALUATION = Evaluation(images=60, neighbour_images=20, neighbours=3, every=3, ema=0.5, lines=5, probes=6)


def random_rows(count: int, seed: int = 0) -> Tensor:
    """GANs (count, width) that draw noise, each noise of its own."""
    return torch.randn(count, LAYOUT.size, generator=torch.Generator().manual_seed(seed)) * 0.3


def drifting_rows(runs: int, epochs: int) -> Tensor:
    """Rows (epochs, runs, width): each run's weights drift away from its own start."""
    start = random_rows(runs)
    return torch.stack([start + 0.01 * epoch * random_rows(runs, seed=9) for epoch in range(epochs)])


def gangan_weights(training: Training, layout: Layout = LAYOUT, scale: float = 1.0, seed: int = 0) -> dict[str, Tensor]:
    """An untrained GAN-GAN over rows, tensors by name; of scale 0 all are zero."""
    of_gangan = sample.architecture(training, layout.size).layout()
    flat = torch.randn(1, of_gangan.size, generator=torch.Generator().manual_seed(seed)) * scale
    return {name: tensor[0] for name, tensor in of_gangan.unflatten(flat).items()}


def write_gangan(
    path: Path,
    training: Training,
    weights: dict[str, Tensor],
    rows: Rows = Rows(),  # noqa: B008  frozen
    layout: Layout = LAYOUT,
    network: dict[str, object] = NETWORK,
) -> Path:
    """A file as a training writes it."""
    facts = {
        "training": training.model_dump(mode="json"),
        "rows": rows.model_dump(mode="json"),
        "network": network,
        "layout": layout.to_json(),
    }
    write_tensors(path, weights, facts)
    return path
