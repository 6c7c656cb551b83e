"""What a GAN of digits drew after each epoch → scores beside its losses (docs/claims/survey.md)."""

from pathlib import Path

import numpy as np
import pandas as pd
import torch

from gangan.core.files import read_tensors
from gangan.measure import metrics
from gangan.papers.survey.config import Scoring
from gangan.papers.survey.seeing import Eye, scarcest
from gangan.show.tables import write_scores

SIDE = 28


def score_drawing(
    scoring: Scoring,
    drawn: Path,
    timing: Path,
    judge: Path,
    second: Path,
    digits: Path,
    scores: Path,
    device: torch.device,
) -> None:
    """Score one run.

    Args:
        scoring: how much is measured.
        drawn: what it drew.
        timing: the seconds of its epochs.
        judge: the judge's weights.
        second: the second judge's.
        digits: the dataset.
        scores: the CSV to write, a line for each epoch.
        device: where to compute.
    """
    eye, held = Eye(judge, second, digits, device), read_tensors(drawn)
    border = (held["images"].shape[-1] - SIDE) // 2
    inside = slice(border, border + SIDE)
    real, count = eye.shares(eye.real), scoring.neighbour_images
    of_real = eye.features(eye.real[:: max(1, len(eye.real) // count)][:count])[0]
    moments = [eye.moments(eye.real, which) for which in range(2)]
    seconds = pd.read_csv(timing)["seconds"].cumsum()
    lines = []
    for epoch, pixels in enumerate(held["images"]):
        made = pixels[:, 0, inside, inside].float() / 127.5 - 1
        shares = eye.shares(made)
        near = metrics.neighbourhoods(of_real, eye.features(made[:count])[0], scoring.neighbours)
        lines.append(
            {
                "after": epoch + 1,
                "seconds": seconds[epoch],
                **{name: held[f"mean_{name}"][epoch].item() for name in ("loss_generator", "loss_discriminator")},
                **{
                    name: metrics.frechet(eye.moments(made, which), moments[which]).item()
                    for which, name in enumerate(("frechet", "frechet_second"))
                },
                "scarcest": scarcest(shares, real),
                "divergence": metrics.divergence(np.asarray(shares), np.asarray(real)),
                **{name: near[name] for name in ("precision", "recall")},
                **{f"class_{digit}": share.item() for digit, share in enumerate(shares)},
            }
        )
    write_scores(pd.DataFrame(lines).assign(judge=eye.name), scores)
