"""Products are the same by whichever library, and parts of a row make it up again."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from gangan.papers.gangan import layers
from gangan.papers.gangan.layers import affine, parts, product

# as the paper's GANs and GAN-GANs multiply, some smaller: (gans, rows, depth, columns)
SHAPES = [
    (1, 128, 784, 64),
    (1, 64, 256, 784),
    (1, 32, 64, 20_000),
    (1, 20_000, 32, 64),
    (3, 128, 784, 64),
    (1, 2, 3, 4),
]


@pytest.fixture(autouse=True)
def of_any_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever processor the tests run on."""
    monkeypatch.setattr(layers, "NARROW_TOO", True)


@pytest.mark.parametrize("onednn", [True, False])
@pytest.mark.parametrize("turned", [True, False])
@pytest.mark.parametrize("shape", SHAPES)
def test_products_and_layers_are_those_in_twice_the_precision(
    shape: tuple[int, ...], turned: bool, onednn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layers, "ONEDNN", layers.ONEDNN if onednn else None)
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


@pytest.mark.parametrize("onednn", [True, False])
def test_autograd_goes_through_products_and_layers_twice(onednn: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "ONEDNN", layers.ONEDNN if onednn else None)
    start = [torch.randn(shape) for shape in ((128, 256), (300, 256), (300,), (300, 100))]

    def gradients(layer: Callable[..., Tensor], times: Callable[..., Tensor], dtype: torch.dtype) -> list[Tensor]:
        x, weight, bias, other = leaves = [tensor.to(dtype).requires_grad_() for tensor in start]
        y = times(F.leaky_relu_(layer(x, weight, bias), 0.2), other)
        (slope,) = torch.autograd.grad(y.sum(), x, create_graph=True)  # its gradient is that of an expanded number
        return [y.detach(), *torch.autograd.grad(y.square().mean() + slope.square().mean(), leaves)]

    with torch.enable_grad():
        ours, plain = gradients(affine, product, torch.float32), gradients(F.linear, torch.mm, torch.float64)
    for one, other in zip(ours, plain, strict=True):
        torch.testing.assert_close(one, other.float(), rtol=1e-4, atol=1e-4 * other.abs().max().item())


def test_narrow_products_are_onednns_only_where_mkl_leaves_half_a_vector_idle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    found = {}
    for vendor, family in (("AuthenticAMD", 25), ("AuthenticAMD", 26), ("GenuineIntel", 6), ("GenuineIntel", 26)):
        cpuinfo.write_text(f"processor\t: 0\nvendor_id\t: {vendor}\ncpu family\t: {family}\nmodel\t\t: 17\n")
        found[vendor, family] = layers._idle_vectors(cpuinfo)
    assert [key for key, idle in found.items() if idle] == [("AuthenticAMD", 26)]
    assert not layers._idle_vectors(tmp_path / "none")

    narrow, wide = torch.randn(128, 784), torch.randn(64, 5000)
    monkeypatch.setattr(layers, "ONEDNN", lambda *_: torch.empty(0))
    for idle in (True, False):
        monkeypatch.setattr(layers, "NARROW_TOO", idle)
        assert (product(narrow, torch.randn(784, 64)).numel() == 0) == idle
        assert product(narrow[:, :64], wide).numel() == 0


def test_a_factor_that_onednn_is_slow_with_is_left_to_mkl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "ONEDNN", lambda *_: pytest.fail("it would take seconds"))
    a, wide = torch.randn(16, 256), torch.randn(256, 2000)
    assert product(a, wide[:, 500:]).equal(a @ wide[:, 500:])
    assert product(a, wide[:, :1].expand(-1, 2000)).equal(a @ wide[:, :1].expand(-1, 2000))


def test_the_parts_of_a_row_are_even_and_make_it_up_again() -> None:
    row = torch.arange(113_745).unsqueeze(0)
    *even, rest = parts(row, 1)
    assert {part.shape[1] for part in even} == {8112}  # 507 lines of 16
    assert rest.shape[1] < 8112
    assert torch.cat([*even, rest], dim=1).equal(row)
    assert [part.shape[1] for part in parts(row[:, :784], 1)] == [784]
