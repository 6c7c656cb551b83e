"""Figures of toy GANs: the report's Figs. 1 and 2, many seeds at once, and how often modes are missed."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
from matplotlib.figure import Figure

from gangan.measure.stats import share
from gangan.papers.survey.config import Mode
from gangan.papers.survey.toy import networks
from gangan.papers.survey.toy.densities import density
from gangan.papers.survey.toy.scoring import numbers_of
from gangan.show.style import FAKE, PAGE, REAL, figure_job

SHOWN = 6  # seeds
RANGE, BINS = 5.0, 100
RATES = {"misses": "misses a mode", "spot": "has next to no spread"}


@figure_job
def toys(weights: Path, modes: list[Mode], width: int, samples: int, seed: int, title: str) -> Figure:
    """Figs. 1 and 2: the density, what generators draw, and what discriminators say, of the first seeds of an arm."""
    both = networks.read(weights, width)
    numbers = numbers_of(both["generator"], samples, seed)
    x = torch.linspace(-RANGE, RANGE, 1001).view(-1, 1)
    told = both["discriminator"](x.expand(len(numbers), -1, -1)).sigmoid().squeeze(2).numpy()
    edges = np.linspace(-RANGE, RANGE, BINS + 1)
    count = min(SHOWN, len(numbers))
    figure, panels = plt.subplots(-(-count // 3), min(count, 3), figsize=(PAGE, 1.9 * -(-count // 3)), squeeze=False)
    for run, axes in enumerate(panels.flat[:count]):
        counts, _ = np.histogram(numbers[run], edges)
        heights = counts / samples / np.diff(edges)  # what lies beyond the axis counts, and is not shown
        axes.stairs(heights, edges, color=FAKE, fill=True, alpha=0.6, label="generated")
        axes.plot(x[:, 0], density(modes, x[:, 0].numpy()), color=REAL, label="target")
        axes.plot(x[:, 0], told[run], color="black", lw=0.8, label="discriminator: probability of being real")
        axes.set(ylim=(0, 1.5), title=f"seed {run}")
    figure.suptitle(title, fontsize=8)
    figure.supxlabel("number")
    figure.supylabel("density, probability")
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


@figure_job
def rates(scores: Path) -> Figure:
    """By arm the share of seeds whose generator misses a mode, and of those whose numbers have next to no spread
    (``spot``), with the interval of Clopper and Pearson."""
    table = pd.read_csv(scores)
    arms = list(table["arm"].unique())
    figure, axes = plt.subplots(figsize=(PAGE, 0.8 + 0.3 * len(arms)))
    for beside, (column, label), colour in zip((-0.12, 0.12), RATES.items(), (REAL, FAKE), strict=True):
        found = [share(table.loc[table["arm"] == arm, column].tolist(), 0.5) for arm in arms]
        centre = np.array([one.estimate for one in found])
        sides = np.abs(np.array([[one.low, one.high] for one in found]).T - centre)
        axes.errorbar(
            centre, np.arange(len(arms)) + beside, xerr=sides, color=colour, ls="", marker="o", ms=3, label=label
        )
    axes.set_yticks(range(len(arms)), arms)
    axes.set(xlim=(-0.02, 1.02), ylim=(len(arms) - 0.5, -0.5), xlabel="share of seeds")
    figure.legend(loc="outside upper center", ncols=2)
    return figure
