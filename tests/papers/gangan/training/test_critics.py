"""Losses of the Wasserstein critics against numbers by hand, and what their steps leave alone."""

import pytest
import torch
from torch import Tensor

from gangan.papers.gangan.config import Training
from gangan.papers.gangan.networks import GAN
from gangan.papers.gangan.training.critics import (
    CriticBatch,
    Critics,
    DigitView,
    GeneratorBatch,
    SetCritic,
    critic_schedule,
    forward,
)
from support.trainings import DIGITS, LINEAR, WASSERSTEIN, gangan


def settings(critic_steps: int = 1, **digits: int) -> Training:
    """A critic of points, and if anything is said of it one of digits."""
    loss = WASSERSTEIN | {"critic_steps": critic_steps, "also": DIGITS | {"weight": 2} | digits if digits else None}
    return gangan(space=LINEAR, loss=loss, batch=8, generator={"average": 0.5})


LINE = GAN(latent=1, width=1, generator_hidden=1, discriminator_hidden=1, output="linear")


def line(*slopes: float) -> Tensor:
    """An MLP of one unit a layer: for x > 0 it multiplies by every slope."""
    return torch.tensor([[number for slope in slopes for number in (slope, 0.0)]])


def seen(real: float, z: float, mix: float = 0.25, noise: float | None = None) -> CriticBatch:
    """Two points that are alike."""
    two = torch.ones(2, 1)
    return CriticBatch(real * two, z * two, mix * two, None if noise is None else noise * two)


def view(network: SetCritic, weights: Tensor, images: Tensor, draw: object, latent: int, **digits: int) -> DigitView:
    also = settings(**digits or {"gans": 1}).loss.also
    return DigitView(also, network, weights, images, draw, latent)


def test_losses_by_hand() -> None:
    # G(z) = 2z, critic(x) = 3x: at z = 1 and real 5 the critic loses 3·2 − 3·5 + 10 (3 − 1)².
    critics = Critics(LINE, settings(), line(1, 1, 2), line(1, 1, 3), None)
    assert critics.critic_step(seen(5, 1))[0].item() == pytest.approx(6 - 15 + 40)
    loss, ((gradient,),) = critics.generator_step(GeneratorBatch(torch.full((2, 1), 0.5), None))
    assert loss.item() == pytest.approx(-3 * 2 * 0.5)
    assert gradient[0, 4].item() == pytest.approx(-3 * 0.5)  # d loss / d last weight


def test_the_critic_of_digits_judges_what_points_draw() -> None:
    # A point p draws p + noise. The critic of digits is 4x, of sets of one: its head reads the digit, not the mean.
    four = torch.tensor([[1.0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0, 4, 0]])
    of_digits = view(SetCritic(1, 1, 1), four, torch.ones(3, 1), lambda points, noise: points + noise, 1)
    critics = Critics(LINE, settings(gans=1), line(1, 1, 2), line(1, 1, 3), of_digits)
    half = torch.full((2, 1), 0.5)
    loss, _ = critics.generator_step(GeneratorBatch(torch.ones(2, 1), half))
    assert loss.item() == pytest.approx(-(3 * 2 + 2 * 4 * 2.5))
    alone = view(
        SetCritic(1, 1, 1), four, torch.ones(3, 1), lambda points, noise: points + noise, 1, gans=1, alone=True
    )
    told_by_digits = Critics(LINE, settings(gans=1, alone=True), line(1, 1, 2), line(1, 1, 3), alone)
    loss, ((gradient,),) = told_by_digits.generator_step(GeneratorBatch(torch.ones(2, 1), half))
    assert loss.item() == pytest.approx(-(2 * 4 * 2.5))
    assert gradient[0, 4].item() == pytest.approx(-(2 * 4))  # d loss / d last weight
    batch = CriticBatch(torch.full((2, 1), 5.0), torch.ones(1, 1), torch.zeros(2, 1), half)
    assert critics.digits_step(batch)[0].item() == pytest.approx(4 * 2.5 - 4 * 5 + 10 * 9)


def test_a_set_holds_digits_of_one_gan() -> None:
    # Two GANs, four digits of two pixels each, sets of two: none has digits of both.
    of_digits = view(SetCritic(2, 2, 1), torch.empty(1, 0), torch.ones(9, 2), torch.add, 3, gans=2, pack=2)
    drawn = torch.tensor([[gan, digit] for gan in (0, 1) for digit in range(4)])
    sets = of_digits.packed(drawn)
    assert sets[:, ::2].tolist() == [[0, 0], [0, 0], [1, 1], [1, 1]]
    assert sets[:, 1::2].tolist() == [[0, 1], [2, 3], [0, 1], [2, 3]]
    batch, for_generator = of_digits.batch(settings(gans=2, pack=2), torch.Generator())
    assert (batch.real.shape, batch.z.shape, batch.mix.shape) == ((4, 4), (2, 1), (4, 1))
    assert batch.noise.shape == for_generator.shape == (4, 3)
    assert not batch.noise.equal(for_generator)


def test_a_set_has_one_score_in_any_order_and_it_depends_on_them_together() -> None:
    network = SetCritic(pixels=3, size=4, hidden=5)
    flat = network.initial([torch.Generator().manual_seed(0)]) * 3
    sets = torch.randn(2, 4, 3, generator=torch.Generator().manual_seed(0))
    scores = forward(network, flat, sets.flatten(1))
    assert scores.shape == (2, 1)
    torch.testing.assert_close(forward(network, flat, sets[:, [2, 0, 3, 1]].flatten(1)), scores)
    mixed = torch.stack([torch.cat([sets[0, :2], sets[1, :2]]), torch.cat([sets[0, 2:], sets[1, 2:]])])
    assert (forward(network, flat, mixed.flatten(1)).sum() - scores.sum()).abs() > 1e-4


def test_a_critics_gradient_is_that_of_its_loss() -> None:
    gan = GAN(latent=2, width=3, generator_hidden=4, discriminator_hidden=5, output="linear")
    random = torch.Generator().manual_seed(0)
    generator, critic = gan.generator.initial([random]).double(), gan.discriminator.initial([random]).double()
    real, z, mix = torch.randn(6, 3).double(), torch.randn(6, 2).double(), torch.rand(6, 1).double()
    batch = CriticBatch(real, z, mix)
    _, ((gradient,),) = Critics(gan, settings(), generator, critic, None).critic_step(batch)
    for place in range(0, critic.shape[1], 7):
        nudge = torch.zeros_like(critic)
        nudge[0, place] = 1e-6
        above, below = (
            Critics(gan, settings(), generator, critic + side * nudge, None).critic_step(batch)[0] for side in (1, -1)
        )
        assert gradient[0, place].item() == pytest.approx(((above - below) / 2e-6).item(), abs=1e-5)


def test_a_step_is_a_turn_of_the_generator_then_as_many_of_its_critic_as_asked_then_one_of_digits() -> None:
    training, points = settings(critic_steps=3, gans=2), torch.arange(1.0, 51).unsqueeze(1)
    of_digits = view(
        SetCritic(1, 1, 1), torch.ones(1, 13), torch.ones(9, 1), lambda p, noise: p.repeat(len(noise), 1), 3, gans=2
    )
    made = Critics(LINE, training, line(1, 1, 2), line(1, 1, 3), of_digits).training()
    turns = list(critic_schedule(made, training, 1, 0, 0, points, torch.empty(50, 0), of_digits)(0))
    assert [turn.name for turn, _ in turns] == ["generator", *["discriminator"] * 3, "digits"] * 2
    assert {turn.name: id(turn) for turn, _ in turns} == {name: id(turn) for name, turn in made.turns.items()}
    read = torch.cat([batch.real for turn, batch in turns if turn.name == "discriminator"])
    assert (
        len(read) == len(read.unique()) == 2 * 3 * 8
    )  # of 50 rows each at most once: the last, short batch is dropped
    noise = torch.cat([batch.z for turn, batch in turns if turn.name in ("generator", "discriminator")])
    assert len(noise.unique()) == 2 * (1 + 3) * 8  # fresh for each turn


@pytest.mark.parametrize("name", ["generator", "discriminator"])
def test_a_turn_updates_its_own_network_alone_by_adam_with_gulrajanis_betas(name: str) -> None:
    weights = {"generator": line(1, 1, 2), "discriminator": line(1, 1, 3)}
    other = next(network for network in weights if network != name)
    start = weights[other].clone()
    critics = Critics(LINE, settings(), *weights.values(), None)
    turn = critics.training().turns[name]
    expected = weights[name].clone().requires_grad_()
    adam = torch.optim.Adam([expected], 2e-4, (0.0, 0.9))
    for place in (0.5, 1.0, 2.0):
        if name == "generator":
            batch = GeneratorBatch(torch.full((2, 1), place), None)
            _, ((gradient,),) = critics.generator_step(batch)
        else:
            batch = seen(5, place)
            _, ((gradient,),) = critics.critic_step(batch)
        expected.grad = gradient
        adam.step()
        turn.step(batch)
        torch.testing.assert_close(weights[name], expected.detach())
    assert weights[other].equal(start)


def test_a_generator_of_points_squashes_them_if_the_papers_does() -> None:
    gan = GAN(latent=2, width=4, generator_hidden=3, discriminator_hidden=1)
    flat = gan.generator.initial([torch.Generator().manual_seed(0)])
    z = torch.randn(5, 2)
    points = Critics(gan, settings(), flat, torch.empty(1, 0), None)._points(flat, z)
    torch.testing.assert_close(points, forward(gan.generator, flat, z).tanh(), rtol=0, atol=2e-7)
