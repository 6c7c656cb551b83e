"""One digit of a dataset, the first of them."""

import re
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from gangan.core.files import UserError
from gangan.data.selection import COUNTS, selected


def test_a_selection_is_the_first_of_a_class_in_the_datasets_order(digits: Path) -> None:
    held = load_file(digits)
    eights = held["train.images"][held["train.labels"] == 8]
    assert selected(digits, "mnist-5k", 8, None).equal(eights)
    assert selected(digits, "mnist-5k", 8, 20).equal(eights[:20])
    assert selected(digits, "mnist-5k", None, 30).equal(held["train.images"][:30])
    assert selected(digits, "mnist-5k", None, None).equal(held["train.images"])


def test_the_counts_are_the_published_ones() -> None:
    assert COUNTS["mnist"][8] == 5851
    assert {name: sum(counts) for name, counts in COUNTS.items()} == {
        "mnist": 60_000,
        "mnist-5k": 5_000,
        "fashion-mnist": 60_000,
        "kmnist": 60_000,
    }


def test_more_than_there_are_is_refused(digits: Path) -> None:
    with pytest.raises(UserError, match=r"^mnist-5k has 500 training images of class 8, not 512; choose a smaller"):
        selected(digits, "mnist-5k", 8, 512)


def test_a_file_with_another_count_is_refused(digits: Path, tmp_path: Path) -> None:
    held = load_file(digits)
    labels = held["train.labels"].clone()
    labels[int(torch.nonzero(labels == 8)[0])] = 7
    path = tmp_path / "digits.safetensors"
    save_file(held | {"train.labels": labels}, path)
    said = f"{path}: 501 images of class 7, mnist-5k has 500; delete the file and run again"
    with pytest.raises(UserError, match=f"^{re.escape(said)}$"):
        selected(path, "mnist-5k", 8, 10)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "digits.safetensors"
    path.write_bytes(b"nothing")
    with pytest.raises(UserError, match=f"^{re.escape(str(path))}: "):
        selected(path, "mnist-5k", None, None)
