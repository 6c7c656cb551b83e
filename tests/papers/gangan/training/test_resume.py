"""Same seed, same bytes; a training cut short and resumed ends in the bytes of one that was not."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from gangan.core import rowfile
from gangan.core.checkpoint import Checkpoint
from gangan.papers.gangan.config import Rows
from gangan.papers.gangan.spaces.frames import align_zoo
from support.mortal import killed
from support.trainings import digest, gan, gangan, mended, train_gangan, train_gans

Train = Callable[[Path, Checkpoint | None, int], Path]
ROWS = Rows(runs=[1], repeat=3)


@pytest.fixture(scope="module")
def zoo_file(digits: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = train_gans(tmp_path_factory.mktemp("zoo"), gan(), digits)
    align_zoo(file, file.with_name("alignment.h5"))
    return file


@pytest.fixture(params=["gan", "gangan", "mended gangan"])
def training(request: pytest.FixtureRequest, digits: Path, zoo_file: Path) -> tuple[Train, int]:
    """How to train, and the number of optimizer steps of one network in an epoch."""

    def gans(folder: Path, checkpoint: Checkpoint | None, seed: int) -> Path:
        return train_gans(folder, gan(), digits, seed=seed, checkpoint=checkpoint)

    def plain(folder: Path, checkpoint: Checkpoint | None, seed: int) -> Path:
        return train_gangan(folder, gangan(), ROWS, zoo_file, seed, checkpoint, looks=[1, 3])

    def with_all(folder: Path, checkpoint: Checkpoint | None, seed: int) -> Path:
        alignment = zoo_file.with_name("alignment.h5")
        return train_gangan(folder, mended(), ROWS, zoo_file, seed, checkpoint, alignment, digits, [2])

    return {"gan": (gans, 10), "gangan": (plain, 6), "mended gangan": (with_all, 3)}[request.param]


def trained(train: Train, folder: Path, seed: int = 0, checkpoint: Checkpoint | None = None) -> str:
    folder.mkdir()
    return digest(train(folder, checkpoint, seed))


def test_one_seed_gives_the_same_bytes_and_another_seed_others(training: tuple[Train, int], tmp_path: Path) -> None:
    train, _ = training
    first = trained(train, tmp_path / "a")
    assert trained(train, tmp_path / "b") == first
    assert trained(train, tmp_path / "c", seed=1) != first


def test_a_resumed_run_equals_the_uninterrupted_one_in_bytes_and_its_record_says_where_it_resumed(
    training: tuple[Train, int], tmp_path: Path
) -> None:
    train, steps = training
    uninterrupted = trained(train, tmp_path / "whole")
    folder = tmp_path / "resumed"
    folder.mkdir()
    for epochs in (1, 2):
        killed(lambda checkpoint: train(folder, checkpoint, 0), folder / "checkpoint", epochs)
    last = Checkpoint(folder / "checkpoint", "identity", 0)
    resumed = train(folder, last, 0)
    assert digest(resumed) == uninterrupted
    assert [attempt["resumed_at"] for attempt in last.attempts] == [0, 1, 3]
    assert [attempt["steps"] for attempt in last.attempts] == [steps, 2 * steps, steps]
    (timing,) = (path for path in folder.glob("*.csv") if path.name != "losses.csv")
    with timing.open() as file:
        assert [int(line["attempt"]) for line in csv.DictReader(file)] == [0, 1, 1, 2]


def test_a_finished_training_killed_before_its_record_trains_nothing_again(
    training: tuple[Train, int], tmp_path: Path
) -> None:
    train, _ = training
    whole = trained(train, tmp_path / "a", checkpoint=Checkpoint(tmp_path / "checkpoint", "identity", 0))
    again = Checkpoint(tmp_path / "checkpoint", "identity", 0)
    assert trained(train, tmp_path / "b", checkpoint=again) == whole
    assert again.attempts[-1]["resumed_at"] == 4
    assert again.attempts[-1]["steps"] == 0


def test_the_checkpoint_of_another_training_is_not_resumed(training: tuple[Train, int], tmp_path: Path) -> None:
    train, _ = training
    (tmp_path / "run").mkdir()
    killed(lambda checkpoint: train(tmp_path / "run", checkpoint, 0), tmp_path / "run" / "checkpoint", 2)
    other = Checkpoint(tmp_path / "run" / "checkpoint", "another identity", 0)
    assert digest(train(tmp_path / "run", other, 1)) == trained(train, tmp_path / "fresh", seed=1)
    assert [attempt["resumed_at"] for attempt in other.attempts] == [0]


def test_the_gans_of_a_job_are_seeded_by_their_own_numbers(zoo_file: Path) -> None:
    first, second = rowfile.rows(zoo_file, [0], [0]), rowfile.rows(zoo_file, [1], [0])
    assert not first.equal(second)
