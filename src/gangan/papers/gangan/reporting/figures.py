"""The figures that run networks: files in, one figure out (docs/papers/gangan.md, section 4)."""

from itertools import pairwise
from pathlib import Path

import h5py
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.patheffects import withStroke
from torch import Tensor

from gangan.core import rowfile
from gangan.papers.gangan import networks
from gangan.papers.gangan.config import Draws, Gan, Samples, Training
from gangan.papers.gangan.networks import SIDE, Network
from gangan.papers.gangan.reporting.noise import noise
from gangan.papers.gangan.training import sample
from gangan.show.grids import middles, mosaic
from gangan.show.style import COLUMN, FAKE, GREY, PAGE, REAL, figure_job


@figure_job
def schematic(gan: Gan, runs: int, training: Training) -> Figure:
    """Fig. 1: a GAN-GAN with these settings on the rows of ``runs`` GANs, with the study's own dimensions."""
    inner = networks.of(gan.network.model_dump())
    row = inner.layout().size
    outer = sample.architecture(training, row)
    figure, axes = plt.subplots(figsize=(PAGE, 2.7))
    axes.set(xlim=(-1, 104), ylim=(0, 40))
    axes.axis("off")
    _chain(axes, 31, "MNIST GAN", inner, f"digit\n{inner.width}")
    _chain(axes, 6, "GAN-GAN", outer, f"row of weights\n{row:,}")
    for x, colour in ((32, FAKE), (87, REAL)):  # both networks' weights become one row
        axes.plot([x, x, 60], [26.5, 22.5, 22.5], color=colour, lw=1.2)
    axes.add_patch(FancyArrowPatch((60, 22.5), (60, 11), arrowstyle="-|>", mutation_scale=10, color=GREY))
    made, kept = (
        f"each epoch's weights, D then G,\nare one row of {row:,}",
        f"{runs} GANs × {gan.epochs} epochs = {runs * gan.epochs:,} rows:\nthe GAN-GAN's dataset",
    )
    axes.text(58.5, 17, made, ha="right", va="center", fontsize=7)
    axes.text(61.5, 17, kept, va="center", fontsize=7)
    return figure


def _chain(axes: Axes, y: float, title: str, gan: Network, made: str) -> None:
    """Noise → generator → sample → discriminator, as boxes with their sizes."""
    g, d = (" → ".join(f"{width:,}" for width in net.widths) for net in (gan.generator, gan.discriminator))
    boxes = [
        (0, 13, f"noise z\n{gan.latent}", GREY),
        (19, 26, f"generator\n{g}", FAKE),
        (51, 18, made, GREY),
        (75, 28, f"discriminator\n{d}", REAL),
    ]
    axes.text(0, y + 7, title, weight="bold", va="center")
    for x, width, text, colour in boxes:
        style = "round,pad=0.2"
        axes.add_patch(FancyBboxPatch((x, y - 4), width, 8, boxstyle=style, fc="white", ec=colour, lw=1.2))
        axes.text(x + width / 2, y, text, ha="center", va="center", fontsize=7)
    for (x, width, *_), (end, *_) in pairwise(boxes):
        arrow = FancyArrowPatch((x + width + 0.6, y), (end - 0.6, y), arrowstyle="-|>", mutation_scale=8, color=GREY)
        axes.add_patch(arrow)


@figure_job
def snapshots(zoo: Path, epochs: list[int], panel: int, seed: int) -> Figure:
    """Fig. 2: samples of the first GAN of a zoo in its training, the same noise in each panel of ``panel`` × ``panel``
    digits."""
    gan = networks.of(rowfile.network_of(zoo))
    rows = rowfile.rows(zoo, rowfile.runs_of(zoo)[:1], epochs)
    digits = networks.draw(gan, rows, gan.layout(), noise(seed, panel * panel, gan.latent))  # (epochs, panel², 28, 28)
    columns = min(5, len(epochs))
    lines = -(-len(epochs) // columns)
    figure, panels = plt.subplots(lines, columns, figsize=(PAGE, PAGE * lines / columns * 1.12), squeeze=False)
    for axes in panels.flat:
        axes.axis("off")
    for axes, index, images in zip(panels.flat, sorted(epochs), digits, strict=False):
        axes.imshow(mosaic(images, panel, gap=2), vmin=-1, vmax=1)
        axes.set_title(f"index {index}: {index + 1} epoch{'s' if index else ''} trained", fontsize=6.5)
    return figure


@figure_job
def walk(
    weights: Path, samples: Samples, columns: int, draws: Draws, seed: int, title: str, scores: list[Path] | None = None
) -> Figure:
    """Fig. 3: GANs along the GAN-GAN's latent (rows), each drawing from the same noise vectors (columns).

    Where there is no line to follow, ``scores`` (one file) order the draws, best validation distance first.
    """
    gangan = sample.read(weights, draws.after)
    z, label = walk_points(gangan.training.latent, samples, seed, draws)
    if scores:
        table = pd.read_csv(scores[0]).query("points == 'draws'").sort_values("frechet_validation")
        z, label = z[table["number"].tolist()], f"{label}, best validation distance first"
    rows = gangan.sample(z, draws.renormalise)
    digits = networks.draw(gangan.gan, rows, gangan.layout, noise(seed, columns, gangan.gan.latent))
    figure, axes = plt.subplots(figsize=(PAGE, PAGE * samples.count / columns))
    axes.imshow(mosaic(torch.cat(list(digits), dim=0), columns), vmin=-1, vmax=1)
    ticks = np.arange(samples.count)[:: max(1, samples.count // 8)]
    if ticks[-1] != samples.count - 1:
        ticks = np.append(ticks[:-1], samples.count - 1)
    values = [f"{z[t, 0]:+.2f}" if z.shape[1] == 1 else str(t + 1) for t in ticks]
    axes.set_yticks(np.array(middles(samples.count, SIDE))[ticks], values)
    axes.set_ylabel(label)
    axes.set_xticks([])
    axes.set_xlabel(f"{columns} noise vectors, the same for every GAN")
    axes.set_title(title)
    axes.spines[:].set_visible(False)
    return figure


def walk_points(latent: int, samples: Samples, seed: int, draws: Draws) -> tuple[Tensor, str]:
    """The latents of Fig. 3 and what to call them: a line (rows, 1), else all candidates (rows × best_of, latent)."""
    if latent == 1:
        return sample.line(samples.count, samples.extent), "GAN-GAN latent z"
    variance = "I" if draws.truncation == 1 else f"{draws.truncation:g}² I"
    what = f"best of {draws.best_of} draws" if draws.best_of > 1 else "draw"
    return sample.candidates(seed, samples.count, latent, draws), f"{what} of z ~ N(0, {variance}), {latent}-d"


@figure_job
def pca(projection: Path, names: list[str], extent: float, weights: list[Path] | None = None) -> Figure:
    """The zoo's rows in their first two principal components, with GAN-GANs of these names as curves over z."""
    with h5py.File(projection, "r", locking=False) as file:
        mean, components = torch.from_numpy(file["mean"][:]), torch.from_numpy(file["components"][:2])
        points, epochs, shares = file["coordinates"][:, :2], file["epoch"][:] + 1, file["shares"][:2]
    figure, axes = plt.subplots(figsize=(COLUMN * 1.25, COLUMN * 1.25))
    greys = ListedColormap(plt.get_cmap("Greys")(np.linspace(0.25, 1, 256)))  # colours are the curves'
    dots = axes.scatter(points[:, 0], points[:, 1], c=epochs, s=3, cmap=greys, linewidths=0, rasterized=True)
    figure.colorbar(dots, label="epochs trained", aspect=30)
    outline = [withStroke(linewidth=3.5, foreground="white")]
    for i, (name, path) in enumerate(zip(names, weights or [], strict=True)):
        gangan = sample.read(path)
        if gangan.training.latent == 1:
            curve = (gangan.sample(sample.line(200, extent)) - mean) @ components.T
            axes.plot(*curve.T, color=f"C{i}", lw=2, label=name, path_effects=outline)
            axes.plot(*curve[0], marker="o", ms=5, mec="white", color=f"C{i}")  # where z is lowest
    if axes.get_legend_handles_labels()[0]:
        title = f"GAN-GAN, dot at z = −{extent:g}"
        figure.legend(title=title, title_fontsize=7, loc="outside lower center", ncols=2)
    axes.set(xlabel=f"component 1 ({shares[0]:.0%} of variance)", ylabel=f"component 2 ({shares[1]:.0%})")
    return figure
