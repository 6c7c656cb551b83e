"""How alike GANs are, and what is near to what."""

from pathlib import Path

import pandas as pd
import pytest
import torch
from torch import Tensor

from gangan.core import rowfile
from gangan.core.streams import stream
from gangan.papers.gangan import networks
from gangan.papers.gangan.scoring import nearness
from gangan.papers.gangan.spaces.frames import align_zoo, aligned, frames_of
from support.scoring import EVALUATION, GAN, LAYOUT, NETWORK, drifting_rows, random_rows
from support.trainings import CPU, write_zoo


def permuted(row: Tensor) -> Tensor:
    """The same GAN with the hidden units of its generator in another order."""
    tensors = LAYOUT.unflatten(row)
    order = torch.tensor([4, 0, 3, 1, 2])
    for name in ("input.weight", "input.bias", "hidden.weight", "hidden.bias"):
        tensors[f"generator.{name}"] = tensors[f"generator.{name}"][:, order]
    for name in ("hidden.weight", "output.weight"):
        tensors[f"generator.{name}"] = tensors[f"generator.{name}"][:, :, order]
    return LAYOUT.flatten(tensors)


def test_a_copy_has_no_distance_a_copy_in_disguise_only_in_weights_and_a_new_gan_both(rows: Path) -> None:
    row = rowfile.rows(rows, [1], [2])
    samples = torch.cat([row, permuted(row), random_rows(1, seed=5)])
    near = nearness.novelty(samples, rows, [0, 1, 2], EVALUATION, 0, CPU)
    assert near["l2"].tolist()[0] == near["rms"].tolist()[0] == 0
    assert (near["l2_gan"][0], near["l2_epoch"][0], near["rms_gan"][0], near["rms_epoch"][0]) == (1, 2, 1, 2)
    assert near["l2"][1] > 1
    assert near["rms"][1] == pytest.approx(0, abs=1e-3)
    assert near["l2"][2] > 1
    assert near["rms"][2] > 0.01
    start = LAYOUT.offsets()["generator.input.weight"]
    others = rowfile.rows(rows)[:, start:].double()
    expected = (others - samples[2, start:].double()).norm(dim=1).min().item()
    assert near["l2"][2] == pytest.approx(expected, rel=1e-6)
    late = rowfile.rows(rows, None, [3])[:, start:].double()
    apart = (late - samples[2, start:].double()).norm(dim=1)
    assert near["l2_late"][2] == pytest.approx(apart.min().item(), rel=1e-6)
    assert (near["l2_late_gan"][2], near["l2_late_epoch"][2]) == (apart.argmin().item(), 3)
    assert near["rms_sibling"].tolist()[:2] == pytest.approx([0, 0], abs=1e-3)
    images = networks.draw(GAN, samples, LAYOUT, torch.zeros(1, 3))  # any noise: siblings one and two draw the same
    torch.testing.assert_close(images[0], images[1])


def test_samples_in_another_frame_are_compared_there(rows: Path) -> None:
    def in_frame(run: int) -> Tensor:
        return torch.cat([permuted(row) for row in rowfile.rows(rows, [run]).split(1)])

    sample = permuted(rowfile.rows(rows, [1], [2]))
    near = nearness.novelty(sample, rows, [0, 1, 2], EVALUATION, 0, CPU, in_frame)
    assert near.loc[0, ["l2", "l2_gan", "l2_epoch", "rms"]].tolist() == [0, 1, 2, 0]


def test_rows_are_held_against_other_runs_and_their_own_neighbours(rows: Path, tmp_path: Path) -> None:
    frames = tmp_path / "alignment.h5"
    align_zoo(rows, frames)
    nearness.compare_rows(EVALUATION, 0, rows, frames, tmp_path / "distances.csv", CPU)
    table = pd.read_csv(tmp_path / "distances.csv")
    asked = [[gan, epoch] for gan in range(3) for epoch in (0, 3)]
    runs = [rowfile.rows(rows, [run]) for run in range(3)]
    brought = map(aligned, runs, [LAYOUT] * 3, frames_of(frames, [0, 1, 2]))
    for frame, many in {"own": runs, "aligned": list(brought)}.items():
        here = table[table["frame"] == frame]
        assert here[["gan", "epoch"]].to_numpy().tolist() == asked
        halves = torch.stack(list(many)).double()[:, :, LAYOUT.offsets()["generator.input.weight"] :]
        line = here.query("gan == 1 and epoch == 3").iloc[0]
        assert line["l2_own"] == pytest.approx((halves[1, 3] - halves[1, 2]).norm().item(), rel=1e-5)
        other = (halves[[0, 2], 3:] - halves[1, 3]).norm(dim=2)  # late rows: the last of these four epochs
        assert line["l2"] == pytest.approx(other.min().item(), rel=1e-5)
        assert line["l2_gan"] == (0, 2)[int(other.min(1).values.argmin())]


def test_runs_may_have_any_numbers(rows: Path, tmp_path: Path) -> None:
    from_five = write_zoo(tmp_path / "five.h5", LAYOUT, drifting_rows(3, 4), NETWORK, first=5)
    tables = []
    for zoo in (rows, from_five):
        align_zoo(zoo, tmp_path / "alignment.h5")
        nearness.compare_rows(EVALUATION, 0, zoo, tmp_path / "alignment.h5", tmp_path / "distances.csv", CPU)
        tables.append(pd.read_csv(tmp_path / "distances.csv"))
    numbers = [column for column in tables[0] if column == "gan" or column.endswith("_gan")]
    tables[0][numbers] += 5
    pd.testing.assert_frame_equal(*tables)


def test_a_lone_run_has_no_other_to_be_near_to(tmp_path: Path) -> None:
    zoo, frames = tmp_path / "zoo.h5", tmp_path / "alignment.h5"
    align_zoo(write_zoo(zoo, LAYOUT, random_rows(4).unsqueeze(1), NETWORK), frames)
    nearness.compare_rows(EVALUATION, 0, zoo, frames, tmp_path / "distances.csv", CPU)
    table = pd.read_csv(tmp_path / "distances.csv")
    assert table[["l2", "l2_gan", "rms", "rms_epoch"]].isna().all(axis=None)
    assert (table["l2_own"] > 0).all()


def test_novelty_looks_at_late_epochs_alone_if_asked(rows: Path) -> None:
    sample = rowfile.rows(rows, [1], [0])
    near = nearness.novelty(sample, rows, [0, 1], EVALUATION, 0, CPU, from_epoch=2)
    assert near.loc[0, ["l2_gan", "l2_epoch"]].tolist() == [1, 2]
    start = LAYOUT.offsets()["generator.input.weight"]
    (second,) = rowfile.rows(rows, [1], [2]).double()
    assert near.loc[0, "l2"] == pytest.approx((second - sample[0].double())[start:].norm().item(), rel=1e-5)


def test_the_distance_between_images_is_the_root_mean_square_over_all_pixels_of_the_same_noise() -> None:
    pair = random_rows(2)
    some = nearness.points(GAN, pair, EVALUATION, 0, CPU)
    assert some["rms"].shape == (2, EVALUATION.probes * 28 * 28)
    z = torch.randn(EVALUATION.probes, 3, generator=stream(0, "probes", 0, 0, CPU))
    one, other = networks.draw(GAN, pair, LAYOUT, z)
    distance = (some["rms"][0] - some["rms"][1]).norm().item()
    assert distance == pytest.approx((one - other).square().mean().sqrt().item(), rel=1e-5)
