"""How long an audit of the paper's study takes, against hashing its files once and doing nothing else.

    PYTHONPATH=src:tests python tests/bench/bench_audit.py [--runs 35] [--epochs 100] [--folder DIR]

Makes a study of that size in a temporary folder (3.2 GB by default): random files under records as the jobs write
them. Prints the ratio of the two times, taken in turns; what Snakemake takes to plan is not in it.
"""

import argparse
import os
import tempfile
import time
from contextlib import chdir
from pathlib import Path
from statistics import median

from gangan.record.audit import audit
from gangan.record.ledger import collect
from gangan.record.plan import Job
from gangan.record.record import file_digest, recorded
from support.clone import ROOT

CALL = "papers.gangan.zoo.pack"

ROW = 113_745 * 4  # bytes


def job(outputs: list[Path], inputs: list[Path], size: int) -> Job:
    """Write random files and their record; what Snakemake would say of that job."""
    made = {str(i): path for i, path in enumerate(outputs)}
    with recorded(CALL, {}, {"rows": inputs}, made, "bench"):
        for path in outputs:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                for _ in range(size // ROW):
                    file.write(os.urandom(ROW))
    names = {name: str(path) for name, path in made.items()}
    return Job("bench", {}, CALL, {}, {"rows": [str(path) for path in inputs]}, names)


def main() -> None:
    """Make the study, time both, print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--runs", type=int, default=35)
    options.add_argument("--epochs", type=int, default=100)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--folder")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder, chdir(folder):
        Path("src").symlink_to(ROOT / "src")
        study = Path("results/bench")
        gans = [study / f"zoos/mlp/gans/{run:02d}.h5" for run in range(chosen.runs)]
        jobs = [job([path], [], chosen.epochs * ROW) for path in gans]
        jobs.append(job([study / "zoos/mlp/zoo.h5"], gans, chosen.runs * chosen.epochs * ROW))
        jobs.append(job([study / "figures/fig2.png"], [study / "zoos/mlp/zoo.h5"], ROW))
        files = [Path(path) for one in jobs for path in one.makes]
        plain, audits = [], []
        for _ in range(chosen.rounds):
            began = time.perf_counter()
            for path in files:
                file_digest(path)
            plain.append(time.perf_counter() - began)
            began = time.perf_counter()
            found = audit(Path.cwd(), [jobs[-1].place], collect(Path.cwd(), "bench"), jobs)
            audits.append(time.perf_counter() - began)
            assert found.verified
        size = sum(path.stat().st_size for path in files)
        print(f"{len(jobs)} jobs, {size / 1e9:.2f} GB, {os.cpu_count()} cores, {chosen.rounds} rounds")
        print(f"audit / plain sha256 of the same bytes = {median(audits) / median(plain):.2f}")
        print("seconds by round, audit:", *(f"{s:.1f}" for s in audits), "plain:", *(f"{s:.1f}" for s in plain))


if __name__ == "__main__":
    main()
