"""Figures of what was measured (docs/claims/gangan.md): tables of scores in, one figure out."""

from itertools import cycle, product
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from gangan.papers.gangan.reporting.results import Measurements, Scored, alike, read
from gangan.show.axes import logarithmic
from gangan.show.style import COLUMN, FAKE, GREY, REAL, figure_job

DISTANCE = "Fréchet distance"
BLACK = "#000000"  # of what seeds are held against
STYLES = (("-", "."), ("--", "x"), (":", "+"), ("-.", "^"))  # of lines and marks, once there is no further colour
NAMES = {"latent": "GAN-GAN latent", "discriminator_hidden": "width of the GAN-GAN's discriminator"}


@figure_job
def along_z(scores: list[Path], scored: Scored, arm: str) -> Figure:
    """Quality of one arm's GANs along z, and which run and epoch each is nearest to; colour, line and mark are of a
    seed. Without a line to follow, draws in the order of their validation distance."""
    found = read(scored, scores)
    one = found.arms[arm]
    on_line = one.training.latent == 1
    seeds = one.of_points("line" if on_line else "draws").groupby("seed")
    figure, panels = plt.subplots(3, sharex=True, figsize=(COLUMN, 4.6), height_ratios=(5, 2, 2))
    quality, runs, epochs = panels
    _levels(quality, found, arm)
    colours = [colour for colour in plt.rcParams["axes.prop_cycle"].by_key()["color"] if colour != BLACK]
    styles = cycle(product(STYLES, colours))
    for i, ((seed, line), ((style, mark), colour)) in enumerate(zip(seeds, styles, strict=False)):
        line = line.sort_values("z" if on_line else "frechet_validation")
        x = line["z"].to_numpy() if on_line else np.arange(len(line)) + 1.0
        quality.plot(x, line["frechet"], color=colour, ls=style, lw=0.8, marker=mark, ms=3, label=f"seed {seed}")
        beside = x + ((i + 0.5) / len(seeds) - 0.5) * (x[-1] - x[0]) / len(x)  # seeds that agree hide each other
        for panel, nearest in ((runs, line["l2_gan"]), (epochs, line["l2_epoch"] + 1)):
            panel.plot(beside, nearest, color=colour, ls="", marker=mark, ms=2)
    _distances(quality)
    runs.set(ylabel="nearest run", ylim=(-0.5, found.zoos[one.zoo]["gan"].max() + 0.5))
    runs.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    epochs.set(ylabel="its epoch", ylim=(0, one.rows["epoch"].max() + 2))
    epochs.set_xlabel("GAN-GAN latent z" if on_line else "draws, best validation distance first")
    quality.set_title(arm)
    figure.legend(loc="outside lower center", ncols=2, fontsize=6)
    return figure


def _distances(axes: Axes, label: str = DISTANCE) -> None:
    """A logarithmic axis of distances whose numbers are written out."""
    axes.set(yscale="log", ylabel=label)
    logarithmic(axes.yaxis, (1, 1.5, 2, 3, 5, 7))


def _levels(axes: Axes, scores: Measurements, name: str) -> None:
    """What an arm's samples are held against, as horizontal lines and a band. Real digits are far below all GANs: an
    axis that reached them would squeeze the rest, so they are in the legend alone."""
    arm = scores.arms[name]
    zoo, baselines = scores.zoos[arm.zoo], scores.baselines[arm.zoo]
    last = zoo.loc[zoo["epoch"] == zoo["epoch"].max(), "frechet"]
    axes.axhspan(last.min(), last.max(), color=GREY, alpha=0.25, lw=0, label="last rows of the zoo")
    levels = {"best row it learned from": (arm.best_rows(), "-"), "best weight average": (arm.best_averages(), "--")}
    for label, (of, style) in levels.items():
        mean = of["frechet"].mean()  # over seeds, which may each have learned another run
        axes.axhline(mean, color=BLACK, lw=0.8, ls=style, label=f"{label}: {mean:.0f}")
    axes.plot([], [], ls="", label=f"real digits: {_floor(baselines):.0f}")


def _floor(baselines: pd.DataFrame) -> float:
    return float(baselines.loc[baselines["kind"] == "real-training", "frechet"].iloc[0])


@figure_job
def epochs(scores: list[Path], scored: Scored, zoo: str) -> Figure:
    """Quality of every GAN of a zoo by epoch, with the median and the floor."""
    found = read(scored, scores)
    curves = found.zoos[zoo].pivot_table(index="epoch", columns="gan", values="frechet")
    curves.index += 1
    figure, axes = plt.subplots(figsize=(COLUMN, 2.4))
    axes.plot(curves.index, curves, color=GREY, lw=0.4, alpha=0.6)
    axes.plot(curves.index, curves.median(axis=1), color=FAKE, label=f"median of {curves.shape[1]} GANs")
    axes.axhline(_floor(found.baselines[zoo]), color="black", lw=0.8, ls=":", label="real digits")
    axes.set_xlabel("epochs trained")
    _distances(axes)
    axes.legend()
    return figure


@figure_job
def series(scores: list[Path], scored: Scored, arm: str, key: str) -> Figure:
    """Median quality of the draws of arms alike but for one key: a dot a seed, and their mean."""
    found = read(scored, scores)
    arms = sorted(alike(found, found.arms[arm], key).items())
    figure, axes = plt.subplots(figsize=(COLUMN, 2.4))
    x = np.log2([value for value, _ in arms])
    for place, (_, one) in zip(x, arms, strict=True):
        axes.plot([place] * len(one.medians()), one.medians(), color=REAL, ls="", marker="o", ms=3, mfc="none")
    means = [one.medians().mean() for _, one in arms]
    axes.plot(x, means, color=FAKE, marker="_", ms=12, lw=0.8, label="mean over seeds")
    best = found.arms[arm].best_rows()["frechet"].mean()  # over seeds, which may each have learned another run
    axes.axhline(best, color="black", lw=0.8, label="best row it learned from")
    axes.set_xticks(x, [str(value) for value, _ in arms])
    axes.set(xlabel=NAMES[key], xlim=(x[0] - 0.5, x[-1] + 0.5))
    _distances(axes, f"median {DISTANCE}")
    axes.legend()
    return figure
