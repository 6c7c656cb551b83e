"""One writer a result (core.lease)."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

import pytest

from gangan.core import lease
from gangan.core.files import UserError

HOLD = """
import sys, time
from pathlib import Path
from gangan.core.lease import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def _brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "LOOK", 0.05)
    monkeypatch.setattr(lease, "BEAT", 0.05)
    monkeypatch.setattr(lease, "SILENCE", 1.0)


def holder(output: Path) -> subprocess.Popen[str]:
    """Another process that holds the lease until its stdin ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, output],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(lease.__file__).parents[2])},
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def waiter(output: Path) -> tuple[Thread, list[str]]:
    """A thread that takes the lease when it can, and says so."""
    said: list[str] = []

    def work() -> None:
        with lease.held(output):
            said.append("mine")

    thread = Thread(target=work)
    thread.start()
    return thread, said


def elsewhere(output: Path) -> Callable[[], None]:
    """A lease of another machine; the function returned gives a sign of life."""
    path = output.with_name(f".{output.name}.lease")
    words = {"host": "far", "pid": 1, "slurm_job_id": "7", "machine": "another", "started": "1", "token": "x"}
    path.write_text(json.dumps(words))
    return lambda: os.utime(path)


def test_the_second_waits_until_the_first_is_done(tmp_path: Path) -> None:
    first = holder(tmp_path / "out")
    thread, said = waiter(tmp_path / "out")
    thread.join(lease.SILENCE * 2)  # silence does not count against a process that is seen to live
    assert not said
    first.communicate("")
    thread.join(60)
    assert said == ["mine"]
    assert not list(tmp_path.iterdir())


def test_a_stopped_process_still_holds_and_a_killed_one_no_more(tmp_path: Path) -> None:
    first = holder(tmp_path / "out")
    first.send_signal(signal.SIGSTOP)
    thread, said = waiter(tmp_path / "out")
    thread.join(lease.SILENCE * 2)
    assert not said
    first.kill()
    thread.join(60)
    assert said == ["mine"]
    first.wait()


def test_a_process_number_used_again_is_not_the_holder(tmp_path: Path) -> None:
    first = holder(tmp_path / "out")
    path = tmp_path / ".out.lease"
    words = json.loads(path.read_text())
    path.write_text(json.dumps({**words, "started": "1"}))  # as if the pid had gone to another process since
    with lease.held(tmp_path / "out"):
        assert json.loads(path.read_text())["pid"] == os.getpid()
    first.kill()
    first.wait()


def test_another_machine_is_believed_while_it_gives_signs_of_life(tmp_path: Path) -> None:
    beat = elsewhere(tmp_path / "out")
    thread, said = waiter(tmp_path / "out")
    end = time.monotonic() + lease.SILENCE * 2
    while time.monotonic() < end:
        beat()
        time.sleep(lease.SILENCE / 20)
    assert not said
    thread.join(60)  # it is silent now
    assert said == ["mine"]


def test_a_holder_gives_signs_of_life(tmp_path: Path) -> None:
    with lease.held(tmp_path / "out"):
        path = tmp_path / ".out.lease"
        os.utime(path, (0, 0))
        end = time.monotonic() + 60
        while path.stat().st_mtime == 0:
            assert time.monotonic() < end, "no sign of life"
            time.sleep(lease.BEAT)


def test_who_was_silent_too_long_notices_and_leaves_the_taker_alone(tmp_path: Path) -> None:
    with ExitStack() as stack:
        own = stack.enter_context(lease.held(tmp_path / "out"))
        own.check()
        elsewhere(tmp_path / "out")
        with pytest.raises(UserError, match=r"process 1 on far, SLURM job 7 took over"):
            own.check()
    assert (tmp_path / ".out.lease").exists()  # the taker's, not removed on the way out


def test_one_of_several_takes_over_from_the_dead(tmp_path: Path) -> None:
    first = holder(tmp_path / "out")
    first.kill()
    first.wait()
    inside, most = [0], [0]

    def work() -> None:
        with lease.held(tmp_path / "out"):
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            time.sleep(lease.LOOK * 3)
            inside[0] -= 1

    threads = [Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert most == [1]


def test_a_lease_without_words_counts_by_its_silence(tmp_path: Path) -> None:
    (tmp_path / ".out.lease").touch()  # its writer was killed between creating and writing it
    with lease.held(tmp_path / "out"):
        pass
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(UserError, match=r"cannot write .*\.out\.lease: .*; free space or mend permissions"),
        lease.held(tmp_path / "file" / "out"),
    ):
        pass
