"""Training toy GANs side by side (docs/papers/survey.md, section 1)."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn.functional import softplus

from gangan.core.files import write_tensors
from gangan.core.streams import stream
from gangan.core.train import Turn, train
from gangan.papers.survey.config import Mode
from gangan.papers.survey.players import Player, named
from gangan.papers.survey.toy import networks
from gangan.papers.survey.toy.densities import drawn

if TYPE_CHECKING:
    from gangan.core.checkpoint import Checkpoint

BETAS = (0.9, 0.999)


def train_toys(
    modes: list[Mode],
    width: int,
    discriminator_steps: int,
    generator_steps: int,
    rounds: int,
    look: int,
    batch: int,
    learning_rate: float,
    seeds: int,
    seed: int,
    weights: Path,
    device: torch.device,
    checkpoint: "Checkpoint",
) -> None:
    """Train a GAN of numbers for each of the seeds 0, 1, …, all of one arm.

    Args:
        modes: the density that they learn.
        width: hidden units of the generator; the discriminator has twice as many.
        discriminator_steps: of a round, before the generator's.
        generator_steps: of a round.
        rounds: in all.
        look: rounds between two chances to save a checkpoint.
        batch: numbers in a step, as many real as drawn ones.
        learning_rate: of Adam, for both.
        seeds: how many runs.
        seed: of the study.
        weights: safetensors to write, both networks of all runs.
        device: where to compute.
        checkpoint: carries an unfinished training over to the next attempt.

    Raises:
        UserError: a run diverged.
    """
    both = {"generator": networks.generator(seeds, width), "discriminator": networks.discriminator(seeds, width)}
    for name, network in both.items():
        for run in range(seeds):
            network.initialise(run, stream(seed, f"survey-toy-{name}", run, 0, torch.device("cpu")))
        network.to(device)
    players = {name: Player({name: network}, betas=BETAS) for name, network in both.items()}

    def tell(batch: tuple[Tensor, Tensor]) -> Tensor:
        real, z = batch
        made = both["generator"](z)
        return players["discriminator"].update(
            lambda: (softplus(-both["discriminator"](real)) + softplus(both["discriminator"](made))).mean((1, 2)),
            learning_rate,
        )

    def fool(z: Tensor) -> Tensor:
        return players["generator"].update(
            lambda: softplus(-both["discriminator"](both["generator"](z))).mean((1, 2)), learning_rate
        )

    steps: dict[str, Any] = {"discriminator": tell, "generator": fool}
    turns = {name: Turn(name, steps[name], player.state, player.weights) for name, player in players.items()}

    def schedule(epoch: int) -> Iterator[tuple[Turn, Any]]:
        numbers = Numbers(modes, seeds, seed, epoch, device)
        told, fooled = (look, discriminator_steps, batch), (look, generator_steps, batch)
        reals, for_d = numbers.real(told), numbers.noise("discriminator", told)
        for_g = numbers.noise("generator", fooled)
        for i in range(look):
            for j in range(discriminator_steps):
                yield turns["discriminator"], (reals[:, i, j], for_d[:, i, j])
            for j in range(generator_steps):
                yield turns["generator"], for_g[:, i, j]

    names, examples = [f"seed {i}" for i in range(seeds)], seeds * look * discriminator_steps * batch
    for _ in train([turns["discriminator"], turns["generator"]], schedule, rounds // look, names, examples, checkpoint):
        pass
    write_tensors(weights, named(both))


class Numbers:
    """The random numbers of a look, of each run from its own streams and on the CPU: the same on every device."""

    def __init__(self, modes: list[Mode], runs: int, seed: int, epoch: int, device: torch.device):
        self.modes, self.runs, self.seed, self.epoch, self.device = modes, runs, seed, epoch, device

    def noise(self, purpose: str, shape: tuple[int, ...]) -> Tensor:
        """Normal numbers (runs, *shape, 1)."""
        found = torch.empty(self.runs, *shape, 1)
        for run, some in enumerate(found):
            some.normal_(generator=self._stream(f"noise-{purpose}", run))
        return found.to(self.device)

    def real(self, shape: tuple[int, ...]) -> Tensor:
        """Numbers of the density (runs, *shape, 1)."""
        which, uniform = torch.empty(self.runs, *shape, 1, dtype=torch.long), torch.empty(self.runs, *shape, 1)
        for run in range(self.runs):
            random = self._stream("real", run)
            which[run].random_(0, len(self.modes), generator=random)
            uniform[run].uniform_(generator=random)
        return drawn(self.modes, which, uniform).to(self.device)

    def _stream(self, purpose: str, run: int) -> torch.Generator:
        return stream(self.seed, f"survey-toy-{purpose}", run, self.epoch, torch.device("cpu"))
