"""Figures of trained runs: the text's panels, many seeds at once, and losses in training (docs/papers/oned.md)."""

from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from gangan.core.settings import Block
from gangan.papers.oned.config import Distribution, Mode, Setting
from gangan.papers.oned.results import Runs, changed
from gangan.papers.oned.trained import RANGE, Stored, Trained, read, target
from gangan.show.style import FAKE, GREY, PAGE, REAL, figure_job

SAMPLES, BINS = 10_000, np.linspace(-RANGE, RANGE, 100)
MEAN_OF = 10  # steps that a kept loss is the mean of
NETWORKS = {"discriminator": "black", "generator": FAKE}
FATES = {"fits": "#D6EAF5", "collapsed": "#FBE0CC", "diverged": "#B0B0B0", "none of these": "#EDEDED"}


class Shown(Block):
    """One run of a figure."""

    setting: Setting
    seed: int


@figure_job
def panels(
    trained: list[Path],
    stored: list[Stored],
    shown: list[Shown],
    setting: Setting,
    distributions: dict[str, Distribution],
) -> Figure:
    """Runs side by side: densities and the discriminator's decision on top, both losses in training beneath.

    Args:
        trained: the file that holds each of the runs.
        stored: what that file holds.
        shown: the runs.
        setting: the default one; a panel's title says what differs.
        distributions: by name.
    """
    return side_by_side(
        [
            (
                read(path, held, one.setting, [one.seed]),
                distributions[one.setting.distribution],
                f"{changed(one.setting, setting)}\nseed {one.seed}",
            )
            for path, held, one in zip(trained, stored, shown, strict=True)
        ]
    )


def side_by_side(shown: Sequence[tuple[Trained, Sequence[Mode], str]]) -> Figure:
    """Single runs, each with its target and a title."""
    wide = 3 if len(shown) > 4 else len(shown)
    high = -(-len(shown) // wide)
    size = (PAGE * wide / max(wide, 2), 0.5 + 2.3 * high)
    figure, grid = plt.subplots(2 * high, wide, figsize=size, height_ratios=(5, 2) * high, squeeze=False)
    places = zip(grid[::2].flat, grid[1::2].flat, strict=True)
    for (above, below), one in zip_longest(places, shown):
        if one is None:
            above.axis("off")
            below.axis("off")
            continue
        run, modes, title = one
        densities(above, run, modes)
        curves(below, run)
        above.set_title(title, fontsize=6.5)
    for above, below in zip(grid[::2, 0], grid[1::2, 0], strict=True):
        above.set_ylabel("density, probability")
        below.set_ylabel("loss")
    above, below = grid[0, 0], grid[1, 0]
    lines = [*above.get_legend_handles_labels()[0], *below.get_legend_handles_labels()[0]]
    figure.legend(handles=lines, loc="outside lower center", ncols=5 if wide > 1 else 2)
    return figure


def densities(axes: Axes, run: Trained, modes: Sequence[Mode]) -> None:
    """Histograms of the target and of what one run's generator draws, and its discriminator's decision."""
    real = target(modes).icdf((np.arange(SAMPLES) + 0.5) / SAMPLES)
    for numbers, colour, label in ((real, REAL, "target"), (run.numbers(SAMPLES)[0], FAKE, "generated")):
        inside = numbers[np.isfinite(numbers)]
        share = len(inside[np.abs(inside) <= RANGE]) / SAMPLES
        density, _ = np.histogram(inside, BINS, density=True) if share else (np.zeros(len(BINS) - 1), BINS)
        axes.stairs(density * share, BINS, color=colour, fill=True, alpha=0.35, lw=0)
        axes.stairs(density * share, BINS, color=colour, lw=0.8, label=label)
    if not run.generators[-1].isfinite().all():
        axes.text(0.5, 0.9, "diverged", transform=axes.transAxes, ha="center", fontsize=6)
    x, told = run.decisions(SAMPLES // run.shape.preset.batch)
    axes.plot(x, told[0], color="black", lw=0.8, label="discriminator: probability of being real")
    axes.set(xlim=(-RANGE, RANGE), ylim=(0, 1), xlabel="number")


def curves(axes: Axes, run: Trained) -> None:
    """Both losses of one run in training."""
    steps = (np.arange(len(run.losses)) + 0.5) * MEAN_OF
    for (name, colour), losses in zip(NETWORKS.items(), run.losses[:, 0].T.numpy(), strict=True):
        axes.plot(steps, losses, color=colour, lw=0.7, label=f"loss of the {name}")
    if not run.losses.isfinite().all():
        some = run.losses.isfinite().any()
        text = "gaps are not a number" if some else "not a number"
        axes.text(0.5, 0.6, text, transform=axes.transAxes, ha="center", fontsize=6)
        if not some:
            axes.set_yticks([])
    axes.set(xlabel="step", xlim=(0, len(run.losses) * MEAN_OF), ylim=(0, None))


@figure_job
def gallery(
    trained: Path, stored: Stored, runs: Path, setting: Setting, distributions: dict[str, Distribution], count: int
) -> Figure:
    """What many seeds of one setting draw, each a small density over the target's, on a ground that says how it ended.

    Args:
        trained: the file that holds the runs.
        stored: what it holds.
        runs: the table of runs.
        setting: whose runs they are.
        distributions: by name.
        count: how many seeds are shown.
    """
    table = Runs.read(runs, setting).of(setting).iloc[:count]
    modes = distributions[setting.distribution]
    whole = target(modes)
    centre, reach = whole.mean(), 4 * whole.standard_deviation()
    bins = np.linspace(centre - reach, centre + reach, 41)
    real = _density(whole.icdf((np.arange(SAMPLES) + 0.5) / SAMPLES), bins)
    top = 1.6 * real.max()
    numbers = read(trained, stored, setting, table.index.tolist()).numbers(1000)
    wide = 10
    high = -(-len(table) // wide)
    figure, axes = plt.subplots(figsize=(PAGE, 0.5 + 0.62 * high))
    *named, other = FATES
    fates = [next((fate for fate in named if run[fate]), other) for run in table[named].to_dict("records")]
    across = (bins - bins[0]) / (bins[-1] - bins[0]) * 0.94
    for i, (some, fate) in enumerate(zip(numbers, fates, strict=True)):
        left, floor = i % wide, high - 1 - i // wide
        axes.fill_between([left, left + 0.94], floor, floor + 0.92, color=FATES[fate], lw=0)
        for density, colour in ((real, REAL), (_density(some[np.isfinite(some)], bins), FAKE)):
            shown = floor + 0.92 * np.minimum(density / top, 1)
            axes.stairs(shown, left + across, baseline=floor, color=colour, lw=0.6)
        axes.text(left + 0.91, floor + 0.88, table.index[i], fontsize=5, va="top", ha="right", color=GREY)
    axes.set(xlim=(0, wide), ylim=(0, high))
    axes.axis("off")
    counts = Counter(fates)
    ends = [Patch(color=colour, label=f"{name}: {counts[name]} of {len(table)}") for name, colour in FATES.items()]
    drawn = [Patch(color=colour, label=label) for colour, label in ((REAL, "target"), (FAKE, "generated"))]
    figure.legend(handles=[*drawn, *ends], loc="outside lower center", ncols=3)
    return figure


def _density(numbers: np.ndarray, bins: np.ndarray) -> np.ndarray:
    """A histogram of numbers, of which those beyond an end count as at it."""
    counts, _ = np.histogram(np.clip(numbers, bins[0], bins[-1]), bins)
    found: np.ndarray = counts / max(len(numbers), 1) / (bins[1] - bins[0])
    return found


@figure_job
def losses(trained: list[Path], stored: list[Stored], shown: list[Setting], setting: Setting) -> Figure:
    """Both losses of all runs of some settings: the median, and a band that holds the middle 80 % of runs.

    Args:
        trained: the file that holds each setting's runs.
        stored: what that file holds.
        shown: the settings.
        setting: the default one; a panel's title says what differs.
    """
    wide = min(len(shown), 4)
    high = -(-len(shown) // wide)
    figure, grid = plt.subplots(high, wide, figsize=(PAGE, 0.5 + 1.8 * high), squeeze=False)
    for axes, path, held, one in zip(grid.flat, trained, stored, shown, strict=False):
        found = read(path, held, one).losses.numpy()
        steps = (np.arange(len(found)) + 0.5) * MEAN_OF
        top = 0.0
        for i, (name, colour) in enumerate(NETWORKS.items()):
            of_network = np.where(np.isfinite(found[:, :, i]), found[:, :, i], np.nan)
            low, middle, up = np.nanquantile(of_network, [0.1, 0.5, 0.9], axis=1)
            axes.fill_between(steps, low, up, color=colour, alpha=0.25, lw=0)
            axes.plot(steps, middle, color=colour, label=f"loss of the {name}")
            top = max(top, np.nanmax(up[len(up) // 10 :]))
        axes.set(xlabel="step", title=changed(one, setting), ylim=(0, 1.05 * top))  # the first steps may be far above
    for axes in grid.flat[len(shown) :]:
        axes.axis("off")
    grid[0, 0].set_ylabel("loss")
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure
