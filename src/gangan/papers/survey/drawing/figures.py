"""Figures of GANs that draw: the report's Figs. 4 to 7, losses beside quality, gradients (docs/papers/survey.md)."""

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from gangan.core.files import read_tensors
from gangan.papers.survey.pictures import sheet
from gangan.show.axes import logarithmic
from gangan.show.style import FAKE, GREY, PAGE, REAL, figure_job

LOSSES = {"loss_generator": FAKE, "loss_discriminator": REAL}


@figure_job
def drawings(drawn: Path, after: list[int], columns: int, rows: int, title: str) -> Figure:
    """Figs. 4, 6 and 7: what a run draws of the same noise after some of its epochs, side by side."""
    images = read_tensors(drawn)["images"]
    wide = min(len(after), 4)
    high = -(-len(after) // wide)
    panel = PAGE / wide
    figure, panels = plt.subplots(
        high, wide, figsize=(PAGE, high * (panel * rows / columns + 0.25)), squeeze=False, layout="constrained"
    )
    for axes in panels.flat:
        axes.axis("off")
    for axes, epochs in zip(panels.flat, after, strict=False):
        axes.imshow(sheet(images[epochs - 1][: columns * rows], columns))
        axes.set_title(f"epoch {epochs}", fontsize=7)
    figure.suptitle(title, fontsize=8)
    return figure


@figure_job
def losses(drawn: Path, scores: Path, title: str) -> Figure:
    """Fig. 5, with quality over the same training: both losses of every update of the generator, and below the Fréchet
    distance of what the run draws after each epoch. Where the critic takes more steps at times, epochs have fewer
    updates, so each has its own axis."""
    held, table = read_tensors(drawn), pd.read_csv(scores)
    figure, (*above, below) = plt.subplots(3, 1, figsize=(PAGE, 5))
    for axes, (name, colour) in zip(above, LOSSES.items(), strict=True):
        values = held[name].numpy()
        axes.plot(values, color=colour, lw=0.4)
        axes.set(xlim=(0, len(values)), ylabel=name.replace("loss_", "loss of the\n"))
    above[-1].set_xlabel("updates of the generator")
    figure.suptitle(title, fontsize=8)
    below.plot(table["after"], table["frechet"], color="black", marker="o", ms=2, label="first judge")
    below.plot(table["after"], table["frechet_second"], color=GREY, marker="o", ms=2, label="second judge")
    below.set(xlabel="epochs", xlim=(0, len(table)), ylabel="Fréchet distance", yscale="log")
    logarithmic(below.yaxis, (1, 2, 5))
    below.legend()
    return figure


@figure_job
def tracking(runs: Path, arms: list[str]) -> Figure:
    """Whether a loss falls with quality: by arm the discriminator's loss, of a critic the negative of its estimate of
    the distance, against the Fréchet distance; a line for each seed, a dot for each epoch, a square for the last."""
    table = pd.read_csv(runs)
    figure, panels = plt.subplots(1, len(arms), figsize=(PAGE, 2.4), squeeze=False)
    for axes, arm in zip(panels.flat, arms, strict=True):
        for i, (seed, run) in enumerate(table[table["arm"] == arm].groupby("seed")):
            axes.plot(run["frechet"], run["loss_discriminator"], color=f"C{i}", marker="o", ms=2, lw=0.5)
            last = run.iloc[-1]
            ends = {"marker": "s", "ls": "", "mfc": "none", "label": f"seed {seed}, its last epoch"}
            axes.plot(last["frechet"], last["loss_discriminator"], color=f"C{i}", **ends)
        axes.set(xscale="log", xlabel="Fréchet distance", title=arm)
        low, high = axes.get_xlim()
        logarithmic(axes.xaxis, (1, 3))  # more numbers have no room
        if high < 10 * low:  # and of these there may be one alone
            axes.xaxis.set_major_locator(MaxNLocator(3))
    panels.flat[0].set_ylabel("loss of the discriminator")
    figure.legend(*panels.flat[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


@figure_job
def gradients(probed: Path) -> Figure:
    """The norm of the generator's gradient while its discriminator is trained on alone, by the value before; a line for
    each seed, a colour for each arm and form of the loss."""
    table = pd.read_csv(probed)
    figure, axes = plt.subplots(figsize=(PAGE, 3))
    for i, ((arm, form), of_form) in enumerate(table.groupby(["arm", "form"], sort=False)):
        for j, (_, run) in enumerate(of_form.groupby("seed")):
            first = run["gradient"].iloc[0]
            label = None if j else f"{arm}, {form}"
            axes.plot(run["step"], run["gradient"] / first, color=f"C{i}", lw=0.9, label=label)
    axes.axhline(1, color=GREY, lw=0.6)
    axes.set(yscale="log", xlabel="steps of the discriminator alone", ylabel="gradient ÷ the first")
    figure.legend(loc="outside right upper")
    return figure
