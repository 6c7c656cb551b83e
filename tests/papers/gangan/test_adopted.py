"""A zoo whose rows somebody else published is one like any other."""

import re
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch

from gangan.core import rowfile
from gangan.core.files import UserError
from gangan.papers.gangan import networks, published, zoo
from gangan.papers.gangan.config import Gan
from support.trainings import gan, write_zoo

GAN = gan(epochs=3)
LAYOUT = networks.of(GAN.network.model_dump()).layout()


def file_of(path: Path, rows: np.ndarray) -> Path:
    with h5py.File(path, "w") as file:
        file["snapshots"] = rows
    return path


def test_published_rows_become_a_zoo_of_one_run(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).standard_normal((3, LAYOUT.size)).astype("f4")
    job, timing = tmp_path / "07.h5", tmp_path / "07.csv"
    published.adopt(GAN, 7, 5, file_of(tmp_path / "his.h5", rows), job, timing)
    zoo.pack(GAN, 7, 1, [job], [timing], tmp_path / "zoo.h5", tmp_path / "timing.csv")
    assert torch.equal(rowfile.rows(tmp_path / "zoo.h5", [7]), torch.from_numpy(rows))
    assert rowfile.columns(tmp_path / "zoo.h5")["epoch"].tolist() == [0, 1, 2]
    assert (tmp_path / "timing.csv").read_text() == "job,epoch,attempt,host,seconds,examples_per_second\n"


@pytest.mark.parametrize("rows", [np.zeros((4, LAYOUT.size)), np.zeros((3, 5)), np.full((3, LAYOUT.size), np.nan)])
def test_rows_of_another_shape_or_without_numbers_are_refused(tmp_path: Path, rows: np.ndarray) -> None:
    his = file_of(tmp_path / "his.h5", rows.astype("f4"))
    with pytest.raises(
        UserError, match=rf"^{his}: snapshots are .*expected finite ones of shape \(3, {LAYOUT.size}\)$"
    ):
        published.adopt(GAN, 0, 0, his, tmp_path / "rows.h5", tmp_path / "timing.csv")
    assert not (tmp_path / "rows.h5").exists()


def test_of_a_zoo_the_gan_of_that_number_is_taken_with_its_losses(tmp_path: Path) -> None:
    many = torch.randn(3, 3, LAYOUT.size)
    theirs = write_zoo(tmp_path / "theirs.h5", LAYOUT, many, GAN.network.model_dump())
    published.adopt(GAN, 1, 5, theirs, tmp_path / "rows.h5", tmp_path / "timing.csv")
    assert torch.equal(rowfile.rows(tmp_path / "rows.h5"), many[:, 1])
    assert rowfile.runs_of(tmp_path / "rows.h5") == [1]
    assert rowfile.columns(tmp_path / "rows.h5").keys() == rowfile.columns(theirs).keys()


@pytest.mark.parametrize(
    ("settings", "run", "said"),
    [
        (gan(epochs=3, batch=7), 0, "its GANs have batch 500, the configuration says 7"),
        (gan(epochs=3, loss={"of": "logits"}), 0, "its GANs have loss {'kind': 'gan', 'of': 'probabilities'}, the "),
        (GAN, 2, "no GAN 2; it holds 0 … 0"),
    ],
)
def test_a_zoo_of_one_gan_that_says_otherwise_is_refused(tmp_path: Path, settings: Gan, run: int, said: str) -> None:
    told, rows = GAN.model_dump(mode="json"), np.zeros((3, 1, LAYOUT.size), "f4")
    rowfile.write_runs(tmp_path / "theirs.h5", LAYOUT, told["network"], told, [0], 0, rows, {})
    with pytest.raises(UserError, match=rf"theirs\.h5: {re.escape(said)}"):
        published.adopt(settings, run, 0, tmp_path / "theirs.h5", tmp_path / "rows.h5", tmp_path / "timing.csv")
    assert not (tmp_path / "rows.h5").exists()


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "his.h5").write_text("no")
    with pytest.raises(UserError, match=r"his\.h5: no HDF5 file with snapshots"):
        published.adopt(GAN, 0, 0, tmp_path / "his.h5", tmp_path / "rows.h5", tmp_path / "timing.csv")
