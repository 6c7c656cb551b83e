"""Training one GAN that translates (docs/papers/survey.md, sections 5 and 6)."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import torch
from torch import Tensor, nn
from torch.nn.functional import l1_loss

from gangan.core.files import atomic, read_tensors, write_tensors
from gangan.core.streams import stream
from gangan.core.train import Turn, train
from gangan.papers.survey.config import Translation
from gangan.papers.survey.players import Player, named
from gangan.papers.survey.translation import networks
from gangan.papers.survey.translation.pool import Pool

if TYPE_CHECKING:
    from gangan.core.checkpoint import Checkpoint

CPU = torch.device("cpu")
DOMAINS = ("a", "b")
PURPOSES = ("order", "cut", "pool")  # of the random streams of an epoch


def train_translation(
    training: Translation,
    seed: int,
    run: int,
    images: Path,
    weights: Path,
    losses: Path,
    timing: Path,
    device: torch.device,
    checkpoint: "Checkpoint",
) -> None:
    """Train one.

    Args:
        training: how.
        seed: of the study.
        run: its own seed; runs of one seed see the same images in the same order in every arm.
        images: of both domains.
        weights: safetensors to write, all networks at the end, each under its name.
        losses: CSV to write, the mean loss of each turn in each epoch.
        timing: CSV to write, the seconds of each epoch.
        device: where to compute.
        checkpoint: carries an unfinished training over to the next attempt.

    Raises:
        UserError: training diverged.
    """
    held = read_tensors(images)
    domains = {domain: held[f"train{domain.upper()}"].to(device) for domain in DOMAINS}
    steps = steps_of(training, held)
    players = Players(training, fresh(training, seed, run, device), training.crop or domains["a"].shape[-1])

    def schedule(epoch: int) -> Iterator[tuple[Turn, Any]]:
        players.rate = training.learning_rate * falling(epoch, training.epochs, training.constant)
        order, cuts, players.random = (stream(seed, f"survey-{part}", run, epoch, CPU) for part in PURPOSES)
        places = [_places(len(domains[domain]), steps * training.batch, order) for domain in DOMAINS]
        for i in range(0, steps * training.batch, training.batch):
            both = [
                scaled(cut(domains[domain][some[i : i + training.batch]], training.crop, cuts))
                for domain, some in zip(DOMAINS, places, strict=True)
            ]
            yield players.turns["generators"], tuple(both)
            for domain, real in zip(DOMAINS, both, strict=True):
                yield players.turns[f"discriminator_{domain}"], real

    examples = steps * training.batch
    for _ in train(list(players.turns.values()), schedule, training.epochs, [f"GAN {run}"], examples, checkpoint):
        pass
    write_tensors(weights, named(players.modules))
    table = pd.DataFrame({name: means[:, 0] for name, means in checkpoint.means().items()})
    with atomic(losses) as partial:
        table.rename_axis("epoch").to_csv(partial, float_format="%.6g")
    checkpoint.write_timing(timing, examples)


def steps_of(training: Translation, images: Mapping[str, Tensor]) -> int:
    """Steps in an epoch: as many as the larger domain fills batches, unless the training says otherwise."""
    return training.steps or max(1, max(len(images["trainA"]), len(images["trainB"])) // training.batch)


def _places(count: int, wanted: int, random: torch.Generator) -> Tensor:
    """Places of as many images as wanted: all in a random order, again and again."""
    rounds = -(-wanted // count)
    return torch.cat([torch.randperm(count, generator=random) for _ in range(rounds)])[:wanted]


def falling(epoch: int, epochs: int, constant: int) -> float:
    """What the learning rate is multiplied by in an epoch: 1, and after the ``constant`` ones less by a straight line
    that would reach 0 after the last."""
    return 1 - max(0, epoch - constant) / (epochs - constant)


def scaled(images: Tensor) -> Tensor:
    """uint8 (n, 3, s, s) → float32 in [−1, 1]."""
    return images.float().div_(127.5).sub_(1)


def cut(images: Tensor, side: int | None, random: torch.Generator | None) -> Tensor:
    """Of images (n, 3, s, s) random squares of a side, half of them flipped; without ``random`` the middle, and as they
    are without a side."""
    if side is None:
        return images
    room = images.shape[-1] - side
    parts = []
    for image in images:
        top = left = room // 2
        flip = False
        if random is not None:
            top, left = torch.randint(room + 1, (2,), generator=random).tolist()
            flip = bool(torch.rand((), generator=random) < 0.5)
        part = image[:, top : top + side, left : left + side]
        parts.append(part.flip(2) if flip else part)
    return torch.stack(parts)


def fresh(training: Translation, seed: int, run: int, device: torch.device) -> dict[str, nn.Module]:
    """All networks by name: those of the generators, and the discriminators."""
    modules = dict(networks.translators(training.generators).modules)
    modules |= {f"discriminator_{domain}": networks.discriminator(training.padding) for domain in DOMAINS}
    for name, module in modules.items():
        networks.fresh(module, stream(seed, f"survey-{name}", run, 0, CPU)).to(device)
    return modules


def generators_loss(
    training: Translation, modules: dict[str, nn.Module], a: Tensor, b: Tensor
) -> tuple[Tensor, dict[str, Tensor]]:
    """What the generators minimise together on images of both domains, and the images that they made of them: least
    squares on the discriminators' scores, both ways around the cycle, and what they make of images that are of the
    wanted domain already, if that has a weight."""
    both = networks.Translators(modules)
    made = {"b": both.to_b(a), "a": both.to_a(b)}
    loss = sum((modules[f"discriminator_{domain}"](image) - 1).square().mean() for domain, image in made.items())
    loss = loss + training.cycle * (l1_loss(both.to_a(made["b"]), a) + l1_loss(both.to_b(made["a"]), b))
    if training.identity:
        loss = loss + training.identity * (l1_loss(both.to_b(b), b) + l1_loss(both.to_a(a), a))
    return loss, made


def discriminator_loss(discriminator: nn.Module, real: Tensor, made: Tensor) -> Tensor:
    """Half of the least squares of its scores of real and of made images."""
    loss: Tensor = ((discriminator(real) - 1).square().mean() + discriminator(made).square().mean()) / 2
    return loss


class Players:
    """All networks in training.

    ``turns`` has the generators', which reads images of both domains, and each discriminator's, which reads real images
    of its domain and takes those that were made in the turn of the generators before.
    """

    def __init__(self, training: Translation, modules: dict[str, nn.Module], side: int):
        self.training, self.modules, self.rate = training, modules, training.learning_rate
        self.random = torch.Generator()  # of the pools; the schedule sets that of an epoch
        self.made: dict[str, Tensor] = {}
        generating = {name: module for name, module in modules.items() if not name.startswith("discriminator")}
        self._generators = Player(generating)
        device = self._generators.weights[0].device
        self.pools = {domain: Pool((3, side, side), device) for domain in DOMAINS}
        self.turns = {
            "generators": Turn("generators", self._generate, self._generators.state, self._generators.weights)
        }
        self.turns |= {name: self._telling(name[-1]) for name in modules if name not in generating}

    def _generate(self, both: tuple[Tensor, Tensor]) -> Tensor:
        def loss() -> Tensor:
            value, self.made = generators_loss(self.training, self.modules, *both)
            return value

        return self._generators.update(loss, self.rate)

    def _telling(self, domain: str) -> Turn:
        name, pool = f"discriminator_{domain}", self.pools[domain]
        player = Player({name: self.modules[name]})

        def tell(real: Tensor) -> Tensor:
            shown = pool.swap(self.made[domain].detach(), self.random)
            return player.update(lambda: discriminator_loss(self.modules[name], real, shown), self.rate)

        return Turn(name, tell, player.state | pool.state, player.weights)
