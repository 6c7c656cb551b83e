"""The paper's arms are trained by the written-out steps alone; every arm's file gives plain rows."""

import csv
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from gangan.core import rowfile
from gangan.core.files import UserError
from gangan.core.layout import Layout
from gangan.core.train import run_epoch
from gangan.papers.gangan import layers
from gangan.papers.gangan.config import EpochCondition, Rows, Training
from gangan.papers.gangan.spaces import repair
from gangan.papers.gangan.spaces.frames import align_zoo
from gangan.papers.gangan.training import gangans, sample
from gangan.papers.gangan.training.critics import Critics, critic_schedule
from gangan.papers.gangan.training.gans import generator_first, initial
from gangan.papers.gangan.training.step import Adversaries
from support.trainings import (
    CPU,
    LAYOUT,
    LINEAR,
    NETWORK,
    WASSERSTEIN,
    components,
    gangan,
    mended,
    rows,
    standardised,
    train_gangan,
    write_zoo,
)

EPOCHS = 6
ROWS = Rows(runs=[0, 1])
TOLD = WASSERSTEIN | {"also": {"kind": "epoch"}}


@pytest.fixture
def zoo_file(tmp_path: Path) -> Path:
    many = torch.stack([rows(2, 100 * seed) for seed in range(EPOCHS)])
    return write_zoo(tmp_path / "zoo.h5", LAYOUT, many)


def trained(zoo_file: Path, training: Training) -> Path:
    folder = zoo_file.parent
    alignment = folder / "alignment.h5" if training.space.align else None
    if alignment:
        align_zoo(zoo_file, alignment)
    shutil.rmtree(folder / "checkpoint", ignore_errors=True)  # nothing to go on from
    return train_gangan(folder, training, ROWS, zoo_file, alignment=alignment)


def test_the_papers_arms_take_the_written_out_steps_and_nothing_else(zoo_file: Path) -> None:
    training = gangan()
    made = load_file(trained(zoo_file, training))
    gan = sample.architecture(training, LAYOUT.size)
    expected = Adversaries(gan, *initial(gan, 0, "gangan", range(1), CPU), "probabilities").training(
        training.learning_rate
    )
    schedule = generator_first(expected, gangans.row_batches(training, ROWS, 0, 0, rowfile.rows(zoo_file)))
    for epoch in range(training.epochs):
        run_epoch(schedule(epoch))
    assert made.keys() == expected.weights().keys()
    assert all(made[name].equal(tensor[0]) for name, tensor in expected.weights().items())


@pytest.mark.parametrize("average", [0.0, 0.9])
def test_rows_worked_through_in_parts_give_the_same_gangan(
    average: float, zoo_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = gangan(generator={"average": average})
    whole = load_file(trained(zoo_file, training))
    monkeypatch.setattr(layers, "PART", 40)
    assert len(layers.parts(torch.empty(LAYOUT.size), 0)) > 2
    in_parts = load_file(trained(zoo_file, training))
    assert in_parts.keys() == whole.keys()
    for name, tensor in whole.items():
        torch.testing.assert_close(in_parts[name], tensor, rtol=1e-5, atol=1e-6)


# What is changed, and of what.
PLAIN: dict[str, Any] = {}
INGREDIENTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "align": ({"space": {"align": True}}, PLAIN),
    "standardise": ({"space": standardised("parameter")}, {"space": LINEAR}),
    "components": ({"space": components(3)}, {"space": LINEAR}),
    "loss": ({"loss": WASSERSTEIN}, PLAIN),
    "condition": ({"loss": TOLD}, {"loss": WASSERSTEIN}),
    "renormalise": ({"renormalise": True}, PLAIN),
    "average": ({"generator": {"average": 0.9}}, PLAIN),
}


@pytest.mark.parametrize("ingredient", INGREDIENTS)
def test_each_ingredient_works_by_itself_and_changes_the_weights(zoo_file: Path, ingredient: str) -> None:
    changes, without = INGREDIENTS[ingredient]
    plain = load_file(trained(zoo_file, gangan(**without)))
    weights = trained(zoo_file, gangan(**changes))
    if ingredient != "renormalise":  # which changes sampled rows alone
        assert not load_file(weights)["generator.output.bias"].equal(plain["generator.output.bias"])
    made = sample.read(weights)
    assert made.sample(torch.randn(5, 1)).shape == (5, LAYOUT.size)
    assert made.layout == LAYOUT


def test_a_generator_that_learned_two_points_draws_rows_between_them(tmp_path: Path) -> None:
    # Two distinct rows leave one component: whatever is sampled lies on the line through them.
    one = rows(2)
    file = write_zoo(tmp_path / "zoo.h5", LAYOUT, one.unsqueeze(0).repeat(EPOCHS, 1, 1))
    weights = trained(file, gangan(space=components(1), loss=WASSERSTEIN))
    direction = torch.nn.functional.normalize(one[1] - one[0], dim=0)
    away = sample.read(weights).sample(torch.randn(4, 1)) - one.mean(0)
    torch.testing.assert_close(away, (away @ direction).outer(direction), rtol=0, atol=1e-5)


def test_the_last_epoch_is_what_a_generator_of_a_condition_is_asked_for() -> None:
    gan = sample.architecture(gangan(loss=TOLD), 5)
    tensors = dict(Layout.of(generator=gan.generator.shapes()).unflatten(gan.generator.initial([torch.Generator()])))
    z = torch.randn(6, 1)
    asked = gangans.at_the_end({name: tensor[0] for name, tensor in tensors.items()}, 1)
    told = gan.generate(list(tensors.values()), torch.cat([z, torch.ones(6, 1)], 1).unsqueeze(0))
    torch.testing.assert_close(gan.generate([t.unsqueeze(0) for t in asked.values()], z.unsqueeze(0)), told)


def test_rows_are_told_apart_by_their_epoch() -> None:
    training = gangan(loss=TOLD)
    told = gangans.conditions(EpochCondition(kind="epoch"), 6, 2)
    assert told[:, 0].tolist() == [-1, 0, 1] * 2
    points, gan = torch.randn(6, 3), sample.architecture(training, 3)
    assert gan.conditions == 1
    made = Critics(gan, training, *initial(gan, 0, "gangan", range(1), CPU), None).training()
    turns = list(critic_schedule(made, training, 1, 0, 0, points, told, None)(0))
    assert [turn.name for turn, _ in turns] == ["generator", "discriminator"] * 3
    for turn, batch in turns:
        assert set(batch.z[:, -1].tolist()) <= {-1, 0, 1}
        if turn.name == "generator":
            continue
        assert batch.real.shape == (training.batch, 4)
        assert batch.z[:, -1].equal(batch.real[:, -1])  # a fake is asked for at the condition of a real one
        where = (batch.real[:, None, :3] == points).all(2).int().argmax(1)
        assert batch.real[:, -1].equal(told[where, 0])


def test_sampled_rows_have_the_moments_of_the_rows_learned(zoo_file: Path) -> None:
    weights = trained(zoo_file, gangan(renormalise=True))
    wanted = repair.moments(rowfile.rows(zoo_file), LAYOUT).mean(0)
    for moments in repair.moments(sample.read(weights).sample(torch.randn(3, 1)), LAYOUT):
        torch.testing.assert_close(moments, wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("settings", [gangan(), mended(loss={"also": None})])
def test_what_was_kept_after_some_epochs_is_the_gangan_trained_for_so_many(
    settings: Training, zoo_file: Path, tmp_path: Path
) -> None:
    alignment = zoo_file.with_name("alignment.h5") if settings.space.align else None
    if alignment:
        align_zoo(zoo_file, alignment)
    files = []
    for name, epochs, looks in (("long", 4, [1, 3]), ("short", 3, [])):
        (tmp_path / name).mkdir()
        changed = settings.model_copy(update={"epochs": epochs})
        files.append(train_gangan(tmp_path / name, changed, ROWS, zoo_file, alignment=alignment, looks=looks))
    long, short = files
    z = torch.linspace(-2, 2, 5).unsqueeze(1)
    assert torch.equal(sample.read(long, 3).sample(z), sample.read(short).sample(z))
    rows = {after: sample.read(long, after).sample(z) for after in (1, 3, None)}
    assert not torch.equal(rows[1], rows[3])
    assert not torch.equal(rows[3], rows[None])
    assert not list((tmp_path / "long" / "checkpoint").glob("look-2*"))


def test_losses_are_told_by_network_whatever_its_turns(zoo_file: Path) -> None:
    training = mended(space={"align": False}, loss={"also": None})
    weights = trained(zoo_file, training)
    with weights.with_name("losses.csv").open() as file:
        lines = list(csv.DictReader(file))
    assert list(lines[0]) == ["epoch", "loss_generator", "loss_discriminator"]
    assert len(lines) == training.epochs


def test_a_file_says_what_network_drew_its_rows_and_how_it_was_trained(zoo_file: Path) -> None:
    training = gangan(renormalise=True)
    made = sample.read(trained(zoo_file, training))
    assert (made.training, made.rows) == (training, ROWS)
    assert (made.gan.latent, made.gan.generator_hidden) == (NETWORK["latent"], NETWORK["hidden"])


@pytest.mark.parametrize("name", ["alignment", "digits"])
def test_a_file_that_the_settings_do_not_ask_for_or_that_is_missing_is_refused(name: str, zoo_file: Path) -> None:
    files = {"alignment": zoo_file, "digits": zoo_file}
    others = {key: path for key, path in files.items() if key != name}
    with pytest.raises(UserError, match=f"^{name}: not asked for$"):
        train_gangan(zoo_file.parent, gangan(), ROWS, zoo_file, **{name: zoo_file})
    with pytest.raises(UserError, match=f"^{name}: missing; these settings ask for it$"):
        train_gangan(zoo_file.parent, mended(), ROWS, zoo_file, **others)
    assert not zoo_file.with_name("weights.safetensors").exists()
