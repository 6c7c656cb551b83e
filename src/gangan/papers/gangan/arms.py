"""How the jobs of a zoo and the scores of a study are named, and which arms are alike: for rules and results alike."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from gangan.papers.gangan.config import Arm, Rows

SERIES = {"latent": ("latent",), "discriminator_hidden": ("discriminator", "hidden"), "epochs": ("epochs",)}
SHOWN_SERIES = ("latent", "discriminator_hidden")  # keys of a training: arms alike but for one are drawn together
FEWEST_HELD_OUT = 4  # runs, each of which then has a third neighbour
Key = tuple[str, ...]


def numbers(zoo: Any) -> range:
    """Of a zoo's runs."""
    return range(zoo.first, zoo.first + zoo.runs)


def late(epochs: int) -> int:
    """The first epoch of a training's late rows, those of its last fifth: before, GANs of all runs are grey and alike,
    so which of them is nearest says little."""
    return epochs * 4 // 5


def rows_of(arm: Arm, seed: int) -> Rows:
    """What an arm's GAN-GAN of a seed learns."""
    runs = [seed] if arm.rows.own_run else arm.rows.runs
    return Rows(runs=runs, from_epoch=arm.rows.from_epoch, repeat=arm.rows.repeat)


def job_names(runs: range, per_job: int) -> dict[str, int]:
    """The training jobs of GANs: name (its first GAN, at least two digits) → number of GANs."""
    return {f"{first:02d}": min(per_job, runs.stop - first) for first in runs[::per_job]}


def scores(
    runs: Mapping[str, range], per_job: int, seeds: Mapping[str, Sequence[int]], others: Mapping[str, range]
) -> dict[Key, str]:
    """The files of scores, below the folder of metrics.

    Args:
        runs: by zoo the numbers of its GANs.
        per_job: GANs that one job trained and scored.
        seeds: by arm.
        others: as ``runs``, of zoos that no arm reads, of which only GANs are scored.

    Returns:
        paths by ``("zoo", zoo, job)``, ``("baselines", zoo)``, ``("distances", zoo)`` and ``("gangan", arm, seed)``.
    """
    found: dict[Key, str] = {}
    for zoo, some in {**others, **runs}.items():
        found |= {("zoo", zoo, job): f"zoo-{zoo}/{job}.csv" for job in job_names(some, per_job)}
    for zoo in runs:
        found |= {(kind, zoo): f"{kind}-{zoo}.csv" for kind in ("baselines", "distances")}
    for arm, those in seeds.items():
        found |= {("gangan", arm, str(seed)): f"gangans/{arm}/{seed}.csv" for seed in those}
    return found


def moments(files: Mapping[Key, str]) -> dict[Key, str]:
    """The files of moments beside those of scores."""
    return {key: f"{path[: -len('.csv')]}.safetensors" for key, path in files.items() if key[0] != "distances"}


def but_for(key: str, arm: Any) -> tuple[int, str]:
    """An arm's value of a key of its training, and all else that its samples depend on, as one text."""
    settings: dict[str, Any] = arm.training.model_dump(mode="json")
    *path, last = SERIES[key]
    block = settings
    for name in path:
        block = block[name]
    value: int = block.pop(last)
    rest = {
        "zoo": arm.zoo,
        "rows": arm.rows.model_dump(),
        "draws": arm.draws.model_dump(exclude={"after"}),
        "training": settings,
    }
    return value, json.dumps(rest, sort_keys=True)
