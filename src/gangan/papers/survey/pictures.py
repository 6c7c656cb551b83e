"""Colour images side by side."""

from typing import Any

import numpy as np
from torch import Tensor

from gangan.show.grids import mosaic


def sheet(images: Tensor, columns: int, gap: int = 2) -> np.ndarray[Any, Any]:
    """Images uint8 (n, c, h, w), grey or in colour → one image (height, width, 3) in [0, 1]."""
    scaled = images.float() / 127.5 - 1
    colours = scaled.expand(-1, 3, -1, -1)
    sheets = [mosaic(colours[:, i], columns, gap) for i in range(3)]
    found: np.ndarray[Any, Any] = (np.stack(sheets, -1) + 1) / 2
    return found
