"""A study to explore: two zoos of small GANs, and GAN-GANs on them, all untrained, with scores made up."""

from pathlib import Path
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from gangan.core import rowfile
from gangan.papers.gangan import networks
from gangan.papers.gangan.config import Samples
from gangan.papers.gangan.explorer import page
from gangan.papers.gangan.reporting import results
from gangan.papers.gangan.reporting.noise import noise
from gangan.papers.gangan.reporting.results import Scored
from gangan.papers.gangan.spaces import components
from gangan.papers.gangan.training import sample
from gangan.show.pages import Page
from support.scoring import GAN, LAYOUT, NETWORK, gangan_weights, random_rows, write_gangan
from support.trainings import gan, gangan, write_zoo

EPOCHS = 5
DIGITS = 10
RUNS = {"mlp": 3, "published": 1}
SEEDS = {"as-described": [3, 4], "as-published": [3]}
ZOOS = {"as-described": "mlp", "as-published": "published"}
TRAINING = gangan(generator={"hidden": 8})
LINEAGE = "0" * 64


def _rows(runs: int) -> Tensor:
    """Rows (epochs, runs, width) of runs that stand and go apart."""
    return torch.stack([random_rows(runs) + 0.2 * epoch * random_rows(runs, seed=9) for epoch in range(EPOCHS)])


class Explored:
    """The files of such a study, and its page."""

    def __init__(self, folder: Path):
        self.folder = folder
        arms = [
            {"name": name, "group": "paper", "zoo": ZOOS[name], "seeds": seeds, "training": TRAINING.model_dump()}
            for name, seeds in SEEDS.items()
        ]
        zoos = {name: {"runs": runs, "network": "mlp"} for name, runs in RUNS.items()}
        self.scored = Scored.model_validate({"zoos": zoos, "per_job": 3, "arms": arms})
        for zoo, runs in RUNS.items():
            write_zoo(folder / f"{zoo}.h5", LAYOUT, _rows(runs), NETWORK)
            components.project(folder / f"{zoo}.h5", folder / f"pca-{zoo}.h5", 2)
        self.weights = {
            (arm, seed): write_gangan(
                folder / f"{arm}-{seed}.safetensors", TRAINING, gangan_weights(TRAINING, scale=0.5, seed=seed)
            )
            for arm, seeds in SEEDS.items()
            for seed in seeds
        }
        self.scores = [self._scores(key, folder / path) for key, path in results.keys(self.scored).items()]

    def page(self, megabytes: float = 1.0, **changes: Any) -> Page:
        """The page, with some settings or files changed."""
        given: dict[str, Any] = {
            "study": "tiny",
            "version": "1.2.3",
            "seed": 0,
            "megabytes": megabytes,
            "digits": DIGITS,
            "samples": Samples(count=4, extent=2.0),
            "gans": {name: gan(epochs=EPOCHS) for name in RUNS},
            "snapshots": {name: [0, 2] for name in RUNS},
            "scored": self.scored,
            "zoos": [self.folder / f"{name}.h5" for name in RUNS],
            "projections": [self.folder / f"pca-{name}.h5" for name in RUNS],
            "weights": list(self.weights.values()),
            "scores": self.scores,
        }
        return page.explore(**given | changes)

    def megabytes(self, share: float) -> float:
        """What a page weighs that holds such a share of all weights."""
        whole = self.page()
        return (len(whole.text(LINEAGE).encode()) - (1 - share) * sum(map(len, whole.values["weights"]))) / 1e6

    def digits(self, arm: str, seed: int, z: list[float]) -> Tensor:
        """What PyTorch draws at some z of a GAN-GAN: grey levels (z, digits, 28, 28) from 0 to 255."""
        rows = sample.read(self.weights[arm, seed]).sample(torch.tensor(z).unsqueeze(1))
        return self._levels(rows)

    def digits_of_row(self, zoo: str, run: int, epochs: int) -> Tensor:
        """The same of a row (digits, 28, 28), by how many epochs it was trained."""
        return self._levels(rowfile.rows(self.folder / f"{zoo}.h5", [run], [epochs - 1]))[0]

    def _levels(self, rows: Tensor) -> Tensor:
        return (networks.draw(GAN, rows, LAYOUT, noise(0, DIGITS, GAN.latent)) + 1) * 127.5

    def written(self, page: Page, name: str = "explorer.html") -> Path:
        """The file of a page."""
        path = self.folder / name
        path.write_text(page.text(LINEAGE), "utf-8")
        return path

    def _scores(self, key: tuple[str, ...], path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        kind, of, *_ = key
        if kind == "zoo":
            keys = [(run, epoch) for run in range(RUNS[of]) for epoch in range(EPOCHS)]
            table = pd.DataFrame(keys, columns=["gan", "epoch"])
            table["frechet"] = 1000.0 - 100 * table["epoch"] - table["gan"]
        elif kind == "gangan":
            z = [-2.0, 0.0, 1.0, 2.0]
            near = {"l2": [1.5, 2.5, 3.5, 4.5], "l2_gan": [0, 0, 0, 0], "l2_epoch": [0, 1, 2, 4]}
            table = pd.DataFrame({"points": "line", "z": z, "frechet": [910.0, 700.0, 650.0, 590.0], **near})
        else:
            table = pd.DataFrame({"kind": ["noise"], "runs": ["0"], "frechet": 1.0})
        table.assign(judge="j").to_csv(path, index=False)
        return path
