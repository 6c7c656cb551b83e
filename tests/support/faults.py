"""A clone in which things go wrong, and what is left of its results."""

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from support.clone import ROOT, TINY, Clone

STUDY = Path("results/tiny")
RESULTS = STUDY / "gangan"
LOGS = STUDY / "logs"
GANS = RESULTS / "zoos/mlp/gans"
EPOCHS = 4  # of the tiny study's GANs
STATE = "state.safetensors"
Fault = dict[str, object]
running: list[tuple[Clone, subprocess.Popen[str]]] = []


def separate(folder: Path) -> Clone:
    """A clone whose tiny study trains each GAN in a job of its own, so that a fault meets one GAN."""
    clone = Clone(folder)
    study = clone.folder / TINY
    study.write_text(study.read_text().replace("per_job: 2", "per_job: 1"))
    return clone


def fault(output: str, event: str, do: str = "die", nth: int = 1) -> Fault:
    """What a job does at its ``nth`` such event, see dies.py."""
    return {"output": output, "event": event, "do": do, "nth": nth}


def plan(clone: Clone, faults: Sequence[Fault]) -> None:
    """Let faults happen in a clone, for each job in this order."""
    shutil.copy(ROOT / "tests/support/dies.py", clone.folder / "src/sitecustomize.py")
    (clone.folder / "faults").mkdir()
    for i, one in enumerate(faults):
        (clone.folder / "faults" / f"{i:02d}.json").write_text(json.dumps(one))


def happened(clone: Clone) -> int:
    """How many of the planned faults did."""
    return len(list(clone.folder.glob("faults/*.done")))


def go_on(clone: Clone) -> None:
    """End the waiting of jobs that the plan let wait."""
    (clone.folder / "go").touch()


def lost(clone: Clone, undisturbed: Clone, part: str = ".") -> list[Path]:
    """What of the zoo and the GAN-GANs differs from the undisturbed study's, and what was left lying about."""
    before, after = _results(undisturbed, part), _results(clone, part)
    assert before, f"the undisturbed study has nothing of {part}"
    debris = [path for kind in ("part", "lease", "checkpoint") for path in clone.folder.rglob(f"{STUDY}/**/.*.{kind}")]
    return [path for path in before | after if before.get(path) != after.get(path)] + debris


def _results(clone: Clone, part: str) -> dict[Path, bytes]:
    patterns = ("zoos/*/gans/*.h5", "zoos/*/zoo.h5", "gangans/**/*.safetensors", "gangans/**/losses.csv")
    paths = [
        path.relative_to(clone.folder) for pattern in patterns for path in clone.folder.glob(f"{RESULTS}/{pattern}")
    ]
    return {path: (clone.folder / path).read_bytes() for path in paths if path.is_relative_to(RESULTS / part)}


def resumed(clone: Clone, output: Path) -> list[int]:
    """The epochs at which the attempts that a record knows of began."""
    record = json.loads((clone.folder / f"{output}.json").read_text())
    return [attempt["resumed_at"] for attempt in record["attempts"]]


def holder(clone: Clone, output: Path) -> int:
    """The process that has the lease of an output."""
    pid: int = json.loads((clone.folder / output.parent / f".{output.name}.lease").read_text())["pid"]
    return pid


def waits_for(process: int, log: str) -> bool:
    """Whether a job's log says that it waits for another process."""
    return re.search(rf"process {process} on .* is at work on this", log) is not None


def started(clone: Clone, *words: str, environment: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """Snakemake, running; what it says is in ``snakemake.log``."""
    command = [sys.executable, "-m", "snakemake", *words]
    with (clone.folder / "snakemake.log").open("a") as log:
        process = subprocess.Popen(command, cwd=clone.folder, env=environment, text=True, stdout=log, stderr=log)
    running.append((clone, process))
    return process


def end_all() -> None:
    """Leave nothing running behind a test that failed."""
    while running:
        clone, process = running.pop()
        if process.poll() is None:
            go_on(clone)
            process.terminate()
            process.wait()


def said(clone: Clone) -> str:
    """What the Snakemakes that were started said so far."""
    return (clone.folder / "snakemake.log").read_text()


def ended(clone: Clone, process: subprocess.Popen[str]) -> None:
    """Wait until a Snakemake has succeeded."""
    status = process.wait(timeout=1200)
    assert status == 0, f"Snakemake exited {status}:\n{said(clone)}"


def killed(process: subprocess.Popen[str]) -> None:
    """SIGKILL for this process alone; its jobs live on."""
    process.kill()
    process.wait()


def until(condition: Callable[[], object], process: subprocess.Popen[str] | None = None) -> None:
    """Wait for something that is going to happen, while ``process`` is running."""
    end = time.monotonic() + 600
    while not condition():
        assert process is None or process.poll() is None or condition(), "Snakemake ended before it happened"
        assert time.monotonic() < end, "it did not happen within ten minutes"
        time.sleep(0.2)
