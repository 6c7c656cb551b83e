"""Works as a study runs them: each in a process of its own, as many side by side as there are cores."""

import multiprocessing
import os
import tempfile
from collections.abc import Callable
from functools import partial
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from queue import Empty

import torch
import workloads
from others import BATCH, textbook

from gangan.core.device import prepare
from gangan.core.files import write_tensors
from gangan.data import idx
from gangan.measure import judge
from gangan.papers.gangan.scoring.bench import score_gans

CORES = os.cpu_count() or 1
Work = Callable[[Barrier, "Queue[float]", Path], None]


def together(work: Work, count: int = CORES, folder: Path = Path()) -> list[float]:
    """What each of several processes found, which began together once they were warm."""
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(count), context.Queue()
    processes = [context.Process(target=work, args=(barrier, results, folder)) for _ in range(count)]
    for process in processes:
        process.start()
    try:
        found = [results.get(timeout=600) for _ in processes]
    except Empty:  # one failed, and the others wait for it
        for process in processes:
            process.kill()
        raise
    for process in processes:
        process.join()
    return found


def gans(start: Barrier, results: "Queue[float]", _: Path) -> None:
    """Trains a GAN for an epoch; images a second."""
    prepare(1)
    train = workloads.gan_epochs(idx.scaled(workloads.images()))
    train()
    start.wait()
    results.put(468 * BATCH / workloads.seconds(train))


def by_the_book(start: Barrier, results: "Queue[float]", _: Path) -> None:
    """The textbook loop on all threads, in a process that is set up as PyTorch leaves it; images a second."""
    torch.set_num_threads(CORES)
    loop = textbook(workloads.images())
    warm, steps = 50, 200
    for _step in range(warm):
        next(loop)
    start.wait()
    results.put(steps * BATCH / workloads.seconds(lambda: [next(loop) for _ in range(steps)]))


def gangans(start: Barrier, results: "Queue[float]", _: Path) -> None:
    """Trains a GAN-GAN for an epoch of 40 batches; steps a second."""
    prepare(1)
    train = workloads.gangan_epochs(workloads.rows(40 * workloads.PAPER_GANGAN.batch))
    train()
    start.wait()
    results.put(40 / workloads.seconds(train))


def digits(file: Path) -> None:
    """As many digits as MNIST has, as the pipeline keeps them."""
    images = workloads.images(70_000)
    labels = torch.arange(len(images), dtype=torch.uint8) % judge.CLASSES
    parts = {"train": slice(0, 60_000), "test": slice(60_000, None)}
    tensors = {f"{part}.images": images[cut].clone() for part, cut in parts.items()}
    write_tensors(file, tensors | {f"{part}.labels": labels[cut].clone() for part, cut in parts.items()})


def prepared(folder: Path) -> None:
    """What ``scoring`` reads: digits, judges of some, one run's rows."""
    digits(folder / "digits")
    for shape in judge.SHAPES:
        files = [folder / name for name in ("digits", shape, "table")]
        judge.train(shape, 1, 1000, 0.002, 0, *files, torch.device("cpu"))
    workloads.packed(folder, 1, workloads.changed(workloads.PAPER, epochs=40))


def scoring(start: Barrier, results: "Queue[float]", folder: Path) -> None:
    """Scores 40 rows as the paper's study does, 5,000 images of each for the test and as many for choosing, one in
    seven wholly; rows a second."""
    device = prepare(1)
    settings = workloads.STUDY.evaluation
    given = (folder / "000.h5", folder / "deep", folder / "flat", folder / "digits")
    with tempfile.TemporaryDirectory() as own:
        work = partial(score_gans, settings, 0, *given, Path(own, "scores"), Path(own, "moments"), device)
        work()
        start.wait()
        results.put(40 / workloads.seconds(work))
