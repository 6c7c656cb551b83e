"""The figures that run networks show the GANs that they say they show."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from torch import Tensor

from gangan.core import rowfile
from gangan.core.streams import stream
from gangan.papers.gangan import networks
from gangan.papers.gangan.config import Draws, Samples
from gangan.papers.gangan.reporting import figures
from gangan.papers.gangan.spaces import components
from gangan.papers.gangan.training import sample
from support.scoring import GAN, LAYOUT, NETWORK, drifting_rows, gangan_weights, write_gangan
from support.trainings import gangan, write_zoo

CPU = torch.device("cpu")
SAMPLES = Samples(count=3, extent=1.5)


def noise(count: int) -> Tensor:
    """The noise that GANs draw from in all figures."""
    return torch.randn(count, 3, generator=stream(0, "figure-noise", 0, 0, CPU))


def drawn(row: Tensor, count: int) -> Tensor:
    """The digits (count, 28, 28) of one GAN (1, width) in a figure."""
    return networks.draw(GAN, row, LAYOUT, noise(count))[0]


def written(folder: Path, latent: int) -> Path:
    training = gangan(latent=latent)
    return write_gangan(folder / "weights", training, gangan_weights(training))


@pytest.mark.parametrize("renormalise", [False, True])
def test_fig_3_walks_along_a_latent_of_one_number(tmp_path: Path, renormalise: bool) -> None:
    file, draws = written(tmp_path, 1), Draws(renormalise=renormalise)
    (axes,) = figures.walk(weights=file, samples=SAMPLES, columns=2, draws=draws, seed=0, title="x").axes
    sheet = torch.from_numpy(axes.images[0].get_array().data)
    assert sheet.shape == (3 * 28, 2 * 28)
    for line, z in enumerate((-1.5, 0.0, 1.5)):
        row = sample.read(file).sample(torch.tensor([[z]]), renormalise)
        expected = torch.cat(list(drawn(row, 2)), 1)
        torch.testing.assert_close(sheet[28 * line : 28 * (line + 1)], expected)
    assert (axes.get_ylabel(), axes.get_title()) == ("GAN-GAN latent z", "x")
    assert [label.get_text() for label in axes.get_yticklabels()] == ["-1.50", "+0.00", "+1.50"]


def test_fig_3_shows_draws_where_there_is_no_line_the_best_by_validation_first(tmp_path: Path) -> None:
    file, draws = written(tmp_path, 2), Draws(truncation=0.5, best_of=2)
    # Of six candidates those of these numbers were scored, and points of a line that are none of them.
    table = {"points": ["draws"] * 3 + ["line"], "number": [1, 2, 4, 0], "frechet_validation": [7.0, 5, 6, 1]}
    pd.DataFrame(table).to_csv(tmp_path / "scores.csv")
    given = {"weights": file, "samples": SAMPLES, "columns": 2, "draws": draws, "seed": 0, "title": "x"}
    (axes,) = figures.walk(**given, scores=[tmp_path / "scores.csv"]).axes
    sheet = torch.from_numpy(axes.images[0].get_array().data)
    z = sample.candidates(0, 3, 2, draws)
    for line, number in enumerate((2, 4, 1)):
        expected = drawn(sample.read(file).sample(z[[number]]), 2)[0]
        torch.testing.assert_close(sheet[28 * line : 28 * (line + 1), :28], expected)
    assert axes.get_ylabel() == "best of 2 draws of z ~ N(0, 0.5² I), 2-d, best validation distance first"


def test_fig_2_shows_the_first_run_after_each_epoch_asked_for(tmp_path: Path) -> None:
    file = write_zoo(tmp_path / "zoo.h5", LAYOUT, drifting_rows(2, 4), NETWORK, first=7)
    figure = figures.snapshots(zoo=file, epochs=[3, 0], panel=2, seed=0)
    panels = [axes for axes in figure.axes if axes.images]
    assert [axes.get_title() for axes in panels] == ["index 0: 1 epoch trained", "index 3: 4 epochs trained"]
    for axes, epoch in zip(panels, (0, 3), strict=True):
        digits = drawn(rowfile.rows(file, [7], [epoch]), 4)
        sheet = torch.from_numpy(axes.images[0].get_array().data)
        torch.testing.assert_close(sheet[:28, :28], digits[0])
        torch.testing.assert_close(sheet[-28:, -28:], digits[3])


def test_the_weight_space_has_every_row_and_the_curves_of_gangans_with_a_line(tmp_path: Path) -> None:
    file = write_zoo(tmp_path / "zoo.h5", LAYOUT, drifting_rows(2, 4), NETWORK)
    components.project(file, tmp_path / "projection.h5", 3)
    (tmp_path / "two").mkdir()
    weights = [written(tmp_path, 1), written(tmp_path / "two", 2)]
    given = {"projection": tmp_path / "projection.h5", "names": ["one", "two"], "extent": 1.5}
    axes = figures.pca(**given, weights=weights).axes[0]
    rows = rowfile.rows(file)
    mean, axes_of, _ = components.principal_components(rows, 2)
    np.testing.assert_allclose(axes.collections[0].get_offsets(), (rows - mean) @ axes_of.T, atol=1e-4)
    curve, first = axes.lines
    ends = sample.read(weights[0]).sample(torch.tensor([[-1.5], [1.5]]))
    np.testing.assert_allclose(curve.get_xydata()[[0, -1]], (ends - mean) @ axes_of.T, atol=1e-4)
    np.testing.assert_allclose(first.get_xydata()[0], curve.get_xydata()[0])
    assert curve.get_label() == "one"
    assert not figures.pca(**given | {"names": []}).axes[0].lines
