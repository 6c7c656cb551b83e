"""GANs drawn from a GAN-GAN: from which latents, and what is done to what is drawn."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from gangan.papers.gangan.config import Draws, Rows, Training
from gangan.papers.gangan.spaces import repair
from gangan.papers.gangan.training import sample
from support.scoring import gangan_weights, write_gangan
from support.trainings import LAYOUT, NETWORK, gangan, rows

TWO = gangan(latent=2)


def written(folder: Path, training: Training = TWO, moments: Tensor | None = None) -> Path:
    """A GAN-GAN with weights large enough that z matters."""
    weights = gangan_weights(training, LAYOUT, 0.5) | ({} if moments is None else {"moments": moments})
    return write_gangan(folder / "weights", training, weights, Rows(), LAYOUT, NETWORK)


def test_candidates_are_the_same_for_every_gangan_and_truncation_brings_them_nearer() -> None:
    plain = sample.candidates(0, 6, 2, Draws())
    assert plain.shape == (6, 2)
    assert sample.candidates(0, 3, 2, Draws(best_of=2)).equal(plain)  # two candidates for each of three draws
    assert sample.candidates(0, 6, 2, Draws(truncation=0.5)).equal(plain / 2)
    assert not sample.candidates(1, 6, 2, Draws()).equal(plain)
    many = sample.candidates(0, 20_000, 2, Draws(truncation=0.5))
    torch.testing.assert_close(many.T.cov(), torch.eye(2) / 4, rtol=0, atol=0.02)  # N(0, I) halved


def test_a_line_is_even_from_end_to_end() -> None:
    assert sample.line(5, 2.0).tolist() == [[-2], [-1], [0], [1], [2]]


def test_a_row_is_its_z_alone_whatever_it_is_drawn_with(tmp_path: Path) -> None:
    gan = sample.read(written(tmp_path))
    z = torch.randn(3, 2)
    together = gan.sample(z)
    assert together.shape == (3, LAYOUT.size)
    for one, row in zip(z, together, strict=True):
        torch.testing.assert_close(gan.sample(one.unsqueeze(0))[0], row)


@pytest.mark.parametrize("of_training", [False, True])
def test_renormalised_draws_have_the_moments_of_the_gan_at_the_centre(of_training: bool, tmp_path: Path) -> None:
    wanted = repair.moments(rows(1), LAYOUT)[0] if of_training else None
    gan = sample.read(written(tmp_path, TWO.model_copy(update={"renormalise": of_training}), wanted))
    z = torch.cat([torch.zeros(1, 2), torch.ones(2, 2)])
    plain, mended = (gan.sample(z, renormalise) for renormalise in (False, True))
    moments = repair.moments(mended, LAYOUT)
    centre = repair.moments(plain[:1], LAYOUT)
    torch.testing.assert_close(moments, centre.expand_as(moments), rtol=0, atol=1e-4)
    torch.testing.assert_close(mended[0], plain[0], rtol=0, atol=1e-4)  # itself
    if of_training:
        torch.testing.assert_close(centre[0], wanted, rtol=0, atol=1e-4)
    else:
        assert not plain[1:].equal(mended[1:])
    half = LAYOUT.part("discriminator")[0]
    assert mended[:, half].equal(plain[:, half])
