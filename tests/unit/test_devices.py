"""Each job its own GPU (devices.py)."""

import fcntl
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from gangan import devices

CLAIM = """
import sys
from pathlib import Path
from gangan.devices import claim
print(claim(["first", "second"], Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def jobs(tmp_path: Path):  # type: ignore[no-untyped-def]
    running: list[subprocess.Popen[str]] = []

    def job() -> tuple[subprocess.Popen[str], int]:
        process = subprocess.Popen(
            [sys.executable, "-c", CLAIM, tmp_path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(devices.__file__).parents[1])},
        )
        running.append(process)
        assert process.stdout
        return process, int(process.stdout.readline())

    yield job
    for process in running:
        process.kill()
        process.wait()


def test_two_jobs_on_two_gpus_use_both(jobs) -> None:  # type: ignore[no-untyped-def]
    assert {jobs()[1], jobs()[1]} == {0, 1}


def test_more_jobs_than_gpus_spread_evenly(jobs) -> None:  # type: ignore[no-untyped-def]
    assert Counter(jobs()[1] for _ in range(6)) == {0: 3, 1: 3}


def test_a_job_gets_the_gpu_that_fewest_of_the_living_use(jobs, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    running = [jobs() for _ in range(4)]
    assert [device for _, device in running] == [0, 1, 0, 1]
    for place in (0, 1, 3):
        process, _ = running[place]
        process.kill()
        process.wait()
    assert [jobs()[1] for _ in range(3)] == [1, 0, 1]
    assert len(list(tmp_path.glob("*.*"))) == 4  # of the living alone


def test_two_jobs_do_not_count_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def counting(_: Path) -> bool:
        with (tmp_path / "lock").open() as another, pytest.raises(BlockingIOError):
            fcntl.flock(another, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True

    monkeypatch.setattr(devices, "_claims", [])
    monkeypatch.setattr(devices, "_in_use", counting)
    (tmp_path / "first.0").touch()
    assert devices.claim(["first", "second"], tmp_path) == 1


def test_a_process_keeps_its_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "_claims", [])
    assert [devices.claim(["first", "second"], tmp_path) for _ in range(3)] == [0, 0, 0]
    assert [claim.stem for claim in tmp_path.glob("*.*")] == ["first"]


def test_an_only_gpu_is_not_claimed(tmp_path: Path) -> None:
    assert devices.claim(["only"], tmp_path) == 0
    assert not list(tmp_path.iterdir())
