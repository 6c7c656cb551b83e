"""Some of a dataset's training images: those of one digit, the first so many of them."""

from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from gangan.core.files import UserError

# How many training images of each class a dataset has.
COUNTS = {
    "mnist": (5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949),
    "mnist-5k": (500,) * 10,
    "fashion-mnist": (6000,) * 10,
    "kmnist": (6000,) * 10,
}


def selected(digits: Path, name: str, digit: int | None, first: int | None) -> Tensor:
    """Training images in the dataset's order, uint8 (n, 28, 28).

    Args:
        digits: the dataset's file.
        name: of the dataset.
        digit: the class; None for all.
        first: how many of them; None for all.

    Raises:
        UserError: the file is damaged, does not hold as many images of a class as the dataset has, or there are fewer
            than asked for.
    """
    try:
        with safe_open(digits, "pt") as file:
            images, labels = (file.get_tensor(f"train.{kind}") for kind in ("images", "labels"))
    except SafetensorError as error:
        raise UserError(f"{digits}: {error}; delete the file and run again") from None
    held = tuple(labels.long().bincount(minlength=10).tolist())
    if held != COUNTS[name]:
        wrong = next(i for i, (one, other) in enumerate(zip(held, COUNTS[name], strict=True)) if one != other)
        raise UserError(
            f"{digits}: {held[wrong]:,} images of class {wrong}, {name} has {COUNTS[name][wrong]:,}; "
            "delete the file and run again"
        )
    chosen: Tensor = images if digit is None else images[labels == digit]
    if first is not None and first > len(chosen):
        of = "" if digit is None else f" of class {digit}"
        raise UserError(
            f"{name} has {len(chosen):,} training images{of}, not {first:,}; choose a smaller selection.first"
        )
    return torch.narrow(chosen, 0, 0, first or len(chosen))
