"""The principal components of rows."""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from gangan.core import rowfile
from gangan.core.files import write_arrays


def principal_components(rows: Tensor, count: int) -> tuple[Tensor, Tensor, Tensor]:
    """PCA of rows (n, width) with width ≫ n, through the n × n Gram matrix.

    Returns:
        mean (width), components (count, width) of unit length, and their shares of the total variance (count).
        Each component's sign is fixed: its largest entry is positive. At most n − 1 components carry variance; the
        rest are zero.
    """
    mean = rows.mean(0)
    centred = rows - mean
    centred = F.pad(centred, (0, 0, 0, max(0, count - len(rows))))  # rows of zeros change no component
    values, vectors = torch.linalg.eigh((centred @ centred.T).double())
    values = values.flip(0).clamp(min=0)
    shares = values / values.sum().clamp(min=torch.finfo(values.dtype).tiny)
    components = vectors.flip(1)[:, :count].T.to(rows.dtype) @ centred
    lengths = components.norm(dim=1, keepdim=True)
    components = torch.where(lengths > lengths[0] * 1e-6, components / lengths, torch.zeros_like(components))
    largest = components.gather(1, components.abs().argmax(1, keepdim=True))
    return mean, components * largest.sign(), shares[:count]


def project(zoo: Path, projection: Path, count: int) -> None:
    """Write the principal components of a zoo's rows to HDF5: ``mean`` (width), ``components`` (count, width),
    ``shares`` (count) of the variance, and per row ``coordinates`` (rows, count), ``gan``, ``epoch``."""
    rows = rowfile.rows(zoo)
    mean, components, shares = principal_components(rows, count)
    coordinates = (rows - mean) @ components.T
    columns = rowfile.columns(zoo)
    found = {"mean": mean, "components": components, "shares": shares, "coordinates": coordinates}
    keys = {name: columns[name].astype(np.int32) for name in ("gan", "epoch")}
    write_arrays(projection, {name: tensor.numpy() for name, tensor in found.items()} | keys)
