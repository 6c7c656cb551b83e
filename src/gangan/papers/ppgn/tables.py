"""Tables of the networks and of all runs."""

from pathlib import Path

import pandas as pd
import torch

from gangan.measure import stats
from gangan.papers.ppgn import networks
from gangan.papers.ppgn.config import Filters
from gangan.show.tables import rounded, table_job

OF_DRAWN = ("accuracy", "frechet", "accuracy_second", "recall", "precision", "across", "along")
TESTED = ("accuracy", "frechet")  # with an interval


@table_job
def summaries(encoder: list[int], filters: Filters) -> pd.DataFrame:
    """The layers of all networks.

    Args:
        encoder: filters of the encoder's convolutions.
        filters: those of the others.
    """
    image, code = torch.zeros(1, 1, networks.SIDE, networks.SIDE), torch.zeros(1, networks.CODE)
    shown = {
        "encoder": (encoder, image),
        "generator": (filters.generator, code),
        "x": (filters.x, image),
        "fc1": (filters.fc1, code),
    }
    tables = []
    for name, (of, sample) in shown.items():
        lines = networks.summary(networks.BUILD[name](of), sample)
        lines.append({"layer": "all", "kind": "", "output": "", "weights": sum(line["weights"] for line in lines)})
        tables.append(
            pd.DataFrame(lines).assign(network=name if name in ("encoder", "generator") else f"critic of {name}")
        )
    return pd.concat(tables)[["network", "layer", "kind", "output", "weights"]]


@table_job
def quality(drawn: Path) -> pd.DataFrame:
    """By arm and sampler means over seeds of what the digits score, each a mean over classes; two with intervals."""
    lines = []
    for (arm, sampler), of in pd.read_csv(drawn).groupby(["arm", "sampler"], sort=False):
        seeds = of.groupby("seed")[list(OF_DRAWN)].mean()
        line: dict[str, object] = {"arm": arm, "sampler": sampler, "n": len(seeds)}
        for name in OF_DRAWN:
            found = stats.mean(seeds[name].tolist())
            line[name] = found.estimate
            if name in TESTED:
                line |= {f"{name}_low": found.low, f"{name}_high": found.high}
        lines.append(line)
    return rounded(pd.DataFrame(lines))


@table_job
def trainings(runs: Path) -> pd.DataFrame:
    """By arm means over seeds of what trainings cost and reach, with the terms of the loss at the start and critics'
    estimates in the first and in the last tenth."""
    table = pd.read_csv(runs)
    starts = [name for name in table.columns if name.startswith("start_")]
    ends = [name for name in table.columns if name.startswith("estimate_") and name.endswith(("_1", "_10"))]
    shown = ["parameters", "updates", "seconds", "reconstruction", "code_error", *starts, *ends]
    grouped = table.groupby("arm", sort=False)
    return rounded(pd.concat([grouped.size().rename("n"), grouped[shown].mean()], axis=1).reset_index())
