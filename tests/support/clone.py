"""A copy of the project in a folder of its own, and Snakemake run in it."""

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = (
    "Snakefile", "slurm", "workflow", "config", "src", "docs",
    "environment.yml", "requirements.lock", "CITATION.cff", "tests/tiny.yaml",
)  # fmt: skip
PAGES = (  # what documents link to, besides
    "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "CODE_OF_CONDUCT.md", "CITATION.cff", "reference",
)  # fmt: skip
TINY = "tests/tiny.yaml"


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

    def snakemake(self, *words: str, study: str = TINY, check: bool = True) -> str:
        """Run Snakemake on a study; what it printed. ``study=""`` is the papers'."""
        command = [sys.executable, "-m", "snakemake", "--cores", "2", *words]
        command += ["--configfile", study] if study else []
        done = subprocess.run(
            command, cwd=self.folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=2400
        )
        if check and done.returncode:
            pytest.fail(f"{' '.join(command)} exited {done.returncode}:\n{done.stdout}")
        return done.stdout

    def planned(self, *words: str, study: str = TINY) -> dict[str, int]:
        """What a dry run says it would do: rule → number of jobs."""
        text = self.snakemake(*words, "-n", "--quiet", "reason", study=study)
        if "Nothing to be done" in text:
            return {}
        lines = text.split("Job stats:")[1].split("total")[0].splitlines()
        return {rule: int(count) for rule, count in (line.split() for line in lines if re.fullmatch(r"\S+ +\d+", line))}
