"""Training the MNIST GANs of a zoo (paper, section 3; docs/papers/gangan.md, section 1): each epoch leaves a row."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from gangan.core import rowfile
from gangan.core.files import UserError
from gangan.core.layout import Layout
from gangan.core.streams import stream
from gangan.core.train import Turn, train
from gangan.data import idx
from gangan.papers.gangan import networks
from gangan.papers.gangan.config import Gan
from gangan.papers.gangan.networks import DCGAN, Network
from gangan.papers.gangan.training import bce
from gangan.papers.gangan.training.step import Adam, Adversaries, Batch, Gradients, InTraining, by_autograd

if TYPE_CHECKING:
    from gangan.core.checkpoint import Checkpoint


def train_gans(
    gan: Gan,
    seed: int,
    first: int,
    count: int,
    digits: Path,
    rows: Path,
    timing: Path,
    device: torch.device,
    checkpoint: "Checkpoint",
) -> None:
    """Train GANs ``first`` … ``first + count − 1`` of a zoo side by side and write their rows, one per epoch.

    Args:
        gan: how one is trained.
        seed: of the study.
        first: the number of the first in its zoo; each has random streams of its own number.
        count: how many.
        digits: the dataset.
        rows: HDF5 to write, see ``core.rowfile``.
        timing: CSV to write, the seconds of each epoch.
        device: where to compute.
        checkpoint: carries an unfinished training over to the next attempt.

    Raises:
        UserError: the digits do not fill a batch, a GAN diverged, or a file cannot be written.
    """
    network, runs = networks.of(gan.network.model_dump()), range(first, first + count)
    starts = [0] * count if gan.shared_initialisation else runs
    training = of_network(network, *initial(network, seed, "gan", starts, device), gan.learning_rate, gan.loss.of)
    images = networks.samples(idx.scaled(idx.images(digits)).view(-1, networks.SIDE, networks.SIDE), network)
    layout = network.layout()
    checkpoint.row_bytes = count * layout.size * 4
    examples = count * steps_per_epoch(gan.batch, len(images)) * gan.batch
    schedule = generator_first(training, digit_batches(gan, seed, runs, images.to(device)))
    names = [f"GAN {run}" for run in runs]
    for _ in train(list(training.turns.values()), schedule, gan.epochs, names, examples, checkpoint):
        checkpoint.append(layout.flatten(training.weights()))
    settings = gan.model_dump(mode="json")
    made = checkpoint.rows(count), checkpoint.means()
    rowfile.write_runs(rows, layout, settings["network"], settings, runs, seed, *made)
    checkpoint.write_timing(timing, examples)


def initial(gan: Network, seed: int, kind: str, runs: Sequence[int], device: torch.device) -> tuple[Tensor, Tensor]:
    """Fresh weights (runs, size) of generators and discriminators, each run's from its own stream."""
    cpu = torch.device("cpu")  # the same start on every device
    generator = gan.generator.initial([stream(seed, f"{kind}-generator", run, 0, cpu) for run in runs])
    discriminator = gan.discriminator.initial([stream(seed, f"{kind}-discriminator", run, 0, cpu) for run in runs])
    return generator.to(device), discriminator.to(device)


def of_network(gan: Network, generator: Tensor, discriminator: Tensor, learning_rate: float, of: bce.Of) -> InTraining:
    """The training of a stack of GANs from flat weights (gans, size)."""
    if isinstance(gan, DCGAN):
        return convolutional(gan, generator, discriminator, learning_rate, of)
    return Adversaries(gan, generator, discriminator, of).training(learning_rate)


def convolutional(gan: DCGAN, generator: Tensor, discriminator: Tensor, learning_rate: float, of: bce.Of) -> InTraining:
    """The same losses for DCGANs, by autograd; flat weights (gans, size) are updated in place."""
    parts = {"generator": gan.generator.shapes(), "discriminator": gan.discriminator.shapes()}
    flat = {"generator": generator, "discriminator": discriminator}

    def named(network: str, weights: Tensor) -> dict[str, Tensor]:
        return Layout.of(**{network: parts[network]}).unflatten(weights)

    def made(weights: Tensor, z: Tensor) -> Tensor:
        return gan.generate(list(named("generator", weights).values()), z)

    def score(weights: Tensor, images: Tensor) -> Tensor:
        return gan.discriminate(list(named("discriminator", weights).values()), images)

    def generator_step(batch: Batch) -> Gradients:
        z = batch.noise[0]
        return by_autograd(lambda g: bce.loss(score(discriminator, made(g, z)), True, of).mean((1, 2)), generator)

    def discriminator_step(batch: Batch) -> Gradients:
        z = batch.noise[1]
        real, fake = batch.pairs[0][:, : z.shape[1]], made(generator, z)

        def loss(d: Tensor) -> Tensor:  # real and fake apart, each normalised by its own statistics
            return (bce.loss(score(d, real), True, of) + bce.loss(score(d, fake), False, of)).mean((1, 2))

        return by_autograd(loss, discriminator)

    steps = {"generator": generator_step, "discriminator": discriminator_step}
    turns = {name: Adam([[flat[name]]], learning_rate).turn(name, step) for name, step in steps.items()}
    return InTraining(turns, lambda: named("generator", generator) | named("discriminator", discriminator))


def generator_first(
    training: InTraining, batches: Callable[[int], Iterator[Batch]]
) -> Callable[[int], Iterator[tuple[Turn, Any]]]:
    """Epoch → its turns in the published order: on each batch the generator, then the discriminator."""

    def schedule(epoch: int) -> Iterator[tuple[Turn, Any]]:
        for batch in batches(epoch):
            yield training.turns["generator"], batch
            yield training.turns["discriminator"], batch

    return schedule


def steps_per_epoch(batch: int, examples: int) -> int:
    """The last, short batch is dropped: 468 for 60,000 digits in batches of 128.

    Raises:
        UserError: there is not even one batch.
    """
    if examples < batch:
        raise UserError(f"{examples} examples do not fill a batch of {batch}; choose a smaller batch")
    return examples // batch


def digit_batches(gan: Gan, seed: int, runs: range, images: Tensor) -> Callable[[int], Iterator[Batch]]:
    """Epoch → its batches; each run shuffles the images (n, width) and draws its noise from its own streams."""
    gans, batch, latent, device = len(runs), gan.batch, gan.network.latent, images.device
    steps = steps_per_epoch(batch, len(images))
    pair = torch.empty(gans, 2 * batch, images.shape[1], device=device)
    real = pair[:, :batch]

    def batches(epoch: int) -> Iterator[Batch]:
        noise = torch.empty(gans, 2 * steps, batch, latent, device=device)
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
