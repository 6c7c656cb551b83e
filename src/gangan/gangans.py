"""Training GAN-GANs, GANs over rows of weights (paper section 3, facts.md 0.2), and sampling GANs from them."""

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from safetensors import safe_open
from torch import Tensor

from gangan import zoo
from gangan.adversaries import Adversaries, Batch
from gangan.checkpoint import Checkpoint
from gangan.config import GanGan, Rows
from gangan.files import atomic, write_tensors
from gangan.gans import initial, steps_per_epoch
from gangan.networks import GAN
from gangan.training import prepare, stream, train
from gangan.weights import Layout


def architecture(settings: GanGan, width: int) -> GAN:
    """Generator and discriminator over rows of ``width`` weights."""
    return GAN(settings.latent, width, settings.generator_hidden, settings.discriminator_hidden, settings.output)


def train_gangan(
    settings: Rows,
    seed: int,
    run: int,
    zoo_file: Path,
    weights: Path,
    losses: Path,
    timing: Path,
    checkpoint: Checkpoint,
    threads: int,
) -> None:
    """Train one GAN-GAN on the rows of a zoo and write its weights (safetensors) and losses (CSV).

    Args:
        settings: which rows, how often each, and how to train.
        seed: of the study; ``run`` is the GAN-GAN's own. Arms with one ``run`` share their streams, so that they
            differ by what they change alone.
        run: one of the arm's seeds.
        zoo_file: the packed zoo.
        weights: of both networks, with the settings and the layout of a row.
        losses: mean losses by epoch.
        timing: seconds by epoch.
        checkpoint: of this training; deleting it is the caller's.
        threads: of this process.

    Raises:
        UserError: the rows do not fill a batch, the GAN-GAN diverged, or a file cannot be read or written.
    """
    device = prepare(threads)
    rows = zoo.rows(zoo_file, settings.runs).to(device)
    layout = zoo.layout_of(zoo_file)
    gan = architecture(settings.gangan, layout.size)
    generator, discriminator = initial(gan, seed, "gangan", range(run, run + 1), device)
    learning_rate = settings.gangan.learning_rate
    phases = Adversaries(gan, generator, discriminator).phases(learning_rate, generator, discriminator)
    examples = len(rows) * settings.repeat
    seen = steps_per_epoch(settings.gangan.batch, examples) * settings.gangan.batch
    batches = row_batches(settings, seed, run, rows)
    for _ in train(phases, batches, settings.gangan.epochs, [f"GAN-GAN {run}"], seen, checkpoint):
        pass
    named = gan.layout().unflatten(torch.cat([discriminator, generator], dim=1))
    facts = {"settings": settings.as_json(), "layout": layout.to_json()}
    write_tensors(weights, {name: tensor[0].cpu() for name, tensor in named.items()}, facts)
    with atomic(losses) as partial, partial.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["epoch", "loss_generator", "loss_discriminator"])
        for number, epoch in enumerate(checkpoint.history):
            table.writerow([number, *(f"{gans[0]:.6f}" for gans in epoch.losses)])
    checkpoint.write_timing(timing, seen)


def row_batches(settings: Rows, seed: int, run: int, rows: Tensor) -> Callable[[int], Iterator[Batch]]:
    """Epoch → its batches of rows (n, width), each row standing ``repeat`` times in an epoch."""
    batch, latent, device = settings.gangan.batch, settings.gangan.latent, rows.device
    examples = len(rows) * settings.repeat
    steps = steps_per_epoch(batch, examples)
    pair = torch.empty(1, 2 * batch, rows.shape[1], device=device)

    def batches(epoch: int) -> Iterator[Batch]:
        shuffle = stream(seed, "gangan-order", run, epoch, device)
        order = torch.randperm(examples, generator=shuffle, device=device) % len(rows)
        noise = stream(seed, "gangan-noise", run, epoch, device)
        z = torch.randn(steps, 2, 1, batch, latent, generator=noise, device=device)
        for step in range(steps):
            chosen = order[step * batch : (step + 1) * batch]
            torch.index_select(rows, 0, chosen, out=pair[0, :batch])
            yield Batch(pair, (z[step, 0], z[step, 1]))

    return batches


def settings_of(weights: Path) -> Rows:
    """How a GAN-GAN was trained."""
    with safe_open(weights, "pt") as file:
        return Rows.model_validate_json(json.loads(file.metadata()["facts"])["settings"])


def sample(weights: Path, z: Tensor) -> tuple[Tensor, Layout]:
    """GANs from a trained GAN-GAN: z (n, latent) → rows (n, width), and their layout."""
    settings = settings_of(weights)
    with safe_open(weights, "pt") as file:
        layout = Layout.from_json(json.loads(file.metadata()["facts"])["layout"])
        gan = architecture(settings.gangan, layout.size)
        names = [f"generator.{name}" for name in gan.generator.shapes()]
        generator = [file.get_tensor(name).unsqueeze(0) for name in names]
    return gan.generate(generator, z.unsqueeze(0))[0], layout
