"""Training one GAN (docs/papers/mpgan.md, section 2): each epoch leaves a row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from gangan.core import rowfile
from gangan.core.files import UserError
from gangan.core.streams import stream
from gangan.core.train import Turn, train
from gangan.data.selection import selected
from gangan.papers.mpgan import networks
from gangan.papers.mpgan.config import Pretrained, Training, Updates
from gangan.papers.mpgan.networks import GAN, Dropout
from gangan.papers.mpgan.step import Players

if TYPE_CHECKING:
    from gangan.core.checkpoint import Checkpoint


def train_gan(
    training: Training,
    name: str,
    seed: int,
    run: int,
    digits: Path,
    rows: Path,
    timing: Path,
    device: torch.device,
    checkpoint: "Checkpoint",
    pretrained: list[Path] | None = None,
) -> None:
    """Train one GAN of digits and write its rows, one per epoch.

    Args:
        training: how.
        name: of the dataset.
        seed: of the study.
        run: the GAN's own seed; runs of one seed have the same random streams in every arm.
        digits: the dataset.
        rows: HDF5 to write, see ``core.rowfile``.
        timing: CSV to write, the seconds of each epoch.
        device: where to compute.
        checkpoint: carries an unfinished training over to the next attempt.
        pretrained: the rows of the run whose discriminator is taken (one file), where the training says so.

    Raises:
        UserError: the digits do not fill a batch, there is no such discriminator, or training diverged.
    """
    images = selected(digits, name, training.selection.digit, training.selection.first)
    samples = images.unsqueeze(1).to(torch.float32).div_(255).to(device)
    if len(samples) < training.batch:
        raise UserError(f"{len(samples):,} digits do not fill a batch of {training.batch}; choose a smaller batch")
    network = {"kind": "digits", **training.discriminator.model_dump()}
    random = Streams(seed, "mpgan", run, device)
    gan = fresh(network, random).to(device)
    start = training.start
    if isinstance(start, Pretrained):
        (file,) = pretrained or []
        gan.load(discriminator_of(file, run + start.shift, start.after, gan).to(device), "discriminator")
    frozen = isinstance(start, Pretrained) and start.frozen
    steps = len(samples) // training.batch
    fit(network, gan, samples, training, steps, frozen, random, rows, timing, checkpoint)


@dataclass(frozen=True)
class Streams:
    """The random streams of one run."""

    seed: int
    kind: str
    run: int
    device: torch.device

    def of(self, purpose: str, epoch: int, device: torch.device | None = None) -> torch.Generator:
        """That of one purpose in one epoch."""
        return stream(self.seed, f"{self.kind}-{purpose}", self.run, epoch, device or self.device)


def fresh(network: Mapping[str, Any], random: Streams) -> GAN:
    """A GAN before any training, the same on every device."""
    gan, cpu = networks.of(network), torch.device("cpu")
    networks.initialise(gan.generator, random.of("generator", 0, cpu))
    networks.initialise(gan.discriminator, random.of("discriminator", 0, cpu))
    return gan


def discriminator_of(file: Path, run: int, after: int, gan: GAN) -> Tensor:
    """The discriminator's part (width) of the row that a run left after some epochs.

    Raises:
        UserError: there is no such row, or its discriminator is not of the GAN's shape.
    """
    place, theirs = rowfile.layout_of(file).part("discriminator")
    ours = gan.layout.part("discriminator")[1]
    if theirs != ours:
        raise UserError(
            f"{file}: its discriminators have {theirs.size:,} weights of another layout than the {ours.size:,} of this "
            "run's; pretrain one of the same filters and normalisation"
        )
    found = rowfile.rows(file, [run], [after - 1])
    if not len(found):
        held = f"GANs {', '.join(map(str, rowfile.runs_of(file)))} after 1 … {rowfile.epochs_of(file)} epochs"
        raise UserError(f"{file}: no GAN {run} after {after} epochs, it holds {held}; choose one of these")
    return found[0, place]


def fit(
    network: Mapping[str, Any],
    gan: GAN,
    samples: Tensor,
    updates: Updates,
    steps: int,
    frozen: bool,
    random: Streams,
    rows: Path,
    timing: Path,
    checkpoint: "Checkpoint",
) -> None:
    """Train both networks on samples (n, …), and write the row that each epoch leaves.

    Args:
        network: what the GAN is, for the file.
        gan: on its device.
        samples: on the same.
        updates: how.
        steps: in an epoch.
        frozen: whether the discriminator stays as it is.
        random: the run's streams.
        rows: HDF5 to write.
        timing: CSV to write.
        checkpoint: keeps rows and state.
    """
    players = Players(gan, updates.optimizer, updates.loss == "saturating")
    half, device = updates.batch // 2, samples.device

    def schedule(epoch: int) -> Iterator[tuple[Turn, Any]]:
        players.rate = updates.learning_rate * updates.decay**epoch
        chooses, for_d, for_g, dropout = (
            random.of(purpose, epoch) for purpose in ("samples", "noise-discriminator", "noise-generator", "dropout")
        )
        for layer in gan.discriminator:
            if isinstance(layer, Dropout):
                layer.random = dropout
        for _ in range(steps):
            if not frozen:
                chosen = torch.randint(len(samples), (half,), generator=chooses, device=device)
                yield players.turns["discriminator"], (samples[chosen], True)
                z = torch.randn(half, gan.latent, generator=for_d, device=device)
                yield players.turns["discriminator"], (gan.draw(z), False)
            z = torch.randn(updates.batch, gan.latent, generator=for_g, device=device)
            yield players.turns["generator"], z

    examples = steps * updates.batch
    checkpoint.row_bytes = gan.layout.size * 4
    turns = [players.turns["generator"], players.turns["discriminator"]]
    for _ in train(turns, schedule, updates.epochs, [f"GAN {random.run}"], examples, checkpoint):
        checkpoint.append(gan.row())
    settings, made = updates.model_dump(mode="json"), (checkpoint.rows(1), checkpoint.means())
    rowfile.write_runs(rows, gan.layout, network, settings, [random.run], random.seed, *made)
    checkpoint.write_timing(timing, examples)
