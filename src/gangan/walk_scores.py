"""Scores of the GANs that a GAN-GAN draws, along its latent and anywhere (paper, Fig. 3)."""

from pathlib import Path

import pandas as pd
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
        zoo_file: whose rows it learned,
        alignment: in these frames, if it is given.
        count: GANs at ``draws`` of z and, if z is one number, also along a ``line`` of it (column ``points``).
        extent: the line goes from −extent to extent.
        draws: which GANs are drawn.
        output: column ``z`` is that of a line.
    """
    settings = gangans.settings_of(weights)

    def rows_of(run: int) -> Tensor:
        return spaces.read(settings.model_copy(update={"runs": [run], "from_epoch": 0}), zoo_file, alignment)

    looked_at = {"draws": walks.draws(bench.seed, count, settings.gangan.latent, draws.truncation)}
    if settings.gangan.latent == 1:
        looked_at["line"] = walks.line(count, extent)
    tables = []
    for where, z in looked_at.items():
        rows, layout = walks.sample(weights, z, draws.renormalise)
        keys = pd.DataFrame({"points": where, "number": range(count)})
        keys["z"] = z[:, 0].numpy() if z.shape[1] == 1 else None
        near = likeness.novelty(rows, zoo_file, settings.runs, bench.settings, bench.seed, bench.device, rows_of)
        tables.append(pd.concat([keys, near, bench.table(rows, layout, [True] * count)], axis=1))
    write(pd.concat(tables, ignore_index=True), output)
