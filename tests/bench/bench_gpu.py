"""What a GPU does in so many seconds: how fast it is, and as much of the frozen study as it reaches.

    PYTHONPATH=src:tests:tests/bench python tests/bench/bench_gpu.py FOLDER SECONDS CONFIG

For a GPU that is lent for minutes. In the clone's root it runs, one after another: first alone, to be timed, the zoo of
35 GANs in one stack and one GAN-GAN of the paper's; then the arms in the order of docs/claims/gangan.md, as many jobs
at once as there are cores. When time is nearly up it stops what runs and makes tables and figures of the seeds that are
finished, and of no others. Writes into FOLDER ``speed.csv`` (what took how long), ``finished.yaml`` (the configuration
that tables were made by) and ``log.txt``.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import torch
import yaml
from bench_speed import Row, row, write
from workloads import gan_epochs, images, side_by_side

from gangan.core.device import prepare
from gangan.data import idx

LAST = 130  # seconds kept for tables and figures
CORES = os.cpu_count() or 1
CONFIG = yaml.safe_load(Path("config/gangan.yaml").read_text("utf-8"))["gangan"]
FIRST = {"as-released": 0, "wide-discriminator": 1}  # arms by the step they are of; others by their group
GROUPS = {"claims": 2, "widths": 3, "paper": 4, "wide": 5}
LEFT_OUT = {"dcgan"}  # zoos
BEGAN = time.monotonic()


def stacked() -> list[Row]:
    """35 GANs in one stack against one after another, an epoch each."""
    prepare(1)
    real = idx.scaled(images()).to("cuda")
    many, one = side_by_side(2, gan_epochs(real, stacked=35), gan_epochs(real))
    name = torch.cuda.get_device_name()
    return [row("35 GANs one after another / stacked", 35 * one / many, "×", "≥ 15", f"{name}; an epoch {many:.2f} s")]


class Study:
    """The study in the clone, and what is left of the time."""

    def __init__(self, folder: Path, seconds: float, config: Path) -> None:
        self.folder, self.end, self.config = folder, BEGAN + seconds, [str(config)]
        told = yaml.safe_load(config.read_text("utf-8"))
        self.results = f"results/{told['study']}/gangan"
        self.arms = [arm for arm in CONFIG["arms"] if arm["group"] in GROUPS and arm.get("zoo") not in LEFT_OUT]

    def run(self, *targets: str, keep: float = LAST, cores: int = CORES) -> float:
        """Make targets until only ``keep`` seconds are left; how long that took."""
        began = time.monotonic()
        words = ["--cores", str(cores), "--keep-going", "--nolock", "--rerun-incomplete", "--quiet", "rules"]
        words += ["--scheduler", "greedy", "--configfile", *self.config, "--", *targets]
        with (self.folder / "log.txt").open("a") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "snakemake", *words], stdout=log, stderr=log, start_new_session=True
            )
            try:
                process.wait(max(1, self.end - keep - began))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)  # its jobs are of its group
        if process.wait() > 0 and not any(Path(target).exists() for target in targets if "/" in target):
            raise SystemExit(f"nothing of {targets[0]} … was made:\n" + (self.folder / "log.txt").read_text()[-3000:])
        return time.monotonic() - began

    def scores(self, step: int) -> list[str]:
        """The scores of the arms of a step."""
        of = [arm for arm in self.arms if FIRST.get(arm["name"], GROUPS[arm["group"]]) == step]
        return [f"{self.results}/metrics/gangans/{arm['name']}/{seed}.csv" for arm in of for seed in arm["seeds"]]

    def finish(self) -> None:
        """Tables and figures of what is finished."""

        def finished(arm: dict[str, object]) -> list[int]:
            scored = Path(self.results, "metrics/gangans", str(arm["name"]))
            return [seed for seed in arm["seeds"] if (scored / f"{seed}.csv.json").exists()]  # type: ignore[attr-defined]

        arms = [{**arm, "seeds": seeds} for arm in self.arms if (seeds := finished(arm))]
        trained = {arm["name"] for arm in arms}
        arms = [arm for arm in arms if arm.get("draws_from", arm["name"]) in trained]
        claims = {"also": [name for name in CONFIG["claims"]["also"] if name in trained]}
        if not Path(self.results, "metrics/zoo-held-out").exists():
            claims["held_out"] = None  # type: ignore[assignment]
        file = self.folder / "finished.yaml"
        file.write_text(yaml.safe_dump({"gangan": {"arms": arms, "claims": claims}}, sort_keys=False))
        self.config.append(str(file))
        groups = dict.fromkeys(str(arm["group"]) for arm in arms)
        if "paper" in groups:
            self.run(*(f"gangan_{group}" for group in groups), keep=5)


def main() -> None:
    """All of it."""
    folder, seconds, config = Path(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    study = Study(folder, seconds, config)
    gangan = study.results
    lines = stacked() if torch.cuda.is_available() else []

    def timed(what: str, took: float, target: str = "") -> None:
        lines.append(row(what, took, "s", target, f"ended after {time.monotonic() - BEGAN:.0f} s"))
        write(folder / "speed.csv", lines)

    zoo, one = f"{gangan}/zoos/mlp/zoo.h5", f"{gangan}/gangans/as-released/3/weights.safetensors"
    timed("35 GANs stacked, start-up and packing", study.run(zoo), "≤ 60")
    timed("a GAN-GAN, start-up included", study.run(one, cores=1), "≤ 20")
    beside = [f"{gangan}/metrics/zoo-mlp/00.csv", f"{gangan}/metrics/baselines-mlp.csv"]
    beside += [f"{gangan}/metrics/distances-mlp.csv", f"{gangan}/metrics/pca-mlp.h5"]
    timed("as-released, wide-discriminator and baselines", study.run(*study.scores(0), *study.scores(1), *beside))
    held_out = f"{gangan}/metrics/zoo-held-out/35.csv"
    timed("claims and widths", study.run(*study.scores(2), *study.scores(3), held_out))
    timed("as-described, as-published", study.run(*study.scores(4)))
    timed("wide on other rows", study.run(*study.scores(5)))
    study.finish()
    timed("all", time.monotonic() - BEGAN)


if __name__ == "__main__":
    main()
