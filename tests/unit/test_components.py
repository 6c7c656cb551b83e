"""Principal components against a singular value decomposition."""

import pytest
import torch

from gangan.components import principal_components


def test_the_components_are_those_of_a_singular_value_decomposition() -> None:
    torch.manual_seed(0)
    rows = torch.randn(6, 40) * torch.linspace(3, 0.1, 40) + 5
    mean, components, shares = principal_components(rows, 3)
    _, values, vectors = torch.linalg.svd((rows - rows.mean(0)).double(), full_matrices=False)
    torch.testing.assert_close(mean, rows.mean(0))
    torch.testing.assert_close(shares, values[:3] ** 2 / (values**2).sum(), rtol=1e-4, atol=0)
    for ours, theirs in zip(components, vectors, strict=False):
        assert abs(ours.double() @ theirs).item() == pytest.approx(1, abs=1e-5)
        assert ours[ours.abs().argmax()] > 0


@pytest.mark.parametrize("count", [1, 2])
def test_fewer_rows_than_components_leave_the_rest_zero(count: int) -> None:
    rows = torch.arange(count * 4.0).view(count, 4)
    _, components, shares = principal_components(rows, 3)
    assert components.shape == (3, 4)
    assert shares.shape == (3,)
    assert components[count - 1 :].eq(0).all()
    assert shares[count - 1 :].abs().max() < 1e-6
