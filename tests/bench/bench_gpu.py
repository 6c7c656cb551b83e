"""What a GPU does in so many seconds: how fast it is, and as much of the frozen study as it reaches.

    PYTHONPATH=src:tests:tests/bench python tests/bench/bench_gpu.py speed FOLDER
    PYTHONPATH=src:tests:tests/bench python tests/bench/bench_gpu.py study FOLDER SECONDS CONFIG --jobs 16

For a GPU that is lent for minutes; run in the clone's root. ``speed`` times 35 GANs in one stack against one after
another. ``study`` trains and scores the arms of docs/claims/gangan.md, so many jobs at once, those first that its first
claims are about. When time is nearly up it stops what runs and makes tables and figures of the seeds that are
finished, and of no others. Writes into FOLDER ``speed.csv`` (what took how long), ``finished.yaml`` (the configuration
that tables were made by, after CONFIG), ``log.txt``, and twice a minute ``small.tar.gz``, the small results and a
ledger, as a lent machine can be gone at any moment. The number in FOLDER/seconds may be changed while it runs.
"""

import argparse
import os
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import torch
import yaml
from bench_speed import Row, row, write
from workloads import gan_epochs, images, side_by_side

from gangan.core.device import prepare
from gangan.core.files import atomic
from gangan.data import idx
from gangan.record import ledger

LAST = 105  # seconds kept for tables and figures
CONFIG = yaml.safe_load(Path("config/gangan.yaml").read_text("utf-8"))["gangan"]
PLANNED = ("paper", "widths", "claims", "wide", "mended")  # groups whose arms are of the frozen study
LEFT_OUT = {"dcgan", "shared-start"}  # zoos
C4 = ("released-25-epochs", "released-wide-discriminator")
C5 = ("released-latent-8", "released-latent-64")
PAPERS = ("as-described", "as-released", "wide-discriminator")
BEGAN = time.monotonic()
Arm = dict[str, Any]


def speed() -> list[Row]:
    """35 GANs in one stack against one after another, an epoch each."""
    prepare(1)
    real = idx.scaled(images()).to("cuda")
    many, one = side_by_side(2, gan_epochs(real, stacked=35), gan_epochs(real))
    name = torch.cuda.get_device_name()
    return [row("35 GANs one after another / stacked", 35 * one / many, "×", "≥ 15", f"{name}; an epoch {many:.2f} s")]


class Study:
    """The study in the clone, and what is left of the time."""

    def __init__(self, folder: Path, config: Path, jobs: int, skip: list[str]) -> None:
        self.folder, self.config, self.jobs = folder, [str(config)], jobs
        given = yaml.safe_load(config.read_text("utf-8"))
        self.name, self.digits = given["study"], f"resources/{given['data']['name']}.safetensors"
        self.results = f"results/{self.name}/gangan"
        self.arms: list[Arm] = [
            {**arm, "seeds": [seed for seed in arm["seeds"] if f"{arm['name']}/{seed}" not in skip]}
            for arm in given["gangan"].get("arms", CONFIG["arms"])
            if arm["group"] in PLANNED and arm.get("zoo") not in LEFT_OUT and min(arm["seeds"]) > 0  # else version 1's
        ]

    def left(self) -> float:
        """Seconds."""
        return BEGAN + float((self.folder / "seconds").read_text()) - time.monotonic()

    def start(self, *targets: str, first: tuple[str, ...] = (), jobs: int = 0) -> subprocess.Popen[bytes]:
        """Begin to make targets, ``first`` before the others where there is a choice."""
        words = ["--cores", str(jobs or self.jobs), "--keep-going", "--nolock", "--rerun-incomplete"]
        words += ["--quiet", "rules", "--scheduler", "greedy", "--configfile", *self.config]
        words += ["--prioritize", *first] if first else []
        with (self.folder / "log.txt").open("a") as log:
            command = [sys.executable, "-m", "snakemake", *words, "--", *first, *targets]
            return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)

    def wait(self, *processes: subprocess.Popen[bytes], keep: float = LAST) -> None:
        """Until all have ended, or only ``keep`` seconds are left: then they are killed."""
        for process in processes:
            while process.poll() is None:
                if self.left() < keep:
                    os.killpg(process.pid, signal.SIGKILL)  # its jobs are of its group
                    process.wait()
                time.sleep(0.2)

    def scores(self, of: Callable[[Arm], bool]) -> list[str]:
        """The scores of arms."""
        arms = [arm for arm in self.arms if of(arm)]
        return [f"{self.results}/metrics/gangans/{arm['name']}/{seed}.csv" for arm in arms for seed in arm["seeds"]]

    def keep(self) -> None:
        """What is small of what there is: scores, losses, tables, pictures, and all records."""
        whole = Path("results", self.name)
        ledger.write(ledger.collect(Path.cwd(), self.name), self.name, self.folder / "ledger.json")
        files = [file for file in whole.rglob("*") if file.suffix in {".csv", ".md", ".tex", ".png"}]
        with atomic(self.folder / "small.tar.gz") as partial, tarfile.open(partial, "w:gz", compresslevel=1) as tar:
            for file in [self.folder / "ledger.json", *files]:
                tar.add(file)

    def finish(self) -> None:
        """Tables and figures of what is finished."""

        def scored(arm: Arm) -> list[int]:
            folder = Path(self.results, "metrics/gangans", arm["name"])
            return [seed for seed in arm["seeds"] if (folder / f"{seed}.csv.json").exists()]

        arms = [{**arm, "seeds": seeds} for arm in self.arms if (seeds := scored(arm))]
        trained = {arm["name"] for arm in arms}
        arms = [arm for arm in arms if arm.get("draws_from", arm["name"]) in trained]
        trained = {arm["name"] for arm in arms}
        claims: dict[str, Any] = {"also": [name for name in CONFIG["claims"]["also"] if name in trained]}
        if not Path(self.results, "metrics/zoo-held-out/35.csv.json").exists():
            claims["held_out"] = None
        if not Path(self.results, "metrics/zoo-trained-on").exists():
            arms = [{name: value for name, value in arm.items() if name != "against"} for arm in arms]
        file = self.folder / "finished.yaml"
        strip = [name for name in CONFIG["figures"]["strip"] if name in trained]
        block = {"arms": arms, "claims": claims, "figures": {"strip": strip}}
        file.write_text(yaml.safe_dump({"gangan": block}, sort_keys=False))
        self.config.append(str(file))
        groups = dict.fromkeys(str(arm["group"]) for arm in arms)
        if "paper" in groups:
            targets = [f"gangan_{group}" for group in groups if group != "widths"]
            if "widths" in groups:  # sixteen arms would have sixteen pictures
                targets += [f"{self.results}/tables/widths/{table}.md" for table in ("effects", "quality", "readings")]
            if strip:
                targets.append(f"{self.results}/figures/strip.png")
            self.wait(self.start(*targets), keep=5)


def run(study: Study, told: Callable[[str], None]) -> None:
    """The study: what needs no zoo beside the zoo's training, then three lanes, each in the order of what its claims
    need first. A new start of Snakemake takes it a quarter of a minute, in which the other lanes go on."""

    def scores(*names: str) -> list[str]:
        return study.scores(lambda arm: arm["name"] in names)

    def grouped(group: str) -> list[str]:
        return study.scores(lambda arm: arm["group"] == group and arm["name"] not in PAPERS)

    zoos, metrics, judge = f"{study.results}/zoos", f"{study.results}/metrics", f"{study.results}/../judge"
    study.wait(study.start(study.digits))
    zoo = study.start(f"{zoos}/mlp/zoo.h5", first=(f"{zoos}/mlp/gans/00.h5",), jobs=4)
    published = study.scores(lambda arm: arm.get("zoo") == "published")
    judges = [f"{judge}/{shape}.csv" for shape in ("deep", "flat")]
    beside = study.start(*judges, *published, f"{metrics}/zoo-held-out/35.csv", f"{zoos}/held-out/zoo.h5", jobs=12)
    study.wait(zoo)
    told("zoo")
    of_zoo = [
        f"{metrics}/{name}" for name in ("zoo-mlp/00.csv", "baselines-mlp.csv", "distances-mlp.csv", "pca-mlp.h5")
    ]
    share = study.jobs // 4
    lanes = [
        (2 * share, [("widths", grouped("widths")), ("claim C4", scores(*C4))]),
        (share + 2, [("GAN-GANs of the paper", scores(*PAPERS)), ("claim C5", scores(*C5)), ("wide", grouped("wide"))]),
        (share - 2, [("zoo", of_zoo), ("best", [*scores("best"), f"{metrics}/zoo-trained-on/03.csv"])]),
    ]

    def lane(jobs: int, batches: list[tuple[str, list[str]]]) -> None:
        for name, targets in batches:
            if targets:
                study.wait(study.start(*targets, jobs=jobs))
                told(f"{name}, {jobs} at once")

    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(lane, jobs, batches) for jobs, batches in lanes]:
            done.result()
    study.wait(beside)
    told("held-out zoo, GAN-GANs of published rows")
    study.finish()
    told("tables and figures")


def keep_small(study: Study, ended: Event) -> None:
    """Keep what is small every half minute, and once more at the end."""
    while not ended.wait(30):
        study.keep()
    study.keep()


def main() -> None:
    """One of the two."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("what", choices=("speed", "study"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("seconds", type=float, nargs="?")
    parser.add_argument("config", type=Path, nargs="?")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="at once; more than there are cores under MPS")
    parser.add_argument("--skip", nargs="*", default=[], metavar="ARM/SEED", help="runs that are finished elsewhere")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    if given.what == "speed":
        write(given.folder / "speed.csv", speed())
        return
    lines: list[Row] = []

    def told(what: str) -> None:
        lines.append(row(what, time.monotonic() - BEGAN, "s", "", f"ended so long after the start; {given.jobs} jobs"))
        write(given.folder / "speed.csv", lines)

    (given.folder / "seconds").write_text(str(given.seconds))
    study = Study(given.folder, given.config, given.jobs, given.skip)
    ended = Event()
    with ThreadPoolExecutor() as pool:
        kept = pool.submit(keep_small, study, ended)
        try:
            run(study, told)
        finally:
            ended.set()
        kept.result()


if __name__ == "__main__":
    main()
