"""Losses of the Wasserstein critics against numbers by hand, and what their steps leave alone."""

import pytest
import torch
from test_resume import GANGAN
from torch import Tensor

from gangan.critics import Critics, Step, forward
from gangan.networks import GAN
from gangan.viewer import SetCritic, Turn, View, Viewer

SETTINGS = GANGAN.model_copy(
    update={"output": "linear", "loss": "wgan-gp", "penalty": 10.0, "digits": 2.0, "digits_gans": 1, "average": 0.5}
)
LINE = GAN(latent=1, width=1, generator_hidden=1, discriminator_hidden=1, output="linear")


def line(*slopes: float) -> Tensor:
    """An MLP of one unit a layer: for x > 0 it multiplies by every slope."""
    return torch.tensor([[number for slope in slopes for number in (slope, 0.0)]])


def turn(real: float, z: float) -> Turn:
    return Turn(torch.full((2, 1), float(real)), torch.full((2, 1), float(z)), torch.full((2, 1), 0.25))


def test_losses_by_hand() -> None:
    # G(z) = 2z, critic(x) = 3x: at z = 1 and real 5 the critic loses 3·2 − 3·5 + 10 (3 − 1)².
    critics = Critics(LINE, SETTINGS, line(1, 1, 2), line(1, 1, 3), None)
    step = Step(torch.full((2, 1), 0.5), [turn(5, 1)], None)
    assert critics.critic_step(0, step)[0].item() == pytest.approx(6 - 15 + 40)
    loss, ((gradient,),) = critics.generator_step(step)
    assert loss.item() == pytest.approx(-3 * 2 * 0.5)
    assert gradient[0, 4].item() == pytest.approx(-3 * 0.5)  # d loss / d last weight


def test_the_critic_of_digits_judges_what_points_draw() -> None:
    # A point p draws p + noise. The critic of digits is 4x, of sets of one: its head reads the digit, not the mean.
    four = torch.tensor([[1.0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0, 4, 0]])
    viewer = Viewer(SetCritic(1, 1, 1), four, torch.ones(3, 1), lambda points, noise: points + noise, 1)
    critics = Critics(LINE, SETTINGS, line(1, 1, 2), line(1, 1, 3), viewer)
    view = View(Turn(torch.full((2, 1), 5.0), torch.ones(1, 1), torch.zeros(2, 1)), torch.full((2, 2, 1), 0.5))
    step = Step(torch.ones(2, 1), [turn(5, 1)], view)
    assert critics.generator_step(step)[0].item() == pytest.approx(-(3 * 2 + 2 * 4 * 2.5))
    assert critics.viewer_step(step)[0].item() == pytest.approx(4 * 2.5 - 4 * 5 + 10 * 9)


def test_a_set_holds_digits_of_one_gan() -> None:
    # Two GANs, four digits of two pixels each, sets of two: none has digits of both.
    viewer = Viewer(SetCritic(2, 2, 1), torch.empty(1, 0), torch.ones(9, 2), torch.add, 3)
    drawn = torch.tensor([[gan, digit] for gan in (0, 1) for digit in range(4)])
    sets = viewer.packed(drawn)
    assert sets[:, ::2].tolist() == [[0, 0], [0, 0], [1, 1], [1, 1]]
    assert sets[:, 1::2].tolist() == [[0, 1], [2, 3], [0, 1], [2, 3]]
    settings = SETTINGS.model_copy(update={"batch": 8, "digits_gans": 2, "digits_pack": 2})
    view = viewer.view(settings, torch.Generator())
    assert (view.turn.real.shape, view.turn.z.shape, view.turn.mix.shape) == ((4, 4), (2, 1), (4, 1))
    assert view.noise.shape == (2, 4, 3)


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
    step = Step(z, [Turn(real, z, mix)], None)
    _, ((gradient,),) = Critics(gan, SETTINGS, generator, critic, None).critic_step(0, step)
    for place in range(0, critic.shape[1], 7):
        nudge = torch.zeros_like(critic)
        nudge[0, place] = 1e-6
        above, below = (
            Critics(gan, SETTINGS, generator, critic + side * nudge, None).critic_step(0, step)[0] for side in (1, -1)
        )
        assert gradient[0, place].item() == pytest.approx(((above - below) / 2e-6).item(), abs=1e-5)


def test_every_turn_of_a_step_has_its_phase_and_they_share_an_optimizer() -> None:
    settings = SETTINGS.model_copy(update={"critic_steps": 3})
    phases = Critics(LINE, settings, line(1, 1, 2), line(1, 1, 3), None).phases()
    assert [phase.name for phase in phases] == ["generator"] + ["discriminator"] * 3
    assert len({id(phase.optimizer) for phase in phases}) == 2


def test_a_generator_of_points_squashes_them_if_the_papers_does() -> None:
    gan = GAN(latent=2, width=4, generator_hidden=3, discriminator_hidden=1)
    flat = gan.generator.initial([torch.Generator().manual_seed(0)])
    z = torch.randn(5, 2)
    points = Critics(gan, SETTINGS, flat, torch.empty(1, 0), None)._points(flat, z)
    torch.testing.assert_close(points, forward(gan.generator, flat, z).tanh(), rtol=0, atol=2e-7)
