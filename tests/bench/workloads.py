"""What this project does, in pieces that can be timed, and what each piece cannot do without."""

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
import yaml
from torch import Tensor

from gangan import gangans, gans
from gangan.adversaries import Adversaries
from gangan.config import Gan, GanGan, Rows, Zoo
from gangan.networks import GAN
from gangan.products import product
from gangan.training import Phase, run_epoch

STUDY = yaml.safe_load((Path(__file__).parents[2] / "config/paper.yaml").read_text())
PAPER = Zoo.model_validate(STUDY["zoos"]["mlp"] | {"epochs": 1}).gan
PAPER_GANGAN = GanGan.model_validate(STUDY["gangan"] | {"epochs": 1})


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


def phases(gan: GAN, stacked: int, device: torch.device) -> list[Phase]:
    """Fresh GANs, ready for ``run_epoch``."""
    generator, discriminator = gans.initial(gan, 0, "bench", range(stacked), device)
    return Adversaries(gan, generator, discriminator).phases(2e-4)


def gan_epochs(images: Tensor, settings: Gan = PAPER, stacked: int = 1) -> Callable[[], object]:
    """Each call trains one epoch of ``stacked`` GANs on scaled images (n, 784)."""
    work = phases(gans.architecture(settings), stacked, images.device)
    batches = gans.digit_batches(settings, 0, range(stacked), images)
    epochs: Iterator[int] = iter(range(10**9))
    return lambda: run_epoch(work, batches(next(epochs)))


def gangan_epochs(rows: Tensor, settings: GanGan = PAPER_GANGAN) -> Callable[[], object]:
    """Each call trains one epoch of a GAN-GAN on rows (n, width)."""
    work = phases(gangans.architecture(settings, rows.shape[1]), 1, rows.device)
    batches = gangans.row_batches(Rows(runs=[0], from_epoch=0, repeat=1, gangan=settings), 0, 0, rows)
    epochs: Iterator[int] = iter(range(10**9))
    return lambda: run_epoch(work, batches(next(epochs)))


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
    """What one GAN-GAN step must at least move to and from memory, in bytes of float32.

    Weights: G's are read in both turns' forward passes and in the backward pass, its gradients written and read once,
    and Adam reads weight, mean and square and writes them: 3 + 2 + 6. D's: read in both forward passes and one
    backward pass, gradients, Adam: the same 11. Activations as wide as a row: G's turn writes fakes, reads them in D
    and in tanh's derivative, writes and reads the gradient at them (5 × batch); D's turn writes fakes, reads and
    writes the real rows when it gathers them, reads both in the forward pass and for D's weights (3 + 4 × batch).
    """
    weights = sum(torch.Size(shape).numel() for _, shape in gan.layout().shapes)
    return 4 * (11 * weights + (5 + 3 + 4) * batch * gan.width)
