"""The text's Fig. 3, digits of each class, and Fig. 4, estimates of Wasserstein's distance (docs/papers/ppgn.md,
section 5)."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import torch
from matplotlib.figure import Figure
from torch import Tensor

from gangan.core.files import read_tensors
from gangan.data.idx import read_part
from gangan.papers.ppgn.digits import restored
from gangan.papers.ppgn.networks import SIDE
from gangan.show.grids import middles, mosaic
from gangan.show.style import FAKE, PAGE, REAL, figure_job

ACROSS = 4  # panels in a line
CRITICS = {"x": ("images", REAL), "fc1": ("codes", FAKE)}  # coloured as in charts.terms


@figure_job
def samples(
    drawn: list[Path], digits: Path, titles: list[str], sampler: str, classes: list[int], columns: int, as_saved: bool
) -> Figure:
    """Fig. 3: what runs draw by a sampler, side by side, a line for each class, beside real digits.

    Args:
        drawn: a file for each run.
        digits: the dataset.
        titles: of the runs.
        sampler: its name.
        classes: that were asked for.
        columns: digits of each class, the first ones.
        as_saved: show normalised pixels as if they were none, and cut what is below 0 or above 1.
    """
    panels = {title: read_tensors(file)[sampler][:, :columns] for title, file in zip(titles, drawn, strict=True)}
    sheets = {title: _saved(images) if as_saved else _flat(images) for title, images in panels.items()}
    if not as_saved:
        test = read_part(digits, "test")
        sheets["real digits"] = torch.cat([test.images[test.labels == digit][:columns] for digit in classes])
    across, width = min(len(sheets), ACROSS), PAGE / ACROSS
    lines = -(-len(sheets) // across)
    size = (across * width, lines * (width * len(classes) / columns + 0.3))
    figure, grid = plt.subplots(lines, across, figsize=size, squeeze=False)
    for axes in grid.flat[len(sheets) :]:
        axes.axis("off")
    for axes, (title, images) in zip(grid.flat, sheets.items(), strict=False):
        axes.imshow(mosaic(images, columns), vmin=-1, vmax=1, cmap="grey")
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
        axes.set_title(title, fontsize=7)
    for axes in grid[:, 0]:
        axes.set_yticks(middles(len(classes), SIDE), classes, fontsize=6)
        axes.tick_params(length=0)
    figure.supylabel("class asked for")
    figure.suptitle(f"sampler: {sampler}{', pixels as saved' if as_saved else ''}", fontsize=8)
    return figure


def _flat(images: Tensor) -> Tensor:
    """Normalised images (classes, columns, 28, 28) → (n, 28, 28) in [−1, 1]."""
    return restored(images.flatten(0, 1).unsqueeze(1))


def _saved(images: Tensor) -> Tensor:
    return images.flatten(0, 1).clamp(0, 1) * 2 - 1


@figure_job
def estimates(courses: list[Path], arms: list[str]) -> Figure:
    """Fig. 4: each critic's estimate before each update of the generator, a panel an arm, a line a run.

    Args:
        courses: of each run's training.
        arms: whose runs these are, one for each.
    """
    names: Sequence[str] = list(dict.fromkeys(arms))
    figure, panels = plt.subplots(1, len(names), figsize=(PAGE, 2.4), squeeze=False)
    for axes, name in zip(panels.flat, names, strict=True):
        for path in (file for file, arm in zip(courses, arms, strict=True) if arm == name):
            table = pd.read_csv(path)
            for space, (what, colour) in CRITICS.items():
                if (column := f"estimate_{space}") in table:
                    known = what in axes.get_legend_handles_labels()[1]
                    label = None if known else what
                    axes.plot(table.index + 1, table[column], color=colour, lw=0.4, alpha=0.7, label=label)
        axes.axhline(0, color="black", lw=0.4)
        axes.set(title=name, xlabel="updates of the generator")
        axes.legend(title="critic of")
    panels.flat[0].set_ylabel("estimate of Wasserstein's distance")
    return figure
