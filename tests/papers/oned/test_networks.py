"""The networks, against numbers worked by hand and the same networks in plain PyTorch."""

import math

import pytest
import torch
from torch import Tensor, nn

from gangan.papers.oned.networks import DIMENSIONS, KERNELS, Networks, features


@pytest.mark.parametrize(
    ("minibatch", "width", "depth", "generator", "discriminator"),
    [
        ("none", 4, 1, 13, 169),
        ("apart", 4, 1, 13, 237),
        ("together", 4, 1, 13, 237),
        ("none", 5, 1, 16, 20 + 110 + 110 + 11),
        ("none", 4, 2, 13 + 20, 169 + 2 * 72),
        ("apart", 4, 2, 13 + 20, 237 + 2 * 72),
    ],
)
def test_the_parameters_are_as_many_as_counted_by_hand(
    minibatch: str, width: int, depth: int, generator: int, discriminator: int
) -> None:
    networks = Networks(width, depth, minibatch, "tanh")
    assert (networks.generator.size, networks.discriminator.size) == (generator, discriminator)


def points(*numbers: float) -> Tensor:
    """Points of one run whose first coordinate is given and the rest zero, in every kernel (1, n, 15)."""
    found = torch.zeros(1, len(numbers), KERNELS, DIMENSIONS)
    found[0, :, :, 0] = torch.tensor(numbers)[:, None]
    return found.view(1, len(numbers), -1)


def test_the_features_of_three_points_are_sums_of_exponentials() -> None:
    at = features(points(0, 1, 3), 1, 0)
    one, two, three = (math.exp(-distance) for distance in (1, 2, 3))
    expected = torch.tensor([1 + one + three, 1 + one + two, 1 + two + three])
    torch.testing.assert_close(at, expected[None, :, None].expand(1, 3, KERNELS))
    farther = features(points(0, 1, 3), 1, 1)
    torch.testing.assert_close(at - farther, torch.full_like(at, 1 - math.exp(-1)))


def test_batches_do_not_see_each_other() -> None:
    apart = features(points(0, 1, 0, 5), 2, 0)
    torch.testing.assert_close(apart[:, :2], features(points(0, 1), 1, 0))
    torch.testing.assert_close(apart[:, 2:], features(points(0, 5), 1, 0))
    assert not torch.allclose(apart, features(points(0, 1, 0, 5), 1, 0))


@pytest.mark.parametrize("n", [2, 3, 7, 12])
def test_the_features_and_their_gradient_are_those_of_all_pairs(n: int) -> None:
    x = torch.randn(3, 2 * n, KERNELS * DIMENSIONS, dtype=torch.double, requires_grad=True)
    with torch.enable_grad():
        split = x.view(3, 2, n, KERNELS, DIMENSIONS)
        plain = (split[:, :, :, None] - split[:, :, None]).abs().sum(-1).neg().exp().sum(3).view(3, 2 * n, KERNELS)
        ours = features(x, 2, 0)
        weights = torch.randn_like(plain)
        expected, found = (torch.autograd.grad((one * weights).sum(), x)[0] for one in (plain, ours))
    torch.testing.assert_close(ours, plain)
    torch.testing.assert_close(found, expected)


class MinibatchLayer(nn.Module):
    """The layer for one run, as it is usually written."""

    def __init__(self, width: int):
        super().__init__()
        self.inner = nn.Linear(width, KERNELS * DIMENSIONS)

    def forward(self, x: Tensor) -> Tensor:
        """Points (n, width) → (n, width + KERNELS)."""
        at = self.inner(x).view(len(x), KERNELS, DIMENSIONS)
        near = (at[:, None] - at[None]).abs().sum(-1).neg().exp().sum(1)
        return torch.cat([x, near], 1)


def plain(networks: Networks) -> tuple[nn.Sequential, nn.Sequential]:
    """One run's networks by PyTorch's own modules."""
    h = networks.width
    activation = {"tanh": nn.Tanh, "relu": nn.ReLU}[networks.activation]
    generator, discriminator = [], []
    before = 1
    for _ in range(networks.depth):
        generator += [nn.Linear(before, h), nn.Softplus()]
        before = h
    before = 1
    for _ in range(2 * networks.depth + (networks.minibatch == "none")):
        discriminator += [nn.Linear(before, 2 * h), activation()]
        before = 2 * h
    if networks.minibatch != "none":
        discriminator.append(MinibatchLayer(before))
        before += KERNELS
    return nn.Sequential(*generator, nn.Linear(h, 1)), nn.Sequential(*discriminator, nn.Linear(before, 1), nn.Sigmoid())


def load(module: nn.Module, weights: Tensor) -> None:
    """Give a module the weights of a row."""
    nn.utils.vector_to_parameters(weights.clone(), module.parameters())  # which would share its memory


@pytest.mark.parametrize("minibatch", ["none", "apart"])
@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("depth", [1, 3])
def test_stacked_networks_are_those_of_plain_pytorch(minibatch: str, activation: str, depth: int) -> None:
    networks = Networks(3, depth, minibatch, activation)
    rows = [torch.randn(2, layout.size) for layout in (networks.generator, networks.discriminator)]
    x = torch.randn(2, 6, 1)
    generator, discriminator = (
        list(layout.unflatten(row).values())
        for layout, row in zip((networks.generator, networks.discriminator), rows, strict=True)
    )
    made, told = networks.generate(generator, x), networks.discriminate(discriminator, x, 1, 0)
    for run in range(2):
        for module, row, expected in zip(plain(networks), rows, (made, told), strict=True):
            load(module, row[run])
            torch.testing.assert_close(module(x[run]), expected[run])
