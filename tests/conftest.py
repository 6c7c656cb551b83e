"""What several tests need: digits, and a clone of the project in which a tiny study runs."""

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from gangan import data

pytest_plugins = ("reliability",)
ROOT = Path(__file__).parents[1]
PARTS = ("Snakefile", "slurm", "workflow", "config", "src", "environment.yml", "requirements.lock", "tests/tiny.yaml")


@pytest.fixture(scope="session")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded digits as the pipeline keeps them."""
    path = tmp_path_factory.mktemp("digits") / "mnist-5k.safetensors"
    data.fetch("mnist-5k", [], path)
    return path


class Clone:
    """A copy of the project's working tree in a folder of its own, without results."""

    def __init__(self, folder: Path, parts: Sequence[str] = PARTS):
        self.folder = folder
        for part in parts:
            source, target = ROOT / part, folder / part
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_symlink():
                target.symlink_to(source.readlink())
            elif source.is_dir():
                shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(source, target)

    def snakemake(self, *words: str, study: str = "tests/tiny.yaml", check: bool = True) -> str:
        """Run Snakemake on a study; what it printed. ``study=""`` is the paper's."""
        command = [sys.executable, "-m", "snakemake", "--cores", "2", *words]
        command += ["--configfile", study] if study else []
        done = subprocess.run(
            command, cwd=self.folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600
        )
        if check and done.returncode:
            pytest.fail(f"{' '.join(command)} exited {done.returncode}:\n{done.stdout}")
        return done.stdout

    def planned(self, *words: str, study: str = "tests/tiny.yaml") -> dict[str, int]:
        """What a dry run says it would do: rule → number of jobs."""
        text = self.snakemake(*words, "-n", "--quiet", "reason", study=study)
        if "Nothing to be done" in text:
            return {}
        lines = text.split("Job stats:")[1].split("total")[0].splitlines()
        return {rule: int(count) for rule, count in (line.split() for line in lines if re.fullmatch(r"\w+ +\d+", line))}


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A fresh clone."""
    return Clone(tmp_path / "clone")


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """A clone whose tiny study is done. Shared: a test that changes files copies it first (``copied``)."""
    clone = Clone(tmp_path_factory.mktemp("finished") / "clone")
    clone.snakemake("all")
    return clone


@pytest.fixture
def copied(finished: Clone, tmp_path: Path) -> Clone:
    """A copy of the finished clone, with its results and Snakemake's records, to change at will."""
    shutil.copytree(finished.folder, tmp_path / "copied", symlinks=True)
    return Clone(tmp_path / "copied", parts=())
