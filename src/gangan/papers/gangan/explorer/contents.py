"""What a page is told, as JSON has it: a zoo's rows as points of a map, GAN-GANs as curves, and the scores of both."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
import torch
from torch import Tensor

from gangan.core import rowfile
from gangan.core.layout import Layout
from gangan.papers.gangan import networks
from gangan.papers.gangan.config import Arm, Gan
from gangan.papers.gangan.explorer.curve import LEVELS, Curve
from gangan.papers.gangan.explorer.pack import Grid, Weights, coarsest
from gangan.papers.gangan.networks import Network
from gangan.papers.gangan.training import sample
from gangan.papers.gangan.training.sample import GANGAN

POINTS = 161  # of a curve on the map
TOLD = 40  # characters of a row that is held
PLACES = 400  # that say where the weights of a GAN-GAN are
Facts = dict[str, Any]


@dataclass(frozen=True)
class Map:
    """The first two principal components of a zoo's rows."""

    mean: Tensor  # (width,)
    components: Tensor  # (2, width)
    shares: list[float]  # of the variance
    rows: Tensor  # (rows, 2)

    @classmethod
    def read(cls, projection: Path) -> "Map":
        """A map as ``components.project`` wrote it."""
        with h5py.File(projection, "r", locking=False) as file:
            mean, components, rows = (torch.from_numpy(file[name][:]) for name in ("mean", "components", "coordinates"))
            return cls(mean, components[:2], file["shares"][:2].tolist(), rows[:, :2])

    def curve(self, gangan: GANGAN, extent: float) -> Facts:
        """Where a GAN-GAN's GANs stand along z."""
        z = sample.line(POINTS, extent)
        x, y = ((gangan.sample(z) - self.mean) @ self.components.T).T
        return {"z": _short(z[:, 0]), "x": _short(x), "y": _short(y)}


class Zoo:
    """A zoo of MLPs, of whose rows a page holds some."""

    def __init__(self, name: str, file: Path, projection: Path, scores: pd.DataFrame, gan: Gan):
        self.name, self.file, self.gan = name, file, gan
        self.network: Network = networks.of(rowfile.network_of(file))
        self.map = Map.read(projection)
        self.layout: Layout
        self.half, self.layout = rowfile.layout_of(file).part("generator")
        keys = pd.DataFrame({key: rowfile.columns(file)[key] for key in ("gan", "epoch")})
        self.rows = keys.merge(scores[["gan", "epoch", "frechet"]], how="left", validate="one_to_one")
        self.held: dict[int, tuple[int, float]] = {}  # row → where it begins in the page's weights, and its step
        self.error = 0.0  # grey levels that a pixel of a row is off, at most

    def hold(self, run: int, epoch: int, weights: Weights, noise: Tensor) -> bool:
        """Keep the generator of a row, if there is room for it; whether it is there."""
        (place,) = np.flatnonzero((self.rows["gan"] == run) & (self.rows["epoch"] == epoch)).tolist()
        if place in self.held:
            return True
        row = rowfile.rows(self.file, [run], [epoch])[:, self.half]
        exact = networks.draw(self.network, row, self.layout, noise)

        def error(numbers: Tensor) -> float:
            digits = networks.draw(self.network, numbers, self.layout, noise)
            return (digits - exact).abs().max().item() * LEVELS

        kept, off = coarsest(row, error)
        begins = weights.add(kept.whole, told=TOLD)
        if begins is None:
            return False
        self.held[place] = (begins[0], kept.step)
        self.error = max(self.error, off)
        return True

    def facts(self, noise: int) -> Facts:
        """``noise`` is where that of its GANs begins in the page's weights."""
        x, y = self.map.rows.T
        return {
            "name": self.name,
            "latent": self.network.latent,
            "layout": [
                {"name": name.removeprefix("generator."), "shape": shape, "offset": self.layout.offsets()[name]}
                for name, shape in self.layout.shapes
            ],
            "noise": noise,
            "shares": self.map.shares,
            "x": _short(x),
            "y": _short(y),
            "run": self.rows["gan"].tolist(),
            "epoch": (self.rows["epoch"] + 1).tolist(),  # epochs trained
            "distance": _short(torch.tensor(self.rows["frechet"].to_numpy())),
            "held": self.held,
            "error": self.error,
            "settings": self.gan.model_dump(mode="json"),
        }


def gangan_facts(arm: Arm, seed: int, gangan: GANGAN, on_map: Facts, scores: pd.DataFrame) -> Facts:
    """A GAN-GAN, but for its weights; ``scores`` are those of its GANs along z."""
    line = scores.sort_values("z")
    nearest = line.astype(object).where(line.notna(), None)
    return {
        "arm": arm.name,
        "seed": seed,
        "zoo": arm.zoo,
        "curve": on_map,
        "scored": {
            "z": _short(torch.tensor(line["z"].to_numpy())),
            "distance": _short(torch.tensor(line["frechet"].to_numpy())),
            "run": nearest["l2_gan"].tolist(),
            "epoch": [None if epoch is None else int(epoch) + 1 for epoch in nearest["l2_epoch"]],
            "apart": nearest["l2"].tolist(),
        },
        "rows": gangan.rows.model_dump(mode="json"),
        "draws": arm.draws.model_dump(mode="json"),
        "training": gangan.training.model_dump(mode="json"),
    }


def add_curve(curve: Curve, axes: Grid, weights: Weights, told: int) -> Facts | None:
    """Keep the weights of a curve, of whose GAN-GAN so many characters are told, and its axes as they are to be kept;
    where they are, or None if there was no room."""
    begins = weights.add(axes.whole[:1], *curve.layers, axes.whole[1:], told=told + PLACES)
    if begins is None:
        return None
    origin, *layers, start = begins
    shapes = [list(weight.shape) for weight in curve.layers[::2]]
    return {
        "layers": [
            {"shape": shape, "weight": weight, "bias": bias}
            for shape, weight, bias in zip(shapes, layers[::2], layers[1::2], strict=True)
        ],
        "origin": origin,  # the first of the axes
        "axes": start,  # the others
        "step": axes.step,
        "output": curve.output,
    }


def _short(numbers: Tensor) -> list[float | None]:
    """Five digits of each, enough to place and to print; nothing where there is no number."""
    return [float(f"{number:.5g}") if math.isfinite(number) else None for number in numbers.tolist()]
