"""Trained runs → a line of measures for each (docs/claims/oned.md)."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from gangan.core.files import atomic
from gangan.measure.onedim import kolmogorov_smirnov, wasserstein
from gangan.papers.oned.config import Distribution, Mode, Scoring
from gangan.papers.oned.trained import Array, Stored, Trained, read, target

NETWORKS = ("discriminator", "generator")  # in the order of losses
AT_ONCE = 50  # runs whose samples are in memory


def score_runs(
    trained: list[Path],
    stored: list[Stored],
    distributions: dict[str, Distribution],
    scoring: Scoring,
    runs: Path,
    device: torch.device,  # noqa: ARG001  a job that asks for one computes without autograd
) -> None:
    """Write the table of runs, a line each, as a compressed CSV.

    Args:
        trained: files of runs.
        stored: what each of them holds.
        distributions: by name.
        scoring: how much is drawn, and what counts as a fit and as a collapse.
        runs: the table to write.
        device: not used: what is measured is small.
    """
    parts = []
    for path, held in zip(trained, stored, strict=True):
        for setting in held.settings:
            measured = measures(read(path, held, setting), distributions[setting.distribution], scoring)
            settings = {name: [value] * len(measured) for name, value in setting.model_dump().items()}
            parts.append(pd.concat([pd.DataFrame(settings), measured], axis=1))
    table = pd.concat(parts, ignore_index=True)
    packed = {"method": "gzip", "mtime": 0}  # no date: the same runs are the same bytes
    with atomic(runs) as partial:
        table.to_csv(partial, index=False, float_format="%.6g", compression=packed)


def measures(trained: Trained, modes: Sequence[Mode], scoring: Scoring) -> pd.DataFrame:
    """The measures of some runs of one setting, a line each."""
    runs = len(trained.discriminators)
    parts = [
        pd.DataFrame(drawn(some.numbers(scoring.samples), modes))
        for some in (part(trained, slice(i, i + AT_ONCE)) for i in range(0, runs, AT_ONCE))
    ]
    table = pd.concat(parts, ignore_index=True)
    last = trained.losses[-(len(trained.losses) // 4) :].numpy()
    for i, network in enumerate(NETWORKS):
        table[f"loss_{network}"] = last[:, :, i].mean(0)
        table[f"noise_{network}"] = last[:, :, i].std(0)
    diverged = ~trained.generators[-1].isfinite().all(1).numpy()
    table["steps"] = converged(trained, modes, scoring)
    table["fits"] = (table["distance"] <= scoring.fits).astype(int)
    table["collapsed"] = (table["spread"] < scoring.collapsed).astype(int)
    table["diverged"] = diverged.astype(int)
    table.insert(0, "seed", range(runs))
    return table


def part(trained: Trained, runs: slice) -> Trained:
    """Some of the runs."""
    return Trained(trained.shape, trained.generators[:, runs], trained.discriminators[runs], trained.losses[:, runs])


def drawn(numbers: Array, modes: Sequence[Mode]) -> dict[str, Array]:
    """What numbers (runs, count) measure against their target."""
    whole, count = target(modes), numbers.shape[1]
    mean, sigma = whole.mean(), whole.standard_deviation()
    outer = whole.icdf(np.array([0.001, 0.999]))
    inner = np.quantile(numbers, [0.01, 0.99], axis=1)
    found = {
        "distance": wasserstein(numbers, quantiles(modes, count)) / sigma,
        "ks": kolmogorov_smirnov(whole.cdf(numbers)),
        "shift": (numbers.mean(1) - mean) / sigma,
        "spread": numbers.std(1) / sigma,
        "within": ((inner[0] >= outer[0]) & (inner[1] <= outer[1])).astype(int),
    }
    for i, mode in enumerate(modes, 1):
        found[f"mode_{i}"] = (np.abs(numbers - mode.mean) <= 2 * mode.sigma).mean(1)
    return found


def quantiles(modes: Sequence[Mode], count: int) -> Array:
    """Evenly spread quantiles of a target: what a perfect generator draws."""
    found: Array = target(modes).icdf((np.arange(count) + 0.5) / count)
    return found


def converged(trained: Trained, modes: Sequence[Mode], scoring: Scoring) -> Array:
    """Steps until a run fits to its end, by looks in training (runs,); NaN where it does not."""
    sigma, count = target(modes).standard_deviation(), scoring.samples_in_training
    expected = quantiles(modes, count)
    looks = len(trained.generators)
    fits = np.stack(
        [wasserstein(trained.numbers(count, look), expected) / sigma <= scoring.fits for look in range(looks)]
    )
    from_here_on = np.logical_and.accumulate(fits[::-1])[::-1]  # (looks, runs)
    first = np.where(from_here_on[-1], from_here_on.argmax(0), np.nan)
    return first * (trained.shape.preset.steps / (looks - 1))
