"""A GAN-GAN's space: points and rows are the same numbers seen two ways, and a folded generator makes rows."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from gangan.core import rowfile
from gangan.core.layout import Layout
from gangan.papers.gangan.config import Rows
from gangan.papers.gangan.spaces import frames as alignment
from gangan.papers.gangan.spaces import space as spaces
from gangan.papers.gangan.spaces.space import Space
from gangan.papers.gangan.training.sample import architecture
from support.trainings import LAYOUT, LINEAR, components, gangan, rows, standardised, write_zoo

TWO = Layout((("a", (2,)), ("b", (3,))))
SPACES = {
    "rows": LINEAR,
    "tensor": standardised("tensor"),
    "parameter": standardised("parameter"),
    "components": components(4),
    "components-tensor": components(4, "tensor"),
    "components-parameter": components(4, "parameter"),
}


def fit(many: torch.Tensor, space: dict[str, Any]) -> tuple[torch.Tensor, Space]:
    return spaces.fit(many, TWO, gangan(space=space).space)


def test_the_papers_arms_work_on_the_rows_themselves() -> None:
    many = torch.randn(6, TWO.size)
    points, space = fit(many, LINEAR)
    assert points is many
    assert space.rows(points).equal(many)


@pytest.mark.parametrize("name", ["tensor", "components-tensor"])
def test_a_part_of_a_space_gives_that_part_of_its_rows(name: str) -> None:
    points, space = fit(torch.randn(6, TWO.size), SPACES[name])
    torch.testing.assert_close(space.part(slice(2, 5)).rows(points), space.rows(points)[:, 2:5])


@pytest.mark.parametrize("name", SPACES)
def test_points_lead_back_to_the_rows(name: str) -> None:
    # five rows leave four components: none of them is lost
    many = torch.randn(5, TWO.size) * torch.tensor([1.0, 2, 3, 4, 5]) + 7
    points, space = fit(many.clone(), SPACES[name])
    torch.testing.assert_close(space.rows(points), many, rtol=0, atol=1e-5)


def test_parameters_are_standardised_one_by_one_and_tensors_as_wholes() -> None:
    many = torch.randn(50, TWO.size) * torch.tensor([1.0, 3, 4, 4, 4]) + 7
    by_parameter, _ = fit(many.clone(), SPACES["parameter"])
    torch.testing.assert_close(by_parameter.mean(0), torch.zeros(TWO.size), rtol=0, atol=1e-5)
    torch.testing.assert_close(by_parameter.std(0, correction=0), torch.ones(TWO.size))
    by_tensor, space = fit(many.clone(), SPACES["tensor"])
    variance = many.var(0, correction=0)
    expected = [variance[:2].mean().sqrt().item()] * 2 + [variance[2:].mean().sqrt().item()] * 3
    assert space.scale.tolist() == pytest.approx(expected)
    torch.testing.assert_close(by_tensor.square()[:, :2].mean().item(), 1.0)


def test_a_parameter_that_never_changes_stays_what_it_is() -> None:
    many = torch.randn(5, TWO.size)
    many[:, 0] = 3
    points, space = fit(many.clone(), SPACES["parameter"])
    assert points[:, 0].eq(0).all()
    assert space.rows(points + 1).isfinite().all()


def test_components_are_divided_by_one_number() -> None:
    many = torch.randn(20, TWO.size) * torch.tensor([9.0, 5, 1, 1, 1])
    points, _ = fit(many.clone(), components(2))
    spread = points.std(0)
    assert spread[0].item() == pytest.approx(1, abs=1e-5)
    first, second, *_ = torch.linalg.svdvals(many - many.mean(0)).tolist()
    assert spread[1].item() == pytest.approx(second / first, rel=1e-4)


@pytest.mark.parametrize("block", [LINEAR, standardised("tensor"), components(3, "parameter")])
def test_a_folded_generator_makes_the_rows_of_its_points(block: dict[str, Any]) -> None:
    points, space = fit(torch.randn(9, TWO.size) * 3 + 1, block)
    gan = architecture(gangan(latent=2, space=block), TWO.size)
    assert gan.width == points.shape[1]
    trained = [network.initial([torch.Generator().manual_seed(0)]) for network in (gan.discriminator, gan.generator)]
    tensors = {name: tensor[0] for name, tensor in gan.layout().unflatten(torch.cat(trained, 1)).items()}
    z = torch.randn(1, 7, 2)

    def made(named: dict[str, torch.Tensor]) -> torch.Tensor:
        weights = [tensor.unsqueeze(0) for name, tensor in named.items() if name.startswith("generator.")]
        return gan.generate(weights, z)[0]

    torch.testing.assert_close(made(space.folded(tensors)), space.rows(made(tensors)), rtol=0, atol=1e-5)


def test_an_arm_reads_its_runs_from_an_epoch_on_each_in_its_own_frame(tmp_path: Path) -> None:
    many = torch.stack([rows(2, seed) for seed in (10, 20, 30)])  # (epochs, runs, width)
    file = write_zoo(tmp_path / "zoo.h5", LAYOUT, many)
    alignment.align_zoo(file, tmp_path / "alignment.h5")
    arm = Rows(runs=[1], from_epoch=1)
    plain = spaces.read(arm, file, None)
    assert plain.equal(many[1:, 1])
    frames = alignment.frames_of(tmp_path / "alignment.h5", [1])[0]
    turned = spaces.read(arm, file, tmp_path / "alignment.h5")
    assert turned.equal(alignment.aligned(plain, LAYOUT, frames))
    assert np.array_equal(rowfile.rows(file, [1]), many[:, 1])
