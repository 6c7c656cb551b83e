"""The figures: files in, one figure out; nothing is trained or scored here (facts.md 0.4)."""

from collections.abc import Sequence
from itertools import pairwise, zip_longest
from pathlib import Path

import h5py
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator
from torch import Tensor

from gangan import gangans, gans, walks, zoo
from gangan.config import Draws, Figures, Gan, GanGan
from gangan.dcgan import DCGAN
from gangan.files import atomic
from gangan.networks import GAN
from gangan.provenance import LINEAGE
from gangan.training import stream

mpl.use("Agg")
plt.style.use(Path(__file__).with_name("figures.mplstyle"))
COLUMN = 3.4  # inches, of a paper's column
PAGE = 7.0
REAL, FAKE, GREY = "#0072B2", "#D55E00", "#777777"


def save(figure: Figure, outputs: Sequence[Path], lineage: str) -> None:
    """Write a figure in the format each name asks for, with its lineage (PNG text, PDF info) and without a date, so
    that the same chain gives the same bytes."""
    for path in outputs:
        kind = path.suffix.lstrip(".")
        metadata = {"Keywords": f"{LINEAGE}{lineage}"} | ({"CreationDate": None} if kind == "pdf" else {})
        with atomic(path) as partial:
            figure.savefig(partial, format=kind, metadata=metadata)


def schematic(gan: Gan, gangan: GanGan, runs: int) -> Figure:
    """Fig. 1: a GAN trained on a dataset of GANs, with the study's own dimensions."""
    inner = gans.architecture(gan)
    row = inner.layout().size
    outer = gangans.architecture(gangan, row)
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


def _chain(axes: Axes, y: float, title: str, gan: GAN | DCGAN, sample: str) -> None:
    """Noise → generator → sample → discriminator, as boxes with their sizes."""
    g, d = (" → ".join(f"{width:,}" for width in net.widths) for net in (gan.generator, gan.discriminator))
    boxes = [
        (0, 13, f"noise z\n{gan.latent}", GREY),
        (19, 26, f"generator\n{g}", FAKE),
        (51, 18, sample, GREY),
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


def snapshots(zoo_file: Path, figures: Figures, seed: int) -> Figure:
    """Fig. 2: samples of GAN 0 during its training, the same noise in every panel."""
    side = figures.panel
    z = _noise(seed, side * side, zoo.settings_of(zoo_file)["latent"])
    rows = zoo.rows(zoo_file, [0], figures.snapshots)
    digits = gans.draw(rows, zoo.layout_of(zoo_file), z)  # (snapshots, side², 28, 28)
    columns = min(5, len(figures.snapshots))
    lines = -(-len(figures.snapshots) // columns)
    figure, panels = plt.subplots(lines, columns, figsize=(PAGE, PAGE * lines / columns * 1.12), squeeze=False)
    for axes in panels.flat:
        axes.axis("off")
    for axes, index, images in zip(panels.flat, sorted(figures.snapshots), digits, strict=False):
        axes.imshow(_mosaic(images, side, gap=2), vmin=-1, vmax=1)
        axes.set_title(f"index {index}: {index + 1} epoch{'s' if index else ''} trained", fontsize=6.5)
    return figure


def walk(weights: Path, figures: Figures, seed: int, draws: Draws, scores: Path | None = None) -> Figure:
    """Fig. 3: GANs along the GAN-GAN's latent (rows), each drawing from the same noise vectors (columns).

    Where there is no line to follow, ``scores`` order the draws, best validation distance first.
    """
    z, label = walk_points(weights, figures, seed, draws)
    if scores:
        table = pd.read_csv(scores).query("points == 'draws'").sort_values("frechet_validation")
        z, label = z[table["number"].tolist()], f"{label}, best validation distance first"
    rows, layout = walks.sample(weights, z, draws.renormalise)
    latent = gans.architecture_of(layout).latent
    digits = gans.draw(rows, layout, _noise(seed, figures.walk_columns, latent))
    images = torch.cat(list(digits), dim=0)
    figure, axes = plt.subplots(figsize=(PAGE, PAGE * figures.walk_rows / figures.walk_columns))
    axes.imshow(_mosaic(images, figures.walk_columns), vmin=-1, vmax=1)
    ticks = np.arange(figures.walk_rows)[:: max(1, figures.walk_rows // 8)]
    if ticks[-1] != figures.walk_rows - 1:
        ticks = np.append(ticks[:-1], figures.walk_rows - 1)
    values = [f"{z[t, 0]:+.2f}" if z.shape[1] == 1 else str(t + 1) for t in ticks]
    axes.set_yticks(ticks * gans.SIDE + gans.SIDE / 2 - 0.5, values)
    axes.set_ylabel(label)
    axes.set_xticks([])
    axes.set_xlabel(f"{figures.walk_columns} noise vectors, the same for every GAN")
    axes.spines[:].set_visible(False)
    return figure


def walk_points(weights: Path, figures: Figures, seed: int, draws: Draws) -> tuple[Tensor, str]:
    """The latents of Fig. 3 and what to call them: a line (rows, 1), else all candidates (rows × best_of, latent)."""
    latent = gangans.settings_of(weights).gangan.latent
    if latent == 1:
        return walks.line(figures.walk_rows, figures.walk_extent), "GAN-GAN latent z"
    variance = "I" if draws.truncation == 1 else f"{draws.truncation:g}² I"
    what = f"best of {draws.best_of} draws" if draws.best_of > 1 else "draw"
    return walks.candidates(seed, figures.walk_rows, latent, draws), f"{what} of z ~ N(0, {variance}), {latent}-d"


def zoo_losses(zoo_file: Path) -> Figure:
    """Mean losses of every GAN of a zoo by epoch, and their median."""
    table = pd.DataFrame(zoo.columns(zoo_file))
    figure, panels = plt.subplots(1, 2, figsize=(PAGE, 2.3), sharex=True)
    for axes, name in zip(panels, ("generator", "discriminator"), strict=True):
        curves = table.pivot_table(index="epoch", columns="gan", values=f"loss_{name}")
        curves.index += 1
        axes.plot(curves.index, curves, color=GREY, lw=0.4, alpha=0.5)
        axes.plot(curves.index, curves.median(axis=1), color=FAKE, label=f"median of {curves.shape[1]} GANs")
        axes.set(xlabel="epochs trained", ylabel=f"{name} loss")
        axes.legend()
    return figure


def gangan_losses(tables: Sequence[Path]) -> Figure:
    """Mean losses of every GAN-GAN by epoch: a panel an arm, each on its own scale as losses differ; a line a seed."""
    arms = list(dict.fromkeys(path.parts[-3] for path in tables))  # gangans/{arm}/{seed}/losses.csv
    wide = min(len(arms), 4)
    figure, panels = plt.subplots(high := -(-len(arms) // wide), wide, figsize=(PAGE, 0.8 + 1.3 * high), squeeze=False)
    for axes, arm in zip_longest(panels.flat, arms):
        if not arm:
            axes.axis("off")
            continue
        for path in tables:
            if path.parts[-3] == arm:
                table = pd.read_csv(path)
                for name, colour in (("generator", FAKE), ("discriminator", REAL)):
                    axes.plot(table["epoch"] + 1, table[f"loss_{name}"], color=colour, lw=0.6)
        axes.set_title(arm, fontsize=6)
        axes.xaxis.set_major_locator(MaxNLocator(3, integer=True))
    figure.legend(panels[0, 0].lines[:2], ("generator", "discriminator"), loc="outside upper center", ncols=2)
    figure.supxlabel("epochs trained")
    figure.supylabel("loss")
    return figure


def pca(projection: Path, weights: Sequence[Path], figures: Figures) -> Figure:
    """The zoo's rows in their first two principal components, with each arm's GAN-GAN as a curve over z."""
    with h5py.File(projection, "r", locking=False) as file:
        mean, components = torch.from_numpy(file["mean"][:]), torch.from_numpy(file["components"][:2])
        points, epochs, shares = file["coordinates"][:, :2], file["epoch"][:] + 1, file["shares"][:2]
    figure, axes = plt.subplots(figsize=(COLUMN * 1.25, COLUMN * 1.25))
    greys = ListedColormap(plt.get_cmap("Greys")(np.linspace(0.25, 1, 256)))  # colours are the curves'
    dots = axes.scatter(points[:, 0], points[:, 1], c=epochs, s=3, cmap=greys, linewidths=0, rasterized=True)
    figure.colorbar(dots, label="epochs trained", aspect=30)
    outline = [withStroke(linewidth=3.5, foreground="white")]
    for i, path in enumerate(weights):
        if gangans.settings_of(path).gangan.latent == 1:
            z = walks.line(200, figures.walk_extent)
            curve = (gangans.sample(path, z)[0] - mean) @ components.T
            axes.plot(*curve.T, color=f"C{i}", lw=2, label=path.parts[-3], path_effects=outline)
            axes.plot(*curve[0], marker="o", ms=5, mec="white", color=f"C{i}")  # where z is lowest
    if axes.get_legend_handles_labels()[0]:
        title = f"GAN-GAN, dot at z = −{figures.walk_extent:g}"
        figure.legend(title=title, title_fontsize=7, loc="outside lower center", ncols=2)
    axes.set(xlabel=f"component 1 ({shares[0]:.0%} of variance)", ylabel=f"component 2 ({shares[1]:.0%})")
    return figure


def _noise(seed: int, count: int, latent: int) -> Tensor:
    """Fixed noise of the figures, apart from any training's."""
    return torch.randn(count, latent, generator=stream(seed, "figure-noise", 0, 0, torch.device("cpu")))


def _mosaic(images: Tensor, columns: int, gap: int = 0) -> np.ndarray:
    """Images (n, h, w) in [−1, 1] → one image, ``columns`` a line, ``gap`` white pixels between."""
    count, height, width = images.shape
    lines = -(-count // columns)
    sheet = torch.ones(lines * (height + gap) - gap, columns * (width + gap) - gap)
    for i, image in enumerate(images):
        top, left = i // columns * (height + gap), i % columns * (width + gap)
        sheet[top : top + height, left : left + width] = image
    return sheet.numpy()
