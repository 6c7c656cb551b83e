"""Training GAN-GANs, GANs over rows of weights (paper section 3, facts.md 0.2), and sampling GANs from them."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from statistics import fmean

import torch
from safetensors import safe_open
from torch import Tensor

from gangan import data, repair, spaces, zoo
from gangan.adversaries import Adversaries, Batch, parts
from gangan.checkpoint import Checkpoint
from gangan.config import GanGan, Rows
from gangan.critics import Critics, Step
from gangan.files import atomic, write_tensors
from gangan.gans import architecture_of, draw, initial, steps_per_epoch
from gangan.networks import GAN
from gangan.training import Phase, prepare, stream, train
from gangan.viewer import SetCritic, Turn, Viewer
from gangan.weights import Layout


def architecture(settings: GanGan, width: int) -> GAN:
    """Generator and discriminator in training, over rows of ``width`` weights or as many numbers as there are
    components."""
    points, conditions = settings.components or width, int(settings.condition != "none")
    hidden = settings.generator_hidden, settings.discriminator_hidden
    return GAN(settings.latent, points, *hidden, settings.output, conditions)


def train_gangan(
    settings: Rows,
    seed: int,
    run: int,
    zoo_file: Path,
    alignment: Path | None,
    digits: Path | None,
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
        alignment: the zoo's frames, to align its rows.
        digits: the dataset, to train a critic of digits beside that of rows.
        weights: of both networks, with the settings and the layout of a row. The generator is one of whole rows,
            whatever space it was trained in.
        losses: mean losses by epoch.
        timing: seconds by epoch.
        checkpoint: of this training; deleting it is the caller's.
        threads: of this process.

    Raises:
        UserError: the rows do not fill a batch, the GAN-GAN diverged, or a file cannot be read or written.
    """
    device = prepare(threads)
    gangan = settings.gangan
    rows = spaces.read(settings, zoo_file, alignment).to(device)
    layout = zoo.layout_of(zoo_file)
    wanted = {"moments": repair.moments(rows, layout).mean(0)} if gangan.renormalise else {}
    points, space = spaces.fit(rows, layout, gangan)
    gan = architecture(gangan, layout.size)
    generator, discriminator = initial(gan, seed, "gangan", range(run, run + 1), device)
    phases: list[Phase]
    batches: Callable[[int], Iterator[Batch | Step]]
    if gangan.loss == "gan":
        phases = Adversaries(gan, generator, discriminator).phases(gangan.learning_rate, gangan.average)
        batches = row_batches(settings, seed, run, points)
    else:
        viewer = viewer_of(gangan, seed, run, space, layout, digits) if digits else None
        phases = Critics(gan, gangan, generator, discriminator, viewer).phases()
        batches = point_batches(settings, seed, run, points, conditions(settings, len(rows)), viewer)
    seen = steps_per_epoch(gangan.rows_per_step, len(rows) * settings.repeat) * gangan.rows_per_step
    for _ in train(phases, batches, gangan.epochs, [f"GAN-GAN {run}"], seen, checkpoint):
        pass
    trained = [phase.flat(phase.optimizer.made, 1) for phase in (phases[1], phases[0])]
    named = gan.layout().unflatten(torch.cat(trained, dim=1))
    whole = space.folded(at_the_end({name: tensor[0] for name, tensor in named.items()}, gangan.latent)) | wanted
    facts = {"settings": settings.as_json(), "layout": layout.to_json()}
    write_tensors(weights, {name: tensor.cpu() for name, tensor in whole.items()}, facts)
    _write_losses(losses, [phase.name for phase in phases], checkpoint)
    checkpoint.write_timing(timing, seen)


def row_batches(settings: Rows, seed: int, run: int, rows: Tensor) -> Callable[[int], Iterator[Batch]]:
    """Epoch → its batches of rows (n, width), each row standing ``repeat`` times in an epoch."""
    batch, latent, device = settings.gangan.batch, settings.gangan.latent, rows.device
    examples = len(rows) * settings.repeat
    steps = steps_per_epoch(batch, examples)
    columns = parts(rows, 1)
    pairs = [torch.empty(1, 2 * batch, part.shape[1], device=device) for part in columns]

    def batches(epoch: int) -> Iterator[Batch]:
        shuffle = stream(seed, "gangan-order", run, epoch, device)
        order = torch.randperm(examples, generator=shuffle, device=device) % len(rows)
        noise = stream(seed, "gangan-noise", run, epoch, device)
        z = torch.randn(steps, 2, 1, batch, latent, generator=noise, device=device)
        for step in range(steps):
            chosen = order[step * batch : (step + 1) * batch]
            for part, pair in zip(columns, pairs, strict=True):
                torch.index_select(part, 0, chosen, out=pair[0, :batch])
            yield Batch(pairs, (z[step, 0], z[step, 1]))

    return batches


def conditions(settings: Rows, rows: int) -> Tensor:
    """What both networks are told of each row (rows, conditions): its epoch, from −1 to 1 over those the arm reads."""
    if settings.gangan.condition == "none":
        return torch.empty(rows, 0)
    return torch.linspace(-1, 1, rows // len(settings.runs)).repeat(len(settings.runs)).unsqueeze(1)


def at_the_end(tensors: Mapping[str, Tensor], latent: int) -> dict[str, Tensor]:
    """A GAN-GAN, tensors by name, with a generator that is told nothing and does as if told the last epoch."""
    weight, bias = tensors["generator.input.weight"], tensors["generator.input.bias"]
    told = bias + weight[:, latent:].sum(1)  # of conditions, which are 1 there
    return {**tensors, "generator.input.weight": weight[:, :latent].contiguous(), "generator.input.bias": told}


def point_batches(
    settings: Rows, seed: int, run: int, points: Tensor, told: Tensor, viewer: Viewer | None
) -> Callable[[int], Iterator[Step]]:
    """Epoch → its steps over points (n, width) and what is told of them (n, conditions), each row standing ``repeat``
    times in an epoch."""
    gangan, device = settings.gangan, points.device
    batch, turns = gangan.batch, gangan.critic_steps
    examples = len(points) * settings.repeat
    told = told.to(device)
    real = torch.cat([points, told], dim=1) if told.shape[1] else points  # whole rows fill gigabytes

    def batches(epoch: int) -> Iterator[Step]:
        order, noise, viewed = (
            stream(seed, f"gangan-{kind}", run, epoch, device) for kind in ("order", "noise", "digits")
        )
        rows = torch.randperm(examples, generator=order, device=device) % len(points)
        for step in range(steps_per_epoch(gangan.rows_per_step, examples)):
            chosen = rows[step * turns * batch : (step + 1) * turns * batch].view(turns, batch)
            z = torch.randn(1 + turns, batch, gangan.latent, generator=noise, device=device)
            z = torch.cat([z, told[torch.cat([chosen[:1], chosen])]], dim=2)
            mix = torch.rand(turns, batch, 1, generator=noise, device=device)
            critic = [Turn(real[c], z[1 + i], mix[i]) for i, c in enumerate(chosen)]
            yield Step(z[0], critic, viewer.view(gangan, viewed) if viewer else None)

    return batches


def viewer_of(settings: GanGan, seed: int, run: int, space: spaces.Space, layout: Layout, digits: Path) -> Viewer:
    """A fresh critic of digits, and how points draw what it sees: by their generators, half of a row."""
    images = data.scaled(data.images(digits)).to(space.offset.device)
    network = SetCritic(images.shape[1], settings.digits_pack, settings.discriminator_hidden)
    weights = network.initial([stream(seed, "gangan-viewer", run, 0, torch.device("cpu"))]).to(images.device)

    columns, generators = layout.part("generator")
    half = space.part(columns)

    def drawn(points: Tensor, noise: Tensor) -> Tensor:
        return draw(half.rows(points), generators, noise).flatten(0, 1).flatten(1)

    return Viewer(network, weights, images, drawn, architecture_of(layout).latent)


def _write_losses(path: Path, names: list[str], checkpoint: Checkpoint) -> None:
    """Mean losses by epoch; of several turns of one network, their mean."""
    columns = list(dict.fromkeys(names))
    with atomic(path) as partial, partial.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["epoch", *(f"loss_{name}" for name in columns)])
        for number, epoch in enumerate(checkpoint.history):
            turns = [[gans[0] for n, gans in zip(names, epoch.losses, strict=True) if n == name] for name in columns]
            table.writerow([number, *(f"{fmean(losses):.6f}" for losses in turns)])


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
        wanted = file.get_tensor("moments") if settings.gangan.renormalise else None
    rows = gan.generate(generator, z.unsqueeze(0))[0]
    return (rows if wanted is None else repair.repaired(rows, layout, wanted)), layout
