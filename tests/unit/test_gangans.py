"""The paper's arms are trained by the written-out steps alone; every arm's file gives plain rows."""

import csv
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from test_alignment import LAYOUT, rows, write_zoo
from test_resume import GANGAN, MENDED

from gangan import adversaries, gangans, repair, zoo
from gangan.adversaries import Adversaries
from gangan.alignment import align_zoo
from gangan.checkpoint import Checkpoint
from gangan.config import GanGan, Rows
from gangan.gans import initial
from gangan.training import run_epoch
from gangan.weights import Layout

EPOCHS = 6


@pytest.fixture
def zoo_file(tmp_path: Path) -> Path:
    many = torch.stack([rows(2, 100 * seed) for seed in range(EPOCHS)])
    return write_zoo(tmp_path / "zoo.h5", LAYOUT, many, f'{{"epochs": {EPOCHS}}}')


def trained(zoo_file: Path, gangan: GanGan, **changes: object) -> Path:
    folder = zoo_file.parent
    alignment = folder / "alignment.h5" if gangan.align else None
    if alignment:
        align_zoo(zoo_file, alignment)
    settings = Rows(runs=[0, 1], from_epoch=0, repeat=1, gangan=gangan.model_copy(update=changes))
    paths = [folder / name for name in ("weights.safetensors", "losses.csv", "timing.csv")]
    shutil.rmtree(folder / "checkpoint", ignore_errors=True)  # nothing to go on from
    checkpoint = Checkpoint(folder / "checkpoint", repr(settings), 0)
    gangans.train_gangan(settings, 0, 0, zoo_file, alignment, None, *paths, checkpoint, 1)
    return paths[0]


def test_the_papers_arms_take_the_written_out_steps_and_nothing_else(zoo_file: Path) -> None:
    made = load_file(trained(zoo_file, GANGAN))
    gan = gangans.architecture(GANGAN, LAYOUT.size)
    generator, discriminator = initial(gan, 0, "gangan", range(1), torch.device("cpu"))
    phases = Adversaries(gan, generator, discriminator).phases(GANGAN.learning_rate)
    settings = Rows(runs=[0, 1], from_epoch=0, repeat=1, gangan=GANGAN)
    batches = gangans.row_batches(settings, 0, 0, zoo.rows(zoo_file))
    for epoch in range(GANGAN.epochs):
        run_epoch(phases, batches(epoch))
    generator, discriminator = (phase.flat(phase.optimizer.weights, 1) for phase in phases)
    expected = gan.layout().unflatten(torch.cat([discriminator, generator], dim=1))
    assert made.keys() == expected.keys()
    assert all(made[name].equal(expected[name][0]) for name in made)


@pytest.mark.parametrize("average", [0.0, 0.9])
def test_rows_worked_through_in_parts_give_the_same_gangan(
    average: float, zoo_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = load_file(trained(zoo_file, GANGAN, average=average))
    monkeypatch.setattr(adversaries, "PART", 40)
    assert len(adversaries.parts(torch.empty(LAYOUT.size), 0)) > 2
    in_parts = load_file(trained(zoo_file, GANGAN, average=average))
    assert in_parts.keys() == whole.keys()
    for name, tensor in whole.items():
        torch.testing.assert_close(in_parts[name], tensor, rtol=1e-5, atol=1e-6)


INGREDIENTS: dict[str, dict[str, object]] = {
    "align": {},
    "standardise": {"output": "linear", "standardise": "parameter"},
    "components": {"output": "linear", "components": 3},
    "loss": {"loss": "wgan-gp"},
    "condition": {"loss": "wgan-gp", "condition": "epoch"},
    "renormalise": {"renormalise": True},
    "average": {"average": 0.9},
}


@pytest.mark.parametrize("ingredient", INGREDIENTS)
def test_each_ingredient_works_by_itself_and_changes_the_weights(zoo_file: Path, ingredient: str) -> None:
    plain = load_file(trained(zoo_file, GANGAN, output=INGREDIENTS[ingredient].get("output", "tanh")))
    base = GANGAN.model_copy(update={"align": ingredient == "align"})
    weights = trained(zoo_file, base, **INGREDIENTS[ingredient])
    if ingredient != "renormalise":  # which changes sampled rows alone
        assert not load_file(weights)["generator.output.bias"].equal(plain["generator.output.bias"])
    sampled, layout = gangans.sample(weights, torch.randn(5, 1))
    assert sampled.shape == (5, layout.size)
    assert layout == LAYOUT


def test_a_generator_that_learned_two_points_draws_rows_between_them(tmp_path: Path) -> None:
    # Two distinct rows leave one component: whatever is sampled lies on the line through them.
    one = rows(2)
    file = write_zoo(tmp_path / "zoo.h5", LAYOUT, one.unsqueeze(0).repeat(EPOCHS, 1, 1), f'{{"epochs": {EPOCHS}}}')
    sampled, _ = gangans.sample(trained(file, GANGAN, output="linear", components=1, loss="wgan-gp"), torch.randn(4, 1))
    direction = torch.nn.functional.normalize(one[1] - one[0], dim=0)
    away = sampled - one.mean(0)
    torch.testing.assert_close(away, (away @ direction).outer(direction), rtol=0, atol=1e-5)


def test_the_last_epoch_is_what_a_generator_of_a_condition_is_asked_for() -> None:
    gan = gangans.architecture(GANGAN.model_copy(update={"condition": "epoch"}), 5)
    tensors = dict(Layout.of(generator=gan.generator.shapes()).unflatten(gan.generator.initial([torch.Generator()])))
    z = torch.randn(6, 1)
    asked = gangans.at_the_end({name: tensor[0] for name, tensor in tensors.items()}, 1)
    told = gan.generate(list(tensors.values()), torch.cat([z, torch.ones(6, 1)], 1).unsqueeze(0))
    torch.testing.assert_close(gan.generate([t.unsqueeze(0) for t in asked.values()], z.unsqueeze(0)), told)


def test_rows_are_told_apart_by_their_epoch() -> None:
    settings = Rows(runs=[0, 1], from_epoch=2, repeat=1, gangan=GANGAN.model_copy(update={"condition": "epoch"}))
    assert gangans.conditions(settings, 6)[:, 0].tolist() == [-1, 0, 1] * 2
    points, batch = torch.randn(6, 3), settings.gangan.batch
    told = gangans.conditions(settings, 6)
    for step in gangans.point_batches(settings, 0, 0, points, told, None)(0):
        for turn in step.turns:
            assert turn.real.shape == (batch, 4)
            assert turn.z[:, -1].equal(turn.real[:, -1])  # a fake is asked for at the condition of a real one
            where = (turn.real[:, None, :3] == points).all(2).int().argmax(1)
            assert turn.real[:, -1].equal(told[where, 0])


def test_sampled_rows_have_the_moments_of_the_rows_learned(zoo_file: Path) -> None:
    weights = trained(zoo_file, GANGAN, renormalise=True)
    wanted = repair.moments(zoo.rows(zoo_file), LAYOUT).mean(0)
    for moments in repair.moments(gangans.sample(weights, torch.randn(3, 1))[0], LAYOUT):
        torch.testing.assert_close(moments, wanted, rtol=1e-4, atol=1e-5)


def test_losses_are_told_by_network_whatever_its_turns(zoo_file: Path) -> None:
    weights = trained(zoo_file, MENDED, align=False, digits=0.0)
    with weights.with_name("losses.csv").open() as file:
        lines = list(csv.DictReader(file))
    assert list(lines[0]) == ["epoch", "loss_generator", "loss_discriminator"]
    assert len(lines) == MENDED.epochs
