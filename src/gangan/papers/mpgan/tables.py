"""Tables of all runs, and the summaries of the networks (the text's Figs. 9 and 10)."""

from pathlib import Path

import pandas as pd
import torch

from gangan.measure import stats
from gangan.papers.mpgan import networks
from gangan.show.tables import rounded, table_job

SHOWN = ("frechet", "frechet_second", "precision", "recall", "scarcest", "energy", "confidence")
SIDE = 28


@table_job
def summaries(filters: list[int]) -> pd.DataFrame:
    """The layers of the generator and of discriminators with so many filters."""
    parts = {"generator": networks.summary(networks.generator(), torch.zeros(1, networks.LATENT))}
    for count in filters:
        lines = networks.summary(networks.discriminator(count, "dropout"), torch.zeros(1, 1, SIDE, SIDE))
        parts[f"discriminator, {count} filters"] = lines
    tables = []
    for name, lines in parts.items():
        table = pd.DataFrame(lines)
        whole = {"layer": "all", "kind": "", "output": "", **table[["trainable", "fixed"]].sum().to_dict()}
        tables.append(pd.concat([table, pd.DataFrame([whole])]).assign(network=name))
    return pd.concat(tables)[["network", "layer", "kind", "output", "trainable", "fixed"]]


@table_job
def quality(runs: Path, looks: list[int]) -> pd.DataFrame:
    """By arm and look the mean distance with its interval, means of other scores, and seconds.

    Args:
        runs: the table of runs.
        looks: numbers of epochs that are shown, where an arm was trained for so long; its last is shown always.
    """
    lines = []
    for (arm, after), of in pd.read_csv(runs).groupby(["arm", "after"], sort=False):
        found = stats.mean(of["frechet"].tolist())
        means = of[[*SHOWN[1:], "discriminator_real", "discriminator_made", "seconds"]].mean().to_dict()
        line = {
            "arm": arm,
            "epochs": after,
            "n": found.n,
            "frechet": found.estimate,
            "low": found.low,
            "high": found.high,
        }
        lines.append(line | {str(name): value for name, value in means.items()})
    table = pd.DataFrame(lines)
    last = table.groupby("arm")["epochs"].transform("max")
    return rounded(table[table["epochs"].isin(looks) | (table["epochs"] == last)])
