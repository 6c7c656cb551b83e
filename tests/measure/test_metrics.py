"""Each metric against a second implementation or a case worked out by hand."""

import math

import numpy as np
import pytest
import scipy.linalg
import torch
from torchmetrics.image.fid import FrechetInceptionDistance
from torchmetrics.image.kid import poly_mmd

from gangan.measure.metrics import (
    distances,
    divergence,
    energy,
    frechet,
    kernel_distance,
    manifold,
    moments,
    neighbourhoods,
)


@pytest.fixture
def features() -> tuple[torch.Tensor, torch.Tensor]:
    """Two sets of ReLU features that overlap, and of which some are always off."""
    torch.manual_seed(0)
    mix = torch.randn(16, 16)
    one, other = ((torch.randn(n, 16) * s @ mix + s).relu() for n, s in ((300, 1.0), (200, 1.2)))
    one[:, 0] = other[:, 0] = 0
    return one, other


class Flat(torch.nn.Module):
    """Features as they are, for a library that expects to find them in images."""

    num_features = 16

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return images.flatten(1)


def test_the_frechet_distance_is_torchmetrics_and_the_matrix_square_roots_of_scipy(features) -> None:
    one, other = features
    ours = frechet(moments(one), moments(other)).item()
    library = FrechetInceptionDistance(feature=Flat(), input_img_size=(1, 1, 16), normalize=True).set_dtype(
        torch.float64
    )
    library.update(one.view(-1, 1, 1, 16), real=True)
    library.update(other.view(-1, 1, 1, 16), real=False)
    assert ours == pytest.approx(library.compute().item(), rel=1e-6)
    (m1, c1), (m2, c2) = ((x.double().mean(0).numpy(), np.cov(x.double().numpy().T)) for x in features)
    jitter = np.eye(16) * 1e-9  # of a singular product there is no root
    root = scipy.linalg.sqrtm((c1 + jitter) @ (c2 + jitter)).real
    assert ours == pytest.approx(((m1 - m2) ** 2).sum() + np.trace(c1 + c2 - 2 * root), rel=1e-4)


def test_the_frechet_distance_of_independent_gaussians_by_hand() -> None:
    covariance = torch.diag(torch.tensor([4.0, 9.0])).double()
    one, other = (torch.tensor([1.0, 2.0]).double(), covariance), (torch.zeros(2).double(), torch.eye(2).double())
    assert frechet(one, other).item() == pytest.approx(1 + 4 + (2 - 1) ** 2 + (3 - 1) ** 2)


def test_many_frechet_distances_at_once_are_those_one_by_one(features) -> None:
    real = moments(features[0])
    many = torch.stack([features[1], features[1] * 2])
    alone = [frechet(moments(each), real).item() for each in many]
    assert frechet(moments(many), real).tolist() == pytest.approx(alone)
    assert frechet(real, real).item() == pytest.approx(0, abs=1e-9)


def test_the_kernel_distance_is_torchmetrics_and_the_sums_by_hand(features) -> None:
    one, other = (x[:50].double() for x in features)
    ours = kernel_distance(one, other)
    assert ours == pytest.approx(poly_mmd(one, other, degree=3, coef=1.0).item())
    k = {(i, j): ((x @ y.T / 16) + 1) ** 3 for i, x in enumerate((one, other)) for j, y in enumerate((one, other))}
    within = [(k[i, i].sum() - k[i, i].trace()) / (50 * 49) for i in (0, 1)]
    assert ours == pytest.approx((sum(within) - 2 * k[0, 1].mean()).item())


def test_neighbourhoods_of_four_points_on_a_line_by_hand() -> None:
    real, made = torch.tensor([[0.0], [1], [2], [10]]), torch.tensor([[0.5], [1.5], [9.5], [30]])
    # One neighbour: around the real points, radii 1, 1, 1 and 8; around the made ones 1, 1, 8 and 20.5.
    found = neighbourhoods(real, made, 1)
    assert found["precision"] == 3 / 4  # 30 is near no real point
    assert found["recall"] == 1
    assert found["density"] == 5 / 4  # 0.5 and 1.5 lie within 1 of two real points each, 9.5 within 8 of one
    assert found["coverage"] == 1


def test_a_point_on_the_surface_of_a_neighbourhood_is_outside() -> None:
    real, made = torch.tensor([[0.0], [0], [1]]), torch.tensor([[0.0], [2], [2]])
    # Radii 0, 0 and 1 around the real points, 2, 0 and 0 around the made ones: all real points lie within 2 of the
    # first made one; that lies at 0 of two real points and, as the others, at 1 of the third.
    assert neighbourhoods(real, made, 1) == {"precision": 0, "recall": 1, "density": 0, "coverage": 0}


def counted(real: torch.Tensor, made: torch.Tensor, neighbours: int) -> dict[str, float]:
    """The papers' definitions, point by point."""

    def radius(points: list[list[float]], i: int) -> float:
        return sorted(math.dist(points[i], other) for j, other in enumerate(points) if j != i)[neighbours - 1]

    some, others = real.tolist(), made.tolist()
    real_radii, made_radii = ([radius(points, i) for i in range(len(points))] for points in (some, others))
    inside_real = [sum(math.dist(x, y) < r for x, r in zip(some, real_radii, strict=True)) for y in others]
    inside_made = [any(math.dist(x, y) < r for y, r in zip(others, made_radii, strict=True)) for x in some]
    covered = [any(math.dist(x, y) < r for y in others) for x, r in zip(some, real_radii, strict=True)]
    return {
        "precision": sum(count > 0 for count in inside_real) / len(made),
        "recall": sum(inside_made) / len(real),
        "density": sum(inside_real) / neighbours / len(made),
        "coverage": sum(covered) / len(real),
    }


@pytest.mark.parametrize("neighbours", [1, 5])
@pytest.mark.parametrize("case", ["overlapping", "copies", "collapsed", "far"])
def test_neighbourhoods_are_what_is_counted_point_by_point(features, case: str, neighbours: int) -> None:
    real, made = (x.clone() for x in features)
    if case == "copies":
        made[:40] = real[:40]
    if case == "collapsed":
        made[:] = made[0]
    if case == "far":
        made += 100
    found = neighbourhoods(real, made, neighbours)
    assert found == pytest.approx(counted(real, made, neighbours), abs=1e-12)
    assert list(found) == ["precision", "recall", "density", "coverage"]
    if case == "overlapping":
        assert all(0 < value < 2 for value in found.values())


def test_the_divergence_is_the_sum_by_hand() -> None:
    shares, real = np.array([0.5, 0.5, 0]), np.array([0.25, 0.5, 0.25])
    assert divergence(shares, real) == pytest.approx(0.5 * np.log(2))


def test_distances_are_those_of_torch_and_of_equal_points_nothing() -> None:
    points = torch.randn(6, 40, generator=torch.manual_seed(0)) + 100
    found = distances(points[:2], points)
    expected = torch.cdist(points[:2].double(), points.double(), compute_mode="donot_use_mm_for_euclid_dist")
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=0)


def test_the_energy_outside_of_components_is_what_a_projection_leaves() -> None:
    generator = torch.Generator().manual_seed(0)
    axes = torch.linalg.qr(torch.randn(12, 3, generator=generator)).Q.mT
    flat = 5 + torch.randn(500, 3, generator=generator) * torch.tensor([3.0, 2, 1]) @ axes
    where = manifold(flat, 3)
    torch.testing.assert_close(where[0], flat.mean(0))
    torch.testing.assert_close(where[1].mT @ where[1], axes.mT @ axes, rtol=0, atol=1e-4)
    assert energy(flat, where) == pytest.approx(0, abs=1e-6)
    noise = flat.mean(0) + torch.randn(20_000, 12, generator=generator)
    assert energy(noise, where) == pytest.approx(9 / 12, abs=0.01)
    other = torch.linalg.qr(torch.cat([axes.mT, torch.randn(12, 1, generator=generator)], 1)).Q[:, 3]
    mixed = flat.mean(0) + 3 * axes[0] + 4 * other
    assert energy(mixed.unsqueeze(0), where) == pytest.approx(16 / 25, rel=1e-4)
