"""What each setting of a factorial design does to GAN-GANs (docs/claims/gangan.md, W)."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from gangan.measure import stats
from gangan.papers.gangan.design import factors
from gangan.papers.gangan.reporting.results import ArmScores, Scored, read
from gangan.show.tables import rounded, table_job

MEASURES = ("idle_generator", "lost", "saturated", "energy", "log_l2")
LOST = 60  # a generator's loss; its discriminator gives a fake e^−60, and float32 next to no gradient


@table_job
def effects(scores: list[Path], losses: list[Path], names: list[str], scored: Scored) -> pd.DataFrame:
    """The effect of each factor, and of each two together, on GAN-GANs: the mean over all arms at the second level less
    that at the first, of each seed; mean over seeds with Student's interval.

    Args:
        scores: of all arms of the design.
        losses: of their GAN-GANs.
        names: of those GAN-GANs, as ``arm/seed``.
        scored: what was scored.
    """
    found = read(scored, scores)
    trained = {name: pd.read_csv(path) for name, path in zip(names, losses, strict=True)}
    table = pd.concat([_measured(arm, trained) for arm in found.arms.values()])
    design = factors(scored.arms)
    signs = {f.name: np.where(table["arm"].isin(f.high), 1, -1) for f in design}
    signs |= {f"({one}) × ({other})": signs[one] * signs[other] for one, other in combinations(signs, 2)}
    lines = []
    for measure in MEASURES:
        for name, sign in signs.items():
            by_seed = (table[measure] * sign).groupby(table["seed"]).mean() * 2
            estimate = stats.mean(by_seed.tolist())._asdict()
            lines.append({"measure": measure, "effect": name, **estimate})
    return rounded(pd.DataFrame(lines).drop(columns="p").assign(judge=found.judge))


def _measured(arm: ArmScores, trained: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """By seed the medians of the draws, the share of the generator's steps without any gradient, and that of the epochs
    in which it had lost."""
    table = arm.of_points("draws").groupby("seed")[["saturated", "energy", "l2"]].median().reset_index()
    name = arm.arm.name
    losses = [trained[f"{name}/{seed}"] for seed in table["seed"]]
    return table.assign(
        arm=name,
        log_l2=np.log(table["l2"]),
        idle_generator=[one["idle_generator"].mean() for one in losses],
        lost=[(one["loss_generator"] > LOST).mean() for one in losses],
    )
