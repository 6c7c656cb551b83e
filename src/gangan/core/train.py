"""The training loop: turns, epochs, divergence. It knows turns, not GANs.

A training is a sequence of turns, each with what it reads: a generator's update and then a discriminator's, five of a
critic, or whatever a paper wants. The paper yields them epoch by epoch; this loop runs them, watches that all stays
finite, and keeps what a kill must not lose.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from tqdm import tqdm

from gangan.core.files import UserError

if TYPE_CHECKING:
    from gangan.core.checkpoint import Checkpoint

log = logging.getLogger(__name__)
LINE_SECONDS = 10.0  # between two progress lines in a log


@dataclass(frozen=True)
class Turn:
    """One network's update, done again and again.

    ``step`` updates it with what it is given and returns the loss of each run (runs,), or scores that ``losses`` turns
    into losses once an epoch, as a step is short: scores of an epoch (steps, …) → (steps, runs).
    """

    name: str  # of the network
    step: Callable[[Any], Tensor]
    state: Mapping[str, Tensor]  # all that a kill must not lose, updated in place: weights, moments, buffers
    weights: Sequence[Tensor]  # those of them that must stay finite, each (runs, …), or (…) of one run alone
    losses: Callable[[Tensor], Tensor] = lambda scores: scores
    idle: Callable[[Tensor], Tensor] | None = None  # the same scores → which steps had no gradient (steps, runs)


Schedule = Callable[[int], Iterable[tuple[Turn, Any]]]  # epoch → its turns in order, each with what its step reads


def run_epoch(pairs: Iterable[tuple[Turn, Any]]) -> dict[str, Tensor]:
    """Run turns in their order; by column what their steps have to show (steps, runs): ``loss_<network>``, and
    ``idle_<network>`` where that is asked, 1 for a step without any gradient."""
    scores: dict[str, list[Tensor]] = {}
    turns: dict[str, Turn] = {}
    for turn, batch in pairs:
        turns[turn.name] = turn
        scores.setdefault(turn.name, []).append(turn.step(batch))
    columns = {}
    for name, found in scores.items():
        stacked = torch.stack(found)
        columns[f"loss_{name}"] = turns[name].losses(stacked)
        if idle := turns[name].idle:
            columns[f"idle_{name}"] = idle(stacked).to(stacked.dtype)
    return columns


def train(
    turns: Sequence[Turn],
    schedule: Schedule,
    epochs: int,
    names: Sequence[str],
    examples: int,
    checkpoint: "Checkpoint",
) -> Iterator[int]:
    """Train, from the checkpoint if there is one, yielding after each epoch that ran so the caller can keep its rows.

    Args:
        turns: all that the schedule uses; an epoch counts as many steps as the first of them has.
        schedule: what runs in each epoch, a function of the epoch's number alone.
        epochs: in all, those of earlier attempts included.
        names: of the stacked runs, for messages.
        examples: seen per epoch by all of them together, for the speed shown.
        checkpoint: where the state is kept; its history gains an epoch each: the means of ``run_epoch``'s columns.
            A network without a turn in it has no loss there (NaN).

    Raises:
        UserError: a loss or a weight became NaN or infinite; names run, epoch and step (from 0).
    """
    state = {f"{turn.name}.{name}": tensor for turn in turns for name, tensor in turn.state.items()}
    start = checkpoint.restore(state)
    label = names[0] if len(names) == 1 else f"{names[0]} … {names[-1]}"
    if start:
        log.info("%s: resumed at epoch %d of %d", label, start, epochs)
    lines = log.isEnabledFor(logging.INFO)  # plain lines in a log, a bar on a terminal
    said = time.monotonic()
    with tqdm(total=epochs, initial=start, desc=label, unit="epoch", disable=lines) as bar:
        for epoch in range(start, epochs):
            began = time.perf_counter()
            columns = run_epoch(schedule(epoch))
            losses = {turn.name: columns[f"loss_{turn.name}"] for turn in turns if f"loss_{turn.name}" in columns}
            means = {name: of_steps.double().mean(0).cpu() for name, of_steps in columns.items()}  # (runs,) each
            for turn in turns:
                means.setdefault(f"loss_{turn.name}", torch.full((len(names),), torch.nan))
            seconds = time.perf_counter() - began
            _refuse_divergence(losses, turns, names, epoch)
            checkpoint.end_epoch({name: mean.tolist() for name, mean in means.items()}, seconds)
            checkpoint.attempts[-1]["steps"] += len(losses.get(turns[0].name, ()))
            yield epoch
            checkpoint.save_when_due(state, last=epoch == epochs - 1)
            text = ", ".join(f"{turn.name} {means[f'loss_{turn.name}'].mean():.3f}" for turn in turns)
            bar.set_postfix_str(text, refresh=False)
            bar.update()
            if time.monotonic() - said > LINE_SECONDS or epoch == epochs - 1:
                said = time.monotonic()
                log.info("%s: epoch %d/%d, losses: %s, %.0f/s", label, epoch + 1, epochs, text, examples / seconds)


def _refuse_divergence(losses: Mapping[str, Tensor], turns: Sequence[Turn], names: Sequence[str], epoch: int) -> None:
    advice = "lower the learning rate"
    bad = {name: (~of_steps.isfinite()).nonzero() for name, of_steps in losses.items()}
    bad = {name: places for name, places in bad.items() if len(places)}
    if bad:
        name = min(bad, key=lambda name: int(bad[name][0, 0]) / len(losses[name]))  # the first in the epoch
        step, run = bad[name][0].tolist()
        value = losses[name][step, run].item()
        raise UserError(f"{names[run]}, epoch {epoch}, step {step}: the {name}'s loss is {value}; {advice}")
    for turn in turns:
        if turn.name not in losses:
            continue
        finite = [weight.reshape(len(names), -1).isfinite().all(1) for weight in turn.weights]
        broken = (~torch.stack(finite).all(0)).nonzero()
        if len(broken):
            where = f"{names[int(broken[0])]}, epoch {epoch}, step {len(losses[turn.name]) - 1}"
            raise UserError(f"{where}: a weight of the {turn.name} is not finite; {advice}")
