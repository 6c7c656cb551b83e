"""Images side by side."""

from typing import Any

import numpy as np
import torch
from torch import Tensor


def mosaic(images: Tensor, columns: int, gap: int = 0) -> np.ndarray[Any, Any]:
    """Images (n, h, w) in [−1, 1] → one image, ``columns`` a line, ``gap`` white pixels between."""
    count, height, width = images.shape
    lines = -(-count // columns)
    sheet = torch.ones(lines * (height + gap) - gap, columns * (width + gap) - gap)
    for i, image in enumerate(images):
        top, left = i // columns * (height + gap), i % columns * (width + gap)
        sheet[top : top + height, left : left + width] = image
    return sheet.numpy()


def middles(count: int, side: int, gap: int = 0) -> list[float]:
    """Where the middles of so many images of a side lie along a mosaic: the places of an axis's ticks."""
    return [i * (side + gap) + (side - 1) / 2 for i in range(count)]
