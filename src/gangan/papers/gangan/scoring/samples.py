"""Scores of the GANs that a GAN-GAN draws, along its latent and anywhere (paper, Fig. 3)."""

from pathlib import Path

import pandas as pd
import torch
from torch import Tensor

from gangan.core import rowfile
from gangan.papers.gangan.config import Draws, Evaluation, Samples
from gangan.papers.gangan.scoring import nearness
from gangan.papers.gangan.scoring.bench import Bench
from gangan.papers.gangan.spaces import space
from gangan.papers.gangan.training import sample
from gangan.papers.gangan.training.sample import GANGAN


def score_gangan(
    evaluation: Evaluation,
    samples: Samples,
    draws: Draws,
    seed: int,
    weights: Path,
    zoo: Path,
    judge: Path,
    second: Path,
    digits: Path,
    scores: Path,
    moments: Path,
    device: torch.device,
    alignment: Path | None = None,
) -> None:
    """Score GANs of one GAN-GAN and say what they are near to (CSV, a line each).

    Args:
        evaluation: how much is measured of each.
        samples: how many are drawn at ``draws`` of z and, if z is one number, also along a ``line`` of it (column
            ``points``).
        draws: which are drawn.
        seed: of the study.
        weights: of the GAN-GAN.
        zoo: whose rows it learned. A GAN's novelty is its distance from those rows, not from rows of other runs or of
            epochs before ``from_epoch``.
        judge: the judge's weights.
        second: the second judge's.
        digits: the dataset.
        scores: the CSV to write: column ``number`` is which of the candidates or points, ``z`` that of a single latent
            number.
        moments: the file to write of the moments of the judge's features, in the same order.
        device: where to compute.
        alignment: the frames in which it learned its rows, if it did not learn them as they are.
    """
    bench, gangan = Bench(judge, second, digits, evaluation, seed, device), sample.read(weights, draws.after)

    def rows_of(run: int) -> Tensor:
        return space.read(gangan.rows.model_copy(update={"runs": [run]}), zoo, alignment)

    runs, latent = rowfile.runs_of(zoo, gangan.rows.runs), gangan.training.latent
    z = sample.candidates(seed, samples.count, latent, draws)
    numbers = _best(bench, gangan, z, draws)
    looked_at = {"draws": (numbers, z[numbers])}
    if latent == 1:
        looked_at["line"] = (torch.arange(samples.count), sample.line(samples.count, samples.extent))
    tables, rows = [], []
    for where, (numbers, z) in looked_at.items():
        rows.append(gangan.sample(z, draws.renormalise))
        keys = pd.DataFrame({"points": where, "number": numbers.numpy()})
        keys["z"] = z[:, 0].numpy() if z.shape[1] == 1 else None
        near = nearness.novelty(rows[-1], zoo, runs, evaluation, seed, device, rows_of, gangan.rows.from_epoch)
        tables.append(pd.concat([keys, near], axis=1))
    drawn = torch.cat(rows)
    scored = bench.scores(gangan.gan, drawn, [True] * len(drawn))
    scored.write(pd.concat(tables, ignore_index=True), scores, moments)


def _best(bench: Bench, gangan: GANGAN, z: Tensor, draws: Draws) -> Tensor:
    """Which of the candidates z (n × best_of, latent) are kept (n): of each ``best_of`` the best by validation."""
    if draws.best_of == 1:
        return torch.arange(len(z))
    rows = gangan.sample(z, draws.renormalise)
    distances = bench.scores(gangan.gan, rows, [False] * len(rows)).table["frechet_validation"].to_numpy()
    best = torch.from_numpy(distances.reshape(-1, draws.best_of).argmin(1))
    return best + draws.best_of * torch.arange(len(best))
