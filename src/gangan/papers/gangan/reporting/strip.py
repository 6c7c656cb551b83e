"""Generators of GANs side by side: what the GANs of each draw from the same noise."""

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import torch
from matplotlib.figure import Figure
from torch import Tensor

from gangan.core import rowfile
from gangan.papers.gangan import networks
from gangan.papers.gangan.config import Arm, Samples
from gangan.papers.gangan.reporting.noise import noise
from gangan.papers.gangan.spaces import repair
from gangan.papers.gangan.spaces.frames import aligned, frames_of
from gangan.papers.gangan.training import sample
from gangan.show.grids import mosaic
from gangan.show.style import PAGE, figure_job

COLUMNS = 4  # of panels
Panel = tuple[str, Tensor]  # what its GANs are, and their rows (gans, width)


@figure_job
def strip(
    arms: list[Arm],
    samples: Samples,
    panel: int,
    seed: int,
    zoo: Path,
    alignment: Path,
    weights: list[Path],
    scores: list[Path],
) -> Figure:
    """A panel for the zoo's trained GANs, one for GANs halfway between two of them, and one for each arm.

    Args:
        arms: whose first seeds are shown.
        samples: how far along its latent a GAN-GAN of one latent number is shown.
        panel: GANs (lines) and noise vectors (columns) of a panel, at most.
        seed: of the study.
        zoo: the packed zoo that the first arm reads.
        alignment: the frames of its runs.
        weights: of the arms' GAN-GANs, in their order.
        scores: theirs, which say what draws were chosen where there is no line to follow.
    """
    panels = _of_zoo(zoo, alignment, panel)
    panels += [_of_arm(*given, samples, panel, seed) for given in zip(arms, weights, scores, strict=True)]
    gan = networks.of(rowfile.network_of(zoo))
    vectors = noise(seed, panel, gan.latent)
    lines = -(-len(panels) // COLUMNS)
    figure, places = plt.subplots(lines, COLUMNS, figsize=(PAGE, PAGE * lines / COLUMNS * 1.16), squeeze=False)
    for axes in places.flat:
        axes.axis("off")
    for axes, (title, rows) in zip(places.flat, panels, strict=False):
        digits = networks.draw(gan, rows, gan.layout(), vectors)
        axes.imshow(mosaic(digits.flatten(0, 1), panel), vmin=-1, vmax=1)
        axes.set_title(title, fontsize=7)
    figure.supylabel("a row of digits is one GAN")
    figure.supxlabel("a column is a noise vector, the same in all panels")
    return figure


def _of_zoo(zoo: Path, alignment: Path, count: int) -> list[Panel]:
    """GANs after their whole training; and halfway between the aligned weights of two such, hidden units
    renormalised."""
    runs, layout = rowfile.runs_of(zoo), rowfile.layout_of(zoo)
    epochs = int(rowfile.columns(zoo)["epoch"].max())
    some = runs[: 2 * count]
    last = rowfile.rows(zoo, some, [epochs])
    frames = frames_of(alignment, some)
    panels = [(f"GANs of the zoo\nafter {epochs + 1} epochs", last[:count])]
    pairs = len(some) // 2
    if not pairs:
        return panels
    one_frame = torch.cat([aligned(row.unsqueeze(0), layout, own) for row, own in zip(last, frames, strict=True)])
    first, second = one_frame[: 2 * pairs : 2], one_frame[1 : 2 * pairs : 2]
    moments = (repair.moments(first, layout) + repair.moments(second, layout)) / 2
    halfway = repair.repaired((first + second) / 2, layout, moments)
    return [*panels, ("halfway between two GANs,\naligned and renormalised", halfway)]


def _of_arm(arm: Arm, weights: Path, scores: Path, samples: Samples, count: int, seed: int) -> Panel:
    """GANs of a GAN-GAN: along its latent from end to end, or the first draws."""
    gangan = sample.read(weights, arm.draws.after)
    if gangan.training.latent == 1:
        z, where = sample.line(count, samples.extent), "along z"
    else:
        chosen = pd.read_csv(scores).query("points == 'draws'")["number"].tolist()[:count]
        z, where = sample.candidates(seed, samples.count, gangan.training.latent, arm.draws)[chosen], "draws"
    return f"{arm.name},\nseed {arm.seeds[0]}, {where}", gangan.sample(z, arm.draws.renormalise)
