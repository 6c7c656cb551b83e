"""A file is whole under its name or not there at all."""

import errno
import os
import resource
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from gangan.core import rowfile
from gangan.core.checkpoint import Checkpoint
from gangan.core.files import UserError, atomic, write_arrays, write_tensors
from gangan.core.layout import Layout
from gangan.core.lease import held


@pytest.fixture
def full_disk() -> Iterator[None]:
    """No file may grow beyond 100 kB."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_appears_whole_and_replaces_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "below" / "file"
    for text in ("old", "new"):
        with atomic(target) as partial:
            partial.write_text(text)
            assert not target.exists() or target.read_text() == "old"
        assert target.read_text() == text
    assert [path.name for path in target.parent.iterdir()] == ["file"]


def test_the_content_is_on_disk_before_its_name_and_the_name_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, synced, fsync = tmp_path / "file", [], os.fsync

    def recorded(descriptor: int) -> None:
        synced.append((os.fstat(descriptor).st_ino, target.exists()))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", recorded)
    with atomic(target) as partial:
        partial.write_text("new")
    assert synced == [(target.stat().st_ino, False), (tmp_path.stat().st_ino, True)]


@pytest.mark.parametrize("refusing", ["open", "fsync"])
def test_a_file_system_that_does_not_sync_folders_takes_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusing: str
) -> None:
    allowed = getattr(os, refusing)

    def refuse(file: Path | int, *arguments: int, **more: int) -> object:
        if Path(f"/proc/self/fd/{file}" if isinstance(file, int) else file).is_dir():
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return allowed(file, *arguments, **more)

    monkeypatch.setattr(os, refusing, refuse)
    with atomic(tmp_path / "file") as partial:
        partial.write_text("new")
    assert (tmp_path / "file").read_text() == "new"


def test_a_failure_keeps_the_old_file_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_text("old")

    def fail() -> None:
        with atomic(target) as partial:
            partial.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"file": "old"}


def text(path: Path) -> None:
    with atomic(path) as partial, partial.open("w") as file:
        file.write("x" * 1_000_000)


def tensors(path: Path) -> None:
    write_tensors(path, {"x": torch.zeros(1_000_000)}, {"a": 1})


def runs(path: Path, width: int) -> None:
    layout = Layout.of(g={"w": (width,)})
    rowfile.write_runs(path, layout, {}, {}, [0], 0, np.zeros((100, 1, width), "f4"), {"g": np.zeros((100, 1), "f4")})


def long_rows(path: Path) -> None:
    runs(path, 100_000)


def short_rows(path: Path) -> None:  # HDF5 writes these when it closes the file
    runs(path, 1_000)


def small_arrays(path: Path) -> None:
    write_arrays(path, {f"a{i}": np.zeros(10_000) for i in range(20)})


@pytest.mark.usefixtures("full_disk")
@pytest.mark.parametrize("write", [text, tensors, long_rows, short_rows, small_arrays])
def test_a_full_disk_is_one_line_and_leaves_nothing(tmp_path: Path, write) -> None:
    with pytest.raises(UserError, match=r"^cannot write .*/file: File too large; free space or mend permissions$"):
        write(tmp_path / "file")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_stops_a_checkpoint_in_one_line(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path, "identity", row_bytes=400_000)
    checkpoint.restore({})
    checkpoint.end_epoch({"g": [0.0]}, 1.0)
    with pytest.raises(UserError, match=r"^cannot write .*/rows\.f32: File too large; free space or mend permissions$"):
        checkpoint.append(torch.zeros(1, 100_000))


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match=r"^cannot write .*/file/below/it: (Not a directory|File exists); "):
        text(tmp_path / "file" / "below" / "it")


@pytest.mark.parametrize("write", [atomic, held])
def test_a_folder_where_a_file_must_be_is_one_line(write: Callable[[Path], AbstractContextManager[Any]]) -> None:
    with pytest.raises(UserError, match=r"^\.: a folder; name a file in it$"), write(Path()):
        pass


def test_an_input_that_is_missing_is_not_called_an_unwritable_output(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="absent"), atomic(tmp_path / "file"):
        (tmp_path / "absent").read_text()


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600)])
def test_tensors_are_for_whom_the_umask_says(umask: int, mode: int, tmp_path: Path) -> None:
    before = os.umask(umask)
    try:
        write_tensors(tmp_path / "a.safetensors", {"a": torch.zeros(2)})
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.safetensors").stat().st_mode) == mode
