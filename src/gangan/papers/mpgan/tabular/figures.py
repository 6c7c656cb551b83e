"""Figures of a table and of what a GAN draws of it: histograms side by side, and correlation matrices."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from gangan.papers.mpgan.tabular.lines import split
from gangan.papers.mpgan.tabular.scoring import correlations, drawn
from gangan.show.style import FAKE, PAGE, REAL, figure_job

COLUMNS = 5  # panels in a line


@figure_job
def histograms(table: Path, rows: Path, target: str, held_out: float, bins: int, seed: int, run: int) -> Figure:
    """Each column's histogram, of the learned lines and of as many that the GAN draws.

    Args:
        table: the CSV.
        rows: the run's.
        target: the column of classes.
        held_out: the share of lines that the run did not learn.
        bins: of a histogram; what is drawn beyond the ends counts at them.
        seed: of the study.
        run: the GAN's own seed.
    """
    lines = split(table, target, held_out, run)
    made, _ = drawn(rows, lines, seed, len(lines.learned))
    count = -(-len(lines.columns) // COLUMNS)
    figure, panels = plt.subplots(count, COLUMNS, figsize=(PAGE, 1.2 * count))
    for axes in panels.flat[len(lines.columns) :]:
        axes.axis("off")
    for axes, name, real, fake in zip(panels.flat, lines.columns, lines.learned.T, made.T, strict=False):
        edges = np.linspace(real.min(), real.max(), bins + 1)
        both = [real, fake.clip(edges[0], edges[-1])]
        axes.hist(both, edges, color=[REAL, FAKE], label=["learned", "drawn"])
        axes.set_title(name.replace("_", " "), fontsize=6)
        axes.tick_params(labelsize=6)
    figure.supxlabel("standard deviations from the mean of the learned lines")
    figure.supylabel("lines")
    figure.legend(*panels.flat[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


@figure_job
def matrices(table: Path, rows: Path, target: str, held_out: float, seed: int, run: int) -> Figure:
    """The correlation matrices of the learned lines and of as many that the GAN draws; arguments as of
    ``histograms``."""
    lines = split(table, target, held_out, run)
    made, _ = drawn(rows, lines, seed, len(lines.learned))
    figure, panels = plt.subplots(1, 2, figsize=(PAGE, 3.6))
    for axes, values, title in zip(panels, (lines.learned, made), ("learned", "drawn"), strict=True):
        image = axes.imshow(correlations(values), vmin=-1, vmax=1, cmap="RdBu_r")
        axes.set(title=title, xticks=[], yticks=[])
    names = [name.replace("_", " ") for name in lines.columns]
    panels[0].set_yticks(range(len(names)), names, fontsize=5)
    figure.colorbar(image, ax=panels, label="correlation")
    return figure
