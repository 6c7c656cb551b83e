"""The gate: step by step, a GAN-GAN's training here is the published one, from the same weights, batches and noise."""

import h5py
import pytest
import torch
from torch import Tensor, nn

from gangan.papers.gangan.config import Rows
from gangan.papers.gangan.training import gangans
from gangan.papers.gangan.training.gans import initial
from gangan.papers.gangan.training.sample import architecture
from gangan.papers.gangan.training.step import Adversaries
from support import published
from support.clone import ROOT
from support.studies import study
from support.trainings import CPU

TRAINING = study().gangan.training
HIS = ROOT.parent / "shared/author/gan0.h5"  # the 100 rows that the author published
STEP = TRAINING.learning_rate  # how far Adam's first steps go


def both(rows: Tensor, steps: int, sure: float) -> tuple[Tensor, Tensor, list[float]]:
    """Weights (width) after some steps from one start, here and as published, and the discriminator's largest score at
    each; its last layer is made ``sure`` times as sure of itself."""
    gan = architecture(TRAINING, rows.shape[1])
    generator, discriminator = initial(gan, 0, "gangan", range(1), CPU)
    discriminator[:, -9:] *= sure
    nets = published.networks(rows.shape[1])
    for net, flat in zip(nets, (generator, discriminator), strict=True):
        nn.utils.vector_to_parameters(flat[0].clone(), net.parameters())
    ours = Adversaries(gan, generator, discriminator, TRAINING.loss.of).training(STEP)
    theirs, largest = published.Trained(*nets), []
    batches = gangans.row_batches(TRAINING, Rows(runs=[0], repeat=35), 0, 0, rows)(0)
    for batch, _ in zip(batches, range(steps), strict=False):
        real = torch.cat([pair[0, : TRAINING.batch] for pair in batch.pairs], 1).clone()
        ours.turns["generator"].step(batch)
        scores = ours.turns["discriminator"].step(batch)
        theirs.epoch([(real, batch.noise[0][0], batch.noise[1][0])])
        largest.append(scores.abs().max().item())
    plain = torch.cat([nn.utils.parameters_to_vector(net.parameters()) for net in reversed(nets)])
    return gan.layout().flatten(ours.weights())[0], plain.detach(), largest


@pytest.mark.skipif(not HIS.exists(), reason="the author's rows are not beside this clone")
def test_a_hundred_steps_on_the_authors_rows_agree_to_rounding() -> None:
    with h5py.File(HIS) as file:
        rows = torch.from_numpy(file["snapshots"][:])
    ours, plain, _ = both(rows, 100, 1)
    assert (ours - plain).abs().max() < STEP / 50  # Adam divides by a gradient: where that is nearly 0 rounding decides
    assert (ours - plain).abs().median() < 1e-8


@pytest.mark.parametrize("sure", [1, 100, 1000])
def test_steps_agree_to_rounding_where_the_discriminator_is_too_sure_for_float32(sure: float) -> None:
    rows = torch.randn(100, 3000, generator=torch.Generator().manual_seed(0)) * 0.13
    ours, plain, largest = both(rows, 100, sure)
    assert (min(largest) > 17) == (sure > 1)
    assert (ours - plain).abs().max() < STEP / 50
    assert (ours - plain).abs().median() < 1e-8


def test_networks_start_as_pytorchs_layers_do() -> None:
    """Uniform in ±1/√fan-in, weight and bias."""
    gan = architecture(TRAINING, 3000)
    torch.manual_seed(0)
    for plain, ours in zip(published.networks(3000), initial(gan, 0, "gangan", range(1), CPU), strict=True):
        theirs = nn.utils.parameters_to_vector(plain.parameters()).detach()
        assert len(theirs) == ours.shape[1]
        for layer in (plain.inp, plain.hidden, plain.out):
            for tensor in layer.parameters():
                mine, ours = ours.split([tensor.numel(), ours.shape[1] - tensor.numel()], 1)
                bound = layer.in_features**-0.5
                assert mine.abs().max() <= bound
                if tensor.numel() > 1000:
                    assert mine.std().item() == pytest.approx(tensor.std().item(), rel=0.05)


def test_an_epoch_has_every_row_as_often_as_asked_but_for_the_last_short_batch() -> None:
    rows = torch.arange(100.0).unsqueeze(1).expand(100, 20)
    for steps in (
        [
            b.pairs[0][0, :32, 0].clone()
            for b in gangans.row_batches(TRAINING, Rows(runs=[0], repeat=35), 0, 0, rows)(0)
        ],
        [real[:, 0] for real, _, _ in published.batches(rows, 35, 32)],
    ):
        assert [len(step) for step in steps] == [32] * 109  # 3,500 = 109 × 32 + 12
        counts = torch.cat(steps).int().bincount(minlength=100)
        assert counts.sum() == 109 * 32
        assert counts.max() <= 35
