"""``make bench``: how fast the project is, as ratios measured side by side in one run, and how its cost grows.

Writes ``speed.csv``, ``scaling.csv`` and ``scaling.png`` into a folder. A ratio compares two works that took turns on
the same machine in the same minute; seconds are shown to say where it was, not to be compared.
"""

import csv
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import jobs
import matplotlib.pyplot as plt
import numpy as np
import torch
import workloads
from others import BATCH, functional, jax_step
from workloads import PAPER, PAPER_GANGAN, changed, gan_epochs, gangan_epochs, images, network, packed, side_by_side

from gangan.core import rowfile
from gangan.core.device import prepare
from gangan.data import idx
from gangan.papers.gangan.config import Gan
from gangan.papers.gangan.training.sample import architecture
from support.clone import ROOT

GANS, GANGANS = (f"{what}, a job on each of {jobs.CORES} cores" for what in ("GANs", "GAN-GANs"))
PACKING, JOB = "packing 3,500 rows", "a job of one step, start to end"
TRAIN_GANS = "papers.gangan.training.gans.train_gans"
Row = dict[str, object]


def row(what: str, value: float, unit: str, target: str = "", note: str = "") -> Row:
    """A line of the table, printed when it is known."""
    print(f"{what:58} {value:9.3g} {unit:12} {f'target {target}' if target else '':18} {note}", flush=True)
    return {"what": what, "value": f"{value:.4g}", "unit": unit, "target": target, "note": note}


def said(found: list[Row], what: str) -> float:
    """The value in a line of the table."""
    return next(float(str(one["value"])) for one in found if one["what"] == what)


def gan_step() -> list[Row]:
    """One GAN on one thread, against its products; and one with next to none, whose calls are its cost."""
    torch.set_num_threads(1)
    real = idx.scaled(images(128 * 100))
    multiply, count, operations = workloads.products(network(PAPER), PAPER.batch)
    step, product = side_by_side(7, gan_epochs(real), lambda: [multiply() for _ in range(100)])
    note = f"{step * 10:.2f} ms; {count} products, {operations / 1e6:.0f} MFLOP, {product * 10:.2f} ms"
    tiny = changed(PAPER, network={"hidden": 1, "latent": 1}, batch=1)
    (calls,) = side_by_side(7, gan_epochs(real[:1000], tiny))
    return [
        row("GAN step / its own products, 1 thread", step / product, "×", "≤ 1.6", note),
        row("a GAN step of one image and one unit a layer, 1 thread", calls, "ms"),
    ]


def throughput(rounds: int = 5) -> list[Row]:
    """A job per core, against the textbook loop on all threads; images a second."""
    turns = np.array([(sum(jobs.together(jobs.gans)), *jobs.together(jobs.by_the_book, 1)) for _ in range(rounds)])
    ours, theirs = np.median(turns, 0)
    ratio = float(np.median(turns[:, 0] / turns[:, 1]))
    return [
        row(GANS, float(ours), "images/s"),
        row("textbook loop on all of them", float(theirs), "images/s"),
        row("GANs, a job on each core / textbook loop", ratio, "×", "≥ 12"),
    ]


def other_tools() -> list[Row]:
    """The same step elsewhere, each against ours on one thread."""
    torch.set_num_threads(1)
    real = idx.scaled(images(BATCH * 20))
    batches = real.view(20, BATCH, -1)
    rows = []
    candidates: list[tuple[str, int, Callable[[], Callable[[torch.Tensor], object]]]] = [
        ("torch.func.vmap, 1 GAN", 1, lambda: functional(1, compiled=False)),
        ("torch.func.vmap, 8 GANs", 8, lambda: functional(8, compiled=False)),
        ("torch.func.vmap, torch.compile, 1 GAN", 1, lambda: functional(1, compiled=True)),
        ("JAX, jit, 1 GAN", 1, jax_step),
    ]
    for name, stacked, make in candidates:
        try:
            step = make()
            began = time.perf_counter()
            shaped = (lambda x: x) if name.startswith("JAX") else (lambda x, k=stacked: x.expand(k, *x.shape))
            step(shaped(batches[0]))
            first = time.perf_counter() - began
        except (ImportError, RuntimeError) as error:
            print(f"{name}: not here ({str(error).splitlines()[0]})")
            continue
        work = lambda step=step, shaped=shaped: [step(shaped(batch)) for batch in batches]  # noqa: E731
        theirs, ours = side_by_side(5, work, gan_epochs(real, stacked=stacked))
        note = (
            f"{theirs / 20 / stacked * 1e3:.2f} and {ours / 20 / stacked * 1e3:.2f} ms a GAN step; first {first:.1f} s"
        )
        rows.append(row(f"{name} / ours, 1 thread", theirs / ours, "×", note=note))
    return rows


def gangan_step() -> list[Row]:
    """One GAN-GAN step on one thread, against its floor: the larger of its products and its compulsory bytes."""
    torch.set_num_threads(1)
    rows = workloads.rows(8 * PAPER_GANGAN.batch)
    gan = architecture(PAPER_GANGAN, rows.shape[1])
    size = workloads.gangan_bytes(gan, PAPER_GANGAN.batch)
    multiply, _, operations = workloads.products(gan, PAPER_GANGAN.batch)
    source, target = torch.randn(2, 25_000_000).unbind()
    step, product, copy = side_by_side(7, gangan_epochs(rows), multiply, lambda: target.copy_(source))
    bandwidth = 2 * source.nbytes / copy
    note = f"{step / 8 * 1e3:.1f} ms; products {operations / 1e9:.2f} GFLOP {product * 1e3:.0f} ms"
    note += f", {size / 1e9:.2f} GB at {bandwidth / 1e9:.1f} GB/s {size / bandwidth * 1e3:.0f} ms"
    floor = max(product, size / bandwidth)
    return [row("GAN-GAN step / larger of products and bytes, 1 thread", step / 8 / floor, "×", "≤ 1.4", note)]


def gangans_together(rounds: int = 3) -> list[Row]:
    """A GAN-GAN on each core, as the rules run them."""
    steps = statistics.median(sum(jobs.together(jobs.gangans)) for _ in range(rounds))
    return [row(GANGANS, steps, "steps/s", note=f"{jobs.CORES / steps * 1e3:.1f} ms a step of each")]


def scoring() -> list[Row]:
    """How long the paper's rows take to score, at the speed of a job on each core."""
    with tempfile.TemporaryDirectory() as name:
        jobs.prepared(Path(name))
        rate = sum(jobs.together(jobs.scoring, folder=Path(name)))
    note = f"{rate:.1f} rows/s"
    return [row("scoring 3,500 rows by 5,000 images, a job on each core", 3500 / rate / 60, "minutes", "≤ 10", note)]


def study(found: list[Row]) -> list[Row]:
    """How long the jobs of Figs 1-3 of the paper take, one seed of each faithful arm, at the speeds found. A job that
    draws takes as long as one of a single step: it starts, reads and writes."""
    cores = jobs.CORES
    started = 35 + 2 + 8  # GANs, GAN-GANs, the digits, the zoo, and what draws
    parts = {
        "GANs": math.ceil(35 / cores) * 100 * (60_000 // BATCH) * BATCH * cores / said(found, GANS),
        "GAN-GANs": math.ceil(2 / cores) * 250 * (3500 // PAPER_GANGAN.batch) * cores / said(found, GANGANS),
        "packing": said(found, PACKING),
        f"starting {started} jobs": math.ceil(started / cores) * said(found, JOB),
    }
    note = ", ".join(f"{what} {seconds / 60:.1f}" for what, seconds in parts.items())
    return [row("all jobs of Figs 1-3 at these speeds", sum(parts.values()) / 60, "minutes", "≤ 45", note)]


def packing(runs: int = 12) -> list[Row]:
    """Packing and reading, against ``cp`` of the same bytes on the same disk; memory in a process of its own."""
    with tempfile.TemporaryDirectory(dir=ROOT) as name:
        folder = Path(name)
        whole = changed(PAPER, epochs=100)
        paths = packed(folder, runs, whole)

        def copy() -> None:
            with (folder / ".copy").open("wb") as file:
                for path in paths:
                    with path.open("rb") as source:
                        shutil.copyfileobj(source, file, 2**20)
                os.fsync(file.fileno())
            (folder / ".copy").replace(folder / "copy")  # as a zoo is replaced: with new pages of memory

        copied, done, plain, read = side_by_side(
            7,
            copy,
            lambda: rowfile.pack(paths, whole.model_dump(mode="json"), range(runs), folder / "zoo.h5"),
            lambda: (folder / "copy").read_bytes(),
            lambda: rowfile.rows(folder / "zoo.h5", list(range(runs))),
        )
        size = sum(path.stat().st_size for path in paths) / 1e6
    return [
        row(PACKING, done * 35 / runs, "s"),
        row("copying / packing a zoo", copied / done, "×", "≥ 0.6", f"{size / done:.0f} MB/s, fsync included"),
        row("copying / reading a zoo's rows", copied / read, "×", "≥ 0.6", f"{size / read:.0f} MB/s"),
        row("reading a file from memory / reading a zoo's rows", plain / read, "×"),
    ]


def run(*words: str, folder: Path = ROOT) -> float:
    """Seconds of a command of this environment, with this clone's code."""
    bin_ = str(Path(sys.executable).parent)
    paths = os.pathsep.join(str(ROOT / part) for part in ("src", "tests", "tests/bench"))
    environment = {**os.environ, "PATH": f"{bin_}:{os.environ['PATH']}", "PYTHONPATH": paths}
    began = time.perf_counter()
    subprocess.run(words, cwd=folder, env=environment, check=True, capture_output=True)
    return time.perf_counter() - began


def job(where: Path, call: str, settings: dict[str, object], **files: dict[str, object]) -> float:
    """Seconds of a job, from the shell to its end."""
    given = ["--settings", json.dumps(settings), "--files", json.dumps(files), "--log", "log"]
    return run("gangan", "job", call, *given, folder=where)


def memory() -> list[Row]:
    """Peak memory of a process that packs rows of GANs one unit wide."""
    found = []
    for runs in (35, 350):
        with tempfile.TemporaryDirectory() as name:
            small = changed(PAPER, epochs=100, batch=1, network={"latent": 1, "hidden": 1})
            paths = packed(Path(name), runs, small)
            code = "import json, sys; from pathlib import Path; from gangan.core import rowfile"
            code += (
                f"; rowfile.pack(sorted(Path().glob('*.h5')), json.loads(sys.argv[1]), range({runs}), Path('packed'))"
            )
            code += "; Path('peak').write_text(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])"
            assert len(paths) == runs
            run(sys.executable, "-c", code, small.model_dump_json(), folder=Path(name))
            peak = int(Path(name, "peak").read_text()) / 1024
            found.append(row(f"peak memory of packing {runs * 100:,} rows", peak, "MB", "< 300"))
    return found


def start_up() -> list[Row]:
    """A job of one step, from the shell to its end, and the paper's plan."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        idx.fetch("mnist-5k", [], folder / "digits.safetensors")
        settings = {"gan": changed(PAPER, batch=5000).model_dump(), "seed": 0, "first": 0, "count": 1}
        files = {"input": {"digits": "digits.safetensors"}, "output": {"rows": "0.h5", "timing": "0.csv"}}
        first, again = (job(folder, TRAIN_GANS, settings, **files) for _ in range(2))
    plan = min(run("snakemake", "-n", "--quiet", "all") for _ in range(2))
    return [
        row(JOB, min(first, again), "s", "≤ 3"),
        row("snakemake -n for the paper", plan, "s", "≤ 3"),
    ]


def whole_jobs(runs: int = 35, epochs: int = 100, turns: int = 250) -> tuple[float, float]:
    """Seconds of the jobs that train GANs in one stack and pack their rows, and of one that trains a GAN-GAN on these
    for so many epochs."""
    gan = changed(PAPER, epochs=epochs).model_dump()
    learned = PAPER_GANGAN.model_copy(update={"epochs": turns}).model_dump()
    with tempfile.TemporaryDirectory(dir=ROOT) as name:
        folder = Path(name)
        jobs.digits(folder / "digits")
        made = {"rows": "00.h5", "timing": "00.csv"}
        settings = {"gan": gan, "seed": 0, "first": 0, "count": runs}
        trained = job(folder, TRAIN_GANS, settings, input={"digits": "digits"}, output=made)
        zoo = {"zoo": "zoo", "timings": "zoo.csv"}
        read = {name: [path] for name, path in made.items()}
        packed = job(folder, "papers.gangan.zoo.pack", {"gan": gan, "runs": runs}, input=read, output=zoo)
        settings = {"training": learned, "rows": {}, "seed": 0, "run": 0}
        output = {"weights": "out", "losses": "losses", "timing": "out.csv"}
        again = job(
            folder, "papers.gangan.training.gangans.train_gangan", settings, input={"zoo": "zoo"}, output=output
        )
        return trained + packed, again


def gpu() -> list[Row]:
    """35 GANs stacked against one after another, and whole jobs, where there is a GPU."""
    name = torch.cuda.get_device_name()
    real = idx.scaled(images()).to("cuda")
    stacked, single = side_by_side(3, gan_epochs(real, stacked=35), gan_epochs(real))
    zoo_made, trained = whole_jobs()
    return [
        row("35 GANs one after another / stacked", 35 * single / stacked, "×", "≥ 15", name),
        row("35 GANs stacked, start-up and packing", zoo_made, "s", "≤ 60", name),
        row("a GAN-GAN, start-up included", trained, "s", "≤ 20", name),
    ]


def scaling() -> list[Row]:
    """Cost as work grows, and the slope of its line in log-log."""
    torch.set_num_threads(jobs.CORES)
    # on a GPU so many that what an epoch begins with, GAN by GAN, does not count
    device, steps = ("cuda", 100) if torch.cuda.is_available() else ("cpu", 10)
    real = idx.scaled(images(128 * steps)).to(device)
    found: list[Row] = []

    def add(axis: str, x: float, seconds: float) -> None:
        found.append({"axis": axis, "x": x, "seconds": f"{seconds:.5g}"})

    def step(settings: Gan = PAPER, stacked: int = 1) -> float:
        return side_by_side(3, gan_epochs(real, settings, stacked))[0] / steps

    where = f"one step on {device.upper()}"
    for stacked in (1, 2, 4, 8, 16, 32, 64):
        add(f"GANs stacked, {where}", stacked, step(stacked=stacked))
    for hidden in (64, 128, 256, 512):
        add(f"hidden units, {where}", hidden, step(changed(PAPER, network={"hidden": hidden})))
    small = changed(PAPER, epochs=100, network={"hidden": 1, "latent": 1})
    for runs in (10, 35, 100, 350):
        with tempfile.TemporaryDirectory(dir=ROOT) as name:
            paths = packed(Path(name), runs, small)
            facts = small.model_dump(mode="json")
            work = lambda p=paths, n=name, r=runs: rowfile.pack(p, facts, range(r), Path(n, "zoo"))  # noqa: E731, B023
            add("rows of a zoo, packing", runs * 100, side_by_side(1, work)[0])
    return found


def slopes(found: list[Row]) -> dict[str, float]:
    """Exponent of each axis, by least squares of log seconds on log x."""
    axes = dict.fromkeys(str(one["axis"]) for one in found)
    points = {axis: [(one["x"], one["seconds"]) for one in found if one["axis"] == axis] for axis in axes}
    return {axis: float(np.polyfit(*np.log(np.array(xy, "f8")).T, 1)[0]) for axis, xy in points.items()}


def plot(found: list[Row], path: Path) -> None:
    """Seconds against size, log-log, a panel each."""
    exponents = slopes(found)
    figure, panels = plt.subplots(1, len(exponents), figsize=(9, 2.8), layout="constrained")
    for panel, (axis, slope) in zip(panels, exponents.items(), strict=True):
        x, y = zip(*((one["x"], float(str(one["seconds"]))) for one in found if one["axis"] == axis), strict=True)
        panel.loglog(x, y, "o-")
        panel.set_xticks(x, [f"{one:g}" for one in x], rotation=45)
        panel.tick_params(axis="x", which="minor", length=0, labelbottom=False)
        what, _, how = axis.partition(", ")
        panel.set(xlabel=what, ylabel=f"seconds, {how}", title=f"slope {slope:.2f}")
    figure.savefig(path, dpi=150)


def write(path: Path, found: list[Row]) -> None:
    """A CSV of lines with the same keys."""
    with path.open("w", newline="") as file:
        table = csv.DictWriter(file, found[0].keys())
        table.writeheader()
        table.writerows(found)


def main() -> None:
    """All of it, under ten minutes on two cores."""
    output = Path(sys.argv[1])
    output.mkdir(parents=True, exist_ok=True)
    lines = packing()  # into new memory, as a job does: what follows keeps what it has had
    prepare(1)
    for part in (gan_step, throughput, gangan_step, gangans_together, memory, start_up, scoring, other_tools):
        lines += part()
    lines += gpu() if torch.cuda.is_available() else study(lines)  # which takes its parts from the CPU
    write(output / "speed.csv", lines)
    found = scaling()
    for axis, slope in slopes(found).items():
        print(f"{axis}: seconds grow with the power {slope:.2f}")
    write(output / "scaling.csv", found)
    plot(found, output / "scaling.png")


if __name__ == "__main__":
    main()
