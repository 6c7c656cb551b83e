"""The strip shows the GANs that it says it shows, from one noise."""

from pathlib import Path

import numpy as np
import pandas as pd
import torch

from gangan.core import rowfile
from gangan.papers.gangan import networks
from gangan.papers.gangan.config import Arm, Draws, Samples
from gangan.papers.gangan.reporting.noise import noise
from gangan.papers.gangan.reporting.strip import strip
from gangan.papers.gangan.spaces import frames, repair
from gangan.papers.gangan.training import sample
from gangan.show.grids import mosaic
from support.scoring import GAN, LAYOUT, NETWORK, drifting_rows, gangan_weights, write_gangan
from support.trainings import gangan, write_zoo


def test_each_panel_shows_its_own_gans_from_one_noise(tmp_path: Path) -> None:
    zoo = write_zoo(tmp_path / "zoo.h5", LAYOUT, drifting_rows(5, 3), NETWORK)
    frames.align_zoo(zoo, tmp_path / "alignment.h5")
    samples, files, tables, arms = Samples(count=4, extent=1.5), [], [], []
    for latent, draws in ((1, Draws(renormalise=True)), (2, Draws(truncation=0.5, best_of=2))):
        training = gangan(latent=latent)
        files.append(write_gangan(tmp_path / f"{latent}", training, gangan_weights(training)))
        table = {"points": ["line", *["draws"] * 4], "number": [0, 1, 2, 5, 6]}
        tables.append(tmp_path / f"{latent}.csv")
        pd.DataFrame(table).to_csv(tables[-1])
        arms.append(Arm(name=f"latent-{latent}", group="paper", zoo="mlp", seeds=[7], draws=draws))
    figure = strip(
        arms=arms, samples=samples, panel=2, seed=0, zoo=zoo, alignment=tmp_path / "alignment.h5", weights=files,
        scores=tables,
    )  # fmt: skip

    def gans(i: int) -> sample.GANGAN:
        return sample.read(files[i])

    last = rowfile.rows(zoo, None, [2])
    stored = frames.frames_of(tmp_path / "alignment.h5", range(4))
    one, two, three, four = (frames.aligned(last[[run]], LAYOUT, stored[run]) for run in range(4))
    mixed = [
        repair.repaired((a + b) / 2, LAYOUT, (repair.moments(a, LAYOUT) + repair.moments(b, LAYOUT)) / 2)
        for a, b in ((one, two), (three, four))
    ]
    expected = {
        "GANs of the zoo\nafter 3 epochs": last[:2],
        "halfway between two GANs,\naligned and renormalised": torch.cat(mixed),
        "latent-1,\nseed 7, along z": gans(0).sample(torch.tensor([[-1.5], [1.5]]), renormalise=True),
        "latent-2,\nseed 7, draws": gans(1).sample(sample.candidates(0, 4, 2, arms[1].draws)[[1, 2]]),
    }
    shown = {axes.get_title(): axes.images[0].get_array().data for axes in figure.axes if axes.images}
    assert list(shown) == list(expected)
    for title, rows in expected.items():
        digits = networks.draw(GAN, rows, LAYOUT, noise(0, 2, 3))
        np.testing.assert_allclose(shown[title], mosaic(digits.flatten(0, 1), 2), atol=1e-5)


def test_a_zoo_of_one_gan_has_none_halfway(tmp_path: Path) -> None:
    zoo = write_zoo(tmp_path / "zoo.h5", LAYOUT, drifting_rows(1, 2), NETWORK)
    frames.align_zoo(zoo, tmp_path / "alignment.h5")
    figure = strip(
        arms=[], samples=Samples(count=4, extent=1), panel=2, seed=0, zoo=zoo, alignment=tmp_path / "alignment.h5",
        weights=[], scores=[],
    )  # fmt: skip
    assert [axes.get_title() for axes in figure.axes if axes.images] == ["GANs of the zoo\nafter 2 epochs"]
