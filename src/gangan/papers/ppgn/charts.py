"""Figures of the tables of scores (docs/claims/ppgn.md)."""

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from gangan.show.style import FAKE, GREY, PAGE, figure_job

TERMS = {
    "gan_x": "critic of images",
    "gan_fc1": "critic of codes",
    "image": "error of the image",
    "code": "error of the code",
}
CHANCE = 0.1  # the share of images that are of a class
SHARES = ("accuracy", "recall")


@figure_job
def arms(runs: Path, drawn: Path, arms: list[str], sampler: str) -> Figure:
    """Arms side by side, a dot for each seed: what their digits score, means over classes, and seconds of training."""
    mine = _drawn_by(sampler, drawn)
    means = mine.groupby(["arm", "seed"])[["accuracy", "frechet", "recall"]].mean().reset_index()
    seconds = pd.read_csv(runs)[["arm", "seed", "seconds"]]
    shown = {
        "accuracy": (means, "read as the\nclass asked for"),
        "frechet": (means, "Fréchet distance,\nlower is better"),
        "recall": (means, "recall"),
        "seconds": (seconds, "seconds of training"),
    }
    figure, panels = plt.subplots(1, len(shown), figsize=(PAGE, 0.9 + 0.25 * len(arms)), sharey=True)
    for axes, (column, (table, label)) in zip(panels, shown.items(), strict=True):
        places = table["arm"].map({arm: -i for i, arm in enumerate(arms)})
        axes.plot(table[column], places, "o", ms=3, color=FAKE, alpha=0.7)
        axes.set(xlabel=label, yticks=range(0, -len(arms), -1), yticklabels=arms)
        axes.set_xlim(*((-0.03, 1.03) if column in SHARES else (0, None)))
        if column == "accuracy":
            axes.axvline(CHANCE, color=GREY, lw=0.6)
    return figure


@figure_job
def classes(drawn: Path, arms: list[str], sampler: str) -> Figure:
    """By arm the share of each class's digits that the judge reads as such, a dot for each seed."""
    table = _drawn_by(sampler, drawn)
    figure, panels = plt.subplots(1, len(arms), figsize=(PAGE, 1.8), sharey=True, squeeze=False)
    for axes, arm in zip(panels.flat, arms, strict=True):
        mine = table[table["arm"] == arm]
        axes.plot(mine["class"], mine["accuracy"], "o", ms=2.5, color=FAKE, alpha=0.7)
        axes.axhline(CHANCE, color=GREY, lw=0.6)
        axes.set(ylim=(-0.03, 1.03), xticks=range(0, 10, 3))
        axes.set_title(arm, fontsize=6)
    panels.flat[0].set_ylabel("share read as\nthe class asked for")
    figure.supxlabel("class")
    return figure


def _drawn_by(sampler: str, drawn: Path) -> pd.DataFrame:
    table = pd.read_csv(drawn)
    return table[table["sampler"] == sampler]


@figure_job
def terms(runs: Path, arms: list[str]) -> Figure:
    """By arm the size of each term of the generator's loss, with its weight, at the first update."""
    table = pd.read_csv(runs)
    figure, axes = plt.subplots(figsize=(PAGE, 0.9 + 0.25 * len(arms)))
    places = table["arm"].map({arm: -i for i, arm in enumerate(arms)})
    for i, (name, label) in enumerate(TERMS.items()):
        if (column := f"start_{name}") in table:
            axes.plot(table[column].abs(), places + 0.15 - 0.1 * i, "o", ms=3, color=f"C{i}", label=label)
    axes.set(
        xscale="log",
        xlabel="size of a term of the loss at the first update",
        yticks=range(0, -len(arms), -1),
        yticklabels=arms,
    )
    figure.legend(loc="outside upper center", ncols=len(TERMS))
    return figure
