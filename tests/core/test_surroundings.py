"""What a job inherits decides none of its bytes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gangan.core.surroundings import FIXED, of_a_job
from support.clone import ROOT, Clone
from support.hostile import VARIABLES, surroundings
from support.trainings import GAN_VALUES, GANGAN_VALUES

# Wide enough for sums whose order depends on the number of threads.
GAN = GAN_VALUES | {"epochs": 2, "batch": 100, "network": {"kind": "mlp", "latent": 5, "hidden": 33}}


def made(call: str, settings: Any, files: Any, work: Path, environment: dict[str, str]) -> dict[str, bytes]:
    """The bytes of a job's outputs, but for those that are times."""
    words = ["--settings", json.dumps(settings), "--files", json.dumps(files)]
    environment = environment | {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-m", "gangan", "job", call, *words], cwd=work, env=environment, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    return {name: (work / path).read_bytes() for name, path in files["output"].items() if name != "timing"}


@pytest.mark.parametrize("kind", ["figure", "training"])
def test_the_bytes_of_a_job_do_not_follow_from_what_it_inherits(kind: str, digits: Path, tmp_path: Path) -> None:
    calm, hostile = tmp_path / "calm", tmp_path / "hostile"
    calm.mkdir()
    bare = {"PATH": os.environ["PATH"], "HOME": str(calm)}
    if kind == "figure":
        call, files = "papers.gangan.reporting.figures.schematic", {"output": {"png": "a.png", "pdf": "a.pdf"}}
        settings = {"gan": GAN, "runs": 2, "training": GANGAN_VALUES}
    else:
        call = "papers.gangan.training.gans.train_gans"
        files = {"input": {"digits": str(digits)}, "output": {"rows": "0.h5", "timing": "0.csv"}}
        settings = {"gan": GAN, "seed": 0, "first": 0, "count": 1}
    inherited = bare | surroundings(tmp_path / "home", hostile)
    assert made(call, settings, files, hostile, inherited) == made(call, settings, files, calm, bare)


def test_snakemake_gives_its_jobs_the_same_variables_whatever_it_inherits(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (clone.folder / "Snakefile").open("a", encoding="utf-8") as snakefile:
        snakefile.write("\nprint('given:', json.dumps(dict(os.environ)))\n")
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    (line,) = [line for line in clone.snakemake("-n").splitlines() if line.startswith("given: ")]
    given = json.loads(line.removeprefix("given: "))
    assert FIXED.items() <= given.items()
    assert given["OMP_NUM_THREADS"] == "1"  # until a rule says how many
    assert not given.keys() & VARIABLES.keys() - FIXED.keys() - {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"}


def test_what_says_where_things_are_is_inherited() -> None:
    places = dict.fromkeys(("PATH", "HOME", "TMPDIR", "SLURM_JOB_ID", "CUDA_VISIBLE_DEVICES", "https_proxy"), "x")
    places |= dict.fromkeys(("PYTHONPATH", "PYTHONNOUSERSITE", "MPLCONFIGDIR", "LD_LIBRARY_PATH"), "x")
    assert places.items() <= of_a_job(places).items()
    assert of_a_job({"OMP_NUM_THREADS": "9"}, threads=2)["OMP_NUM_THREADS"] == "2"
