"""Disks that fill up or may not be written: one line says so, and what is finished stays whole."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.clone import ROOT, Clone
from support.faults import ended, lost, said
from support.locally import started
from support.reliability import Survived

GAN = {
    "epochs": 2,
    "batch": 500,
    "learning_rate": 1e-3,
    "network": {"kind": "mlp", "latent": 4, "hidden": 8},
    "loss": {"kind": "gan", "of": "probabilities"},
    "shared_initialisation": False,
}


class Disk:
    """A file system of its own."""

    def __init__(self, folder: Path, size: str):
        self.folder = folder
        folder.mkdir(parents=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)

    def remount(self, option: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{option}", self.folder], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk of half a megabyte, where a clone would have its results."""
    if os.getuid():
        pytest.skip("a disk of its own needs root")
    disk = Disk(tmp_path / "clone/results", "512k")
    yield disk
    subprocess.run(["umount", disk.folder], check=True)


@pytest.mark.faults
@pytest.mark.parametrize("size", ["512k", "1100k", "2500k"])  # enough for a GAN, for the zoo, for a GAN-GAN
def test_a_full_disk_leaves_finished_files_whole_and_the_study_goes_on_where_there_is_room(
    size: str, disk: Disk, undisturbed: Clone, clone: Clone, survived: Survived
) -> None:
    disk.remount(f"size={size}")
    assert started(clone, "--show-failed-logs", "--retries", "0").wait(timeout=1200) == 1
    text = said(clone)
    assert "No space left on device; free space or mend permissions" in text
    assert "Traceback" not in text
    damaged = []
    records = [path for path in clone.folder.rglob("results/tiny/**/*.json") if ".checkpoint" not in path.parent.name]
    for path in records:
        for output in json.loads(path.read_text())["outputs"].values():
            if hashlib.sha256((clone.folder / output["path"]).read_bytes()).hexdigest() != output["sha256"]:
                damaged.append(output["path"])
    disk.remount("size=64m")
    ended(clone, started(clone))
    survived(f"disk of {size} full", "one machine", 1, damaged + lost(clone, undisturbed))


def gangan(*words: object) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "gangan", *map(str, words)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        text=True,
        capture_output=True,
        check=False,
    )


def train(digits: Path, folder: Path, log: Path) -> subprocess.CompletedProcess[str]:
    settings = {"gan": GAN, "seed": 0, "first": 0, "count": 1}
    made = {"rows": f"{folder}/0.h5", "timing": f"{folder}/0.csv"}
    files = {"input": {"digits": str(digits)}, "output": made}
    given = ["--settings", json.dumps(settings), "--files", json.dumps(files), "--log", log]
    return gangan("job", "papers.gangan.training.gans.train_gans", *given)


def test_results_that_may_not_be_written_are_one_line_on_stderr(disk: Disk, digits: Path, tmp_path: Path) -> None:
    disk.remount("ro")
    done = train(digits, disk.folder, tmp_path / "log")
    assert done.returncode == 1
    line = f"error: cannot write {disk.folder}/.0.h5.lease: Read-only file system; free space or mend permissions\n"
    assert done.stderr.endswith(line)
    assert (tmp_path / "log").read_text().endswith(line)
    assert "Traceback" not in done.stderr


def test_a_log_that_may_not_be_written_is_one_line_on_stderr(digits: Path, tmp_path: Path) -> None:
    done = train(digits, tmp_path, tmp_path)
    assert done.returncode == 1
    assert done.stderr == f"error: cannot write {tmp_path}: Is a directory; free space or mend permissions\n"


def test_a_log_on_a_full_disk_does_not_end_a_training(digits: Path, tmp_path: Path) -> None:
    done = train(digits, tmp_path, Path("/dev/full"))
    assert done.returncode == 0, done.stderr
    assert "GAN 0: epoch 2/2" in done.stderr
    assert "Logging error" not in done.stderr
