"""The text's figures, which run the networks: Figs. 3, 5 to 8 (docs/papers/mpgan.md, section 4)."""

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from gangan.core import rowfile
from gangan.core.streams import stream
from gangan.data.selection import selected
from gangan.papers.mpgan import latent, networks
from gangan.papers.mpgan.config import Plane, Selection
from gangan.papers.mpgan.networks import GAN, LATENT
from gangan.show.grids import middles, mosaic
from gangan.show.style import FAKE, GREY, PAGE, REAL, figure_job


def gan_of(rows: Path, after: int) -> GAN:
    """The GAN of a run's file after so many epochs.

    Raises:
        UserError: the file is damaged.
    """
    gan = networks.of(rowfile.network_of(rows))
    gan.load(rowfile.rows(rows, epochs=[after - 1])[0])
    return gan


def noise(seed: int, count: int) -> Tensor:
    """Fixed noise (count, 100) of the study's figures."""
    return torch.randn(count, LATENT, generator=stream(seed, "mpgan-figure", 0, 0, torch.device("cpu")))


def show(axes: Axes, images: Tensor, columns: int) -> None:
    """Images (n, 28, 28) in [0, 1] as the text shows them, dark on light, in a frame: an image without ink is white."""
    axes.imshow(mosaic(1 - 2 * images, columns), vmin=-1, vmax=1, cmap="grey")
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set(visible=True, color=GREY, lw=0.5)
    axes.tick_params(length=0)


@figure_job
def comparison(
    rows: list[Path],
    digits: Path,
    titles: list[str],
    selections: list[Selection],
    after: int,
    columns: int,
    name: str,
    seed: int,
) -> Figure:
    """Figs. 5 to 7: what runs draw after so many epochs, side by side, each above random digits that it learned from.

    Args:
        rows: a file for each run.
        digits: the dataset.
        titles: of the runs.
        selections: of the digits that they learned.
        after: epochs.
        columns: images of each kind.
        name: of the dataset.
        seed: of the study.
    """
    count = len(rows)
    figure, panels = plt.subplots(1, count, figsize=(PAGE, 0.5 + PAGE / count / columns * 2), squeeze=False)
    for axes, path, title, selection in zip(panels.flat, rows, titles, selections, strict=True):
        real = selected(digits, name, selection.digit, selection.first)
        random = stream(seed, "mpgan-shown", 0, 0, torch.device("cpu"))
        chosen = real[torch.randint(len(real), (columns,), generator=random)].float() / 255
        made = gan_of(path, after).draw(noise(seed, columns)).squeeze(1)
        show(axes, torch.cat([made, chosen]), columns)
        axes.set_title(f"{title}, {after} epochs", fontsize=7)
    panels[0, 0].set_yticks(middles(2, made.shape[-1]), ["drawn", "learned"])
    return figure


def draw_plane(axes: Axes, gan: GAN, plane: Plane) -> None:
    """The images of a grid in the latent space, with the values of its two coordinates."""
    images = gan.draw(latent.grid(plane).flatten(0, 1)).squeeze(1)
    show(axes, images, plane.along.count)
    sides = ((plane.down, axes.set_yticks, axes.set_ylabel), (plane.along, axes.set_xticks, axes.set_xlabel))
    for side, ticks, label in sides:
        values = [f"{round(side.start + side.step * i, 6) + 0:.3g}" for i in range(side.count)]  # no -1e-16, no -0
        ticks(middles(side.count, images.shape[-1]), values, fontsize=6)
        label(f"coordinate {side.coordinate} of z, all others 0")


@figure_job
def planes(rows: Path, planes: list[Plane]) -> Figure:
    """Fig. 8: grids in the latent space of a trained run."""
    gan = gan_of(rows, rowfile.epochs_of(rows))
    figure, panels = plt.subplots(1, len(planes), figsize=(PAGE, PAGE / len(planes) + 0.3), squeeze=False)
    for axes, plane in zip(panels.flat, planes, strict=True):
        draw_plane(axes, gan, plane)
    return figure


@figure_job
def development(rows: Path, scores: Path, after: list[int], columns: int, planes: list[Plane], seed: int) -> Figure:
    """Fig. 3: what a run draws in the course of its training, its discriminator's accuracy, and grids in its latent
    space at the end.

    Args:
        rows: the run's.
        scores: the run's.
        after: epochs, a line of samples for each.
        columns: images in a line.
        planes: the grids, two.
        seed: of the study.
    """
    figure = plt.figure(figsize=(PAGE, PAGE * 0.9))
    grid = figure.add_gridspec(2, 2, height_ratios=(1, 1.3))
    samples, accuracy = (figure.add_subplot(grid[0, i]) for i in (0, 1))
    z = noise(seed, columns)
    made = torch.cat([gan_of(rows, epochs).draw(z).squeeze(1) for epochs in after])
    samples.imshow(mosaic(1 - 2 * made, columns), vmin=-1, vmax=1, cmap="grey")
    samples.set_yticks(middles(len(after), made.shape[-1]), list(map(str, after)))
    samples.set(xticks=[], ylabel="epochs")
    samples.spines[:].set_visible(False)
    table = pd.read_csv(scores)
    for column, colour, label in (("discriminator_real", REAL, "real"), ("discriminator_made", FAKE, "synthetic")):
        accuracy.plot(table["after"], table[column], color=colour, marker="o", ms=2, label=label)
    accuracy.set(ylim=(-0.02, 1.02), xlabel="epochs", ylabel="discriminator's accuracy")
    accuracy.legend()
    gan = gan_of(rows, rowfile.epochs_of(rows))
    for i, plane in enumerate(planes[:2]):
        draw_plane(figure.add_subplot(grid[1, i]), gan, plane)
    return figure
