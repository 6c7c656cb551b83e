"""Toy GANs: runs are apart, densities are what they say, and measures are numbers worked by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.torch import load_file
from torch.nn.functional import softplus

from gangan.core.streams import stream
from gangan.papers.survey.config import Mode
from gangan.papers.survey.toy import figures, networks
from gangan.papers.survey.toy.densities import density, drawn, quantiles, shares
from gangan.papers.survey.toy.figures import rates, toys
from gangan.papers.survey.toy.scoring import Toys, measured, numbers_of, score_toys
from gangan.papers.survey.toy.training import Numbers
from support.mortal import killed
from support.survey import CPU, NORMALS, kept, train_toy

UNIFORMS = [Mode(shape="uniform", centre=-1.75, spread=0.25), Mode(shape="uniform", centre=2.25, spread=0.25)]


def test_a_stacked_network_is_each_run_s_own() -> None:
    both = networks.discriminator(2, 3)
    for run in range(2):
        both.initialise(run, torch.Generator().manual_seed(run))
    x = torch.randn(2, 5, 1)
    found = both(x)
    for run in range(2):
        tensors = [tensor[run] for tensor in both.tensors]
        y = x[run]
        for i in range(0, len(tensors), 2):
            y = y @ tensors[i] + tensors[i + 1]
            y = y if i + 2 == len(tensors) else y.tanh()
        torch.testing.assert_close(found[run], y)


def test_a_run_is_the_same_whatever_is_trained_beside_it(tmp_path: Path) -> None:
    one, three = (load_file(train_toy(tmp_path / str(seeds), seeds=seeds)) for seeds in (1, 3))
    for name, tensor in one.items():
        torch.testing.assert_close(three[name][:1], tensor)


def test_a_step_is_that_of_autograd_and_adam(tmp_path: Path) -> None:
    trained = networks.read(train_toy(tmp_path / "run", seeds=1, rounds=2, look=2, discriminator_steps=1), 2)
    plain = {"generator": networks.generator(1, 2), "discriminator": networks.discriminator(1, 2)}
    for name, module in plain.items():
        module.initialise(0, stream(0, f"survey-toy-{name}", 0, 0, CPU))
    adams = {name: torch.optim.Adam(module.parameters(), 1e-3) for name, module in plain.items()}
    numbers = Numbers(NORMALS, 1, 0, 0, CPU)
    shape = (2, 1, 4)
    real, for_d, for_g = numbers.real(shape), numbers.noise("discriminator", shape), numbers.noise("generator", shape)
    for i in range(2):
        for name in ("discriminator", "generator"):
            with torch.enable_grad():
                made = plain["generator"]((for_d if name == "discriminator" else for_g)[:, i, 0])
                told = plain["discriminator"](made)
                if name == "discriminator":
                    loss = softplus(told).mean() + softplus(-plain["discriminator"](real[:, i, 0])).mean()
                else:
                    loss = softplus(-told).mean()
                adams[name].zero_grad()
                loss.backward()
            adams[name].step()
    for name, module in plain.items():
        for one, other in zip(module.tensors, trained[name].tensors, strict=True):
            torch.testing.assert_close(one, other)


@pytest.mark.parametrize("epochs", [0, 1, 2])
def test_a_killed_training_goes_on_to_the_same_bytes(epochs: int, tmp_path: Path) -> None:
    whole = train_toy(tmp_path / "whole").read_bytes()
    folder = tmp_path / "killed"
    killed(lambda checkpoint: train_toy(folder, checkpoint), folder / "checkpoint", epochs)
    assert train_toy(folder, kept(folder)).read_bytes() == whole


def test_densities_integrate_to_one_and_have_the_published_heights() -> None:
    x = np.linspace(-5, 5, 100_001)
    for modes in (NORMALS, UNIFORMS):
        assert density(modes, x).mean() * 10 == pytest.approx(1, abs=1e-3)
    assert density(NORMALS, np.array([0.0]))[0] == pytest.approx(0.44, abs=0.005)
    assert density(UNIFORMS, np.array([-1.8, 0.0, 2.4])).tolist() == pytest.approx([1, 0, 1])


@pytest.mark.parametrize("modes", [NORMALS, UNIFORMS])
def test_drawn_numbers_are_of_the_density_and_its_quantiles_are_those(modes: list[Mode]) -> None:
    random = torch.Generator().manual_seed(0)
    which = torch.randint(len(modes), (20_000,), generator=random)
    numbers = drawn(modes, which, torch.rand(20_000, generator=random)).numpy()
    found = np.sort(numbers)
    expected = quantiles(modes, 20_000)
    assert (np.diff(expected) >= 0).all()
    assert np.abs(found - expected).mean() < 0.05
    inside = 0.9545 if modes is NORMALS else 1
    assert shares(modes, expected, 2) * len(modes) == pytest.approx(inside, abs=0.01)


def test_measures_are_those_worked_by_hand() -> None:
    real = quantiles(UNIFORMS, 1000)
    spot = np.full(1000, 2.45)
    one = np.linspace(2, 2.5, 1000)
    table = measured(UNIFORMS, np.stack([real, spot, one]), reach=2, missed=0.25, spot=0.1)
    assert table["missed"].tolist() == [0, 1, 1]
    assert table["misses"].tolist() == [0, 1, 1]
    assert table["spot"].tolist() == [0, 1, 1]  # 0.144 of 2: below a tenth
    assert table["wasserstein"][0] == 0
    assert table["wasserstein"][1] == pytest.approx(np.abs(real - 2.45).mean() / real.std())
    assert table["mode_1"].tolist() == pytest.approx([0.5, 1, 1])


def test_a_figure_and_scores_are_made_outside_of_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such jobs have no device, and so PyTorch as it is by default."""
    weights = train_toy(tmp_path / "run")
    drawn = numbers_of(networks.read(weights, 2)["generator"], 50, 0)
    shown = float(np.median(np.abs(drawn)))
    monkeypatch.setattr(figures, "RANGE", shown)  # half of all numbers lie beyond the axis
    with torch.enable_grad():
        score_toys([Toys(arm="x", modes=NORMALS, width=2)], 50, 2, 0.25, 0.1, 0, [weights], tmp_path / "scores.csv")
        figure = toys(weights, NORMALS, 2, 50, 0, "x")
        assert len(rates(tmp_path / "scores.csv").axes) == 1
    assert [axes.get_title() for axes in figure.axes] == ["seed 0", "seed 1"]
    for axes, numbers in zip(figure.axes, drawn, strict=True):
        heights, edges, _ = axes.patches[0].get_data()
        assert heights @ np.diff(edges) == pytest.approx((np.abs(numbers) <= shown).mean())
    table = pd.read_csv(tmp_path / "scores.csv")
    assert (table["arm"].tolist(), table["seed"].tolist()) == (["x", "x"], [0, 1])


def test_all_runs_draw_from_the_same_noise() -> None:
    generator = networks.generator(2, 2)
    for run in range(2):
        generator.initialise(run, torch.Generator().manual_seed(0))
    numbers = numbers_of(generator, 10, 0)
    assert numbers.shape == (2, 10)
    assert numbers[0] == pytest.approx(numbers[1], abs=1e-5)
