"""Training one generator (docs/papers/ppgn.md, section 2)."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import torch
from torch import Tensor, nn

from gangan.core.files import UserError, atomic
from gangan.core.streams import stream
from gangan.core.train import Turn, train
from gangan.papers.ppgn import networks
from gangan.papers.ppgn.config import Objective, Space, Training
from gangan.papers.ppgn.digits import learned, normalised
from gangan.papers.ppgn.schedule import before, burst, groups
from gangan.papers.ppgn.step import Players

if TYPE_CHECKING:
    from gangan.core.checkpoint import Checkpoint

CHUNK = 1000  # images encoded at once


def train_generator(
    training: Training,
    objective: Objective,
    seed: int,
    run: int,
    digits: Path,
    encoder: Path,
    weights: Path,
    course: Path,
    timing: Path,
    device: torch.device,
    checkpoint: "Checkpoint",
) -> None:
    """Train one generator, against its critics if there are any.

    Args:
        training: how.
        objective: on what.
        seed: of the study.
        run: the run's own seed; runs of one seed have the same random streams in every arm.
        digits: the dataset.
        encoder: the encoder's weights.
        weights: the file of the generator and of the critics to write.
        course: CSV to write, a line for each update of the generator (``step.Players.course``).
        timing: CSV to write, the seconds of each epoch.
        device: where to compute.
        checkpoint: carries an unfinished training over to the next attempt.

    Raises:
        UserError: there are fewer digits than asked for or than fill a batch, or training diverged.
    """
    images, batch = learned(digits).images, training.batch
    if (training.first or 0) > len(images):
        raise UserError(
            f"there are {len(images):,} digits, not {training.first:,}; choose a smaller ppgn.training.first"
        )
    shown = normalised(images[: training.first]).to(device)
    batches = len(shown) // batch
    if not batches:
        raise UserError(f"{len(shown):,} digits do not fill a batch of {batch}; choose a smaller ppgn.training.batch")
    reader = networks.read(encoder, device)["encoder"]
    codes = torch.cat([reader.code(part) for part in shown.split(CHUNK)])  # type: ignore[no-untyped-call]
    planned = groups(training.updates, batches, training.epochs)

    def of(purpose: str, epoch: int, place: torch.device = device) -> torch.Generator:
        return stream(seed, f"ppgn-{purpose}", run, epoch, place)

    def fresh(name: str) -> nn.Module:
        start = of(f"start-{name}", 0, torch.device("cpu"))
        return networks.fresh(name, getattr(training.filters, name), start).to(device)

    critics: dict[str, nn.Module] = {space: fresh(space) for space in objective.critics}
    players = Players(
        fresh("generator"),
        critics,
        reader,
        objective,
        training.learning_rate,
        training.penalty,
        before(planned, training.epochs),
    )

    def schedule(epoch: int) -> Iterator[tuple[Turn, Any]]:
        order = torch.randperm(len(shown), generator=of("order", epoch), device=device)
        mixes = {space: of(f"mix-{space}", epoch) for space in critics}
        tosses = of("choice", epoch, torch.device("cpu"))
        parts = iter(order[: batches * batch].view(batches, batch))
        for number, length in enumerate(planned[epoch], before(planned, epoch)):
            together = burst(training.updates, number)
            judges = chosen(objective, together, tosses)
            for place in range(length):
                here = next(parts)
                if place and objective.choice.kind == "random" and objective.choice.each == "batch":
                    judges = chosen(objective, together, tosses)
                for space, real, made in players.pairs(shown[here], codes[here], judges):
                    mix = torch.rand(batch, generator=mixes[space], device=device)
                    yield players.turns[space], (real, made, mix)
            yield players.turns["generator"], (shown[here], codes[here], judges, number)

    for _ in train([*players.turns.values()], schedule, training.epochs, [f"run {run}"], batches * batch, checkpoint):
        pass  # what an epoch leaves is in the checkpoint
    trained = {"generator": players.generator, **players.critics}
    networks.write(weights, {name: one.network for name, one in trained.items()}, training.filters.model_dump())
    _write_course(course, players.columns, players.course, planned)
    checkpoint.write_timing(timing, batches * batch)


def chosen(objective: Objective, together: bool, tosses: torch.Generator) -> list[Space]:
    """The critics of the next batches: all, or one of them by a toss."""
    if objective.choice.kind == "all" or together:
        return objective.critics
    return [objective.critics[int(torch.randint(len(objective.critics), (), generator=tosses))]]


def _write_course(path: Path, columns: Sequence[str], course: Tensor, planned: Sequence[Sequence[int]]) -> None:
    table = pd.DataFrame(course.cpu().numpy(), columns=list(columns))
    table.insert(0, "epoch", [epoch for epoch, sizes in enumerate(planned) for _ in sizes])
    with atomic(path) as partial:
        table.to_csv(partial, index=False, float_format="%.6g")
