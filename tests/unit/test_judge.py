"""The judge: what it learns from, how well it reads, and that it is the same every time."""

from pathlib import Path

import pandas as pd
import pytest
import torch
from safetensors.torch import load_file, save_file

from gangan import judge
from gangan.config import Judge
from gangan.files import UserError
from gangan.provenance import file_digest

SETTINGS = Judge(epochs=3, batch=100, learning_rate=0.003)


@pytest.fixture(scope="module")
def trained(digits: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("judge")
    judge.train(SETTINGS, 0, digits, folder / "judge.safetensors", folder / "judge.csv", threads=1)
    return folder / "judge.safetensors"


def test_it_reads_digits_that_it_has_not_seen_and_says_how_many(trained: Path, digits: Path) -> None:
    table = pd.read_csv(trained.with_suffix(".csv")).set_index("part")
    assert table["digits"].to_dict() == {"train": 3000, "validation": 1000, "test": 1000}
    assert table.loc["test", "accuracy"] > 0.9  # of 3,000 digits, three times; the paper's study reports its own
    assert set(table["judge"]) == {file_digest(trained)[:16]}
    test = judge.read_part(digits, "test")
    features, logits = judge.judged(judge.read(trained, torch.device("cpu")), test.images)
    assert features.shape == (1000, 64)
    assert features.min() == 0
    assert (logits.argmax(1) == test.labels).double().mean().item() == pytest.approx(table.loc["test", "accuracy"])


def test_it_is_small(trained: Path) -> None:
    table = pd.read_csv(trained.with_suffix(".csv"))
    layers = 16 * 25 * 14 * 14 + 32 * 16 * 9 * 7 * 7 + 32 * 49 * 64 + 64 * 10
    assert table["mflop"].tolist() == pytest.approx([2 * layers / 1e6] * 3)
    assert table["mflop"].max() <= 5
    assert set(table["parameters"]) == {16 * 26 + 32 * 145 + 64 * 1569 + 10 * 65}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(
    trained: Path, digits: Path, tmp_path: Path
) -> None:
    for seed in (0, 1):
        judge.train(SETTINGS, seed, digits, tmp_path / f"{seed}", tmp_path / "table", threads=1)
    assert (tmp_path / "0").read_bytes() == trained.read_bytes()
    assert not torch.equal(load_file(tmp_path / "1")["classes.weight"], load_file(trained)["classes.weight"])


def test_of_a_dataset_with_a_test_part_every_sixth_training_digit_is_validation(tmp_path: Path) -> None:
    def numbered(start: int, count: int) -> torch.Tensor:
        return torch.arange(start, start + count, dtype=torch.uint8)

    held = {f"{part}.labels": numbered(start, count) for part, start, count in (("train", 0, 12), ("test", 100, 3))}
    held |= {name.replace("labels", "images"): labels.view(-1, 1, 1).repeat(1, 28, 28) for name, labels in held.items()}
    save_file(held, tmp_path / "digits")
    parts = {part: judge.read_part(tmp_path / "digits", part) for part in judge.PARTS}
    assert {part: digits.labels.tolist() for part, digits in parts.items()} == {
        "train": [0, 1, 2, 3, 4, 6, 7, 8, 9, 10],
        "validation": [5, 11],
        "test": [100, 101, 102],
    }
    for digits in parts.values():
        torch.testing.assert_close((digits.images[:, 0, 0] + 1) * 127.5, digits.labels.float(), atol=1e-4, rtol=0)


def test_digits_of_a_small_dataset_stand_in_one_part_only(digits: Path) -> None:
    everyone = load_file(digits)["train.labels"].long()
    parts = {part: judge.read_part(digits, part) for part in judge.PARTS}
    assert torch.equal(parts["validation"].labels, everyone[3::5])
    assert torch.equal(parts["test"].labels, everyone[4::5])
    assert [digits.labels.bincount().unique().tolist() for digits in parts.values()] == [[300], [100], [100]]


def test_digits_that_are_damaged_are_refused_in_one_line(digits: Path, tmp_path: Path) -> None:
    (tmp_path / "digits").write_bytes(digits.read_bytes()[:1000])
    with pytest.raises(UserError, match=r"digits: .*; delete the file and run again"):
        judge.read_part(tmp_path / "digits", "test")


def test_too_few_digits_for_a_batch_are_said_in_one_line(digits: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="3000 digits do not fill a batch of 3001"):
        judge.train(SETTINGS.model_copy(update={"batch": 3001}), 0, digits, tmp_path / "a", tmp_path / "b", threads=1)
    assert list(tmp_path.iterdir()) == []
