"""Densities of equal parts: numbers drawn from them, their quantiles, and which part a number is of."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gangan.papers.survey.config import Mode

Array = np.ndarray[Any, Any]


def drawn(modes: Sequence[Mode], which: Tensor, uniform: Tensor) -> Tensor:
    """Numbers (…) of a density.

    Args:
        modes: its parts.
        which: of them each number is of (…).
        uniform: in (0, 1), what each number is made of (…).
    """
    normal = torch.special.ndtri(uniform.clamp(1e-7, 1 - 1e-7))
    even = 2 * uniform - 1
    found = torch.zeros_like(uniform)
    for i, mode in enumerate(modes):
        standard = normal if mode.shape == "normal" else even
        found = torch.where(which == i, mode.centre + mode.spread * standard, found)
    return found


def density(modes: Sequence[Mode], x: Array) -> Array:
    """The density at x (…)."""
    parts = []
    for mode in modes:
        z = (x - mode.centre) / mode.spread
        height = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi) if mode.shape == "normal" else (np.abs(z) <= 1) / 2
        parts.append(height / mode.spread)
    found: Array = np.mean(parts, 0)
    return found


def quantiles(modes: Sequence[Mode], count: int) -> Array:
    """As many quantiles, ascending: of each part as many, and all in order."""
    each = -(-count // len(modes))
    places = torch.linspace(0.5 / each, 1 - 0.5 / each, each, dtype=torch.float64)
    parts = [drawn([mode], torch.zeros(each), places).numpy() for mode in modes]
    found: Array = np.sort(np.concatenate(parts))
    return np.asarray(found[np.linspace(0, len(found) - 1, count).round().astype(int)])


def shares(modes: Sequence[Mode], numbers: Array, reach: float) -> Array:
    """By mode the share (modes, …) of numbers (…, n) that lie within ``reach`` spreads of its centre."""
    found: Array = np.stack([(np.abs(numbers - mode.centre) <= reach * mode.spread).mean(-1) for mode in modes])
    return found
