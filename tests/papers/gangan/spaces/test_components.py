"""Principal components against a singular value decomposition, and a zoo's rows in them."""

from pathlib import Path

import h5py
import numpy as np
import pytest
import torch

from gangan.papers.gangan.spaces.components import principal_components, project
from support.trainings import LAYOUT, rows, write_zoo


def test_the_components_are_those_of_a_singular_value_decomposition() -> None:
    torch.manual_seed(0)
    many = torch.randn(6, 40) * torch.linspace(3, 0.1, 40) + 5
    mean, components, shares = principal_components(many, 3)
    _, values, vectors = torch.linalg.svd((many - many.mean(0)).double(), full_matrices=False)
    torch.testing.assert_close(mean, many.mean(0))
    torch.testing.assert_close(shares, values[:3] ** 2 / (values**2).sum(), rtol=1e-4, atol=0)
    for ours, theirs in zip(components, vectors, strict=False):
        assert abs(ours.double() @ theirs).item() == pytest.approx(1, abs=1e-5)
        assert ours[ours.abs().argmax()] > 0


@pytest.mark.parametrize("count", [1, 2])
def test_fewer_rows_than_components_leave_the_rest_zero(count: int) -> None:
    many = torch.arange(count * 4.0).view(count, 4)
    _, components, shares = principal_components(many, 3)
    assert components.shape == (3, 4)
    assert shares.shape == (3,)
    assert components[count - 1 :].eq(0).all()
    assert shares[count - 1 :].abs().max() < 1e-6


def test_a_zoo_is_projected_on_the_components_of_its_own_rows(tmp_path: Path) -> None:
    many = torch.stack([rows(3, seed) for seed in (10, 20)])  # (epochs, runs, width)
    project(write_zoo(tmp_path / "zoo.h5", LAYOUT, many), tmp_path / "projection.h5", 5)
    with h5py.File(tmp_path / "projection.h5") as file:
        found = {name: file[name][:] for name in file}
    of_runs = many.transpose(0, 1).flatten(0, 1)  # a run's rows together, by epoch
    assert found["gan"].tolist() == [0, 0, 1, 1, 2, 2]
    assert found["epoch"].tolist() == [0, 1] * 3
    # five components hold all that differs among six rows: coordinates lead back to them
    np.testing.assert_allclose(found["mean"] + found["coordinates"] @ found["components"], of_runs, atol=1e-5)
    spread = found["coordinates"].var(0)
    np.testing.assert_allclose(found["shares"], spread / spread.sum(), rtol=1e-4)
