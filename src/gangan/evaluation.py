"""What is computed once from rows, for figures and tables to show."""

from pathlib import Path

import numpy as np
import torch

from gangan import zoo
from gangan.components import principal_components
from gangan.files import write_arrays


def project(zoo_file: Path, output: Path, count: int, threads: int) -> None:
    """Write the principal components of a zoo's rows to HDF5: ``mean`` (width), ``components`` (count, width),
    ``shares`` (count) of the variance, and per row ``coordinates`` (rows, count), ``gan``, ``epoch``."""
    torch.set_num_threads(threads)
    rows = zoo.rows(zoo_file)
    mean, components, shares = principal_components(rows, count)
    coordinates = (rows - mean) @ components.T
    columns = zoo.columns(zoo_file)
    found = {"mean": mean, "components": components, "shares": shares, "coordinates": coordinates}
    keys = {name: columns[name].astype(np.int32) for name in ("gan", "epoch")}
    write_arrays(output, {name: tensor.numpy() for name, tensor in found.items()} | keys)
