"""What each setting of a factorial design does to GAN-GANs (docs/claims/gangan.md, W)."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from gangan.measure import stats
from gangan.papers.gangan.config import Arm
from gangan.papers.gangan.design import factors
from gangan.show.tables import rounded, table_job

MEASURES = ("idle_generator", "lost", "saturated", "energy", "log_l2")
LOST = 60  # a generator's loss; its discriminator gives a fake e^−60, and float32 next to no gradient


@table_job
def effects(scores: list[Path], losses: list[Path], names: list[str], arms: list[Arm]) -> pd.DataFrame:
    """The effect of each factor, and of each two together, on GAN-GANs: the mean over all arms at the second level less
    that at the first, of each seed; mean over seeds with Student's interval.

    Args:
        scores: of the design's GAN-GANs.
        losses: of the same.
        names: of the same, as ``arm/seed``.
        arms: of the design.
    """
    given = zip(names, map(pd.read_csv, scores), map(pd.read_csv, losses), strict=True)
    table = pd.DataFrame([_measured(*one) for one in given])
    design = factors(arms)
    signs = {f.name: np.where(table["arm"].isin(f.high), 1, -1) for f in design}
    signs |= {f"({one}) × ({other})": signs[one] * signs[other] for one, other in combinations(signs, 2)}
    lines = []
    for measure in MEASURES:
        for name, sign in signs.items():
            by_seed = (table[measure] * sign).groupby(table["seed"]).mean() * 2
            estimate = stats.mean(by_seed.tolist())._asdict()
            lines.append({"measure": measure, "effect": name, **estimate})
    (judge,) = set(table["judge"])
    return rounded(pd.DataFrame(lines).drop(columns="p").assign(judge=judge))


def _measured(name: str, scores: pd.DataFrame, losses: pd.DataFrame) -> dict[str, object]:
    """Medians of a GAN-GAN's draws, the share of its generator's steps without any gradient, and that of the epochs in
    which the generator had lost."""
    arm, _, seed = name.rpartition("/")
    medians = scores.loc[scores["points"] == "draws", ["saturated", "energy", "l2"]].median()
    return {
        "arm": arm,
        "seed": seed,
        "judge": scores["judge"][0],
        "idle_generator": losses["idle_generator"].mean(),
        "lost": (losses["loss_generator"] > LOST).mean(),
        "saturated": medians["saturated"],
        "energy": medians["energy"],
        "log_l2": np.log(medians["l2"]),
    }
