"""Alignment changes rows and not GANs, can be undone, and finds a disguised copy again."""

from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from gangan.papers.gangan import networks
from gangan.papers.gangan.networks import DCGAN, GAN
from gangan.papers.gangan.spaces import frames as alignment
from gangan.papers.gangan.spaces.frames import Frame, Frames
from support.trainings import LAYOUT, rows, write_zoo


def disguise(seed: int = 0) -> Frames:
    """Any change of a row that leaves its GAN what it is."""
    random = np.random.default_rng(seed)

    def frame(hidden: int, inputs: int, turn: bool) -> Frame:
        rotation = np.linalg.qr(random.normal(size=(inputs, inputs)))[0] if turn else None
        orders = random.permutation(hidden), random.permutation(hidden)
        return Frame(*orders, random.uniform(0.5, 2, hidden), random.uniform(0.5, 2, hidden), rotation)

    return {"discriminator": frame(6, 12, False), "generator": frame(7, 5, True)}


def mlp(row: Tensor, network: str, x: Tensor) -> Tensor:
    """A network's output before any squashing, with PyTorch's own layers."""
    tensors = {name: tensor[0].double() for name, tensor in LAYOUT.unflatten(row.unsqueeze(0)).items()}
    for layer in ("input", "hidden", "output"):
        x = F.linear(x, tensors[f"{network}.{layer}.weight"], tensors[f"{network}.{layer}.bias"])
        x = x if layer == "output" else F.leaky_relu(x, 0.2)
    return x


@pytest.mark.parametrize("found", [True, False])
def test_an_aligned_row_is_the_same_gan_its_noise_turned(found: bool) -> None:
    row, reference = rows(2)
    frames = alignment.align(row, reference, LAYOUT) if found else disguise()
    changed = alignment.aligned(row.unsqueeze(0), LAYOUT, frames)[0]
    assert not changed.allclose(row)
    x, z = torch.randn(50, 12).double(), torch.randn(50, 5).double()
    turned = z @ torch.from_numpy(frames["generator"].rotation).T
    torch.testing.assert_close(mlp(changed, "discriminator", x), mlp(row, "discriminator", x), rtol=0, atol=1e-5)
    torch.testing.assert_close(mlp(changed, "generator", z), mlp(row, "generator", turned), rtol=0, atol=1e-5)


def test_the_inverse_frames_give_the_rows_back() -> None:
    many, frames = rows(3), disguise()
    back = {network: frame.inverse() for network, frame in frames.items()}
    there = alignment.aligned(many, LAYOUT, frames)
    torch.testing.assert_close(alignment.aligned(there, LAYOUT, back), many, rtol=0, atol=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_a_disguised_copy_is_found_again(seed: int) -> None:
    reference = rows(1, seed)
    copy = alignment.aligned(reference, LAYOUT, disguise(seed))
    frames = alignment.align(copy[0], reference[0], LAYOUT)
    torch.testing.assert_close(alignment.aligned(copy, LAYOUT, frames), reference, rtol=0, atol=1e-5)


def test_the_reference_stays_as_it_is() -> None:
    reference = rows(1)
    frames = alignment.align(reference[0], reference[0], LAYOUT)
    torch.testing.assert_close(alignment.aligned(reference, LAYOUT, frames), reference, rtol=0, atol=1e-6)


def test_alignment_brings_another_gan_nearer() -> None:
    row, reference = rows(2)
    frames = alignment.align(row, reference, LAYOUT)
    assert (alignment.aligned(row.unsqueeze(0), LAYOUT, frames)[0] - reference).norm() < (row - reference).norm()


def test_a_zoos_frames_are_found_on_last_rows_stored_and_read(tmp_path: Path) -> None:
    first, last = rows(2, 10), rows(2)
    file = write_zoo(tmp_path / "zoo.h5", LAYOUT, torch.stack([first, last]))
    alignment.align_zoo(file, tmp_path / "alignment.h5")
    kept = alignment.frames_of(tmp_path / "alignment.h5", [1])[0]
    expected = alignment.align(last[1], last[0], LAYOUT)
    for one in (first[1:], last[1:]):
        assert alignment.aligned(one, LAYOUT, kept).equal(alignment.aligned(one, LAYOUT, expected))


def test_frames_are_found_by_the_numbers_of_runs(tmp_path: Path) -> None:
    last = rows(3)
    file = write_zoo(tmp_path / "zoo.h5", LAYOUT, last.unsqueeze(0), first=1)
    alignment.align_zoo(file, tmp_path / "alignment.h5")
    for frames, row in zip(alignment.frames_of(tmp_path / "alignment.h5", [3, 1]), last[[2, 0]], strict=True):
        expected = alignment.aligned(row.unsqueeze(0), LAYOUT, alignment.align(row, last[0], LAYOUT))
        assert alignment.aligned(row.unsqueeze(0), LAYOUT, frames).equal(expected)


def test_digits_drawn_from_turned_noise_are_the_runs_own() -> None:
    paper = GAN(latent=4, width=784, generator_hidden=8, discriminator_hidden=8)
    streams = [torch.Generator().manual_seed(i) for i in range(2)]
    pair = torch.cat([paper.discriminator.initial(streams), paper.generator.initial(streams)], dim=1)
    layout = paper.layout()
    frames = alignment.align(pair[1], pair[0], layout)
    z = torch.randn(9, 4)
    turned = z @ torch.from_numpy(frames["generator"].rotation).float().T
    aligned = alignment.aligned(pair[1:], layout, frames)
    expected = networks.draw(paper, pair[1:], layout, turned)
    torch.testing.assert_close(networks.draw(paper, aligned, layout, z), expected, rtol=0, atol=1e-5)


def test_a_zoo_of_other_networks_has_no_frames_and_its_rows_stay_as_they_are(tmp_path: Path) -> None:
    layout = DCGAN(latent=2, hidden=1).layout()
    many = torch.randn(1, 2, layout.size)
    file = write_zoo(tmp_path / "zoo.h5", layout, many, {"kind": "dcgan", "latent": 2, "hidden": 1})
    alignment.align_zoo(file, tmp_path / "alignment.h5")
    frames = alignment.frames_of(tmp_path / "alignment.h5", [0, 1])
    assert frames == [{}, {}]
    assert alignment.aligned(many[0], layout, frames[1]).equal(many[0])
