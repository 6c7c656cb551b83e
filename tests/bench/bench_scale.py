"""How planning and packing grow with the number of GANs: ``make scale``.

One job per GAN. Snakemake plans the whole zoo (``-n``), then packs it. The GANs' files are not trained here: they are
written by the function that ends a training, small GANs of one epoch. Files per GAN are counted in a study of four
GANs that Snakemake does train.
"""

import contextlib
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from gangan.core import rowfile
from gangan.core.layout import Layout
from gangan.papers.gangan.arms import job_names
from gangan.record.record import file_digest, recorded, seal
from support.clone import Clone
from support.trainings import gan

ZOO = "results/scale/gangan/zoos/mlp"
WIDTH = 2361  # weights of the GAN below
GAN = gan(epochs=1, network={"latent": 1, "hidden": 1}).model_dump(mode="json")
STUDY = """
study: scale
data: {{name: mnist-5k}}
gangan:
  per_job: 1
  zoos: {{mlp: {{runs: {runs}, gan: {gan}, averages: [1], snapshots: [0]}}}}
  training: {{batch: 2}}
  arms: [{{name: everything, group: paper, zoo: mlp, seeds: [0]}}]
"""
MEASURED = """
import os, sys
_, status, usage = os.wait4(os.spawnvp(os.P_NOWAIT, sys.argv[1], sys.argv[1:]), 0)
print(usage.ru_maxrss / 1024)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def measured(clone: Clone, *command: str) -> tuple[float, float]:
    """Seconds and MB of memory (the largest process) of a command; a small process starts it, as the peak of a process
    begins with that of the one that starts it."""
    began = time.perf_counter()
    with (clone.folder / "said").open("wb") as said:
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, *command],
            cwd=clone.folder,
            env=os.environ | {"PYTHONPATH": str(clone.folder / "src")},
            text=True,
            stdout=subprocess.PIPE,
            stderr=said,
        )
    if done.returncode:
        sys.exit((clone.folder / "said").read_text())
    return time.perf_counter() - began, float(done.stdout.split()[-1])


def snakemake(clone: Clone, *words: str) -> tuple[float, float]:
    """The same of a Snakemake."""
    options = ("--cores", "2", "--configfile", "study.yaml", "--quiet", "all")
    return measured(clone, sys.executable, "-m", "snakemake", *words, *options)


def configured(folder: Path, runs: int) -> Clone:
    """A clone whose study has one small zoo."""
    clone = Clone(folder)
    (clone.folder / "study.yaml").write_text(STUDY.format(runs=runs, gan=json.dumps(GAN)))
    return clone


def files(clone: Clone) -> int:
    """All files of the results and of Snakemake's own records."""
    return sum(path.is_file() for part in ("results", ".snakemake") for path in (clone.folder / part).rglob("*"))


def files_per_gan(folder: Path) -> int:
    """Counted, in a study whose GANs Snakemake trains."""
    clone = configured(folder, 4)
    snakemake(clone, "resources/mnist-5k.safetensors", f"{ZOO}/gans/00.h5")
    before = files(clone)
    snakemake(clone, *(f"{ZOO}/gans/{name}.h5" for name in ("01", "02")))
    return (files(clone) - before) // 2


def write_gans(clone: Clone, runs: int) -> int:
    """What training jobs leave, each with a record as a job writes it; the bytes of a row."""
    layout = Layout((("weights", (WIDTH,)),))
    row = np.random.default_rng(0).standard_normal((1, 1, layout.size), "f4")
    losses = {name: np.zeros((1, 1), "f4") for name in ("loss_generator", "loss_discriminator")}
    content: dict[str, Any] = {}
    with contextlib.chdir(clone.folder):
        for name in job_names(range(runs), 1):
            made = {"rows": Path(f"{ZOO}/gans/{name}.h5"), "timing": Path(f"{ZOO}/gans/{name}.csv")}
            made["rows"].parent.mkdir(parents=True, exist_ok=True)
            rowfile.write_runs(made["rows"], layout, GAN["network"], GAN, [int(name)], 0, row, losses)
            made["timing"].write_text("epoch,attempt,host,seconds,examples_per_second\n0,0,here,1,1\n")
            record = Path(f"{made['rows']}.json")
            if not content:  # written by what writes a job's; the others are of other files
                with recorded("papers.gangan.training.gans.train_gans", {}, {}, made):
                    pass
                content = json.loads(record.read_text())
            content["outputs"] = {
                key: {"path": str(path), "size": path.stat().st_size, "sha256": file_digest(path)}
                for key, path in made.items()
            }
            record.write_text(json.dumps(content | {"seal": seal(content)}))
    return layout.size * 4


def grown(folder: Path, runs: int) -> dict[str, object]:
    """Plan, write the GANs' files, pack; and pack again in a job by itself."""
    clone = configured(folder, runs)
    snakemake(clone, "resources/mnist-5k.safetensors")
    packed = f"{ZOO}/zoo.h5"
    plan_seconds, plan_mb = snakemake(clone, packed, "-n")
    row = write_gans(clone, runs)
    seconds, mb = snakemake(clone, packed)
    command = json.loads((clone.folder / f"{packed}.json").read_text())["argv"]
    pack_seconds, pack_mb = measured(clone, sys.executable, "-m", *command)
    return {
        "gans": runs,
        "plan_seconds": f"{plan_seconds:.1f}",
        "plan_mb": f"{plan_mb:.0f}",
        "run_seconds": f"{seconds:.1f}",
        "run_mb": f"{mb:.0f}",
        "pack_seconds": f"{pack_seconds:.1f}",
        "pack_mb": f"{pack_mb:.0f}",
        "zoo_mb": f"{(clone.folder / packed).stat().st_size / 1e6:.2f}",
        "row_mb": f"{row * runs / 1e6:.2f}",
    }


def main() -> None:
    """Write the table, a line a study."""
    output = Path(sys.argv[1]).resolve()
    counts = [int(word) for word in sys.argv[2:]] or [35, 350, 3500, 10_000]
    with tempfile.TemporaryDirectory() as folder:
        each = files_per_gan(Path(folder, "files"))
        rows = [grown(Path(folder, str(runs)), runs) | {"files_per_gan": each} for runs in counts]
    with output.open("w", newline="") as file:
        table = csv.DictWriter(file, rows[0].keys())
        table.writeheader()
        table.writerows(rows)


if __name__ == "__main__":
    main()
