"""The workflow started from another folder is this clone's: its base values and its code, whatever lies there."""

import subprocess
import sys
from pathlib import Path

import pytest

from support.clone import Clone

FIGURE = "results/tiny/gangan/figures/fig1.png"


@pytest.mark.parametrize("how", ["-s", "--directory"])
def test_values_and_code_are_the_clone_s_whatever_lies_where_snakemake_runs(
    how: str, clone: Clone, tmp_path: Path
) -> None:
    work = tmp_path / "a 'work' folder, {größer}"
    for name in ("study", "gangan"):
        (work / "config").mkdir(parents=True, exist_ok=True)
        (work / f"config/{name}.yaml").write_text("seeed: 5\n")  # another project's
    (work / "src/gangan").mkdir(parents=True)
    (work / "src/gangan/__init__.py").write_text("raise SystemExit('another gangan')\n")
    command = [sys.executable, "-m", "snakemake", "-c1", FIGURE, "--configfile", str(clone.folder / "tests/tiny.yaml")]
    place = {"-s": ["-s", str(clone.folder / "Snakefile")], "--directory": ["--directory", str(work)]}[how]
    done = subprocess.run(
        [*command, *place], cwd=work if how == "-s" else clone.folder, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    assert (work / FIGURE).exists()
    assert not (clone.folder / "results").exists()
