"""Training GAN-GANs, GANs over rows of weights (paper, section 3; docs/papers/gangan.md, section 2)."""

import csv
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors.torch import load_file
from torch import Tensor

from gangan.core import rowfile
from gangan.core.files import UserError, atomic, write_tensors
from gangan.core.streams import stream
from gangan.core.train import train
from gangan.papers.gangan import networks
from gangan.papers.gangan.config import DigitCritic, EpochCondition, GanLoss, Rows, Training, WassersteinLoss
from gangan.papers.gangan.layers import parts
from gangan.papers.gangan.spaces import repair, space
from gangan.papers.gangan.training.critics import Critics, DigitView, critic_schedule
from gangan.papers.gangan.training.gans import generator_first, initial, steps_per_epoch
from gangan.papers.gangan.training.sample import architecture, at
from gangan.papers.gangan.training.step import Adversaries, Batch

if TYPE_CHECKING:
    from gangan.core.checkpoint import Checkpoint


def train_gangan(
    training: Training,
    rows: Rows,
    looks: list[int],
    seed: int,
    run: int,
    zoo: Path,
    weights: Path,
    losses: Path,
    timing: Path,
    device: torch.device,
    checkpoint: "Checkpoint",
    alignment: Path | None = None,
    digits: Path | None = None,
) -> None:
    """Train one GAN-GAN on the rows of a zoo and write its weights (safetensors) and losses (CSV).

    Args:
        training: how.
        rows: which, and how often each.
        looks: epochs after which the generator is kept too.
        seed: of the study; ``run`` is the GAN-GAN's own. Arms with one ``run`` share their streams, so that they
            differ by what they change alone.
        run: one of the arm's seeds.
        zoo: the packed zoo.
        weights: of both networks, with the settings, the layout of a row, and what network a row is. The generator is
            one of whole rows, whatever space it was trained in; those of ``looks`` too (``sample.at``).
        losses: mean losses by epoch, and the share of the generator's steps that had no gradient.
        timing: seconds by epoch.
        device: where to compute.
        checkpoint: carries an unfinished training over to the next attempt.
        alignment: the zoo's frames, to align its rows.
        digits: the dataset, to train a critic of digits beside that of rows.

    Raises:
        UserError: a file is given that the settings do not use, or one that they use is missing; the rows do not fill a
            batch, the GAN-GAN diverged, or a file cannot be read or written.
    """
    told = training.loss.also if isinstance(training.loss, WassersteinLoss) else None
    asked = {"alignment": training.space.align, "digits": isinstance(told, DigitCritic)}
    for name, path in (("alignment", alignment), ("digits", digits)):
        if asked[name] != (path is not None):
            raise UserError(f"{name}: {'missing; these settings ask for it' if asked[name] else 'not asked for'}")
    chosen = space.read(rows, zoo, alignment).to(device)
    gan, layout = networks.of(rowfile.network_of(zoo)), rowfile.layout_of(zoo)
    moments = {"moments": repair.moments(chosen, layout).mean(0)} if training.renormalise else {}
    count = len(chosen)
    points, fitted = space.fit(chosen, layout, training.space)
    gangan = architecture(training, layout.size)
    start = initial(gangan, seed, "gangan", range(run, run + 1), device)
    per_step = training.batch
    if isinstance(training.loss, GanLoss):
        made = Adversaries(gangan, *start, training.loss.of).training(
            training.learning_rate, training.generator.average
        )
        batches = row_batches(training, rows, seed, run, points)
        schedule = generator_first(made, batches)
    else:
        per_step *= training.loss.critic_steps
        view = None
        if digits and isinstance(told, DigitCritic):
            view = DigitView.of(told, training, seed, run, digits, gan, fitted, layout)
        made = Critics(gangan, training, *start, view).training()
        schedule = critic_schedule(
            made,
            training,
            rows.repeat,
            seed,
            run,
            points,
            conditions(told, count, len(rowfile.runs_of(zoo, rows.runs))),
            view,
        )
    seen = steps_per_epoch(per_step, count * rows.repeat) * per_step
    turns = list(made.turns.values())

    def whole() -> dict[str, Tensor]:
        tensors = {name: tensor[0] for name, tensor in made.weights().items()}
        found = fitted.folded(at_the_end(tensors, training.latent))
        return {name: tensor.cpu() for name, tensor in found.items()}

    for epoch in train(turns, schedule, training.epochs, [f"GAN-GAN {run}"], seen, checkpoint):
        if epoch + 1 in looks:  # before the checkpoint counts this epoch
            kept = {at(name, epoch + 1): tensor for name, tensor in whole().items() if name.startswith("generator.")}
            write_tensors(checkpoint.look(epoch + 1), kept)
    tensors = whole() | {name: tensor.cpu() for name, tensor in moments.items()}
    for look in looks:
        tensors |= load_file(checkpoint.look(look))
    facts = {
        "training": training.model_dump(mode="json"),
        "rows": rows.model_dump(mode="json"),
        "network": rowfile.network_of(zoo),
        "layout": layout.to_json(),
    }
    write_tensors(weights, tensors, facts)
    _write_losses(losses, {name: table[:, 0].tolist() for name, table in checkpoint.means().items()})
    checkpoint.write_timing(timing, seen)


def row_batches(
    training: Training, rows: Rows, seed: int, run: int, chosen: Tensor
) -> Callable[[int], Iterator[Batch]]:
    """Epoch → its batches of rows (n, width), each row standing ``repeat`` times in an epoch."""
    batch, latent, device = training.batch, training.latent, chosen.device
    examples = len(chosen) * rows.repeat
    steps = steps_per_epoch(batch, examples)
    columns = parts(chosen, 1)
    pairs = [torch.empty(1, 2 * batch, part.shape[1], device=device) for part in columns]

    def batches(epoch: int) -> Iterator[Batch]:
        shuffle = stream(seed, "gangan-order", run, epoch, device)
        order = torch.randperm(examples, generator=shuffle, device=device) % len(chosen)
        noise = stream(seed, "gangan-noise", run, epoch, device)
        z = torch.randn(steps, 2, 1, batch, latent, generator=noise, device=device)
        for step in range(steps):
            here = order[step * batch : (step + 1) * batch]
            for part, pair in zip(columns, pairs, strict=True):
                torch.index_select(part, 0, here, out=pair[0, :batch])
            yield Batch(pairs, (z[step, 0], z[step, 1]))

    return batches


def conditions(also: EpochCondition | DigitCritic | None, rows: int, runs: int) -> Tensor:
    """What both networks are given beside each row (rows, conditions): its epoch, from −1 to 1 over its run's."""
    if not isinstance(also, EpochCondition):
        return torch.empty(rows, 0)
    return torch.linspace(-1, 1, rows // runs).repeat(runs).unsqueeze(1)


def at_the_end(tensors: Mapping[str, Tensor], latent: int) -> dict[str, Tensor]:
    """A GAN-GAN, tensors by name, whose generator needs no condition: it makes what it made for the last epoch."""
    weight, bias = tensors["generator.input.weight"], tensors["generator.input.bias"]
    told = bias + weight[:, latent:].sum(1)  # of conditions, which are 1 there
    return {**tensors, "generator.input.weight": weight[:, :latent].contiguous(), "generator.input.bias": told}


def _write_losses(path: Path, means: Mapping[str, list[float]]) -> None:
    """Means by epoch: each network's loss, and the share of the generator's steps without a gradient."""
    with atomic(path) as partial, partial.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["epoch", *means])
        for epoch, of_epoch in enumerate(zip(*means.values(), strict=True)):
            table.writerow([epoch, *(f"{mean:.6f}" for mean in of_epoch)])
