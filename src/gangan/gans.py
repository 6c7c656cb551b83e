"""Training the MNIST GANs of a zoo (paper section 3, facts.md 0.1) and drawing digits from their rows."""

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from gangan import data, zoo
from gangan.adversaries import Adversaries, Batch
from gangan.checkpoint import Checkpoint
from gangan.config import Gan
from gangan.dcgan import DCGAN
from gangan.files import UserError
from gangan.networks import GAN
from gangan.training import prepare, stream, train
from gangan.weights import Layout

SIDE = 28  # pixels
AT_ONCE = 64  # GANs that draw: what a DCGAN makes in between is many times its images


def architecture(settings: Gan) -> GAN | DCGAN:
    """Generator and discriminator of a zoo's GANs."""
    if settings.network == "dcgan":
        return DCGAN(settings.latent, settings.hidden)
    return GAN(settings.latent, SIDE * SIDE, settings.hidden, settings.hidden)


def architecture_of(layout: Layout) -> GAN | DCGAN:
    """The GANs whose rows, or whose generators' halves of rows, have this layout."""
    shapes = dict(layout.shapes)
    first = shapes["generator.input.weight"]
    if len(first) == 4:  # latent × channels × kernel
        return DCGAN(first[0], first[1] // 8)
    hidden, latent = first
    return GAN(latent, shapes["generator.output.bias"][0], hidden, hidden)


def train_runs(
    settings: Gan,
    seed: int,
    runs: range,
    digits: Path,
    output: Path,
    timing: Path,
    checkpoint: Checkpoint,
    threads: int,
) -> None:
    """Train GANs ``runs`` of a zoo side by side and write their rows, one per epoch, to ``output``.

    The checkpoint carries an unfinished training over to the next attempt; deleting it is the caller's, once the
    record of the output stands.

    Raises:
        UserError: the digits do not fill a batch, a GAN diverged, or a file cannot be written.
    """
    device = prepare(threads)
    gan = architecture(settings)
    starts = [0] * len(runs) if settings.shared_initialisation else runs
    generator, discriminator = initial(gan, seed, "gan", starts, device)
    if isinstance(gan, DCGAN):
        phases = gan.phases(settings.learning_rate, generator, discriminator)
    else:
        phases = Adversaries(gan, generator, discriminator).phases(settings.learning_rate)
    images = samples(data.scaled(data.images(digits)).view(-1, SIDE, SIDE), gan).to(device)
    layout = gan.layout()
    checkpoint.row_bytes = len(runs) * layout.size * 4
    names = [f"GAN {run}" for run in runs]
    examples = len(runs) * steps_per_epoch(settings.batch, len(images)) * settings.batch
    batches = digit_batches(settings, seed, runs, images)
    for _ in train(phases, batches, settings.epochs, names, examples, checkpoint):
        checkpoint.append(torch.cat([p.flat(p.optimizer.weights, len(runs)) for p in reversed(phases)], dim=1))
    losses = np.array([epoch.losses for epoch in checkpoint.history], "f4")
    zoo.write_runs(output, layout, settings.as_json(), runs, seed, checkpoint.rows(len(runs)), losses)
    checkpoint.write_timing(timing, examples)


def initial(gan: GAN | DCGAN, seed: int, kind: str, runs: Sequence[int], device: torch.device) -> tuple[Tensor, Tensor]:
    """Fresh weights (runs, size) of generators and discriminators, each run's from its own stream."""
    cpu = torch.device("cpu")  # the same start on every device
    generator = gan.generator.initial([stream(seed, f"{kind}-generator", run, 0, cpu) for run in runs])
    discriminator = gan.discriminator.initial([stream(seed, f"{kind}-discriminator", run, 0, cpu) for run in runs])
    return generator.to(device), discriminator.to(device)


def steps_per_epoch(batch: int, examples: int) -> int:
    """The last, short batch is dropped: 468 for 60,000 digits in batches of 128.

    Raises:
        UserError: there is not even one batch.
    """
    if examples < batch:
        raise UserError(f"{examples} examples do not fill a batch of {batch}; choose a smaller batch")
    return examples // batch


def digit_batches(settings: Gan, seed: int, runs: range, images: Tensor) -> Callable[[int], Iterator[Batch]]:
    """Epoch → its batches; each run shuffles the images (n, width) and draws its noise from its own streams."""
    gans, batch, device = len(runs), settings.batch, images.device
    steps = steps_per_epoch(batch, len(images))
    pair = torch.empty(gans, 2 * batch, images.shape[1], device=device)
    real = pair[:, :batch]

    def batches(epoch: int) -> Iterator[Batch]:
        noise = torch.empty(gans, 2 * steps, batch, settings.latent, device=device)
        orders = []
        for i, run in enumerate(runs):
            shuffle = stream(seed, "gan-order", run, epoch, device)
            orders.append(torch.randperm(len(images), generator=shuffle, device=device))
            noise[i].normal_(generator=stream(seed, "gan-noise", run, epoch, device))
        z, order = noise.unbind(1), torch.stack(orders)
        for step in range(steps):
            chosen = order[:, step * batch : (step + 1) * batch].flatten()
            if gans == 1:
                torch.index_select(images, 0, chosen, out=real[0])
            else:  # to a GPU a copy is less than a call for each GAN
                real.copy_(images.index_select(0, chosen).view_as(real))
            yield Batch([pair], (z[2 * step], z[2 * step + 1]))

    return batches


def draw(rows: Tensor, layout: Layout, z: Tensor) -> Tensor:
    """The digits of some GANs: rows (gans, width) and noise (batch, latent) shared by all → (gans, batch, 28, 28) in
    [−1, 1]."""
    gan = architecture_of(layout)
    parts = rows.split(AT_ONCE)  # type: ignore[no-untyped-call]
    made = [gan.generate(weights(some, layout, "generator"), z.expand(len(some), *z.shape)) for some in parts]
    return images(torch.cat(made), gan)


def weights(rows: Tensor, layout: Layout, network: str) -> list[Tensor]:
    """The tensors (gans, *shape) of the ``generator`` or the ``discriminator`` in rows (gans, width)."""
    return [tensor for name, tensor in layout.unflatten(rows).items() if name.startswith(f"{network}.")]


def samples(images: Tensor, gan: GAN | DCGAN) -> Tensor:
    """Digits (…, 28, 28) as a GAN's samples (…, width): with a black border where it makes larger images."""
    return F.pad(images, [_border(gan)] * 4, value=-1).flatten(-2)


def images(samples: Tensor, gan: GAN | DCGAN) -> Tensor:
    """A GAN's samples (…, width) → (…, 28, 28), without the border."""
    border = _border(gan)
    inside = slice(border, border + SIDE)
    return samples.reshape(*samples.shape[:-1], 2 * border + SIDE, -1)[..., inside, inside]


def _border(gan: GAN | DCGAN) -> int:
    return (math.isqrt(gan.width) - SIDE) // 2
