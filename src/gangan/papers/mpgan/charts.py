"""Figures of the tables of scores (docs/claims/mpgan.md)."""

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from gangan.show.axes import logarithmic
from gangan.show.style import FAKE, GREY, PAGE, figure_job


@figure_job
def courses(runs: Path, arms: list[str]) -> Figure:
    """Fréchet distance of every run by epochs and by seconds, a colour for each arm; the mean over seeds, at the median
    of their seconds, is thicker."""
    table = pd.read_csv(runs)
    figure, panels = plt.subplots(1, 2, figsize=(PAGE, 3.2), sharey=True)
    for axes, by in zip(panels, ("after", "seconds"), strict=True):
        for i, arm in enumerate(arms):
            of_arm = table[table["arm"] == arm]
            for _, run in of_arm.groupby("seed"):
                axes.plot(run[by], run["frechet"], color=f"C{i}", lw=0.4, alpha=0.6)
            # one run beside other work is slow, and would draw a mean of seconds away from all others
            mean = of_arm.groupby("after").agg({"seconds": "median", "frechet": "mean"}).reset_index()
            axes.plot(mean[by], mean["frechet"], color=f"C{i}", lw=1.6, label=arm)
        axes.set(xscale="log", yscale="log", xlabel="epochs" if by == "after" else "seconds of training")
        logarithmic(axes.yaxis, (1, 2, 3, 5))
        logarithmic(axes.xaxis, (1, 3))
    panels[0].set_ylabel("Fréchet distance")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=5)
    return figure


@figure_job
def classes(runs: Path, arms: list[str], after: int) -> Figure:
    """Which digits arms draw after so many epochs, or at their end: the share of each class, a dot for each seed."""
    table = pd.read_csv(runs)
    figure, panels = plt.subplots(1, len(arms), figsize=(PAGE, 2.2), sharey=True, squeeze=False)
    for axes, arm in zip(panels.flat, arms, strict=True):
        of_arm = table[(table["arm"] == arm) & (table["after"] <= after)]
        for _, run in of_arm.groupby("seed"):
            axes.plot(range(10), run.iloc[-1][[f"class_{digit}" for digit in range(10)]], "o", ms=2.5, color=FAKE)
        axes.axhline(0.1, color=GREY, lw=0.6)
        axes.set(title=f"{arm}\n{of_arm['after'].max()} epochs", xticks=range(10))
    panels.flat[0].set_ylabel("share of images")
    figure.supxlabel("class read by the judge", fontsize=plt.rcParams["axes.labelsize"])
    return figure


@figure_job
def norms(places: Path, arms: list[str]) -> Figure:
    """What lies at which distance from the centre of the latent space: the judge's confidence and the off-manifold
    energy, a line for each seed."""
    table = pd.read_csv(places, dtype={"of": str})
    figure, panels = plt.subplots(1, 2, figsize=(PAGE, 2.6))
    for axes, (what, label) in zip(
        panels, {"confidence": "mean confidence of the judge", "energy": "off-manifold energy"}.items(), strict=True
    ):
        for i, arm in enumerate(arms):
            of_arm = table[(table["arm"] == arm) & (table["what"] == what)]
            for number, (_, run) in enumerate(of_arm.groupby("seed")):
                axes.plot(run["of"].astype(float), run["value"], color=f"C{i}", lw=0.7, label=None if number else arm)
        axes.axvspan(8.6, 11.4, color=GREY, alpha=0.2, lw=0)  # ± two standard deviations of |z| in training
        axes.set(xlabel="|z|", ylabel=label)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=5)
    return figure
