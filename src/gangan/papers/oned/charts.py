"""Figures of the table of runs: rates by setting, and maps of sweeps over two keys (docs/claims/oned.md)."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from gangan.measure.stats import share
from gangan.papers.oned.config import Setting
from gangan.papers.oned.results import Runs, changed, said, titled
from gangan.show.style import FAKE, GREY, PAGE, REAL, figure_job

SHOWN = {"fits": REAL, "collapsed": FAKE, "diverged": "black"}
MAPS = {"fits": "Blues", "collapsed": "Oranges"}


@figure_job
def rates(runs: Path, setting: Setting) -> Figure:
    """By setting the shares of runs that fit, collapsed and diverged, with the interval of Clopper and Pearson."""
    table = Runs.read(runs, setting)
    settings = table.settings()
    figure, axes = plt.subplots(figsize=(PAGE, 0.6 + 0.17 * len(settings)))
    places = np.arange(len(settings))
    for beside, (name, colour) in zip((-0.22, 0, 0.22), SHOWN.items(), strict=True):
        found = [share(table.of(one)[name].tolist(), 0.5) for one in settings]
        centre = np.array([one.estimate for one in found])
        sides = np.abs(np.array([[one.low, one.high] for one in found]).T - centre)
        some = centre > 0 if name == "diverged" else np.full(len(settings), True)  # most settings never do
        x, y = centre[some], (places + beside)[some]
        axes.errorbar(x, y, xerr=sides[:, some], color=colour, ls="", marker="o", ms=2.5, lw=0.8, label=name)
    axes.set_yticks(places, [changed(one, setting) for one in settings], fontsize=6)
    axes.set(xlim=(-0.01, None), ylim=(len(settings) - 0.4, -0.6), xlabel=f"share of runs, n = {_least(table)}")
    for place in places:
        axes.axhline(place + 0.5, color=GREY, lw=0.2)
    figure.legend(loc="outside upper center", ncols=3)
    return figure


def _least(runs: Runs) -> int:
    """The fewest runs that a setting has."""
    return int(min(len(runs.of(setting)) for setting in runs.settings()))


@figure_job
def pair(runs: Path, setting: Setting, changes: dict[str, list[Any]]) -> Figure:
    """Shares of runs over two keys, each cell a setting.

    Args:
        runs: the table of runs.
        setting: the default one, with what else the sweep changes.
        changes: of two keys the values.
    """
    table = Runs.read(runs, setting)
    (lines, of_lines), (columns, of_columns) = changes.items()
    figure, panels = plt.subplots(1, 2, figsize=(PAGE, 0.9 + 0.32 * len(of_lines)))
    for axes, (name, colours) in zip(panels, MAPS.items(), strict=True):
        found = np.array([[table.values(name, **{lines: a, columns: b}).mean() for b in of_columns] for a in of_lines])
        axes.imshow(found, vmin=0, vmax=1, cmap=colours, aspect="auto")
        for (i, j), value in np.ndenumerate(found):
            axes.text(j, i, f"{value:.0%}", ha="center", va="center", color="white" if value > 0.6 else "black")
        axes.set_xticks(range(len(of_columns)), [said(columns, value) for value in of_columns])
        axes.set_yticks(range(len(of_lines)), [said(lines, value) for value in of_lines])
        title = f"share of runs that {'fit' if name == 'fits' else name}"
        axes.set(xlabel=titled(columns), ylabel=titled(lines), title=title)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
    return figure
