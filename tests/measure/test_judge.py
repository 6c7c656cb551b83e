"""The judge: how well it reads, and that it is the same every time."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import torch
from safetensors.torch import load_file

from gangan.core.files import UserError
from gangan.data.idx import read_part
from gangan.measure import judge
from support.job import prepared

SETTINGS = {"shape": "deep", "epochs": 3, "batch": 100, "learning_rate": 0.003}


@pytest.fixture(scope="module")
def device() -> Iterator[torch.device]:
    with prepared() as device:
        yield device


@pytest.fixture(scope="module")
def trained(digits: Path, device: torch.device, tmp_path_factory: pytest.TempPathFactory) -> Path:
    weights = tmp_path_factory.mktemp("judge") / "judge.safetensors"
    judge.train(**SETTINGS, seed=0, digits=digits, judge=weights, table=weights.with_suffix(".csv"), device=device)
    return weights


def test_it_reads_digits_that_it_has_not_seen_and_says_how_many(
    trained: Path, digits: Path, device: torch.device
) -> None:
    table = pd.read_csv(trained.with_suffix(".csv")).set_index("part")
    assert table["digits"].to_dict() == {"train": 3000, "validation": 1000, "test": 1000}
    assert table.loc["test", "accuracy"] > 0.9  # of 3,000 digits, three times; the paper's study reports its own
    assert set(table["judge"]) == {hashlib.sha256(trained.read_bytes()).hexdigest()[:16]}
    test = read_part(digits, "test")
    features, logits = judge.judged(judge.read(trained, "deep", device), test.images.to(device))
    assert features.shape == (1000, 64)
    assert features.min() == 0
    assert (logits.argmax(1).cpu() == test.labels).double().mean().item() == pytest.approx(
        table.loc["test", "accuracy"]
    )


def test_it_is_small(trained: Path) -> None:
    table = pd.read_csv(trained.with_suffix(".csv"))
    layers = 16 * 25 * 14 * 14 + 32 * 16 * 9 * 7 * 7 + 32 * 49 * 64 + 64 * 10
    assert table["mflop"].tolist() == pytest.approx([2 * layers / 1e6] * 3)
    assert table["mflop"].max() <= 5
    assert set(table["parameters"]) == {16 * 26 + 32 * 145 + 64 * 1569 + 10 * 65}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(
    trained: Path, digits: Path, device: torch.device, tmp_path: Path
) -> None:
    for seed in (0, 1):
        files = {"judge": tmp_path / f"{seed}", "table": tmp_path / "table"}
        judge.train(**SETTINGS, seed=seed, digits=digits, **files, device=device)
    assert (tmp_path / "0").read_bytes() == trained.read_bytes()
    assert not torch.equal(load_file(tmp_path / "1")["classes.weight"], load_file(trained)["classes.weight"])


def test_the_second_judge_is_of_another_shape_and_seed_and_reads_as_well(
    digits: Path, device: torch.device, tmp_path: Path
) -> None:
    judge.train(**SETTINGS | {"shape": "flat"}, seed=0, digits=digits, judge=tmp_path / "judge",
                table=tmp_path / "table", device=device)  # fmt: skip
    table = pd.read_csv(tmp_path / "table").set_index("part")
    assert table.loc["test", "accuracy"] > 0.9
    assert table["mflop"].tolist() == pytest.approx([2 * (24 * 49 * 10 * 10 + 2400 * 64 + 64 * 10) / 1e6] * 3)
    features, _ = judge.judged(judge.read(tmp_path / "judge", "flat", device), read_part(digits, "test").images)
    assert features.shape == (1000, 64)
    starts = [judge.stream(0, "judge", judge.SHAPES[shape][2], 0, torch.device("cpu")) for shape in judge.SHAPES]
    assert len({start.initial_seed() for start in starts}) == 2


def test_a_judge_that_is_damaged_is_refused_in_one_line(trained: Path, device: torch.device, tmp_path: Path) -> None:
    (tmp_path / "judge").write_bytes(trained.read_bytes()[:1000])
    with pytest.raises(UserError, match=r"judge: .*; delete the file and run again"):
        judge.read(tmp_path / "judge", "deep", device)


def test_too_few_digits_for_a_batch_are_said_in_one_line(digits: Path, device: torch.device, tmp_path: Path) -> None:
    files = {"judge": tmp_path / "a", "table": tmp_path / "b"}
    with pytest.raises(UserError, match="3000 digits do not fill a batch of 3001"):
        judge.train(**SETTINGS | {"batch": 3001}, seed=0, digits=digits, **files, device=device)
    assert list(tmp_path.iterdir()) == []
