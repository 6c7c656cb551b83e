"""Scores of GANs by the digits they draw and by how their discriminators tell those from real ones.

docs/papers/gangan.md, section 7, says why features are those of a small classifier.
"""

from collections.abc import Iterable, Sequence
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
from gangan.measure.moments import Moments, join
from gangan.measure.moments import write as write_moments
from gangan.papers.gangan import networks
from gangan.papers.gangan.config import Evaluation
from gangan.papers.gangan.networks import Network
from gangan.show.tables import write_scores

PARTS: dict[Part, str] = {
    "test": "frechet",
    "validation": "frechet_validation",
}  # which digits → the column of their distance
Line = tuple[dict[str, Any], tuple[Tensor, Tensor]]  # scores of one GAN, and its moments
COMPONENTS = 100  # of real digits; what images have outside of these is no digit's


@dataclass(frozen=True)
class Seen:
    """Images as a judge sees them."""

    images: Tensor  # (n, 28, 28)
    features: Tensor  # (n, 64)
    logits: Tensor  # (n, 10)

    @cached_property
    def moments(self) -> tuple[Tensor, Tensor]:
        """Mean and covariance of the features."""
        mean, covariance = metrics.moments(self.features)
        return mean.cpu(), covariance.cpu()  # small eigenvalue problems are slow on a GPU


@dataclass(frozen=True)
class Scores:
    """What was measured of some GANs: a line each, and the moments of the judge's features of their digits."""

    table: pd.DataFrame
    moments: Moments

    def write(self, keys: pd.DataFrame, scores: Path, moments: Path) -> None:
        """Write both, the lines (CSV) with the columns that say which GANs they are of."""
        write_moments(moments, self.moments)
        write_scores(pd.concat([keys, self.table], axis=1), scores)


class Bench:
    """What every GAN is measured with: the judges, real digits, and the same noise for all.

    Args:
        judge: weights of the judge whose features all scores are by.
        second: of the judge that only ``frechet_second`` is by.
        digits: the dataset.
        settings: how much is measured.
        seed: of the study.
        device: where to compute.
    """

    def __init__(self, judge: Path, second: Path, digits: Path, settings: Evaluation, seed: int, device: torch.device):
        self.device = device
        self.name = judges.digest(judge)
        self.judge, self.second = judges.read(judge, "deep", device), judges.read(second, "flat", device)
        self.settings, self.seed = settings, seed
        self.real = {part: self._seen(read_part(digits, part).images.to(self.device)) for part in PARTS}
        self.real_second = self._seen(self.real["test"].images, self.second)
        components = min(COMPONENTS, len(self.real["validation"].images) - 1)
        where = metrics.manifold(self.real["validation"].images.flatten(1).cpu(), components)
        self.manifold = where[0].to(device), where[1].to(device)
        self._noise: dict[tuple[str, int], Tensor] = {}

    def _seen(self, images: Tensor, judge: judges.Network | None = None) -> Seen:
        return Seen(images, *judges.judged(judge or self.judge, images))

    def noise(self, part: str, latent: int) -> Tensor:
        """Noise (images, latent) of one part, made once."""
        if (part, latent) not in self._noise:
            cpu = torch.device("cpu")  # the same on every device
            z = torch.randn(self.settings.images, latent, generator=stream(self.seed, f"score-{part}", 0, 0, cpu))
            self._noise[part, latent] = z.to(self.device)
        return self._noise[part, latent]

    def floor(self) -> tuple[pd.Series, Scores]:
        """Scores of real digits as if a GAN had drawn them: ``real-training``, held-out training digits, what a GAN
        that learned its digits perfectly would get; ``real-test``, every second one of the digits they are compared
        with, which is below what chance leaves between independent samples. First comes what the lines are of."""
        other: dict[Part, Tensor] = {
            "test": self.real["validation"].images,
            "validation": self.real["test"].images,
        }
        drawn: dict[str, dict[Part, Tensor]] = {
            "real-training": {part: spread(images, self.settings.images) for part, images in other.items()},
            "real-test": {part: real.images[::2] for part, real in self.real.items()},
        }
        return pd.Series(list(drawn), name="kind"), self._scores(self.line(images, True) for images in drawn.values())

    def scores(self, gan: Network, rows: Iterable[Tensor], whole: Sequence[bool]) -> Scores:
        """Scores of GANs, a line each.

        Args:
            gan: whose weights the rows are.
            rows: each (width).
            whole: which of them get the costly scores too.
        """
        return self._scores(self._score(gan, row, costly) for row, costly in zip(rows, whole, strict=True))

    def _scores(self, scored: Iterable[Line]) -> Scores:
        lines, seen = zip(*scored, strict=True)
        mean, covariance = map(torch.stack, zip(*seen, strict=True))
        return Scores(pd.DataFrame(lines).assign(judge=self.name), Moments(mean, covariance))

    def _score(self, gan: Network, row: Tensor, costly: bool) -> Line:
        layout, latent = gan.layout(), gan.latent
        one = row.to(self.device).unsqueeze(0)
        images = {part: networks.draw(gan, one, layout, self.noise(part, latent))[0] for part in PARTS}
        line, seen = self.line(images, costly)
        line |= lengths(row[layout.part("generator")[0]])
        if costly:
            line |= discrimination(gan, one, self.real["test"].images, self.noise("test", latent))
        return line, seen

    def line(self, images: dict[Part, Tensor], costly: bool) -> Line:
        """Scores of images (n, 28, 28), those of each part compared with the digits of that part."""
        seen = {part: self._seen(made) for part, made in images.items()}
        line: dict[str, Any] = {
            column: metrics.frechet(seen[part].moments, self.real[part].moments).item()
            for part, column in PARTS.items()
        }
        made, real = seen["test"], self.real["test"]
        second = self._seen(made.images, self.second)
        line["frechet_second"] = metrics.frechet(second.moments, self.real_second.moments).item()
        shares, real_shares = class_shares(made.logits), class_shares(real.logits)
        line["confidence"] = made.logits.softmax(1).amax(1).mean().item()
        line["energy"] = metrics.energy(made.images.flatten(1), self.manifold)
        line["divergence"] = metrics.divergence(shares.numpy(), real_shares.numpy())
        line |= {f"class_{digit}": share.item() for digit, share in enumerate(shares)}
        if costly:
            of_real, of_made = (spread(x.features, self.settings.neighbour_images) for x in (real, made))
            line["kernel"] = metrics.kernel_distance(of_real, of_made)
            line |= metrics.neighbourhoods(of_real, of_made, self.settings.neighbours)
        return line, made.moments


def spread(things: Tensor, count: int) -> Tensor:
    """At most ``count`` of them, evenly spaced: MNIST's test digits are not in random order."""
    return things[torch.linspace(0, len(things) - 1, min(count, len(things)), device=things.device).long()]


def class_shares(logits: Tensor) -> Tensor:
    """Shares (10) of the classes read in images with these logits (n, 10)."""
    return (logits.argmax(1).bincount(minlength=judges.CLASSES) / len(logits)).double().cpu()


def lengths(weights: Tensor) -> dict[str, float]:
    """How long a generator's weights (n) are, and what share of them is beyond ±0.99: a GAN-GAN's tanh saturates."""
    return {"norm": weights.norm().item(), "saturated": (weights.abs() > 0.99).double().mean().item()}


def discrimination(gan: Network, row: Tensor, real: Tensor, z: Tensor) -> dict[str, float]:
    """Shares of real digits (n, 28, 28), and of what a GAN makes of noise (n, latent), that its own discriminator, in
    the row (1, width), classifies correctly. ``discriminator`` is their mean: 0.5 for one that cannot tell."""
    generator, discriminator = (
        networks.weights(row, gan.layout(), network) for network in ("generator", "discriminator")
    )

    def real_shares(samples: Tensor) -> float:
        return (gan.discriminate(discriminator, samples.unsqueeze(0)) > 0).double().mean().item()

    told_real = real_shares(networks.samples(real, gan))
    told_made = 1 - real_shares(gan.generate(generator, z.unsqueeze(0))[0])
    return {
        "discriminator_real": told_real,
        "discriminator_made": told_made,
        "discriminator": (told_real + told_made) / 2,
    }


def score_gans(
    evaluation: Evaluation,
    seed: int,
    rows: Path,
    judge: Path,
    second: Path,
    digits: Path,
    scores: Path,
    moments: Path,
    device: torch.device,
) -> None:
    """Score every row of one job's file. Each GAN's best row gets the costly scores too.

    Args:
        evaluation: how much is measured.
        seed: of the study.
        rows: the file of the job that trained the GANs.
        judge: the judge's weights.
        second: the second judge's.
        digits: the dataset.
        scores: the CSV to write, a line for each row.
        moments: the file to write of the moments of the judge's features, in the same order.
        device: where to compute.
    """
    bench = Bench(judge, second, digits, evaluation, seed, device)
    columns, gan = rowfile.columns(rows), networks.of(rowfile.network_of(rows))
    keys = pd.DataFrame({"gan": columns["gan"], "epoch": columns["epoch"]})
    whole = (keys["epoch"] % evaluation.every == 0) | (keys["epoch"] == keys["epoch"].max())
    tables, seen = [], []
    for run in keys["gan"].unique():  # the rows of one at a time: a file may hold many
        of_run = rowfile.rows(rows, [run])
        scored = bench.scores(gan, of_run, whole[keys["gan"] == run].tolist())
        best = [int(scored.table["frechet_validation"].argmin())]
        again = bench.scores(gan, of_run[best], [True]).table.set_axis(best)
        tables.append(pd.concat([scored.table.drop(best), again]).sort_index())
        seen.append(scored.moments)
    Scores(pd.concat(tables, ignore_index=True), join(seen)).write(keys, scores, moments)
