"""Moments of hidden units, by another way of computing, and rows that are given others."""

import torch

from gangan.papers.gangan import networks
from gangan.papers.gangan.spaces import repair
from support.trainings import LAYOUT, SMALL, rows


def test_moments_of_the_first_layer_are_those_of_its_weights() -> None:
    # z ~ N(0, I): W z + b has mean b and deviation ‖W‖, here as far as 256 draws tell
    many = rows(2)
    tensors = LAYOUT.unflatten(many)
    mean, deviation = repair.moments(many, LAYOUT)[:, 0].unbind(1)
    length = tensors["generator.input.weight"].norm(dim=2)
    torch.testing.assert_close(deviation, length, rtol=0.25, atol=0)
    torch.testing.assert_close(mean, tensors["generator.input.bias"], rtol=0, atol=0.25 * length.max().item())


def test_a_row_given_its_own_moments_is_itself_and_given_anothers_has_them() -> None:
    many = rows(3)
    moments = repair.moments(many, LAYOUT)
    torch.testing.assert_close(repair.repaired(many, LAYOUT, moments), many)
    mended = repair.repaired(many, LAYOUT, moments[1])
    torch.testing.assert_close(repair.moments(mended, LAYOUT), moments[1:2].expand(3, -1, -1, -1))
    half = LAYOUT.part("discriminator")[0]
    assert mended[:, half].equal(many[:, half])


def test_a_faded_gan_draws_again_what_it_drew() -> None:
    # what scales a unit's input down is undone by its moments
    row = rows(1)
    tensors = LAYOUT.unflatten(row)
    faded = {name: tensor * (0.3 if name.startswith("generator.hidden") else 1) for name, tensor in tensors.items()}
    mended = repair.repaired(LAYOUT.flatten(faded), LAYOUT, repair.moments(row, LAYOUT)[0])
    z = torch.randn(1, 4, SMALL.latent)
    drawn = (SMALL.generate(networks.weights(one, LAYOUT, "generator"), z) for one in (mended, row))
    torch.testing.assert_close(*drawn, rtol=0, atol=1e-5)
