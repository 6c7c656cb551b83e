"""Digits as the networks see them: normalised by the mean and the standard deviation of MNIST's pixels."""

from pathlib import Path

import torch
from torch import Tensor

from gangan.data.idx import Digits, read_part

MEAN, DEVIATION = 0.1307, 0.3081  # of pixels in [0, 1]


def learned(digits: Path) -> Digits:
    """All digits but those of the part ``test``: of MNIST the 60,000 training digits.

    Raises:
        UserError: the file is damaged.
    """
    parts = [read_part(digits, part) for part in ("train", "validation")]
    images, labels = (torch.cat([getattr(part, name) for part in parts]) for name in ("images", "labels"))
    return Digits(images, labels)


def normalised(images: Tensor) -> Tensor:
    """Images (n, 28, 28) in [−1, 1] → (n, 1, 28, 28)."""
    return images.add(1).div_(2).sub_(MEAN).div_(DEVIATION).unsqueeze(1)


def restored(made: Tensor) -> Tensor:
    """Normalised images (n, 1, 28, 28) → (n, 28, 28) in [−1, 1], to which darker and lighter is cut."""
    return made.squeeze(1).mul(DEVIATION).add_(MEAN).clamp_(0, 1).mul_(2).sub_(1)
