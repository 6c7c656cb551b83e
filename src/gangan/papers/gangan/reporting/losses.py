"""Figures of losses in training."""

from itertools import zip_longest
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from gangan.core import rowfile
from gangan.show.style import FAKE, GREY, PAGE, REAL, figure_job


@figure_job
def zoo_losses(zoo: Path) -> Figure:
    """Mean losses of every GAN of a zoo by epoch, and their median."""
    table = pd.DataFrame(rowfile.columns(zoo))
    figure, panels = plt.subplots(1, 2, figsize=(PAGE, 2.3), sharex=True)
    for axes, name in zip(panels, ("generator", "discriminator"), strict=True):
        curves = table.pivot_table(index="epoch", columns="gan", values=f"loss_{name}")
        curves.index += 1
        axes.plot(curves.index, curves, color=GREY, lw=0.4, alpha=0.5)
        axes.plot(curves.index, curves.median(axis=1), color=FAKE, label=f"median of {curves.shape[1]} GANs")
        axes.set(xlabel="epochs trained", ylabel=f"{name} loss")
        axes.legend()
    return figure


@figure_job
def gangan_losses(losses: list[Path], names: list[str]) -> Figure:
    """Mean losses of GAN-GANs, each named ``arm/seed``, by epoch: a panel an arm, each on its own scale as losses
    differ; a line a seed."""
    of_arm = [name.split("/")[0] for name in names]
    arms = list(dict.fromkeys(of_arm))
    wide = min(len(arms), 4)
    figure, panels = plt.subplots(high := -(-len(arms) // wide), wide, figsize=(PAGE, 0.8 + 1.3 * high), squeeze=False)
    for axes, arm in zip_longest(panels.flat, arms):
        if not arm:
            axes.axis("off")
            continue
        for path, name in zip(losses, of_arm, strict=True):
            if name == arm:
                table = pd.read_csv(path)
                for network, colour in (("generator", FAKE), ("discriminator", REAL)):
                    axes.plot(table["epoch"] + 1, table[f"loss_{network}"], color=colour, lw=0.6)
        axes.set_title(arm, fontsize=6)
        axes.set_yscale("symlog", linthresh=0.01)  # a sure discriminator has 0, a generator that has lost 100
        axes.xaxis.set_major_locator(MaxNLocator(3, integer=True))
    figure.legend(panels[0, 0].lines[:2], ("generator", "discriminator"), loc="outside upper center", ncols=2)
    figure.supxlabel("epochs trained")
    figure.supylabel("loss")
    return figure
