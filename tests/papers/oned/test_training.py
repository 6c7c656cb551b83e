"""One run among many is that run alone, a step is plain PyTorch's, and a kill loses nothing."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from gangan.core.checkpoint import Checkpoint
from gangan.core.layout import Layout
from gangan.papers.oned import distributions
from gangan.papers.oned.config import Arm
from gangan.papers.oned.networks import Networks
from gangan.papers.oned.step import Learner, discriminator_loss, generator_loss, rate
from gangan.papers.oned.training import BEFOREHAND, Stack, tiny_is_zero
from papers.oned.test_networks import load, plain
from support.mortal import killed
from support.oned import ADAM, BIMODAL, CONFIG, CPU, GD, NORMAL, mode, preset, shape, train


def test_the_learning_rate_falls_in_steps() -> None:
    early = CONFIG.presets["early"]
    expected = {0: 0.03, 149: 0.03, 150: 0.0285, 300: 0.027075, 1199: 0.03 * 0.95**7}
    assert {step: rate(early, False, step) for step in expected} == pytest.approx(expected)
    assert rate(early, True, 150) == pytest.approx(0.00475)
    assert {rate(CONFIG.presets["rewrite"], layer, 4999) for layer in (True, False)} == {0.001}


def told(p: float) -> list[Tensor]:
    """Weights of a discriminator without hidden units that matter, which says p to everything."""
    networks = Networks(1, 1, "none", "tanh")
    weights = torch.zeros(1, networks.discriminator.size)
    weights[0, -1] = math.log(p / (1 - p)) if 0 < p < 1 else math.inf * (p - 0.5)
    return list(networks.discriminator.unflatten(weights).values())


@pytest.mark.parametrize("logit", [-2.0, 0.0, 1.0])
def test_both_losses_at_given_logits(logit: float) -> None:
    networks, p = Networks(1, 1, "none", "tanh"), 1 / (1 + math.exp(-logit))
    x = torch.randn(1, 4, 1)
    found = discriminator_loss(networks, preset(), x, x)(told(p)).item()
    assert found == pytest.approx(-math.log(p) - math.log(1 - p), rel=1e-5)
    generator = list(networks.generator.unflatten(torch.randn(1, networks.generator.size)).values())
    found = generator_loss(networks, preset(), told(p), x, x)(generator).item()
    assert found == pytest.approx(-math.log(p), rel=1e-5)


def test_the_rewrite_bounds_its_logarithms_and_the_early_version_does_not() -> None:
    networks, x = Networks(1, 1, "none", "relu"), torch.randn(1, 4, 1)
    sure = told(1.0)
    assert discriminator_loss(networks, preset(), x, x)(sure).item() == math.inf
    bounded = discriminator_loss(networks, preset("rewrite"), x, x)(sure).item()
    assert bounded == pytest.approx(-math.log(1e-5), rel=1e-4)


@pytest.mark.parametrize(("name", "dead"), [("early", True), ("rewrite", False)])
def test_a_run_whose_discriminator_is_too_sure_for_float32_is_dead_in_the_early_version(name: str, dead: bool) -> None:
    of = shape("none", name, pretraining=0)
    stack = Stack(of, [(GD, 0), (GD, 1)], 0, 10, CPU)
    stack.discriminator.weights[0, -1] = 200  # the output's bias: 1 − p is 0
    stack.together(0)
    for learner in (stack.generator, stack.discriminator):
        assert learner.weights[0].isfinite().all() != dead
        assert learner.weights[1].isfinite().all()  # the run beside it


def test_tiny_numbers_are_zero_in_training_alone() -> None:
    tiny = torch.full((8,), 1e-39)
    assert (tiny * 0.5 > 0).all()
    with tiny_is_zero():
        assert (tiny * 0.5 == 0).all()
    assert (tiny * 0.5 > 0).all()


def same(one: Tensor, other: Tensor, layout: Layout) -> None:
    """Rows that agree to rounding. The minibatch layer's bias moves all points alike and has no gradient; Adam makes
    steps of the learning rate of what rounding leaves of it, so there runs agree in nothing."""
    for name, tensor in layout.unflatten(one).items():
        if name != "discriminator.minibatch.bias":
            torch.testing.assert_close(tensor, layout.unflatten(other)[name], rtol=1e-3, atol=1e-4, equal_nan=True)


@pytest.mark.parametrize("name", ["early", "rewrite"])
@pytest.mark.parametrize("minibatch", ["none", "apart"])
@pytest.mark.parametrize("arm", [GD, ADAM], ids=["gd", "adam"])
def test_ten_steps_are_those_of_plain_pytorch(name: str, minibatch: str, arm: Arm) -> None:
    of = shape(minibatch, name)
    stack = Stack(of, [(arm, 5), (ADAM, 7)], 0, 10, CPU)
    networks = Networks.of(of)
    g, d = plain(networks)
    load(g, stack.generator.weights[0]), load(d, stack.discriminator.weights[0])
    optimizer = {"gd": torch.optim.SGD, "adam": torch.optim.Adam}[arm.optimizer]
    start = rate(of.preset, minibatch != "none", 0)
    for_g, for_d = (optimizer(module.parameters(), lr=start) for module in (g, d))
    normal, *uniform = stack._random("oned-training", 0, ["normal", "uniform", "uniform"])
    x = 4 + 0.5 * normal[0]
    first, second = (torch.linspace(-8, 8, x.shape[1]) + 0.01 * one[0] for one in uniform)
    floor, losses = of.preset.floor, []
    with torch.enable_grad():
        for i in range(10):
            real, fake = d(x[i, :, None]), d(g(first[i, :, None]).detach())
            loss = -(real.clamp(floor).log() + (1 - fake).clamp(floor).log()).mean()
            for_d.zero_grad()
            loss.backward()
            for_d.step()
            losses.append([loss.item()])
            loss = -d(g(second[i, :, None])).clamp(floor).log().mean()
            for_g.zero_grad()
            loss.backward()
            for_g.step()
            losses[-1].append(loss.item())
    stack.together(0)
    for module, learner in ((g, stack.generator), (d, stack.discriminator)):
        row = torch.nn.utils.parameters_to_vector(module.parameters()).detach()[None]
        same(learner.weights[:1], row, learner.layout)
    torch.testing.assert_close(stack.kept["losses"][0, 0], torch.tensor(losses).mean(0), rtol=1e-4, atol=1e-4)
    assert stack.kept["generators"][1].equal(stack.generator.weights)


def test_the_discriminator_learns_the_density_beforehand_and_then_starts_afresh() -> None:
    of = shape(pretraining=400)
    stack = Stack(of, [(ADAM, 0)], 0, 100, CPU)
    x = torch.linspace(-BEFOREHAND, BEFOREHAND, 200).view(1, -1, 1)
    wanted = distributions.density(NORMAL, x)

    def error() -> float:
        networks = Networks.of(of)
        return (networks.discriminate(stack.discriminator.tensors, x, 1, 0) - wanted).square().mean().item()

    before, generator = error(), stack.generator.weights.clone()
    for number in range(4):
        stack.beforehand(number)
    assert error() < before / 3
    assert stack.generator.weights.equal(generator)
    assert not stack.discriminator.first.any()
    assert not stack.discriminator.second.any()


def test_a_density_is_scipys_and_a_sample_has_each_modes_share() -> None:
    from scipy import stats

    x = torch.linspace(-5, 5, 50)
    expected = 0.5 * stats.norm.pdf(x, -2, 0.5) + 0.5 * stats.norm.pdf(x, 2, 0.7)
    np.testing.assert_allclose(distributions.density(BIMODAL, x).numpy(), expected, rtol=1e-4, atol=1e-7)
    modes = [mode(-10, 1, 0.25), mode(10, 2, 0.75)]
    sample = distributions.drawn(modes, torch.ones(3, 8))
    assert sample.tolist() == [[-9.0] * 2 + [12.0] * 6] * 3


@pytest.mark.parametrize("minibatch", ["none", "apart", "together"])
def test_a_run_alone_begins_as_the_run_among_others_to_rounding(minibatch: str, tmp_path: Path) -> None:
    for name in ("all", "parts", "alone"):
        (tmp_path / name).mkdir()
    of, arms = shape(minibatch), [GD, Arm(optimizer="adam", modes=BIMODAL), ADAM]
    every = load_file(train(tmp_path / "all", of, arms))
    parts = load_file(train(tmp_path / "parts", of, arms, stacked=2))
    alone = load_file(train(tmp_path / "alone", of, [ADAM], range(2, 3)))
    place = 2 * 3 + 2  # the third arm's third seed
    assert every["generators"][-1, place].isfinite().all()  # with the layer other seeds die early
    layout = Networks.of(of).discriminator
    same(parts["discriminators"], every["discriminators"], layout)
    same(alone["discriminators"], every["discriminators"][[place]], layout)
    for name in ("generators", "losses"):
        torch.testing.assert_close(parts[name], every[name], rtol=1e-3, atol=1e-4, equal_nan=True)
        torch.testing.assert_close(alone[name], every[name][:, [place]], rtol=1e-3, atol=1e-4)
    assert not torch.allclose(every["generators"][-1, place], every["generators"][-1, place - 1])


def test_runs_of_one_seed_start_alike_and_see_the_same_noise() -> None:
    stack = Stack(shape(), [(GD, 3), (ADAM, 3), (ADAM, 4)], 0, 10, CPU)
    same, other = stack.generator.weights[0].equal(stack.generator.weights[1]), stack.generator.weights[2]
    assert same
    assert not other.equal(stack.generator.weights[0])
    (noise,) = stack._random("oned-training", 0, ["uniform"])
    assert noise[0].equal(noise[1])
    assert not noise[0].equal(noise[2])


def test_initial_weights_are_normal_and_biases_zero() -> None:
    stack = Stack(shape("apart"), [(ADAM, seed) for seed in range(400)], 0, 10, CPU)
    parts = Networks.of(stack.shape).discriminator.unflatten(stack.discriminator.weights)
    for name, tensor in parts.items():
        sigma = 0 if name.endswith("bias") else 0.02 if ".minibatch." in name else 1
        assert tensor.std().item() == pytest.approx(sigma, rel=0.05)


def test_a_run_that_diverges_stays_so_and_leaves_the_others_alone() -> None:
    runs = [(ADAM, 0), (ADAM, 1)]
    whole, broken = (Stack(shape(), runs, 0, 10, CPU) for _ in range(2))
    broken.generator.weights[0] = math.nan
    for stack in (whole, broken):
        stack.together(0)
    assert not broken.generator.weights[0].isfinite().any()
    assert broken.generator.weights[1].equal(whole.generator.weights[1])


@pytest.mark.parametrize("epochs", [0, 1, 2])
def test_a_killed_training_goes_on_to_the_same_bytes(epochs: int, tmp_path: Path) -> None:
    for name in ("whole", "killed"):
        (tmp_path / name).mkdir()
    whole = train(tmp_path / "whole", shape("apart"), [GD, ADAM], stacked=4).read_bytes()
    folder = tmp_path / "killed"
    killed(
        lambda checkpoint: train(folder, shape("apart"), [GD, ADAM], stacked=4, checkpoint=checkpoint),
        folder / "checkpoint",
        epochs,
    )
    last = Checkpoint(folder / "checkpoint", "identity", 0)
    assert train(folder, shape("apart"), [GD, ADAM], stacked=4, checkpoint=last).read_bytes() == whole
    assert [attempt["resumed_at"] for attempt in last.attempts] == ([0, epochs] if epochs else [0])


def test_an_update_is_adams_or_descends() -> None:
    networks = Networks(1, 1, "none", "tanh")
    start = torch.ones(2, networks.generator.size)
    learner = Learner(networks.generator, start.clone(), torch.tensor([[True], [False]]))
    losses = learner.update(lambda weights: sum(w.flatten(1).sum(1) * 3 for w in weights), 0, 0.1)
    assert losses.tolist() == [12.0, 12.0]  # of four weights, before the update
    torch.testing.assert_close(learner.weights, torch.tensor([[0.9], [0.7]]).expand(2, 4))  # Adam: a step of the rate
