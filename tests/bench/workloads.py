"""What this project does, in pieces that can be timed, and what each piece cannot do without."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gangan.core import rowfile
from gangan.core.settings import merged
from gangan.core.train import run_epoch
from gangan.data import idx
from gangan.papers.gangan import networks
from gangan.papers.gangan.config import Gan, Rows, Training
from gangan.papers.gangan.layers import product
from gangan.papers.gangan.networks import GAN
from gangan.papers.gangan.training import gangans, gans
from gangan.papers.gangan.training.sample import architecture
from gangan.papers.gangan.training.step import Adversaries
from support.studies import study

STUDY = study().gangan
PAPER: Gan = STUDY.zoos["mlp"].gan.model_copy(update={"epochs": 1})
PAPER_GANGAN: Training = STUDY.training.model_copy(update={"epochs": 1})


def changed(settings: Gan, **changes: object) -> Gan:
    """Others of a GAN, blocks key by key."""
    return Gan.model_validate(merged(settings.model_dump(), changes))


def seconds(work: Callable[[], object]) -> float:
    """How long it takes, with a GPU's work done."""
    began = time.perf_counter()
    work()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - began


def side_by_side(rounds: int, *works: Callable[[], object]) -> list[float]:
    """Median seconds of each, taken in turns so that a busy moment meets all of them; one turn to warm up."""
    for work in works:
        seconds(work)
    turns = [[seconds(work) for work in works] for _ in range(rounds)]
    return [statistics.median(turn) for turn in zip(*turns, strict=True)]


def images(count: int = 60_000) -> Tensor:
    """The embedded digits, repeated to MNIST's number, uint8 (count, 28, 28)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "digits.safetensors")
        idx.fetch("mnist-5k", [], path)
        digits = idx.images(path)
    return digits[torch.arange(count) % len(digits)]


def rows(count: int) -> Tensor:
    """As many random rows as wide as the paper's (count, 113,745)."""
    return torch.randn(count, network(PAPER).layout().size).mul_(0.1)


def network(settings: Gan) -> GAN:
    """The networks of an MLP GAN."""
    gan = networks.of(settings.network.model_dump())
    assert isinstance(gan, GAN)
    return gan


def gan_epochs(images: Tensor, settings: Gan = PAPER, stacked: int = 1) -> Callable[[], object]:
    """Each call trains one epoch of ``stacked`` GANs on scaled images (n, 784)."""
    gan = network(settings)
    start = gans.initial(gan, 0, "bench", range(stacked), images.device)
    training = gans.of_network(gan, *start, settings.learning_rate, settings.loss.of)
    schedule = gans.generator_first(training, gans.digit_batches(settings, 0, range(stacked), images))
    epochs: Iterator[int] = iter(range(10**9))
    return lambda: run_epoch(schedule(next(epochs)))


def gangan_epochs(rows: Tensor, settings: Training = PAPER_GANGAN) -> Callable[[], object]:
    """Each call trains one epoch of a GAN-GAN on rows (n, width)."""
    gangan = architecture(settings, rows.shape[1])
    start = gans.initial(gangan, 0, "bench", range(1), rows.device)
    training = Adversaries(gangan, *start, settings.loss.of).training(
        settings.learning_rate, settings.generator.average
    )
    schedule = gans.generator_first(training, gangans.row_batches(settings, Rows(), 0, 0, rows))
    epochs: Iterator[int] = iter(range(10**9))
    return lambda: run_epoch(schedule(next(epochs)))


def products(gan: GAN, batch: int) -> tuple[Callable[[], object], int, int]:
    """The matrix products of one step in their real shapes, and no more; how many; and their operations.

    G's turn: G and D forward, back through D to the fakes, back through G, G's weights. D's turn: G forward, D forward
    and back on real and fake together, D's weights.
    """
    generator, discriminator = gan.generator, gan.discriminator
    g = [(generator.inputs, generator.hidden), (generator.hidden,) * 2, (generator.hidden, generator.outputs)]
    d = [(discriminator.inputs, discriminator.hidden), (discriminator.hidden,) * 2, (discriminator.hidden, 1)]
    shapes = [(batch, i, o) for i, o in [*g, *d]]
    shapes += [(batch, o, i) for i, o in [*d, *g[1:]]]
    shapes += [(o, batch, i) for i, o in g]
    shapes += [(batch, i, o) for i, o in g]
    shapes += [(2 * batch, i, o) for i, o in d]
    shapes += [(2 * batch, o, i) for i, o in d[1:]]
    shapes += [(o, 2 * batch, i) for i, o in d]
    made = [(torch.randn(m, k), torch.randn(n, k).mT) for m, k, n in shapes]

    def work() -> None:
        for left, right in made:
            product(left, right)

    return work, len(shapes), sum(2 * m * k * n for m, k, n in shapes)


def gangan_bytes(gan: GAN, batch: int) -> int:
    """What one GAN-GAN step must at least move to and from memory, in bytes of float32, if a part of a row stays in the
    cache from one operation to the next but a whole row does not.

    Weights: Adam reads weight, mean and square and writes them, G's right after the backward pass, which shares the
    read: 6. Both forward passes read G's: 2 more. Both, and the backward pass through D, read D's: 3 more. Gradients
    stay in the cache. Activations as wide as a row: G's turn writes fakes and reads them for tanh's derivative (2 ×
    batch); D's turn reads rows, writes them as a batch, writes fakes, and reads both for D's weights (5).
    """
    generator, discriminator = (
        sum(torch.Size(shape).numel() for shape in network.shapes().values())
        for network in (gan.generator, gan.discriminator)
    )
    return 4 * ((6 + 2) * generator + (6 + 3) * discriminator + (2 + 5) * batch * gan.width)


def packed(folder: Path, runs: int, settings: Gan) -> list[Path]:
    """Files of runs as a training leaves them, of random rows."""
    layout, facts = network(settings).layout(), settings.model_dump(mode="json")
    losses = {name: np.zeros((settings.epochs, 1), "f4") for name in ("loss_generator", "loss_discriminator")}
    rng = np.random.default_rng(0)
    paths = []
    for run in range(runs):
        rows = rng.standard_normal((settings.epochs, 1, layout.size), "f4")
        paths.append(folder / f"{run:03d}.h5")
        rowfile.write_runs(paths[-1], layout, facts["network"], facts, [run], 0, rows, losses)
    return paths
