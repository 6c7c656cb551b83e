"""A table as a GAN learns it: standardised numbers, and the class as one more number for each."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.model_selection import train_test_split

from gangan.data import tabular
from gangan.data.tabular import Array


@dataclass(frozen=True)
class Lines:
    """Lines standardised by the mean and deviation of those that are learned, and their classes."""

    columns: list[str]
    classes: int
    learned: Array  # (n, columns)
    learned_classes: Array  # (n,)
    held_out: Array  # (m, columns)
    held_out_classes: Array  # (m,)

    @property
    def samples(self) -> Array:
        """What the GAN learns (n, columns + classes), float32: numbers, then 1 for the class and 0 for the others."""
        known = np.eye(self.classes)[self.learned_classes]
        return np.concatenate([self.learned, known], axis=1).astype(np.float32)

    def told(self, made: Array) -> tuple[Array, Array]:
        """Numbers and classes of lines (n, columns + classes) that a GAN made: the class whose number is largest."""
        count = len(self.columns)
        return made[:, :count].astype(float), made[:, count:].argmax(1)


def split(table: Path, target: str, held_out: float, run: int) -> Lines:
    """A table for one run, which holds out a share of the lines of each class by its own seed.

    Raises:
        UserError: as ``data.tabular.read``.
    """
    whole = tabular.read(table, target)
    learned, other = train_test_split(
        np.arange(len(whole.classes)), test_size=held_out, stratify=whole.classes, random_state=run
    )
    mean, deviation = whole.values[learned].mean(0), whole.values[learned].std(0)
    values = (whole.values - mean) / np.where(deviation > 0, deviation, 1)
    return Lines(
        whole.columns,
        len(whole.names),
        values[learned],
        whole.classes[learned],
        values[other],
        whole.classes[other],
    )
