"""Trained toy GANs → a line of measures for each run (docs/claims/survey.md)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from gangan.core.settings import Block
from gangan.core.streams import stream
from gangan.measure.onedim import wasserstein
from gangan.papers.survey.config import Mode
from gangan.papers.survey.toy import networks
from gangan.papers.survey.toy.densities import quantiles, shares
from gangan.show.tables import write_scores

Array = np.ndarray[Any, Any]


class Toys(Block):
    """The runs of an arm."""

    arm: str
    modes: list[Mode]
    width: int


def score_toys(
    toys: list[Toys],
    samples: int,
    reach: float,
    missed: float,
    spot: float,
    seed: int,
    weights: list[Path],
    scores: Path,
) -> None:
    """Write the measures of all runs of all arms.

    Args:
        toys: the arms.
        samples: numbers that each generator draws.
        reach: spreads of a mode within which a number is of it.
        missed: share of a mode's mass below which it is missed.
        spot: share of the density's standard deviation below which all mass is on one spot.
        seed: of the study.
        weights: of each arm.
        scores: the CSV to write.
    """
    parts = []
    for one, path in zip(toys, weights, strict=True):
        numbers = numbers_of(networks.read(path, one.width)["generator"], samples, seed)
        part = measured(one.modes, numbers, reach, missed, spot)
        part.insert(0, "arm", one.arm)
        part.insert(1, "seed", range(len(part)))
        parts.append(part)
    write_scores(pd.concat(parts, ignore_index=True), scores)


def numbers_of(generator: networks.Stacked, samples: int, seed: int) -> Array:
    """What all runs draw of the same noise (runs, samples)."""
    z = torch.randn(samples, 1, generator=stream(seed, "survey-toy-score", 0, 0, torch.device("cpu")))
    found: Array = generator(z.expand(len(generator.tensors[0]), -1, -1)).squeeze(2).numpy()
    return found


def measured(modes: Sequence[Mode], numbers: Array, reach: float, missed: float, spot: float) -> pd.DataFrame:
    """A line for each run of numbers (runs, n): ``missed`` modes, ``misses`` any, its numbers on one ``spot``, their
    ``spread`` and Wasserstein distance in standard deviations of the density, and the share of each mode."""
    real = quantiles(modes, numbers.shape[1])
    deviation = real.std()
    of_modes = shares(modes, numbers, reach)
    least = missed * shares(modes, real, reach)
    below = (of_modes < least[:, None]).sum(0)
    spread = numbers.std(1) / deviation
    lines = {
        "missed": below,
        "misses": (below > 0).astype(int),
        "spot": (spread < spot).astype(int),
        "spread": spread,
        "wasserstein": wasserstein(numbers, real) / deviation,
    }
    return pd.DataFrame(lines | {f"mode_{i}": share for i, share in enumerate(of_modes)})
