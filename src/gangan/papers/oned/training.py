"""Training runs side by side (docs/papers/oned.md, section 2): what it was in training is kept of each.

A run that diverges stays as it is, not finite, and is no error: how many do so is a result. So this is a loop of its
own, and not ``core.train``'s, which stops at the first.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor
from tqdm import tqdm

from gangan.core.files import write_tensors
from gangan.core.layout import Layout
from gangan.core.streams import stream
from gangan.papers.oned import distributions
from gangan.papers.oned.config import Arm, Mode, Shape
from gangan.papers.oned.networks import Networks
from gangan.papers.oned.step import Learner, density_loss, discriminator_loss, generator_loss, rate

if TYPE_CHECKING:
    from gangan.core.checkpoint import Checkpoint

log = logging.getLogger(__name__)
RANGE, JITTER = 8.0, 0.01  # the noise: an even grid from −8 to 8, each point moved by less than 0.01
BEFOREHAND = 5.0  # a discriminator is trained beforehand on points from −5 to 5
MINIBATCH_SIGMA = 0.02
MEAN_OF = 10  # steps that one kept loss is the mean of


Run = tuple[Arm, int]  # and its seed
Size = tuple[int, ...]


def train_runs(
    shape: Shape,
    arms: list[Arm],
    first: int,
    seeds: int,
    stacked: int,
    epoch: int,
    seed: int,
    runs: Path,
    device: torch.device,
    checkpoint: "Checkpoint",
) -> None:
    """Train each arm with the seeds ``first`` … ``first + seeds − 1`` and write what came of it.

    Args:
        shape: of all of them.
        arms: one after another in the file, each with its seeds in order.
        first: seed.
        seeds: how many.
        stacked: how many runs are trained side by side; the rest follows in each epoch.
        epoch: steps between two looks at a generator, and at the clock.
        seed: of the study.
        runs: safetensors to write: ``generators`` (looks, runs, size), the first look before any step;
            ``discriminators`` (runs, size); ``losses`` (steps / 10, runs, 2), the discriminator's and the generator's,
            means of ten steps.
        device: where to compute.
        checkpoint: carries an unfinished training over to the next attempt.

    Raises:
        UserError: a file cannot be written.
    """
    every = [(arm, number) for arm in arms for number in range(first, first + seeds)]
    stacks = [Stack(shape, every[i : i + stacked], seed, epoch, device) for i in range(0, len(every), stacked)]
    state = {f"{i}.{name}": tensor for i, stack in enumerate(stacks) for name, tensor in stack.state.items()}
    before, after = shape.preset.pretraining // epoch, shape.preset.steps // epoch
    start = checkpoint.restore(state)
    lines = log.isEnabledFor(logging.INFO)  # plain lines in a log, a bar on a terminal
    with tqdm(total=before + after, initial=start, desc=f"{len(every)} runs", unit="epoch", disable=lines) as bar:
        for number in range(start, before + after):
            began = time.perf_counter()
            with tiny_is_zero():
                for stack in stacks:
                    stack.beforehand(number) if number < before else stack.together(number - before)
            checkpoint.end_epoch({}, time.perf_counter() - began)
            checkpoint.attempts[-1]["steps"] += epoch
            checkpoint.save_when_due(state, last=number == before + after - 1)
            bar.update()
            log.info("%d runs: epoch %d/%d", len(every), number + 1, before + after)
    joined = {name: torch.cat([stack.kept[name] for stack in stacks], 1) for name in stacks[0].kept}
    discriminators = torch.cat([stack.discriminator.weights for stack in stacks])
    write_tensors(runs, {**joined, "discriminators": discriminators})


@contextmanager
def tiny_is_zero() -> Iterator[None]:
    """Numbers below 10⁻³⁸ are 0 on a CPU, which takes a hundred times as long with them. Saturated units make many."""
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)


class Stack:
    """Runs of one shape, each with random numbers of its own seed."""

    def __init__(self, shape: Shape, runs: Sequence[Run], seed: int, epoch: int, device: torch.device):
        self.shape, self.networks, self.runs = shape, Networks.of(shape), runs
        self.seed, self.epoch, self.device = seed, epoch, device
        adam = torch.tensor([[arm.optimizer == "adam"] for arm, _ in runs], device=device)
        self.generator, self.discriminator = (
            Learner(layout, self._initial(layout), adam)
            for layout in (self.networks.generator, self.networks.discriminator)
        )
        looks, losses = shape.preset.steps // epoch + 1, shape.preset.steps // MEAN_OF
        self.kept = {
            "generators": torch.zeros(looks, *self.generator.weights.shape, device=device),
            "losses": torch.zeros(losses, len(runs), 2, device=device),
        }
        self.kept["generators"][0] = self.generator.weights

    @property
    def state(self) -> dict[str, Tensor]:
        """All that a kill must not lose."""
        learners = {"generator": self.generator, "discriminator": self.discriminator}
        moving = {
            f"{name}.{part}": getattr(learner, part)
            for name, learner in learners.items()
            for part in ("weights", "first", "second")
        }
        return {**moving, **self.kept}

    def beforehand(self, number: int) -> None:
        """An epoch of the discriminator alone, which learns the density of its run's target."""
        (uniform,) = self._random("oned-beforehand", number, ["uniform"])
        points = (2 * uniform - 1) * BEFOREHAND
        density = self._by_arm(distributions.density, points)
        for i in range(self.epoch):
            loss = density_loss(self.networks, self.shape.preset, points[:, i, :, None], density[:, i, :, None])
            step = number * self.epoch + i
            self.discriminator.update(loss, step, self._rate(step))
        if (number + 1) * self.epoch == self.shape.preset.pretraining:  # the weights are copied, an optimizer starts
            self.discriminator.first.zero_()
            self.discriminator.second.zero_()

    def together(self, number: int) -> None:
        """An epoch of both: on each batch the discriminator, then the generator with fresh noise."""
        normal, *uniform = self._random("oned-training", number, ["normal", "uniform", "uniform"])
        reals = self._by_arm(distributions.drawn, normal)
        grid = torch.linspace(-RANGE, RANGE, normal.shape[-1], device=self.device)
        first, second = (grid + JITTER * one for one in uniform)
        losses = []
        for i in range(self.epoch):
            losses.append(self._step(number * self.epoch + i, *(x[:, i, :, None] for x in (reals, first, second))))
        means = torch.stack(losses).view(-1, MEAN_OF, len(self.runs), 2).mean(1)
        self.kept["losses"][number * len(means) : (number + 1) * len(means)] = means
        self.kept["generators"][number + 1] = self.generator.weights

    def _step(self, step: int, real: Tensor, first: Tensor, second: Tensor) -> Tensor:
        """One step on points and noise (runs, batch, 1); the losses (runs, 2)."""
        networks, preset, rate = self.networks, self.shape.preset, self._rate(step)
        fake = networks.generate(self.generator.tensors, first)
        told = self.discriminator.update(discriminator_loss(networks, preset, real, fake), step, rate)
        fooling = generator_loss(networks, preset, self.discriminator.tensors, real, second)
        return torch.stack([told, self.generator.update(fooling, step, rate)], 1)

    def _rate(self, step: int) -> float:
        return rate(self.shape.preset, self.shape.minibatch != "none", step)

    def _by_arm(self, function: Callable[[Sequence[Mode], Tensor], Tensor], numbers: Tensor) -> Tensor:
        """A function of the modes of each run's arm and of its own numbers (runs, …)."""
        counts = [len(list(some)) for _, some in groupby(self.runs, key=lambda run: run[0])]
        arms = [arm for arm, _ in groupby(self.runs, key=lambda run: run[0])]
        parts = numbers.split(counts)  # type: ignore[no-untyped-call]
        return torch.cat([function(arm.modes, part) for arm, part in zip(arms, parts, strict=True)])

    def _initial(self, layout: Layout) -> Tensor:
        """Fresh weights (runs, size): normal, biases zero."""
        name = layout.shapes[0][0].partition(".")[0]
        (weights,) = self._random(f"oned-{name}", 0, ["normal"], (layout.size,))
        for part, tensor in layout.unflatten(weights).items():
            tensor *= 0 if part.endswith("bias") else MINIBATCH_SIGMA if ".minibatch." in part else 1
        return weights

    def _random(
        self, kind: str, number: int, of: Sequence[Literal["normal", "uniform"]], shape: Size = ()
    ) -> list[Tensor]:
        """Random numbers (runs, *shape), by default for each point of an epoch; of runs with one seed the same."""
        seeds = sorted({seed for _, seed in self.runs})
        place = {seed: i for i, seed in enumerate(seeds)}
        found = torch.empty(len(of), len(seeds), *(shape or (self.epoch, self.shape.preset.batch)))
        for seed, i in place.items():  # on the CPU: the same numbers on every device
            random = stream(self.seed, kind, seed, number, torch.device("cpu"))
            for one, name in zip(found[:, i], of, strict=True):
                one.normal_(generator=random) if name == "normal" else one.uniform_(generator=random)
        return list(found[:, [place[seed] for _, seed in self.runs]].to(self.device))
