"""A step is plain PyTorch's, a kill loses nothing, and a discriminator goes from one run to another."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from gangan.core import rowfile
from gangan.core.checkpoint import Checkpoint
from gangan.core.files import UserError
from gangan.papers.mpgan import networks
from gangan.papers.mpgan.networks import GAN, Dropout
from gangan.papers.mpgan.step import Learner, Players
from gangan.papers.mpgan.training import Streams, fresh
from support.mortal import killed
from support.mpgan import CPU, pretrained, train, training

DIGITS = {"kind": "digits", "filters": 2, "normalisation": "dropout"}


class Plain:
    """The step written anew: PyTorch's own modules' functions, Adam by its formula."""

    def __init__(self, row: Tensor, gan: GAN, optimizer: str, saturating: bool, random: torch.Generator):
        self.weights = {name: tensor[0].clone() for name, tensor in gan.layout.unflatten(row).items()}
        self.optimizer, self.saturating, self.random = optimizer, saturating, random
        self.moments = {name: [torch.zeros_like(w), torch.zeros_like(w)] for name, w in self.weights.items()}
        self.steps = {"generator": 0, "discriminator": 0}

    def norm(self, x: Tensor, name: str, w: dict[str, Tensor], training: bool) -> Tensor:
        axes = [0] if x.dim() == 2 else [0, 2, 3]
        shape = [1, -1] + [1] * (x.dim() - 2)
        mean, variance = w[f"{name}.running_mean"], w[f"{name}.running_var"]
        if training:
            of_batch = x.mean(axes), x.var(axes, correction=0)
            count = x.numel() / x.shape[1]
            with torch.no_grad():
                mean.mul_(0.99).add_(0.01 * of_batch[0])
                variance.mul_(0.99).add_(0.01 * of_batch[1] * count / (count - 1))
            mean, variance = of_batch
        scaled = (x - mean.view(shape)) / (variance.view(shape) + 1e-3).sqrt()
        return scaled * w[f"{name}.weight"].view(shape) + w[f"{name}.bias"].view(shape)

    def generate(self, z: Tensor, w: dict[str, Tensor], training: bool) -> Tensor:
        x = F.leaky_relu(z @ w["generator.input.weight"].T, 0.3)
        x = self.norm(x, "generator.norm1", w, training).view(-1, 128, 7, 7)
        x = F.leaky_relu(F.conv_transpose2d(x, w["generator.deconv1.weight"], stride=2, padding=1), 0.3)
        x = self.norm(x, "generator.norm2", w, training)
        x = F.conv_transpose2d(x, w["generator.deconv2.weight"], stride=2, padding=1)
        x = F.leaky_relu(self.norm(x, "generator.norm3", w, training), 0.3)
        return F.conv2d(x, w["generator.output.weight"], padding=3).sigmoid()

    def dropped(self, x: Tensor) -> Tensor:
        x = x.contiguous(memory_format=torch.channels_last)  # which the random numbers follow
        return x * torch.empty_like(x).bernoulli_(0.6, generator=self.random) / 0.6

    def say(self, x: Tensor, w: dict[str, Tensor]) -> Tensor:
        w = {name.removeprefix("discriminator."): one for name, one in w.items()}
        x = self.dropped(F.leaky_relu(F.conv2d(x, w["conv1.weight"], w["conv1.bias"], stride=2), 0.3))
        x = self.dropped(F.leaky_relu(F.conv2d(x, w["conv2.weight"], w["conv2.bias"], stride=2, padding=1), 0.3))
        return (x.flatten(1) @ w["output.weight"].T + w["output.bias"]).sigmoid()

    def update(self, network: str, loss: Any, rate: float) -> float:
        names = [n for n in self.weights if n.startswith(network) and "running" not in n]
        leaves = {n: w.requires_grad_(n in names) if "running" not in n else w for n, w in self.weights.items()}
        with torch.enable_grad():
            value = loss(leaves)
        gradients = torch.autograd.grad(value, [leaves[n] for n in names])
        self.steps[network] += 1
        t = self.steps[network]
        for name, g in zip(names, gradients, strict=True):
            first, second = self.moments[name]
            w = self.weights[name].detach()
            if self.optimizer == "sgd":
                w -= rate * g
            else:  # Keras: ε beside the root of the second moment as it stands, the correction in the rate
                first.mul_(0.5).add_(0.5 * g)
                second.mul_(0.999).add_(0.001 * g * g)
                w -= rate * (1 - 0.999**t) ** 0.5 / (1 - 0.5**t) * first / (second.sqrt() + 1e-7)
            self.weights[name] = w
        return value.item()


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
@pytest.mark.parametrize("saturating", [False, True])
def test_three_steps_are_those_of_plain_pytorch(optimizer: str, saturating: bool) -> None:
    gan = fresh(DIGITS, Streams(0, "test", 0, CPU)).to(CPU)
    plain = Plain(gan.row(), gan, optimizer, saturating, torch.Generator().manual_seed(3))
    shared = torch.Generator().manual_seed(3)
    for layer in gan.discriminator:
        if isinstance(layer, Dropout):
            layer.random = shared
    players, rate = Players(gan, optimizer, saturating), 0.05 if optimizer == "sgd" else 2e-4
    players.rate = rate
    random = torch.Generator().manual_seed(1)
    for _ in range(3):
        x, z, later = (torch.rand(shape, generator=random) for shape in ((4, 1, 28, 28), (4, 100), (8, 100)))
        found = [players.turns["discriminator"].step((x, True))]
        found.append(players.turns["discriminator"].step((gan.draw(z), False)))
        found.append(players.turns["generator"].step(later))
        fake = plain.generate(z, plain.weights, training=False).detach()
        expected = [
            plain.update("discriminator", lambda w, x=x: -plain.say(x, w).log().mean(), rate),
            plain.update("discriminator", lambda w, x=fake: -(1 - plain.say(x, w)).log().mean(), rate),
        ]

        def fooled(w: dict[str, Tensor], z: Tensor = later) -> Tensor:
            p = plain.say(plain.generate(z, w, training=True), w)
            return (1 - p).log().mean() if saturating else -p.log().mean()

        expected.append(plain.update("generator", fooled, rate))
        assert [loss.item() for loss in found] == pytest.approx(expected, rel=1e-4)
    for name, tensor in gan.state.items():
        torch.testing.assert_close(tensor, plain.weights[name].detach(), rtol=1e-3, atol=2e-5)


def test_adam_is_keras_and_the_first_step_of_a_small_gradient_shows_it() -> None:
    layer = nn.Linear(1, 1, bias=False)
    layer.weight.fill_(1.0)
    learner = Learner(layer, "adam")
    learner.update(lambda: layer.weight.sum() * 1e-7, 0.1)
    # √(1 − β₂)/(1 − β₁) · m / (√v + ε) with m = 0.5 · 1e-7 and √v = √0.001 · 1e-7
    expected = 1 - 0.1 * (0.001**0.5 / 0.5) * 0.5e-7 / (0.001**0.5 * 1e-7 + 1e-7)
    assert layer.weight.item() == pytest.approx(expected, rel=1e-6)


def test_the_generator_is_trained_against_the_averages_of_a_discriminators_batch_norm() -> None:
    gan = fresh(DIGITS | {"normalisation": "batch-norm"}, Streams(0, "test", 0, CPU)).to(CPU)
    players = Players(gan, "adam", saturating=False)
    players.rate = 2e-4
    before = gan.row()
    players.turns["generator"].step(torch.rand(4, 100))
    place = gan.layout.part("discriminator")[0]
    assert gan.row()[0, place].equal(before[0, place])
    players.turns["discriminator"].step((torch.rand(4, 1, 28, 28), True))
    assert not gan.state["discriminator.between1.running_mean"].equal(torch.zeros(2))


def test_a_run_has_a_row_after_every_epoch_and_the_same_bytes_again(digits: Path, tmp_path: Path) -> None:
    rows = train(tmp_path / "one", digits)
    assert train(tmp_path / "two", digits).read_bytes() == rows.read_bytes()
    assert train(tmp_path / "other", digits, run=1).read_bytes() != rows.read_bytes()
    held = rowfile.columns(rows)
    assert (held["gan"].tolist(), held["epoch"].tolist()) == ([0, 0], [0, 1])
    assert np.isfinite(held["loss_generator"]).all()
    assert np.isfinite(held["loss_discriminator"]).all()
    assert networks.of(rowfile.network_of(rows)).layout == rowfile.layout_of(rows)


@pytest.mark.parametrize(
    ("epochs", "changes"),
    [
        (0, {}),
        (1, {}),
        (2, {}),
        (1, {"optimizer": "sgd"}),
        (1, {"discriminator": {"normalisation": "batch-norm"}}),
    ],
)
def test_a_killed_run_goes_on_to_the_same_bytes(
    epochs: int, changes: dict[str, Any], digits: Path, tmp_path: Path
) -> None:
    changes = changes | {"epochs": 3, "decay": 0.9}
    whole = train(tmp_path / "whole", digits, changes).read_bytes()
    folder = tmp_path / "killed"
    killed(lambda checkpoint: train(folder, digits, changes, checkpoint=checkpoint), folder / "checkpoint", epochs)
    last = Checkpoint(folder / "checkpoint", "identity", 0)
    assert train(folder, digits, changes, checkpoint=last).read_bytes() == whole
    assert [attempt["resumed_at"] for attempt in last.attempts] == ([0, epochs] if epochs else [0])


def discriminators(rows: Path) -> Tensor:
    return rowfile.rows(rows)[:, rowfile.layout_of(rows).part("discriminator")[0]]


def test_a_pretrained_discriminator_is_that_of_the_other_run_and_goes_on_or_stays(digits: Path, tmp_path: Path) -> None:
    source = train(tmp_path / "source", digits, run=1)
    frozen = train(tmp_path / "frozen", digits, pretrained(frozen=True, after=2), pretrained=source)
    for row in discriminators(frozen):
        assert row.equal(discriminators(source)[1])
    assert np.isnan(rowfile.columns(frozen)["loss_discriminator"]).all()
    scratch = train(tmp_path / "scratch", digits)
    trained = train(tmp_path / "trained", digits, pretrained(after=2), pretrained=source)
    assert not discriminators(trained)[0].equal(discriminators(source)[1])
    step = (discriminators(trained)[0] - discriminators(source)[1]).abs().max()
    assert 0 < step <= 2 * 2e-4 * 1.5  # two updates of at most Adam's first size
    assert not discriminators(scratch)[0].equal(discriminators(trained)[0])


def test_a_pretrained_discriminator_that_does_not_fit_is_one_line(digits: Path, tmp_path: Path) -> None:
    source = train(tmp_path / "source", digits, run=1)
    for changes, said in (
        (
            pretrained(after=3),
            f"{source}: no GAN 1 after 3 epochs, it holds GANs 1 after 1 … 2 epochs; choose one of these",
        ),
        (
            pretrained() | {"discriminator": {"filters": 3}},
            f"{source}: its discriminators have 157 weights of another layout than the 262 of this run's; "
            "pretrain one of the same filters and normalisation",
        ),
    ):
        with pytest.raises(UserError, match=f"^{re.escape(said)}$"):
            train(tmp_path / "run", digits, changes, pretrained=source)
    with pytest.raises(UserError, match=r"no GAN 8 after 1 epochs"):
        train(tmp_path / "run", digits, pretrained(), run=7, pretrained=source)


def test_digits_that_fill_no_batch_are_refused(digits: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"^4 digits do not fill a batch of 10; choose a smaller batch$"):
        train(tmp_path / "run", digits, {"batch": 10})


def test_the_learning_rate_falls_from_epoch_to_epoch(digits: Path, tmp_path: Path) -> None:
    constant, falling = (
        train(tmp_path / name, digits, {"optimizer": "sgd", "decay": decay}) for name, decay in (("c", 1), ("f", 0.5))
    )
    rows = [discriminators(path) for path in (constant, falling)]
    assert rows[0][0].equal(rows[1][0])
    moved = [(one[1] - one[0]).norm().item() for one in rows]
    assert moved[1] == pytest.approx(moved[0] / 2, rel=0.1)


def test_the_defaults_are_the_published_ones() -> None:
    published = training(batch=256).model_dump()
    assert (published["optimizer"], published["learning_rate"], published["decay"]) == ("adam", 2e-4, 1)
    assert (published["loss"], published["start"]) == ("non-saturating", {"kind": "scratch"})
