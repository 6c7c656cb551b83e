"""Moments kept in a file, and what they say of how alike GANs are."""

from pathlib import Path

import numpy as np
import pytest
import torch
from scipy import linalg

from gangan.core.files import UserError
from gangan.measure import metrics, moments
from gangan.measure.moments import Moments


def some(count: int, seed: int) -> Moments:
    features = torch.randn(count, 50, 4, generator=torch.Generator().manual_seed(seed)) * (1 + torch.arange(4))
    return Moments(*metrics.moments(features))


def test_what_is_kept_is_read_back_to_the_precision_of_float32(tmp_path: Path) -> None:
    one, other = some(3, 0), some(2, 1)
    for name, of in (("one", one), ("other", other)):
        moments.write(tmp_path / name, of)
    joined = moments.join([moments.read(tmp_path / "one"), moments.read(tmp_path / "other")])
    assert torch.equal(joined.covariance, joined.covariance.mT)
    torch.testing.assert_close(joined.of(torch.arange(3)), one, rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(joined.of(torch.tensor([False] * 3 + [True] * 2)), other, rtol=1e-6, atol=1e-6)
    (tmp_path / "one").write_bytes((tmp_path / "one").read_bytes()[:-1])
    with pytest.raises(UserError, match=r"one: .*; delete the file and run again"):
        moments.read(tmp_path / "one")


def test_distances_of_all_to_all_by_the_square_root_of_a_matrix() -> None:
    one, other = some(3, 0), some(2, 1)
    found = moments.distances(one, other)
    assert found.shape == (3, 2)
    for i in range(3):
        for j in range(2):
            a, b = one.covariance[i].numpy(), other.covariance[j].numpy()
            root = np.trace(linalg.sqrtm(a @ b).real)
            expected = (one.mean[i] - other.mean[j]).square().sum().item() + np.trace(a + b) - 2 * root
            assert found[i, j].item() == pytest.approx(expected, rel=1e-6)
    assert moments.distances(one, one).diagonal().abs().max() < 1e-6
