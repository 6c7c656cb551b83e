"""Scores of the GANs that a GAN-GAN draws, along its latent and anywhere (paper, Fig. 3)."""

from pathlib import Path

import pandas as pd
import torch
from torch import Tensor

from gangan import gangans, likeness, spaces, walks
from gangan.config import Draws
from gangan.scores import Bench, write


def score_gangan(
    bench: Bench,
    weights: Path,
    zoo_file: Path,
    alignment: Path | None,
    count: int,
    extent: float,
    draws: Draws,
    output: Path,
) -> None:
    """Score GANs of one GAN-GAN and say what they are near to (CSV, a line each).

    Args:
        bench: what they are measured with.
        weights: of the GAN-GAN.
        zoo_file: the zoo whose rows it learned. A GAN's novelty is its distance from those rows, not from rows of
            other runs or of epochs before ``from_epoch``.
        alignment: the frames in which it learned them, if it did not learn them as they are.
        count: GANs at ``draws`` of z and, if z is one number, also along a ``line`` of it (column ``points``).
        extent: the line goes from −extent to extent.
        draws: which GANs are drawn.
        output: column ``number`` is which of the candidates or points, ``z`` that of a single latent number.
    """
    settings = gangans.settings_of(weights)

    def rows_of(run: int) -> Tensor:
        return spaces.read(settings.model_copy(update={"runs": [run]}), zoo_file, alignment)

    z = walks.candidates(bench.seed, count, settings.gangan.latent, draws)
    numbers = _best(bench, weights, z, draws)
    looked_at = {"draws": (numbers, z[numbers])}
    if settings.gangan.latent == 1:
        looked_at["line"] = (torch.arange(count), walks.line(count, extent))
    tables = []
    for where, (numbers, z) in looked_at.items():
        rows, layout = walks.sample(weights, z, draws.renormalise)
        keys = pd.DataFrame({"points": where, "number": numbers.numpy()})
        keys["z"] = z[:, 0].numpy() if z.shape[1] == 1 else None
        near = likeness.novelty(
            rows, zoo_file, settings.runs, bench.settings, bench.seed, bench.device, rows_of, settings.from_epoch
        )
        tables.append(pd.concat([keys, near, bench.table(rows, layout, [True] * count)], axis=1))
    write(pd.concat(tables, ignore_index=True), output)


def _best(bench: Bench, weights: Path, z: Tensor, draws: Draws) -> Tensor:
    """Which of the candidates z (n × best_of, latent) are looked at (n): of each ``best_of`` the best by validation."""
    if draws.best_of == 1:
        return torch.arange(len(z))
    rows, layout = walks.sample(weights, z, draws.renormalise)
    distances = bench.table(rows, layout, [False] * len(rows))["frechet_validation"].to_numpy()
    best = torch.from_numpy(distances.reshape(-1, draws.best_of).argmin(1))
    return best + draws.best_of * torch.arange(len(best))
