"""A run's rows → scores after some of its epochs, and what its last generator makes of chosen places of its latent
space (docs/claims/mpgan.md)."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from gangan.core import rowfile
from gangan.core.streams import stream
from gangan.data.idx import Part, read_part
from gangan.measure import judge as judges
from gangan.measure import metrics
from gangan.papers.mpgan import latent, networks
from gangan.papers.mpgan.config import Scoring, Selection
from gangan.papers.mpgan.networks import GAN
from gangan.show.tables import write_scores

COMPONENTS = 100  # of real digits; what images have outside of these is no digit's
CHUNK = 500  # images drawn at once
COMMON = 0.01  # a class with less of the real digits than this is not missed


def score_run(
    scoring: Scoring,
    selection: Selection,
    seed: int,
    rows: Path,
    timing: Path,
    judge: Path,
    second: Path,
    digits: Path,
    scores: Path,
    places: Path,
    device: torch.device,
) -> None:
    """Score one run.

    Args:
        scoring: how much is measured.
        selection: the digits that it learned; it is compared with test digits of the same class.
        seed: of the study.
        rows: the run's.
        timing: the seconds of its epochs.
        judge: the judge's weights.
        second: the second judge's.
        digits: the dataset.
        scores: the CSV to write, a line for each look.
        places: the CSV to write of the last generator's latent space: ``what`` was measured, ``of`` which place.
        device: where to compute.
    """
    bench = Bench(scoring, selection.digit, seed, judge, second, digits, device)
    run, last = rowfile.runs_of(rows)[0], rowfile.epochs_of(rows)
    gan = networks.of(rowfile.network_of(rows)).to(device)
    seconds = pd.read_csv(timing)["seconds"].cumsum()
    lines = []
    for after in sorted({look for look in scoring.looks if look <= last} | {last}):
        gan.load(rowfile.rows(rows, [run], [after - 1])[0].to(device))
        lines.append({"after": after, "seconds": seconds[after - 1], **bench.line(gan)})
    write_scores(pd.DataFrame(lines).assign(judge=bench.name), scores)
    write_scores(pd.DataFrame(bench.places(gan), columns=["what", "of", "value"]), places)


@dataclass(frozen=True)
class Seen:
    """Images as a judge sees them."""

    images: Tensor  # (n, 28, 28) in [−1, 1]
    features: Tensor  # (n, 64)
    logits: Tensor  # (n, 10)

    @cached_property
    def moments(self) -> tuple[Tensor, Tensor]:
        """Mean and covariance of the features."""
        mean, covariance = metrics.moments(self.features)
        return mean.cpu(), covariance.cpu()  # small eigenvalue problems are slow on a GPU

    @cached_property
    def shares(self) -> Tensor:
        """Of the classes (10)."""
        return (self.logits.argmax(1).bincount(minlength=judges.CLASSES) / len(self.logits)).double().cpu()


class Bench:
    """What every run is measured with: the judges, real digits, and the same noise for all."""

    def __init__(
        self,
        scoring: Scoring,
        digit: int | None,
        seed: int,
        judge: Path,
        second: Path,
        digits: Path,
        device: torch.device,
    ):
        self.scoring, self.seed, self.device = scoring, seed, device
        self.name = judges.digest(judge)
        self.judge, self.second = judges.read(judge, "deep", device), judges.read(second, "flat", device)
        self.real = self.seen(_of_class(digits, "test", digit).to(device))
        self.real_second = self.seen(self.real.images, self.second)
        validation = _of_class(digits, "validation", digit).flatten(1)
        mean, components = metrics.manifold(validation, min(COMPONENTS, len(validation) - 1))
        self.manifold = mean.to(device), components.to(device)
        cpu = torch.device("cpu")  # the same noise on every device
        self.noise = torch.randn(scoring.images, networks.LATENT, generator=stream(seed, "mpgan-score", 0, 0, cpu))

    def seen(self, images: Tensor, judge: judges.Network | None = None) -> Seen:
        """Images (n, 28, 28) as a judge sees them, the first unless another is given."""
        return Seen(images, *judges.judged(judge or self.judge, images))

    def line(self, gan: GAN) -> dict[str, Any]:
        """Scores of a GAN as it stands."""
        made, real = self.seen(drawn(gan, self.noise)), self.real
        second = self.seen(made.images, self.second)
        of_real, of_made = (_spread(one.features, self.scoring.neighbour_images) for one in (real, made))
        common = real.shares >= COMMON
        return {
            "frechet": metrics.frechet(made.moments, real.moments).item(),
            "frechet_second": metrics.frechet(second.moments, self.real_second.moments).item(),
            **self.legibility(made),
            "divergence": metrics.divergence(made.shares.numpy(), real.shares.numpy()),
            "scarcest": (made.shares[common] / real.shares[common]).min().item(),
            **{f"class_{digit}": share.item() for digit, share in enumerate(made.shares)},
            **metrics.neighbourhoods(of_real, of_made, self.scoring.neighbours),
            "discriminator_real": real_share(gan, real.images),
            "discriminator_made": 1 - real_share(gan, made.images),
        }

    def legibility(self, seen: Seen) -> dict[str, float]:
        """How sure the judge is of the class of images, and how much of them no digit has."""
        return {
            "confidence": seen.logits.softmax(1).amax(1).mean().item(),
            "energy": metrics.energy(seen.images.flatten(1), self.manifold),
        }

    def places(self, gan: GAN) -> list[tuple[str, str, float]]:
        """What the generator makes of grids and of spheres in its latent space."""
        lines = []
        for plane in self.scoring.planes:
            images = drawn(gan, latent.grid(plane).flatten(0, 1)).view(plane.down.count, plane.along.count, -1)
            lines.append(("neighbours", plane.name, latent.neighbours(images).mean().item()))
            lines.append(("pairs", plane.name, latent.pairs(images).mean().item()))
        random = stream(self.seed, "mpgan-directions", 0, 0, torch.device("cpu"))
        directions = torch.randn(self.scoring.directions, networks.LATENT, generator=random)
        for norm in self.scoring.norms:
            seen = self.seen(drawn(gan, latent.sphere(directions, norm)))
            lines += [(what, f"{norm:g}", value) for what, value in self.legibility(seen).items()]
        return lines


def drawn(gan: GAN, z: Tensor) -> Tensor:
    """Digits (n, 28, 28) in [−1, 1] of noise (n, 100), on the GAN's device."""
    device = next(gan.generator.parameters()).device
    parts = [gan.draw(part.to(device)) for part in z.split(CHUNK)]  # type: ignore[no-untyped-call]
    return torch.cat(parts).squeeze(1).mul_(2).sub_(1)


def real_share(gan: GAN, images: Tensor) -> float:
    """The share of images (n, 28, 28) in [−1, 1] that the GAN's own discriminator takes for real, without dropout."""
    discriminator = gan.discriminator.eval()
    parts = (images.unsqueeze(1) + 1).div(2).split(CHUNK)  # type: ignore[no-untyped-call]
    said = torch.cat([discriminator(part) for part in parts])
    return (said > 0).double().mean().item()


def _of_class(digits: Path, part: Part, digit: int | None) -> Tensor:
    found = read_part(digits, part)
    return found.images if digit is None else found.images[found.labels == digit]


def _spread(things: Tensor, count: int) -> Tensor:
    """At most ``count`` of them, evenly spaced: MNIST's test digits are not in random order."""
    return things[torch.linspace(0, len(things) - 1, min(count, len(things)), device=things.device).long()]
