"""Trainings whose process dies, within a process that lives on."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from torch import Tensor

from gangan.core.checkpoint import Checkpoint


class KilledError(Exception):
    """Stands for the end of a process."""


class Mortal(Checkpoint):
    """A checkpoint whose process dies as it starts to save after ``epochs`` more epochs."""

    epochs = 0

    def save_when_due(self, tensors: Mapping[str, Tensor], last: bool) -> None:
        self.epochs -= 1
        if self.epochs < 0:
            raise KilledError
        super().save_when_due(tensors, last)


def killed(train: Callable[[Checkpoint], object], folder: Path, epochs: int, identity: str = "identity") -> None:
    """An attempt that saves ``epochs`` epochs and dies in the next, its rows written and its state not."""
    checkpoint = Mortal(folder, identity, 0)
    checkpoint.epochs = epochs
    with pytest.raises(KilledError):
        train(checkpoint)
