"""A kill loses nothing, replayed bursts included; critics come when they should; runs of one seed start alike."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from gangan.core.checkpoint import Checkpoint
from gangan.core.files import UserError
from gangan.papers.ppgn import networks
from gangan.papers.ppgn.config import Objective
from gangan.papers.ppgn.digits import learned
from gangan.papers.ppgn.encoder import accuracy, train_encoder
from gangan.papers.ppgn.training import chosen
from support.mortal import killed
from support.ppgn import ALL, CONFIG, CPU, EACH_BATCH, EACH_UPDATE, FULL, objective, train


def course(weights: Path) -> pd.DataFrame:
    return pd.read_csv(weights.with_name("course.csv"))


def test_a_run_gives_the_same_bytes_again_and_another_seed_others(digits: Path, tmp_path: Path) -> None:
    one, two = (train(tmp_path / name, digits) for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    assert train(tmp_path / "other", digits, run=1).read_bytes() != one.read_bytes()
    assert course(one)["epoch"].tolist() == [0] * 4 + [1] * 4
    assert course(one).notna().all().all()
    assert set(networks.read(one, CPU)) == {"generator", "x", "fc1"}


@pytest.mark.parametrize(
    ("epochs", "of"),
    [
        (0, objective(choice=EACH_BATCH)),
        (1, objective()),
        (1, objective(choice=EACH_BATCH)),
        (2, objective(choice=EACH_UPDATE)),
        (1, objective(["fc1"], FULL | {"image": 0, "code": 0})),
        (1, objective([])),
    ],
)
def test_a_killed_run_goes_on_to_the_same_bytes(epochs: int, of: Objective, digits: Path, tmp_path: Path) -> None:
    # Eight batches in an epoch: bursts before updates 0, 4 and 8, in the second epoch and in the third.
    changes = {"epochs": 3, "first": 16}
    whole = train(tmp_path / "whole", digits, of, changes)
    folder = tmp_path / "killed"
    killed(lambda checkpoint: train(folder, digits, of, changes, checkpoint=checkpoint), folder / "checkpoint", epochs)
    last = Checkpoint(folder / "checkpoint", "identity", 0)
    again = train(folder, digits, of, changes, checkpoint=last)
    assert again.read_bytes() == whole.read_bytes()
    assert again.with_name("course.csv").read_bytes() == whole.with_name("course.csv").read_bytes()
    assert [attempt["resumed_at"] for attempt in last.attempts] == ([0, epochs] if epochs else [0])


def test_a_critic_that_is_not_chosen_stays_and_keeps_its_estimate(digits: Path, tmp_path: Path) -> None:
    found = course(train(tmp_path / "run", digits, objective(choice=EACH_UPDATE), {"epochs": 6}))
    seen = found[["term_gan_x", "term_gan_fc1"]].notna()
    bursts = [number % 4 == 0 for number in range(len(found))]
    assert (seen.sum(axis=1) == np.where(bursts, 2, 1)).all()
    assert seen.loc[~np.array(bursts)].any().all()  # each is chosen at some time
    for space in ("x", "fc1"):
        kept = found[f"estimate_{space}"].diff().eq(0)
        assert kept.equals(~seen[f"term_gan_{space}"])


def test_a_toss_is_for_each_update_or_for_each_batch(
    digits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def counted(of: Objective, together: bool, tosses: torch.Generator) -> list[str]:
        asked.append(together)
        return [*chosen(of, together, tosses)]

    monkeypatch.setattr("gangan.papers.ppgn.training.chosen", counted)
    long = {"epochs": 1, "updates": {"usual": 2, "burst": 2, "every": 3}}
    by_update, by_batch = [True, False, False], [True] * 2 + [False] * 4
    for name, choice, tosses in (("u", EACH_UPDATE, by_update), ("b", EACH_BATCH, by_batch), ("a", ALL, by_update)):
        asked.clear()
        train(tmp_path / name, digits, objective(choice=choice), long)
        assert asked == tosses


def test_both_critics_are_tossed_for_alike() -> None:
    tosses = torch.Generator().manual_seed(0)
    found = [chosen(objective(choice=EACH_UPDATE), False, tosses) for _ in range(400)]
    assert 160 < found.count(["x"]) < 240
    assert found.count(["x"]) + found.count(["fc1"]) == 400
    assert chosen(objective(choice=EACH_UPDATE), True, tosses) == ["x", "fc1"]


def test_runs_of_one_seed_start_alike_in_every_arm(digits: Path, tmp_path: Path) -> None:
    arms = {"both": objective(), "x": objective(["x"]), "none": objective([])}
    starts = {name: course(train(tmp_path / name, digits, of)).iloc[0] for name, of in arms.items()}
    for name in ("x", "none"):
        assert starts[name]["term_image"] == starts["both"]["term_image"]
        assert starts[name]["term_code"] == starts["both"]["term_code"]
    assert starts["x"]["estimate_x"] == starts["both"]["estimate_x"]
    assert list(starts["none"].index) == ["epoch", "term_image", "term_code"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"first": 4001}, "there are 4,000 digits, not 4,001; choose a smaller ppgn.training.first"),
        ({"batch": 13}, "12 digits do not fill a batch of 13; choose a smaller ppgn.training.batch"),
        ({"learning_rate": 1e20}, r"run 0, epoch 0, step \d: "),
    ],
)
def test_digits_that_are_not_there_and_divergence_are_one_line(
    changes: dict[str, float], said: str, digits: Path, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=f"^{said}"):
        train(tmp_path / "run", digits, changes=changes)
    assert not (tmp_path / "run/weights.safetensors").exists()


def test_an_encoder_learns_and_one_below_its_bar_is_refused(digits: Path, tmp_path: Path) -> None:
    paths = tmp_path / "encoder.safetensors", tmp_path / "encoder.csv"
    settings = CONFIG.encoder.model_copy(update={"filters": [4, 4, 16], "epochs": 1, "learning_rate": 0.1, "bar": 0.3})
    train_encoder(settings, 0, digits, *paths, CPU)
    table = pd.read_csv(paths[1]).set_index("part")["accuracy"]
    assert table["test"] > 0.3
    (read,) = networks.read(paths[0], CPU).values()
    assert accuracy(read, learned(digits), CPU) == pytest.approx(table["learned"], abs=1e-5)
    paths[0].unlink()
    said = f"the encoder reads {table['test']:.2%} of the test digits, less than 99.90%; give it more "
    with pytest.raises(UserError, match=f"^{re.escape(said)}"):
        train_encoder(settings.model_copy(update={"bar": 0.999}), 0, digits, *paths, CPU)
    assert not paths[0].exists()
    with pytest.raises(UserError, match=r"^4,000 digits do not fill a batch of 5000; .*ppgn\.encoder\.batch$"):
        train_encoder(settings.model_copy(update={"batch": 5000}), 0, digits, *paths, CPU)
