"""Figures of translated test images: the report's Figs. 8 and 9, and arms side by side (docs/papers/survey.md)."""

from pathlib import Path

import matplotlib.pyplot as plt
import torch
from matplotlib.figure import Figure

from gangan.core.files import read_tensors
from gangan.papers.survey.config import Strokes, Translation
from gangan.papers.survey.pictures import sheet
from gangan.papers.survey.translation.scoring import loaded, translated
from gangan.papers.survey.translation.training import cut
from gangan.show.grids import middles
from gangan.show.style import PAGE, figure_job

GAP = 2


@figure_job
def comparison(
    images: Path, weights: list[Path], arms: list[str], trainings: list[Translation], source: str, rows: int
) -> Figure:
    """Test images of one domain, what first seeds of arms make of them, and where it is known what they should make.

    Args:
        images: of both domains.
        weights: of each run.
        arms: their names.
        trainings: theirs.
        source: the domain, ``A`` or ``B``.
        rows: test images, evenly spaced.
    """
    to, held = "b" if source == "A" else "a", read_tensors(images)
    chosen = torch.linspace(0, len(held[f"test{source}"]) - 1, rows).long()
    shown = cut(held[f"test{source}"][chosen], trainings[0].crop, None)
    columns = {"input": shown}
    for arm, path, training in zip(arms, weights, trainings, strict=True):
        columns[arm] = translated(loaded(training, path, torch.device("cpu")), to, shown)
    if isinstance(trainings[0].data, Strokes):
        columns["true"] = held[f"test{to.upper()}"][chosen]
    whole = torch.stack(list(columns.values()), 1).flatten(0, 1)  # (rows × columns, 3, s, s)
    figure, axes = plt.subplots(figsize=(PAGE, PAGE * rows / len(columns) + 0.8))
    axes.imshow(sheet(whole, len(columns), GAP))
    places = middles(len(columns), shown.shape[-1], GAP)
    axes.set_xticks(places, list(columns), rotation=35, ha="left")
    axes.xaxis.tick_top()
    axes.set_yticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure
