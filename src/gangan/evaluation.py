"""What is computed once from rows, for figures and tables to show."""

from pathlib import Path

import h5py
import numpy as np
import torch

from gangan import zoo
from gangan.components import principal_components
from gangan.files import atomic


def project(zoo_file: Path, output: Path, count: int, threads: int) -> None:
    """Write the principal components of a zoo's rows to HDF5: ``mean`` (width), ``components`` (count, width),
    ``shares`` (count) of the variance, and per row ``coordinates`` (rows, count), ``gan``, ``epoch``."""
    torch.set_num_threads(threads)
    rows = zoo.rows(zoo_file)
    mean, components, shares = principal_components(rows, count)
    coordinates = (rows - mean) @ components.T
    columns = zoo.columns(zoo_file)
    with atomic(output) as partial, h5py.File(partial, "w", locking=False) as file:
        for name, tensor in {"mean": mean, "components": components, "shares": shares}.items():
            file[name] = tensor.numpy()
        file["coordinates"] = coordinates.numpy()
        file["gan"] = columns["gan"].astype(np.int32)
        file["epoch"] = columns["epoch"].astype(np.int32)
