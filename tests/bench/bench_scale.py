"""How planning and packing grow with the number of GANs: ``make scale``.

One job per GAN. Snakemake plans the whole zoo (``-n``), then packs it. The GANs' files are not trained here: they are
written by the function that ends a training, small GANs of one epoch. Files per GAN are counted in a study of four
GANs that Snakemake does train.
"""

import csv
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from conftest import Clone
from gangan import zoo
from gangan.config import Gan, job_names
from gangan.provenance import file_digest
from gangan.weights import Layout

WIDTH = 2361  # weights of the GAN below
GAN = Gan(epochs=1, batch=500, learning_rate=2e-4, network="mlp", latent=1, hidden=1, shared_initialisation=False)
STUDY = """
study: scale
data: {{name: mnist-5k}}
zoos: {{mlp: {{runs: {runs}, {gan}}}}}
gangan: {{batch: 2}}
arms: [{{name: all, zoo: mlp, seeds: [0]}}]
evaluation: {{averages: [1]}}
figures: {{snapshots: [0]}}
"""


MEASURED = """
import os, sys
_, status, usage = os.wait4(os.spawnvp(os.P_NOWAIT, sys.argv[1], sys.argv[1:]), 0)
print(usage.ru_maxrss / 1024)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def snakemake(clone: Clone, *words: str) -> tuple[float, float]:
    """Seconds and MB of memory (the largest process) of a run; a small process starts it, as the peak of a process
    begins with that of the one that starts it."""
    command = [sys.executable, "-m", "snakemake", *words, "--cores", "2", "--configfile", "study.yaml"]
    began = time.perf_counter()
    with (clone.folder / "said").open("wb") as said:
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, *command, "--quiet", "all"],
            cwd=clone.folder,
            text=True,
            stdout=subprocess.PIPE,
            stderr=said,
        )
    if done.returncode:
        sys.exit((clone.folder / "said").read_text())
    return time.perf_counter() - began, float(done.stdout.split()[-1])


def configured(folder: Path, runs: int) -> Clone:
    """A clone whose study has one small zoo."""
    clone = Clone(folder)
    gan = ", ".join(f"{key}: {value}" for key, value in GAN.model_dump().items())
    (clone.folder / "study.yaml").write_text(STUDY.format(runs=runs, gan=gan))
    return clone


def files(clone: Clone) -> int:
    """All files of the results and of Snakemake's own records."""
    return sum(path.is_file() for part in ("results", ".snakemake") for path in (clone.folder / part).rglob("*"))


def files_per_gan(folder: Path) -> int:
    """Counted, in a study whose GANs Snakemake trains."""
    clone = configured(folder, 4)
    snakemake(clone, "resources/mnist-5k.safetensors", "results/scale/zoos/mlp/gans/00.h5")
    before = files(clone)
    snakemake(clone, *(f"results/scale/zoos/mlp/gans/{name}.h5" for name in ("01", "02")))
    return (files(clone) - before) // 2


def measured(folder: Path, runs: int) -> dict[str, object]:
    """Plan, write the GANs' files, pack."""
    clone = configured(folder, runs)
    snakemake(clone, "resources/mnist-5k.safetensors")
    packed = "results/scale/zoos/mlp/zoo.h5"
    plan_seconds, plan_mb = snakemake(clone, packed, "-n")
    layout = Layout((("weights", (WIDTH,)),))
    row = np.random.default_rng(0).standard_normal((1, 1, layout.size), "f4")
    for name in job_names(runs, 1):
        path = clone.folder / f"results/scale/zoos/mlp/gans/{name}.h5"
        zoo.write_runs(path, layout, GAN.as_json(), [int(name)], 0, row, np.zeros((1, 2, 1), "f4"))
        path.with_suffix(".csv").write_text("epoch,attempt,host,seconds,examples_per_second\n0,0,here,1,1\n")
        made = {"path": str(path.relative_to(clone.folder)), "sha256": file_digest(path)}
        Path(f"{path}.json").write_text(json.dumps({"outputs": {"rows": made}, "lineage": "0" * 64}))
    seconds, mb = snakemake(clone, packed)
    benchmark = (clone.folder / "results/scale/benchmarks/pack_zoo/mlp.tsv").read_text().splitlines()
    pack = dict(zip(*(line.split("\t") for line in benchmark), strict=True))
    return {
        "gans": runs,
        "plan_seconds": f"{plan_seconds:.1f}",
        "plan_mb": f"{plan_mb:.0f}",
        "run_seconds": f"{seconds:.1f}",
        "run_mb": f"{mb:.0f}",
        "pack_seconds": pack["s"],
        "pack_mb": pack["max_rss"],
        "zoo_mb": f"{(clone.folder / packed).stat().st_size / 1e6:.2f}",
        "row_mb": f"{layout.size * 4 * runs / 1e6:.2f}",
    }


def main() -> None:
    """Write the table, a line a study."""
    output = Path(sys.argv[1]).resolve()
    counts = [int(word) for word in sys.argv[2:]] or [35, 350, 3500, 10_000]
    with tempfile.TemporaryDirectory() as folder:
        each = files_per_gan(Path(folder, "files"))
        rows = [measured(Path(folder, str(runs)), runs) | {"files_per_gan": each} for runs in counts]
    with output.open("w", newline="") as file:
        table = csv.DictWriter(file, rows[0].keys())
        table.writeheader()
        table.writerows(rows)


if __name__ == "__main__":
    main()
