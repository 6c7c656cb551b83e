"""What the profile for SLURM asks it for, told by an ``sbatch`` that writes down what it is asked and refuses."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from support.clone import Clone

OTHERS = ("sacct", "sacctmgr", "scontrol", "sinfo", "squeue", "sshare")
REFUSE = """#!/bin/sh
printf '%s\\n' "$*" >> "${0%/*}/asked"
exit 1
"""
SILENT = "#!/bin/sh\n"  # has no answer


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder of SLURM's commands."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name, script in {"sbatch": REFUSE, **dict.fromkeys(OTHERS, SILENT)}.items():
        (folder / name).write_text(script)
        (folder / name).chmod(0o755)
    return folder


def asked(clone: Clone, tools: Path, *words: str) -> list[str]:
    """The command lines of ``sbatch`` for a command about the papers' study."""
    command = [sys.executable, "-m", "snakemake", "--profile", "slurm", "--retries", "0", *words]
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=clone.folder, env=environment, text=True, capture_output=True, timeout=300)
    assert "gangan job" in done.stdout + done.stderr
    return (tools / "asked").read_text().splitlines()


@pytest.mark.parametrize("gpus", [1, 0])
def test_the_one_dimensional_runs_are_trained_by_one_job_that_does_them_in_turn(
    gpus: int, clone: Clone, tools: Path
) -> None:
    without = () if gpus else ("--set-resources", "oned_train_runs:gpu=0", "oned_train_runs:runtime=5")
    (line,) = asked(clone, tools, *without, "--", "results/papers/oned/metrics/runs.csv.gz")
    words = shlex.split(line.partition("--wrap=")[2])
    assert sum(word.startswith("oned_train_runs:") for word in words) == 27
    assert line.count("--gpus=1") == gpus
    assert "--cpus-per-task=1" in line
    assert "--mem 4000" in line  # of one training: they take turns
    assert f"-t {27 * 5}" in line


def test_other_jobs_have_a_gpu_each(clone: Clone, tools: Path) -> None:
    files = [f"results/papers/gangan/zoos/mlp/gans/{run}.h5" for run in ("00", "01")]
    (clone.folder / "resources").mkdir()
    (clone.folder / "resources/mnist.safetensors").touch()
    lines = asked(clone, tools, "--", *files)
    assert [line.split().count("--gpus=1") for line in lines] == [1, 1]
