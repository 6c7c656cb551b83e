"""Training one GAN that draws (docs/papers/survey.md, sections 2 to 4): an epoch leaves images of fixed noise."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from gangan.core.files import UserError, read_tensors, write_tensors
from gangan.core.streams import stream
from gangan.core.train import Turn, train
from gangan.data.selection import selected
from gangan.papers.survey.config import Digits, Drawing, Gan, Wasserstein
from gangan.papers.survey.drawing import losses, networks
from gangan.papers.survey.players import Player, named

if TYPE_CHECKING:
    from gangan.core.checkpoint import Checkpoint

CHUNK = 500  # images drawn at once
CPU = torch.device("cpu")


def train_drawing(
    training: Drawing,
    name: str,
    keep: int,
    seed: int,
    run: int,
    images: Path,
    weights: Path,
    drawn: Path,
    timing: Path,
    device: torch.device,
    checkpoint: "Checkpoint",
) -> None:
    """Train one GAN.

    Args:
        training: how.
        name: of the study's digits, where it learns these.
        keep: images that are drawn after each epoch, of the same noise.
        seed: of the study.
        run: the GAN's own seed; runs of one seed have the same random streams in every arm.
        images: what it learns.
        weights: safetensors to write, both networks at the end.
        drawn: safetensors to write: ``images`` uint8 (epochs, keep, …); of each step the ``loss_generator`` and the
            ``loss_discriminator``, the latter the mean of the discriminator's steps before the generator's; and their
            means of each epoch, ``mean_loss_…``.
        timing: CSV to write, the seconds of each epoch.
        device: where to compute.
        checkpoint: carries an unfinished training over to the next attempt.

    Raises:
        UserError: the images do not fill a batch, or training diverged.
    """
    pixels = pixels_of(training, name, images).to(device)
    batches = len(pixels) // training.batch
    if not batches:
        raise UserError(f"{len(pixels):,} images do not fill a batch of {training.batch}; choose a smaller batch")
    starts = {part: stream(seed, f"survey-{part}", run, 0, CPU) for part in ("generator", "discriminator")}
    kind = networks.fresh(training.network, pixels.shape[1], starts).to(device)
    steps = losses.critic_steps(training.loss, batches, training.epochs)
    players = Players(kind, training, sum(map(len, steps)))
    fixed = kind.noise(torch.empty(keep, kind.latent), stream(seed, "survey-shown", 0, 0, CPU)).to(device)

    def schedule(epoch: int) -> Iterator[tuple[Turn, Any]]:
        shuffle, random = (stream(seed, f"survey-{part}", run, epoch, device) for part in ("order", "noise"))
        order = torch.randperm(len(pixels), generator=shuffle, device=device)[: batches * training.batch]
        seen = iter(order.view(batches, -1))
        players.place = sum(map(len, steps[:epoch]))
        for count in steps[epoch]:
            for _ in range(count):
                z = kind.noise(torch.empty(training.batch, kind.latent, device=device), random)
                yield players.turns["discriminator"], (kind.images(pixels[next(seen)]), z, count)
            if count > 1:
                z = kind.noise(torch.empty(training.batch, kind.latent, device=device), random)
            yield players.turns["generator"], z

    turns = [players.turns["generator"], players.turns["discriminator"]]
    examples = batches * training.batch
    width = keep * pixels[0].new_empty(kind.shape).numel()
    checkpoint.row_bytes = width * 4
    for _ in train(turns, schedule, training.epochs, [f"GAN {run}"], examples, checkpoint):
        checkpoint.append(draw(kind, fixed).view(1, -1))
    shown = torch.from_numpy(checkpoint.rows(1).astype("u1")).view(-1, keep, *kind.shape)
    write_tensors(weights, named(kind.modules))
    means = {f"mean_{name}": torch.from_numpy(of_epochs[:, 0]) for name, of_epochs in checkpoint.means().items()}
    write_tensors(drawn, {"images": shown, **players.lost, **means})
    checkpoint.write_timing(timing, examples)


def pixels_of(training: Drawing, name: str, images: Path) -> Tensor:
    """What a GAN learns, uint8 (n, c, h, w)."""
    if isinstance(training.data, Digits):
        return selected(images, name, None, training.data.first).unsqueeze(1)
    return read_tensors(images)["train"]


@torch.no_grad()
def draw(kind: networks.Kind, z: Tensor) -> Tensor:
    """What the generator makes of noise (n, latent) by the averages of its batch norms, uint8 (n, …)."""
    kind.generator.eval()
    parts = [kind.pixels(kind.generator(part)) for part in z.split(CHUNK)]  # type: ignore[no-untyped-call]
    kind.generator.train()
    return torch.cat(parts)


class Players:
    """Both networks in training.

    ``turns`` has the discriminator's, which reads real images, noise, and how many of its steps stand before one of the
    generator's; and the generator's, which reads noise. ``lost`` has the losses of all steps of the generator.
    """

    def __init__(self, kind: networks.Kind, training: Drawing, steps: int):
        self.kind, self.loss, self.rate = kind, training.loss, training.optimizer.learning_rate
        self.place = 0  # of the generator's step among all
        optimizer = training.optimizer.kind
        self._players = {name: Player({name: module}, optimizer) for name, module in kind.modules.items()}
        device = self._players["generator"].weights[0].device
        self.lost = {f"loss_{name}": torch.zeros(steps, device=device) for name in self._players}
        step: dict[str, Any] = {"generator": self._generate, "discriminator": self._discriminate}
        self.turns = {
            name: Turn(name, step[name], player.state | {"lost": self.lost[f"loss_{name}"]}, player.weights)
            for name, player in self._players.items()
        }
        self._made: tuple[Tensor | None, Tensor | None] = None, None

    def _draw(self, z: Tensor) -> Tensor:
        """Images of noise, which a generator's step differentiates; those of the same noise are not made again."""
        if self._made[0] is not z:
            with torch.enable_grad():
                self._made = z, self.kind.generator(z)
        made = self._made[1]
        assert made is not None
        return made

    def _discriminate(self, batch: tuple[Tensor, Tensor, int]) -> Tensor:
        real, z, count = batch
        made, discriminator = self._draw(z).detach(), self.kind.discriminator
        player = self._players["discriminator"]
        value = player.update(
            lambda: losses.of_discriminator(self.loss, discriminator(real), discriminator(made)), self.rate
        )
        clip(self.loss, player.weights)
        self.lost["loss_discriminator"][self.place] += value[0] / count
        return value

    def _generate(self, z: Tensor) -> Tensor:
        value = self._players["generator"].update(
            lambda: losses.of_generator(self.loss, self.kind.discriminator(self._draw(z))), self.rate
        )
        self._made = None, None
        self.lost["loss_generator"][self.place] = value[0]
        self.place += 1
        return value


def clip(loss: Gan | Wasserstein, weights: list[torch.nn.Parameter]) -> None:
    """Keep a critic's weights small."""
    if isinstance(loss, Wasserstein):
        with torch.no_grad():
            for weight in weights:
                weight.clamp_(-loss.clip, loss.clip)
