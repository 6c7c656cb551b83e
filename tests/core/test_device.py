"""How a job computes, and each job its own GPU (core.device)."""

import fcntl
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import torch

from gangan.core import device
from support.job import prepared

CLAIM = """
import sys
from pathlib import Path
from unittest.mock import MagicMock
sys.modules["torch"] = MagicMock()  # a claim needs none, and its import takes seconds
from gangan.core.device import claim
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
            env={**os.environ, "PYTHONPATH": str(Path(device.__file__).parents[2])},
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
    assert [gpu for _, gpu in running] == [0, 1, 0, 1]
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

    monkeypatch.setattr(device, "_claims", [])
    monkeypatch.setattr(device, "_in_use", counting)
    (tmp_path / "first.0").touch()
    assert device.claim(["first", "second"], tmp_path) == 1


def test_a_process_keeps_its_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "_claims", [])
    assert [device.claim(["first", "second"], tmp_path) for _ in range(3)] == [0, 0, 0]
    assert [claim.stem for claim in tmp_path.glob("*.*")] == ["first"]


def test_an_only_gpu_is_not_claimed(tmp_path: Path) -> None:
    assert device.claim(["only"], tmp_path) == 0
    assert not list(tmp_path.iterdir())


def test_a_job_computes_in_float32_without_autograd_on_its_own_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUBLAS_WORKSPACE_CONFIG", raising=False)
    torch.set_float32_matmul_precision("high")
    with prepared(threads=1):
        assert not torch.backends.cudnn.allow_tf32  # PyTorch allows it
        assert torch.get_float32_matmul_precision() == "highest"
        assert torch.get_num_threads() == 1
        assert torch.are_deterministic_algorithms_enabled()
        assert os.environ["CUBLAS_WORKSPACE_CONFIG"] == ":4096:8"  # or PyTorch refuses every product on a GPU
        assert not torch.is_grad_enabled()
    torch.set_float32_matmul_precision("highest")


def test_a_gpu_that_was_given_and_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def init() -> None:
        raise RuntimeError("The driver is too old.\nMore of this.")

    def found() -> torch.device:
        with prepared() as found:
            return found

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.cuda, "init", init)
    for none in ("", "-1", "NoDevFiles"):
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", none)
        assert found() == torch.device("cpu")
    assert not caplog.messages
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")
    assert found() == torch.device("cpu")
    assert caplog.messages == ["GPU 3 was given, but this runs on the CPU: The driver is too old."]
