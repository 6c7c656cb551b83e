"""Products are the same by whichever library."""

import pytest
import torch

from gangan import products
from gangan.products import affine, product

# as the paper's GANs and GAN-GANs multiply, some smaller: (gans, rows, depth, columns)
SHAPES = [
    (1, 128, 784, 64),
    (1, 64, 256, 784),
    (1, 32, 64, 20_000),
    (1, 20_000, 32, 64),
    (3, 128, 784, 64),
    (1, 2, 3, 4),
]


@pytest.mark.parametrize("onednn", [True, False])
@pytest.mark.parametrize("turned", [True, False])
@pytest.mark.parametrize("shape", SHAPES)
def test_products_and_layers_are_those_in_twice_the_precision(
    shape: tuple[int, ...], turned: bool, onednn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(products, "ONEDNN", products.ONEDNN if onednn else None)
    gans, rows, depth, columns = shape
    torch.manual_seed(0)
    stacked = (gans,) * (gans > 1)
    a = torch.randn(*stacked, depth, rows).mT if turned else torch.randn(*stacked, rows, depth)
    b = torch.randn(*stacked, columns, depth).mT if turned else torch.randn(*stacked, depth, columns)
    bias = torch.randn(*stacked, columns)
    expected = a.double() @ b.double()
    near = {"rtol": 0.0, "atol": 1e-6 * depth, "check_dtype": False}
    torch.testing.assert_close(product(a, b), expected, **near)
    torch.testing.assert_close(affine(a, b.mT, bias), expected + bias.unsqueeze(-2), **near)
