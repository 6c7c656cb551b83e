"""Same seed, same bytes; a training cut short and resumed ends in the bytes of one that was not."""

import csv
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from gangan import gangans, gans, zoo
from gangan.alignment import align_zoo
from gangan.checkpoint import Checkpoint
from gangan.config import Gan, GanGan, Rows

GAN = Gan(
    epochs=4, batch=500, learning_rate=2e-4, network="mlp", latent=4, hidden=8, shared_initialisation=False
)  # 10 steps an epoch on 5,000 digits
GANGAN = GanGan(
    epochs=4,
    batch=2,
    learning_rate=2e-4,
    latent=1,
    generator_hidden=4,
    discriminator_hidden=4,
    output="tanh",
    align=False,
    standardise="none",
    components=None,
    renormalise=False,
    loss="gan",
    penalty=10,
    critic_steps=1,
    average=0,
    condition="none",
    digits=0,
    digits_gans=1,
    digits_pack=1,
)  # 4 rows × 3: 6 steps an epoch
MENDED = GANGAN.model_copy(
    update={"output": "linear", "align": True, "standardise": "tensor", "components": 3, "loss": "wgan-gp"}
    | {"critic_steps": 2, "average": 0.9, "digits": 1.0, "digits_pack": 2}
)  # 4 rows × 3: 3 steps an epoch
Train = Callable[[Path, Checkpoint, int], Path]


@pytest.fixture(scope="module")
def zoo_file(digits: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train_gan(digits)(tmp_path_factory.mktemp("zoo"), None, 0)


def train_gan(digits: Path) -> Train:
    def train(folder: Path, checkpoint: Checkpoint | None, seed: int) -> Path:
        checkpoint = checkpoint or Checkpoint(folder / "checkpoint", "gan", 0)
        gans.train_runs(GAN, seed, range(2), digits, folder / "0.h5", folder / "timing.csv", checkpoint, 1)
        return folder / "0.h5"

    return train


def train_gangan(zoo_file: Path, gangan: GanGan, digits: Path | None = None) -> Train:
    rows = Rows(runs=[1], from_epoch=0, repeat=3, gangan=gangan)
    alignment = zoo_file.with_name("alignment.h5") if gangan.align else None
    if alignment:
        align_zoo(zoo_file, alignment)

    def train(folder: Path, checkpoint: Checkpoint | None, seed: int) -> Path:
        checkpoint = checkpoint or Checkpoint(folder / "checkpoint", "gangan", 0)
        paths = [folder / name for name in ("weights.safetensors", "losses.csv", "timing.csv")]
        gangans.train_gangan(rows, seed, 0, zoo_file, alignment, digits, *paths, checkpoint, 1)
        return paths[0]

    return train


@pytest.fixture(params=["gan", "gangan", "mended gangan"])
def training(request: pytest.FixtureRequest, digits: Path, zoo_file: Path) -> tuple[Train, int]:
    """How to train, and the number of optimizer steps of one network in an epoch."""
    if request.param == "gan":
        return train_gan(digits), 10
    if request.param == "gangan":
        return train_gangan(zoo_file, GANGAN), 6
    return train_gangan(zoo_file, MENDED, digits), 3


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def trained(train: Train, folder: Path, seed: int = 0, checkpoint: Checkpoint | None = None) -> str:
    folder.mkdir()
    return digest(train(folder, checkpoint, seed))


def test_one_seed_gives_the_same_bytes_and_another_seed_others(training: tuple[Train, int], tmp_path: Path) -> None:
    train, _ = training
    first = trained(train, tmp_path / "a")
    assert trained(train, tmp_path / "b") == first
    assert trained(train, tmp_path / "c", seed=1) != first


class KilledError(Exception):
    """Stands for the end of a process."""


class Mortal(Checkpoint):
    """A checkpoint whose process dies as it starts to save after ``epochs`` more epochs."""

    epochs = 0

    def save_when_due(self, tensors, last):
        self.epochs -= 1
        if self.epochs < 0:
            raise KilledError
        super().save_when_due(tensors, last)


def killed(train: Train, folder: Path, epochs: int) -> None:
    """An attempt that saves ``epochs`` epochs and dies in the next, its rows written and its state not."""
    checkpoint = Mortal(folder / "checkpoint", "identity", 0)
    checkpoint.epochs = epochs
    with pytest.raises(KilledError):
        train(folder, checkpoint, 0)


def test_a_resumed_run_equals_the_uninterrupted_one_in_bytes_and_its_record_says_where_it_resumed(
    training: tuple[Train, int], tmp_path: Path
) -> None:
    train, steps = training
    uninterrupted = trained(train, tmp_path / "whole")
    folder = tmp_path / "resumed"
    folder.mkdir()
    killed(train, folder, 1)
    killed(train, folder, 2)
    last = Checkpoint(folder / "checkpoint", "identity", 0)
    resumed = train(folder, last, 0)
    assert digest(resumed) == uninterrupted
    assert [attempt["resumed_at"] for attempt in last.attempts] == [0, 1, 3]
    assert [attempt["steps"] for attempt in last.attempts] == [steps, 2 * steps, steps]
    with (folder / "timing.csv").open() as file:
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
    killed(train, tmp_path / "run", 2)
    other = Checkpoint(tmp_path / "run" / "checkpoint", "another identity", 0)
    assert digest(train(tmp_path / "run", other, 1)) == trained(train, tmp_path / "fresh", seed=1)
    assert [attempt["resumed_at"] for attempt in other.attempts] == [0]


def test_the_gans_of_a_job_are_seeded_by_their_own_numbers(zoo_file: Path) -> None:
    first, second = zoo.rows(zoo_file, [0], [0]), zoo.rows(zoo_file, [1], [0])
    assert not first.equal(second)
