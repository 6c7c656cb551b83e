"""The published training of a GAN-GAN, written as plainly as PyTorch allows, to hold the fast one to.

Modules, ``BCELoss`` on a sigmoid, ``optim.Adam`` with its defaults, the generator before the discriminator, fresh noise
for each, the last short batch dropped (docs/papers/gangan.md, section 2).
"""

from collections.abc import Iterable, Iterator

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

Step = tuple[
    Tensor, Tensor, Tensor
]  # rows (batch, width), the generator's noise and the discriminator's (batch, latent)


class Network(nn.Module):
    """Three linear layers; between them leaky ReLUs, after them what is given."""

    def __init__(self, inputs: int, hidden: int, outputs: int, last: nn.Module):
        super().__init__()
        self.inp, self.hidden, self.out = (
            nn.Linear(inputs, hidden), nn.Linear(hidden, hidden), nn.Linear(hidden, outputs),
        )  # fmt: skip
        self.leaky, self.last = nn.LeakyReLU(0.2), last

    def forward(self, x: Tensor) -> Tensor:
        x = self.leaky(self.hidden(self.leaky(self.inp(x))))
        result: Tensor = self.last(self.out(x))
        return result


def networks(width: int, latent: int = 1, generator: int = 64, discriminator: int = 8) -> tuple[Network, Network]:
    """Generator and discriminator, with PyTorch's initial weights."""
    return Network(latent, generator, width, nn.Tanh()), Network(width, discriminator, 1, nn.Sigmoid())


def batches(rows: Tensor, repeat: int, batch: int, latent: int = 1) -> Iterator[Step]:
    """One epoch's, each row ``repeat`` times in it, by PyTorch's loader and random numbers."""
    loader = DataLoader(TensorDataset(rows.repeat(repeat, 1)), batch, shuffle=True, drop_last=True)
    for (real,) in loader:
        yield real, torch.randn(batch, latent), torch.randn(batch, latent)


class Trained:
    """Both networks and their optimizers."""

    def __init__(self, generator: Network, discriminator: Network, learning_rate: float = 2e-4):
        self.g, self.d = generator, discriminator
        self.adam_g, self.adam_d = (torch.optim.Adam(net.parameters(), learning_rate) for net in (self.g, self.d))
        self.bce = nn.BCELoss()

    def epoch(self, steps: Iterable[Step]) -> None:
        """Some steps."""
        with torch.enable_grad():
            for real, noise_g, noise_d in steps:
                one, zero = torch.ones(len(real), 1), torch.zeros(len(real), 1)
                self.adam_g.zero_grad()
                self.bce(self.d(self.g(noise_g)), one).backward()
                self.adam_g.step()
                self.adam_d.zero_grad()
                fake = self.g(noise_d).detach()
                (self.bce(self.d(real), one) + self.bce(self.d(fake), zero)).backward()
                self.adam_d.step()
