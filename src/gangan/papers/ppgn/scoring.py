"""A trained generator → digits of each class, and what judges say of them (docs/claims/ppgn.md)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from gangan.core.files import write_tensors
from gangan.core.streams import stream
from gangan.data.idx import read_part
from gangan.measure import judge as judges
from gangan.measure import metrics
from gangan.papers.ppgn import networks
from gangan.papers.ppgn.config import Sampler, Scoring, Steps
from gangan.papers.ppgn.digits import normalised, restored
from gangan.papers.ppgn.sampler import walk
from gangan.show.tables import write_scores

CHUNK = 500  # chains, or digits, at once
PARTS = 10  # of a training, by whose means its estimates are told
CPU = torch.device("cpu")


def score_run(
    scoring: Scoring,
    samplers: list[Sampler],
    seed: int,
    weights: Path,
    course: Path,
    timing: Path,
    encoder: Path,
    judge: Path,
    second: Path,
    digits: Path,
    scores: Path,
    samples: Path,
    drawn: Path,
    device: torch.device,
) -> None:
    """Score one run.

    Args:
        scoring: how much is measured.
        samplers: by which digits are drawn.
        seed: of the study; chains of all runs start at the same codes.
        weights: the run's.
        course: of its training.
        timing: the seconds of its epochs.
        encoder: the encoder's weights.
        judge: the judge's, which has no part in training and drawing.
        second: the second judge's.
        digits: the dataset.
        scores: the CSV to write, one line.
        samples: the CSV to write, a line for each sampler and class.
        drawn: the safetensors file to write, by sampler what chains end at (classes, chains, 28, 28), normalised.
        device: where to compute.
    """
    trained, reader = networks.read(weights, device), networks.read(encoder, device)["encoder"]
    generator = trained["generator"]
    line = {
        "judge": judges.digest(judge),
        "parameters": sum(map(networks.size, trained.values())),
        "seconds": pd.read_csv(timing)["seconds"].sum(),
        **inversion(generator, reader, read_part(digits, "test").images, device),
        **in_training(pd.read_csv(course)),
    }
    write_scores(pd.DataFrame([line]), scores)
    bench = Bench(scoring, judge, second, digits, device)
    lines: list[dict[str, Any]] = []
    made: dict[str, Tensor] = {}
    for sampler in samplers:
        halfway, end = draw(generator, reader, scoring, sampler.steps, seed, device)
        made[sampler.name] = end.squeeze(2).cpu()
        lines += [{"sampler": sampler.name, **of_class} for of_class in bench.lines(halfway, end)]
    write_scores(pd.DataFrame(lines), samples)
    write_tensors(drawn, made)


def inversion(generator: Any, reader: Any, images: Tensor, device: torch.device) -> dict[str, float]:
    """How far test digits (n, 28, 28) are from what the generator makes of their codes: mean squared errors of
    normalised pixels and of codes."""
    errors = []
    for part in normalised(images).split(CHUNK):  # type: ignore[no-untyped-call]
        digits = part.to(device)
        codes = reader.code(digits)
        made = generator(codes)
        pairs = ((made, digits), (reader.code(made), codes))
        errors.append([len(part) * F.mse_loss(one, other).item() for one, other in pairs])
    return dict(zip(("reconstruction", "code_error"), np.sum(errors, 0) / len(images), strict=True))


def in_training(course: pd.DataFrame) -> dict[str, float]:
    """The terms of the loss at the generator's first update, and by critic the mean estimate of each tenth of the
    updates; NaN of a tenth without any."""
    line: dict[str, float] = {"updates": len(course)}
    terms = [name for name in course.columns if name.startswith("term_")]
    line |= {f"start_{name.removeprefix('term_')}": course[name].iloc[0] for name in terms}
    tenth = np.arange(len(course)) * PARTS // len(course)
    for name in (one for one in course.columns if one.startswith("estimate_")):
        means = course[name].groupby(tenth).mean().reindex(range(PARTS))
        line |= {f"{name}_{i}": mean for i, mean in enumerate(means, 1)}
    return line


def draw(
    generator: Any, reader: Any, scoring: Scoring, steps: Steps, seed: int, device: torch.device
) -> tuple[Tensor, Tensor]:
    """What chains make halfway and at their end, normalised (classes, chains, 1, 28, 28)."""
    shape = (len(scoring.classes), scoring.chains)

    def numbers(purpose: str, iteration: int) -> Tensor:
        random = stream(seed, f"ppgn-{purpose}", 0, iteration, CPU)  # the same numbers on every device
        return torch.randn(*shape, networks.CODE, generator=random).flatten(0, 1)

    start = numbers("chains", 0)
    classes = torch.tensor(scoring.classes).repeat_interleave(scoring.chains)
    half = scoring.iterations // 2
    found: list[tuple[Tensor, Tensor]] = []
    for here in torch.arange(len(start)).split(CHUNK):  # type: ignore[no-untyped-call]

        def noise(iteration: int, here: Tensor = here) -> Tensor:
            return numbers("walk", iteration)[here].to(device)

        of, codes = classes[here].to(device), [start[here].to(device)]
        for iterations in (range(half), range(half, scoring.iterations)):
            codes.append(walk(generator, reader, codes[-1], of, steps, noise, iterations))
        found.append((generator(codes[1]), generator(codes[2])))
    halfway, end = (torch.cat(parts).view(*shape, 1, 28, 28) for parts in zip(*found, strict=True))
    return halfway, end


@dataclass(frozen=True)
class Seen:
    """Images as both judges see them."""

    features: Tensor  # (n, 64)
    classes: Tensor  # (n), as the judge reads them
    classes_second: Tensor


class Bench:
    """What every run is measured with: the judges, and real digits by class."""

    def __init__(self, scoring: Scoring, judge: Path, second: Path, digits: Path, device: torch.device):
        self.classes, self.neighbours = scoring.classes, scoring.neighbours
        self.judge, self.second = judges.read(judge, "deep", device), judges.read(second, "flat", device)
        test = read_part(digits, "test")
        self.real = [self.seen(test.images[test.labels == digit].to(device)) for digit in self.classes]

    def seen(self, images: Tensor) -> Seen:
        """Images (n, 28, 28) in [−1, 1] as the judges see them."""
        features, logits = judges.judged(self.judge, images)
        return Seen(features, logits.argmax(1), judges.judged(self.second, images)[1].argmax(1))

    def lines(self, halfway: Tensor, end: Tensor) -> Iterator[dict[str, float]]:
        """By class, scores of what chains make halfway and at their end, normalised (classes, chains, 1, 28, 28)."""
        for digit, real, *both in zip(self.classes, self.real, halfway, end, strict=True):
            before, images = map(restored, both)
            seen = self.seen(images)
            moments = [[one.cpu() for one in metrics.moments(some.features)] for some in (seen, real)]
            near = metrics.neighbourhoods(real.features, seen.features, self.neighbours)
            yield {
                "class": digit,
                "accuracy": (seen.classes == digit).double().mean().item(),
                "accuracy_second": (seen.classes_second == digit).double().mean().item(),
                "frechet": metrics.frechet((moments[0][0], moments[0][1]), (moments[1][0], moments[1][1])).item(),
                "precision": near["precision"],
                "recall": near["recall"],
                "across": torch.pdist(images.flatten(1)).mean().item(),
                "along": (images - before).flatten(1).norm(dim=1).mean().item(),
            }
