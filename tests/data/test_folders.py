"""Digits that lie in a folder in any form are taken when their checksum is right, and no others."""

import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from safetensors.torch import load_file

from gangan.core.files import UserError
from gangan.data import idx
from gangan.data.folders import archived
from gangan.data.idx import Archive

CONTENT = {
    "train-images-idx3-ubyte": b"\0\0\x08\x03\0\0\0\x02\0\0\0\x1c\0\0\0\x1c" + bytes(range(196)) * 8,
    "train-labels-idx1-ubyte": b"\0\0\x08\x01\0\0\0\x02" + b"\3\4",
    "t10k-images-idx3-ubyte": b"\0\0\x08\x03\0\0\0\x01\0\0\0\x1c\0\0\0\x1c" + bytes(196) * 4,
    "t10k-labels-idx1-ubyte": b"\0\0\x08\x01\0\0\0\x01" + b"\5",
}


def dotted(name: str) -> str:
    return name.replace("-idx", ".idx")


FORMS: dict[str, Callable[[str, bytes], tuple[str, bytes]]] = {
    "packed": lambda name, content: (f"{name}.gz", gzip.compress(content)),
    "unpacked": lambda name, content: (name, content),
    "unpacked by a browser": lambda name, content: (f"{name}.gz", content),
    "dotted": lambda name, content: (dotted(name), content),
    "dotted and packed": lambda name, content: (f"{dotted(name)}.gz", gzip.compress(content)),
}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    archives = [Archive(f"{name}.gz", hashlib.sha256(content).hexdigest()) for name, content in CONTENT.items()]
    monkeypatch.setitem(idx.ARCHIVES, "mnist", archives)


def fetched(tmp_path: Path, mirror: str) -> Path:
    with archived("mnist", [mirror]) as mirrors:
        idx.fetch("mnist", mirrors, tmp_path / "digits.safetensors")
    return tmp_path / "digits.safetensors"


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("spelt", ["whole", "home", "relative"])
def test_the_content_is_taken_in_every_form(
    form: Callable[[str, bytes], tuple[str, bytes]], spelt: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "my digits"
    folder.mkdir()
    for name, content in CONTENT.items():
        called, written = form(name, content)
        (folder / called).write_bytes(written)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    mirror = {"whole": folder.as_uri(), "home": "file:~/my digits", "relative": "file:my digits"}[spelt]
    tensors = load_file(fetched(tmp_path, mirror))
    assert bytes(tensors["train.images"].flatten().tolist()) == CONTENT["train-images-idx3-ubyte"][16:]
    assert tensors["test.labels"].tolist() == [5]


def test_an_archive_known_by_its_own_checksum_may_have_another_name_and_no_other_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = {name: gzip.compress(content, mtime=0) for name, content in CONTENT.items()}
    archives = [Archive(f"{name}.gz", hashlib.sha256(some).hexdigest(), False) for name, some in packed.items()]
    monkeypatch.setitem(idx.ARCHIVES, "mnist", archives)
    for name, some in packed.items():
        (tmp_path / f"{dotted(name)}.gz").write_bytes(some)
    assert load_file(fetched(tmp_path, tmp_path.as_uri()))["train.labels"].tolist() == [3, 4]
    (tmp_path / "train-labels.idx1-ubyte.gz").unlink()
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(CONTENT["train-labels-idx1-ubyte"])  # packed, it has other bytes
    with pytest.raises(UserError, match=r"no mirror gave train-labels-idx1-ubyte\.gz"):
        fetched(tmp_path, tmp_path.as_uri())


@pytest.mark.parametrize("content", [b"<html>", b"", CONTENT["t10k-labels-idx1-ubyte"][:-1], gzip.compress(b"x")[:-4]])
def test_what_has_another_checksum_is_not_taken(content: bytes, tmp_path: Path) -> None:
    for name, whole in CONTENT.items():
        (tmp_path / name).write_bytes(content if name.startswith("t10k-labels") else whole)
    with pytest.raises(UserError, match=r"no mirror gave t10k-labels-idx1-ubyte\.gz: file:"):
        fetched(tmp_path, tmp_path.as_uri())
    assert not (tmp_path / "digits.safetensors").exists()
