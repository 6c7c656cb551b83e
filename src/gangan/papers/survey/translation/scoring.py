"""A trained GAN that translates → its errors on test images (docs/claims/survey.md)."""

from pathlib import Path

import pandas as pd
import torch
from torch import Tensor

from gangan.core.files import read_tensors
from gangan.measure import metrics
from gangan.papers.survey.config import Strokes, Translation
from gangan.papers.survey.players import load
from gangan.papers.survey.seeing import Eye
from gangan.papers.survey.translation import networks, strokes
from gangan.papers.survey.translation.training import cut, scaled, steps_of
from gangan.show.tables import write_scores

CHUNK = 50  # images at once


def score_translation(
    training: Translation,
    images: Path,
    weights: Path,
    timing: Path,
    scores: Path,
    device: torch.device,
    judge: Path | None = None,
    second: Path | None = None,
    digits: Path | None = None,
) -> None:
    """Score one run.

    Args:
        training: how it was trained.
        images: of both domains.
        weights: its networks.
        timing: the seconds of its epochs.
        scores: the CSV to write, one line; ``seconds`` are those of a step, the median over epochs.
        device: where to compute.
        judge: the judge's weights, where the domains are digits.
        second: the second judge's.
        digits: the dataset.
    """
    held = read_tensors(images)
    tested = {domain: cut(held[f"test{domain.upper()}"], training.crop, None) for domain in "ab"}
    both = loaded(training, weights, device)
    line: dict[str, object] = {"seconds": pd.read_csv(timing)["seconds"].median() / steps_of(training, held)}
    made = {to: translated(both, to, tested[source]) for source, to in (("a", "b"), ("b", "a"))}
    for source, to in (("a", "b"), ("b", "a")):
        line[f"cycle_{source}"] = error(translated(both, source, made[to]), tested[source])
    if isinstance(training.data, Strokes):
        if judge is None or second is None or digits is None:
            raise ValueError("domains of digits are scored by both judges")
        eye = Eye(judge, second, digits, device)
        for source, to in (("a", "b"), ("b", "a")):
            line[f"error_to_{to}"] = error(made[to], tested[to])
            line[f"unchanged_to_{to}"] = error(tested[source], tested[to])
            found, real = (strokes.digits_of(some, to.upper()) for some in (made[to], tested[to]))
            for which, name in enumerate(("frechet", "frechet_second")):
                apart = metrics.frechet(eye.moments(found, which), eye.moments(real, which))
                line[f"{name}_to_{to}"] = apart.item()
        line["judge"] = eye.name
    write_scores(pd.DataFrame([line]), scores)


def loaded(training: Translation, weights: Path, device: torch.device) -> networks.Translators:
    """The trained generators.

    Raises:
        UserError: the file is damaged.
    """
    both = networks.translators(training.generators)
    load(both.modules, read_tensors(weights))
    for module in both.modules.values():
        module.to(device)
    return both


@torch.no_grad()
def translated(both: networks.Translators, to: str, images: Tensor) -> Tensor:
    """Images uint8 (n, 3, s, s) as those of the domain ``to``, uint8."""
    through = both.to_b if to == "b" else both.to_a
    device = next(iter(both.modules["to_b"].parameters())).device
    parts = [through(scaled(part.to(device))).cpu() for part in images.split(CHUNK)]  # type: ignore[no-untyped-call]
    return torch.cat(parts).add_(1).mul_(127.5).round_().to(torch.uint8)


def error(images: Tensor, others: Tensor) -> float:
    """Mean absolute difference of uint8 images, as a share of the whole range."""
    return (images.float() - others.float()).abs().mean().item() / 255
