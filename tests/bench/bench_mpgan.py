"""A step of MP-GAN against a plain PyTorch loop of the same modules, in turns, on one thread; and the memory of it.
``PYTHONPATH=src:tests:tests/bench python tests/bench/bench_mpgan.py [BATCH]``"""

import resource
import sys
from collections.abc import Callable

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn
from workloads import side_by_side

from gangan.core.device import prepare
from gangan.papers.mpgan import networks
from gangan.papers.mpgan.networks import Dropout
from gangan.papers.mpgan.step import Players
from gangan.papers.mpgan.training import Streams, fresh

DIGITS = {"kind": "digits", "filters": 64, "normalisation": "dropout"}


def ours(batch: int) -> Callable[[], object]:
    """A step as the study does it."""
    gan = fresh(DIGITS, Streams(0, "bench", 0, torch.device("cpu"))).to(torch.device("cpu"))
    for layer in gan.discriminator:
        if isinstance(layer, Dropout):
            layer.random = torch.Generator().manual_seed(0)
    players, samples = Players(gan, "adam", saturating=False), torch.rand(1024, 1, 28, 28)
    players.rate = 2e-4

    def step() -> None:
        chosen = torch.randint(len(samples), (batch // 2,))
        players.turns["discriminator"].step((samples[chosen], True))
        players.turns["discriminator"].step((gan.draw(torch.randn(batch // 2, gan.latent)), False))
        players.turns["generator"].step(torch.randn(batch, gan.latent))

    return step


def plain(batch: int) -> Callable[[], object]:
    """The same by the book: modules as they are made, PyTorch's dropout and Adam."""
    generator, discriminator = networks.generator(), networks.discriminator(64, "dropout")
    for name in ("between1", "between2"):
        setattr(discriminator, name, nn.Dropout(0.4))
    for_g, for_d = (
        torch.optim.Adam(module.parameters(), 2e-4, (0.5, 0.999), 1e-7) for module in (generator, discriminator)
    )
    samples = torch.rand(1024, 1, 28, 28)

    def update(optimizer: torch.optim.Optimizer, images: Tensor, label: float) -> None:
        logits = discriminator(images)
        optimizer.zero_grad()
        F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, label)).backward()
        optimizer.step()

    @torch.enable_grad()
    def step() -> None:
        update(for_d, samples[torch.randint(len(samples), (batch // 2,))], 1.0)
        generator.eval()
        update(for_d, generator(torch.randn(batch // 2, networks.LATENT)).detach(), 0.0)
        generator.train()
        update(for_g, generator(torch.randn(batch, networks.LATENT)), 1.0)

    return step


def main() -> None:
    """Print the ratio."""
    prepare(1)
    batch = int(sys.argv[1]) if len(sys.argv) > 1 else 256
    mine, book = side_by_side(3, ours(batch), plain(batch))
    print(f"batch {batch}: {mine:.2f} s a step; {mine / book:.2f} × a plain loop of the same modules")
    print(f"memory of both, at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
