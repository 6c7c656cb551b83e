"""Where a GAN-GAN works: the rows an arm reads, aligned, standardised, or as few principal components.

Everything but alignment is affine, row = offset + point · axes, so what was learned of points becomes a generator of
plain rows by a change of its last layer alone: sampling and all that follows know nothing of spaces.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from gangan.core import rowfile
from gangan.core.layout import Layout
from gangan.papers.gangan.config import ComponentSpace, Rows, RowSpace, StandardisedSpace
from gangan.papers.gangan.layers import product
from gangan.papers.gangan.spaces.components import principal_components
from gangan.papers.gangan.spaces.frames import aligned, frames_of


@dataclass(frozen=True)
class Space:
    """row = offset + (point · axes) × scale; without axes a point is as wide as a row."""

    offset: Tensor  # (width,)
    scale: Tensor  # (width,)
    axes: Tensor | None  # (components, width)
    columns: slice = field(default_factory=lambda: slice(None))  # of a row, that are made

    def rows(self, points: Tensor) -> Tensor:
        """Points (n, components or width) → rows (n, width), or the columns of them that are made."""
        spread = points[:, self.columns] if self.axes is None else product(points, self.axes)
        return self.offset + spread * self.scale

    def part(self, columns: slice) -> "Space":
        """Of whole rows, one that makes these columns alone."""
        axes = None if self.axes is None else self.axes[:, columns].contiguous()
        return Space(self.offset[columns], self.scale[columns], axes, columns)

    def folded(self, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """A GAN over points, tensors by name, with its generator one of rows: the last layer takes the space in."""
        weight, bias = tensors["generator.output.weight"], tensors["generator.output.bias"]
        spread = weight if self.axes is None else self.axes.T @ weight  # (width, hidden)
        return {
            **tensors,
            "generator.output.weight": spread * self.scale.unsqueeze(1),
            "generator.output.bias": self.rows(bias.unsqueeze(0))[0],
        }


def read(rows: Rows, zoo: Path, alignment: Path | None) -> Tensor:
    """The rows (n, width) an arm learns from, by run and epoch; aligned if a file of frames is given."""
    epochs = range(rows.from_epoch, rowfile.epochs_of(zoo))
    found = rowfile.rows(zoo, rows.runs, epochs)
    if alignment is None:
        return found
    layout, runs = rowfile.layout_of(zoo), rowfile.runs_of(zoo, rows.runs)
    for run, frames in zip(found.view(len(runs), len(epochs), -1), frames_of(alignment, runs), strict=True):
        run.copy_(aligned(run, layout, frames))  # in place: a zoo's rows fill gigabytes
    return found


def fit(rows: Tensor, layout: Layout, settings: RowSpace | StandardisedSpace | ComponentSpace) -> tuple[Tensor, Space]:
    """Rows (n, width) as points (n, components or width), and their space; in the paper's arms points are rows.

    Standardised, each number is centred and divided by its own standard deviation (``parameter``) or by that of its
    tensor's numbers (``tensor``). Components are not whitened: all are divided by the first's standard deviation.
    The rows given are overwritten, to save gigabytes.
    """
    offset, scale = torch.zeros(layout.size, device=rows.device), torch.ones(layout.size, device=rows.device)
    if isinstance(settings, RowSpace):
        return rows, Space(offset, scale, None)
    by = settings.per if isinstance(settings, StandardisedSpace) else settings.standardise
    if by != "none":
        variance = rows.var(0, correction=0)
        if by == "tensor":
            means = {name: v.mean().expand(v.shape) for name, v in layout.unflatten(variance.unsqueeze(0)).items()}
            variance = layout.flatten(means)[0]
        scale = torch.where(variance > 0, variance, 1).sqrt()
    offset = rows.mean(0)
    points = rows.sub_(offset).div_(scale)
    if isinstance(settings, StandardisedSpace):
        return points, Space(offset, scale, None)
    _, axes, _ = principal_components(points, settings.count)
    points = points @ axes.T
    unit = points[:, 0].std()
    return points / unit, Space(offset, scale, axes * unit)
