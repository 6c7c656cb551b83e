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
from gangan.papers.gangan import networks
from gangan.papers.gangan.config import Evaluation
from gangan.papers.gangan.networks import Network
from gangan.show.tables import write_scores

PARTS: dict[Part, str] = {
    "test": "frechet",
    "validation": "frechet_validation",
}  # which digits → the column of their distance


COMPONENTS = 100  # of real digits; what images have outside of these is no digit's


@dataclass(frozen=True)
class Reference:
    """Real digits, one part of them, as a judge sees them."""

    images: Tensor  # (n, 28, 28)
    features: Tensor  # (n, 64)
    logits: Tensor  # (n, 10)

    @cached_property
    def moments(self) -> tuple[Tensor, Tensor]:
        """Mean and covariance of the features."""
        return _moments(self.features)


class Bench:
    """What every GAN is measured with: the judge, real digits, and the same noise for all."""

    def __init__(self, judge: Path, digits: Path, settings: Evaluation, seed: int, device: torch.device):
        self.device = device
        self.name = judges.digest(judge)
        self.judge = judges.read(judge, device)
        self.settings, self.seed = settings, seed
        self.real = {part: self._reference(read_part(digits, part).images.to(self.device)) for part in PARTS}
        components = min(COMPONENTS, len(self.real["validation"].images) - 1)
        where = metrics.manifold(self.real["validation"].images.flatten(1).cpu(), components)
        self.manifold = where[0].to(device), where[1].to(device)
        self._noise: dict[tuple[str, int], Tensor] = {}

    def _reference(self, images: Tensor) -> Reference:
        return Reference(images, *judges.judged(self.judge, images))

    def noise(self, part: str, latent: int) -> Tensor:
        """Noise (images, latent) of one part, made once."""
        if (part, latent) not in self._noise:
            cpu = torch.device("cpu")  # the same on every device
            z = torch.randn(self.settings.images, latent, generator=stream(self.seed, f"score-{part}", 0, 0, cpu))
            self._noise[part, latent] = z.to(self.device)
        return self._noise[part, latent]

    def floor(self) -> pd.DataFrame:
        """Scores of real digits as if a GAN had drawn them: ``real-training``, held-out training digits, what a GAN
        that learned its digits perfectly would get; ``real-test``, every second one of the digits they are compared
        with, what is left to chance."""
        other: dict[Part, Tensor] = {
            "test": self.real["validation"].images,
            "validation": self.real["test"].images,
        }
        lines: dict[str, dict[Part, Tensor]] = {
            "real-training": {part: spread(images, self.settings.images) for part, images in other.items()},
            "real-test": {part: real.images[::2] for part, real in self.real.items()},
        }
        table = pd.DataFrame([{"kind": kind, **self.line(images, True)} for kind, images in lines.items()])
        return table.assign(judge=self.name)

    def table(self, gan: Network, rows: Iterable[Tensor], whole: Sequence[bool]) -> pd.DataFrame:
        """Scores of GANs, a line each.

        Args:
            gan: whose weights the rows are.
            rows: each (width).
            whole: which of them get the costly scores too.
        """
        layout, latent = gan.layout(), gan.latent
        lines = []
        for row, costly in zip(rows, whole, strict=True):
            one = row.to(self.device).unsqueeze(0)
            images = {part: networks.draw(gan, one, layout, self.noise(part, latent))[0] for part in PARTS}
            line = self.line(images, costly) | lengths(row[layout.part("generator")[0]])
            if costly:
                line |= discrimination(gan, one, self.real["test"].images, self.noise("test", latent))
            lines.append(line)
        return pd.DataFrame(lines).assign(judge=self.name)

    def line(self, images: dict[Part, Tensor], costly: bool) -> dict[str, Any]:
        """Scores of images (n, 28, 28), those of each part compared with the digits of that part."""
        seen = {part: self._reference(made) for part, made in images.items()}
        line: dict[str, Any] = {
            column: metrics.frechet(seen[part].moments, self.real[part].moments).item()
            for part, column in PARTS.items()
        }
        made, real = seen["test"], self.real["test"]
        shares, real_shares = class_shares(made.logits), class_shares(real.logits)
        line["confidence"] = made.logits.softmax(1).amax(1).mean().item()
        line["energy"] = metrics.energy(made.images.flatten(1), self.manifold)
        line["divergence"] = metrics.divergence(shares.numpy(), real_shares.numpy())
        line |= {f"class_{digit}": share.item() for digit, share in enumerate(shares)}
        if costly:
            of_real, of_made = (spread(x.features, self.settings.neighbour_images).cpu().numpy() for x in (real, made))
            line["kernel"] = metrics.kernel_distance(of_real, of_made)
            line |= metrics.neighbourhoods(of_real, of_made, self.settings.neighbours)
        return line


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


def _moments(features: Tensor) -> tuple[Tensor, Tensor]:
    mean, covariance = metrics.moments(features)
    return mean.cpu(), covariance.cpu()  # small eigenvalue problems are slow on a GPU


def score_gans(
    evaluation: Evaluation, seed: int, rows: Path, judge: Path, digits: Path, scores: Path, device: torch.device
) -> None:
    """Score every row of one job's file, a line each (CSV). Each GAN's best row gets the costly scores too.

    Args:
        evaluation: how much is measured.
        seed: of the study.
        rows: the file of the job that trained the GANs.
        judge: the judge's weights.
        digits: the dataset.
        scores: the CSV to write.
        device: where to compute.
    """
    bench = Bench(judge, digits, evaluation, seed, device)
    columns, gan = rowfile.columns(rows), networks.of(rowfile.network_of(rows))
    keys = pd.DataFrame({"gan": columns["gan"], "epoch": columns["epoch"]})
    whole = (keys["epoch"] % evaluation.every == 0) | (keys["epoch"] == keys["epoch"].max())
    tables = []
    for run in keys["gan"].unique():  # the rows of one at a time: a file may hold many
        of_run = rowfile.rows(rows, [run])
        table = bench.table(gan, of_run, whole[keys["gan"] == run].tolist())
        best = [int(table["frechet_validation"].argmin())]
        tables.append(pd.concat([table.drop(best), bench.table(gan, of_run[best], [True]).set_axis(best)]).sort_index())
    write_scores(pd.concat([keys, pd.concat(tables, ignore_index=True)], axis=1), scores)
