"""With --sdm, jobs run the Python of their environment.

Scripts stand in for conda and apptainer, as far as Snakemake uses them. Their environment has the packages of this one,
but not the project's own.
"""

import json
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from support.clone import Clone

DIGITS = "resources/mnist-5k.safetensors"
CONDA = """#!/bin/sh
case "$1 $2" in
    "info --json") echo '{{"conda_prefix": "{root}", "platform": "linux-64"}}';;
    "config --get") echo '{{"get": {{"channel_priority": "strict"}}}}';;
    "env create") for folder; do :; done; cp -R {environment} "$folder";;
    *) echo conda 26.9.0;;
esac
"""
APPTAINER = """#!/bin/sh
[ "$1" = --version ] && echo apptainer version 1.4.0 && exit
until [ "${{1%.sif}}" != "$1" ]; do shift; done
export APPTAINER_CONTAINER="$PWD/$1" PATH={environment}/bin:/usr/bin:/bin
shift
exec "$@"
"""


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in PATH with the stand-ins."""
    environment, bin_ = tmp_path / "environment", tmp_path / "tools/bin"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    (packages,) = environment.glob("lib/python*/site-packages")
    (packages / "here.pth").write_text(sysconfig.get_path("purelib"))
    bin_.mkdir(parents=True)
    for name, text in {"conda": CONDA, "apptainer": APPTAINER}.items():
        (bin_ / name).write_text(text.format(root=bin_.parent, environment=environment))
        (bin_ / name).chmod(0o755)
    (bin_ / "activate").write_text("export PATH=$1/bin:$PATH\n")
    monkeypatch.setenv("PATH", f"{bin_}:/usr/bin:/bin")
    return environment


def environment_of(clone: Clone, *words: str) -> dict[str, Any]:
    """That of the job that fetches the digits, as its record has it."""
    clone.snakemake(DIGITS, *words)
    environment: dict[str, Any] = json.loads((clone.folder / f"{DIGITS}.json").read_text())["environment"]
    return environment


@pytest.mark.usefixtures("tools")
def test_a_job_runs_in_its_conda_environment(clone: Clone) -> None:
    recorded = environment_of(clone, "--sdm", "conda")
    (made,) = (clone.folder / ".snakemake/conda").glob("*_")
    assert recorded["prefix"] == made.relative_to(clone.folder).as_posix()
    assert recorded["container"] is None


def test_a_job_runs_in_its_container(clone: Clone, tools: Path) -> None:
    said = clone.snakemake(DIGITS, "-n", "--sdm", "apptainer", check=False)
    assert f"gangan.sif is not in {clone.folder}: build it" in said
    (clone.folder / "gangan.sif").touch()
    recorded = environment_of(clone, "--sdm", "apptainer")
    assert recorded["prefix"] == tools.name  # elsewhere: no path of somebody's machine
    assert recorded["container"] == "gangan.sif"
