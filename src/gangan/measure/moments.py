"""Mean and covariance of what a judge sees in each of many GANs' digits: kept in a file, they compare any two GANs."""

from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from gangan.core.files import read_tensors, write_tensors
from gangan.measure import metrics


class Moments(NamedTuple):
    """Of n GANs, in float64."""

    mean: Tensor  # (n, d)
    covariance: Tensor  # (n, d, d)

    def of(self, which: Tensor) -> "Moments":
        """Those of some GANs, by a mask (n) or their places."""
        return Moments(self.mean[which], self.covariance[which])


def write(path: Path, moments: Moments) -> None:
    """Write a safetensors file: ``mean`` (n, d) and the upper triangle of ``covariance`` (n, d · (d + 1) / 2) in
    float32, whose rounding is far below what chance does to them."""
    rows, columns = torch.triu_indices(*moments.covariance.shape[1:])
    write_tensors(path, {"mean": moments.mean.float(), "covariance": moments.covariance[:, rows, columns].float()})


def read(path: Path) -> Moments:
    """Read it back.

    Raises:
        UserError: the file is damaged.
    """
    kept = read_tensors(path)
    mean = kept["mean"].double()
    rows, columns = torch.triu_indices(mean.shape[1], mean.shape[1])
    covariance = mean.new_empty(*mean.shape, mean.shape[1])
    covariance[:, rows, columns] = covariance[:, columns, rows] = kept["covariance"].double()
    return Moments(mean, covariance)


def join(parts: list[Moments]) -> Moments:
    """Those of several files, in their order."""
    return Moments(*map(torch.cat, zip(*parts, strict=True)))


def distances(some: Moments, others: Moments) -> Tensor:
    """Fréchet distances (n, m): how unlike the digits of two GANs are, however their weights are arranged."""
    return torch.stack([metrics.frechet(some, other) for other in zip(*others, strict=True)], 1)
