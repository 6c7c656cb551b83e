"""k GANs stacked in one job (``per_job``): the same GANs as one a job."""

from pathlib import Path

import numpy as np
import pytest
import torch

from gangan.core import rowfile
from gangan.papers.gangan.arms import job_names
from gangan.papers.gangan.config import Gan
from gangan.papers.gangan.zoo import pack
from support.trainings import gan, train_gans

RUNS = 3
GAN = gan()  # 10 steps an epoch


def packed(per_job: int, settings: Gan, digits: Path, folder: Path) -> Path:
    """A zoo whose GANs were trained ``per_job`` together."""
    folder.mkdir()
    jobs = [range(int(name), int(name) + count) for name, count in job_names(range(RUNS), per_job).items()]
    files = [train_gans(folder, settings, digits, runs) for runs in jobs]
    timing = [file.with_suffix(".csv") for file in files]
    pack(settings, 0, RUNS, files, timing, folder / "zoo.h5", folder / "timing.csv")
    return folder / "zoo.h5"


def test_a_ragged_last_job_takes_what_is_left() -> None:
    assert job_names(range(35), 8) == {"00": 8, "08": 8, "16": 8, "24": 8, "32": 3}
    assert job_names(range(35), 1) == {f"{run:02d}": 1 for run in range(35)}
    assert job_names(range(35), 35) == job_names(range(35), 100) == {"00": 35}


def test_runs_are_spread_over_jobs_named_for_their_first() -> None:
    assert job_names(range(5), 2) == {"00": 2, "02": 2, "04": 1}
    assert list(job_names(range(101), 50)) == ["00", "50", "100"]
    assert job_names(range(35, 70), 30) == {"35": 30, "65": 5}


@pytest.mark.parametrize("per_job", [2, 3])
def test_stacked_gans_are_each_as_trained_alone(per_job: int, digits: Path, tmp_path: Path) -> None:
    alone = packed(1, GAN, digits, tmp_path / "alone")
    stacked = packed(per_job, GAN, digits, tmp_path / "stacked")
    for name in ("gan", "epoch"):
        assert np.array_equal(rowfile.columns(alone)[name], rowfile.columns(stacked)[name])
    for run in range(RUNS):  # to rounding after the first 10 steps; afterwards rounding grows
        first = [rowfile.rows(path, [run], [0]) for path in (alone, stacked)]
        torch.testing.assert_close(*first, rtol=0, atol=2e-6)
    for name in ("loss_generator", "loss_discriminator"):
        one, other = (rowfile.columns(path)[name].reshape(RUNS, -1)[:, -1] for path in (alone, stacked))
        spread = np.ptp(one)  # between GANs, which stacking must not come near
        assert abs(one - other).max() < spread / 10


@pytest.mark.parametrize("shared", [True, False])
def test_runs_start_from_one_point_if_asked_and_part_from_there(shared: bool, digits: Path, tmp_path: Path) -> None:
    settings = gan(epochs=1, learning_rate=1e-9, shared_initialisation=shared)
    starts = rowfile.rows(packed(2, settings, digits, tmp_path / "zoo"))
    apart = torch.pdist(starts)
    assert (apart.max() < 1e-3) == shared
    assert apart.min() > 0  # each saw other digits
