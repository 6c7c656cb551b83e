"""A study to share: a zoo that GAN-GANs learn, one that none does, scores made up, and two GAN-GANs."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from gangan.core import rowfile
from gangan.core.layout import Layout
from gangan.papers.gangan.sharing import rows
from gangan.papers.gangan.sharing.rows import SharedZoo
from gangan.papers.gangan.spaces import frames
from gangan.papers.gangan.spaces.frames import Frame
from support.scoring import LAYOUT, NETWORK, drifting_rows

EPOCHS = 4
LEARNED, HELD_OUT = range(3), range(3, 5)
ZOOS = {"mlp": SharedZoo(split="learned", jobs=2), "more": SharedZoo(split="held-out", jobs=1)}
SETTINGS = {"epochs": EPOCHS, "batch": 500, "network": NETWORK}


def scrambled(some: torch.Tensor, layout: Layout = LAYOUT) -> torch.Tensor:
    """The same GANs (n, width) with their hidden units in another order and scale and their noise rotated."""
    random = np.random.default_rng(1)
    hidden, latent = dict(layout.shapes)["generator.input.weight"]

    def one(turn: bool) -> Frame:
        orders = [random.permutation(hidden) for _ in range(2)]
        scales = [random.uniform(0.5, 2, hidden) for _ in range(2)]
        return Frame(*orders, *scales, np.linalg.qr(random.standard_normal((latent, latent)))[0] if turn else None)

    return frames.aligned(some, layout, {"discriminator": one(False), "generator": one(True)})


@dataclass
class Shared:
    """Its files."""

    folder: Path
    tables: list[Path] = field(default_factory=list)
    gans: list[Path] = field(default_factory=list)  # as jobs wrote them: two, one and two runs

    def write(self, name: str) -> Path:
        """The rows, shared."""
        path, alignment = self.folder / name, self.folder / "alignment.h5"
        rows.share("tiny", "1.2.3", ZOOS, self.gans, self.tables, alignment, path)
        return path


@pytest.fixture
def shared(tmp_path: Path) -> Shared:
    study = Shared(tmp_path)
    many = drifting_rows(len(LEARNED), EPOCHS)  # (epochs, runs, width)
    copies = torch.stack([scrambled(many[:, 0]), many[:, 1] + 1], 1)  # the reference scrambled, and another GAN
    whole = torch.cat([many, copies], 1)
    for name, runs in (("mlp", LEARNED), ("00", LEARNED[:2]), ("02", LEARNED[2:]), ("03", HELD_OUT)):
        losses = {name: np.full((EPOCHS, len(runs)), 0.5, "f4") for name in ("loss_discriminator", "loss_generator")}
        path = tmp_path / f"{name}.h5"
        rowfile.write_runs(path, LAYOUT, NETWORK, SETTINGS, runs, 7, whole[:, list(runs)].numpy(), losses)
        study.gans += [path] if name != "mlp" else []
    for run in (*LEARNED, *HELD_OUT):
        table = pd.DataFrame({"gan": run, "epoch": range(EPOCHS)})
        table["frechet"] = 100.0 * run + table["epoch"]
        table["frechet_validation"] = -table["frechet"]
        table["kernel"] = table["frechet"].where(table["epoch"] % 3 == 0)
        study.tables.append(tmp_path / f"{run}.csv")
        table.assign(judge="j").to_csv(study.tables[-1], index=False)
    frames.align_zoo(tmp_path / "mlp.h5", tmp_path / "alignment.h5")
    return study
