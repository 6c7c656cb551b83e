"""The weights that a page holds, as one block of bytes, deflated.

Generators are whole numbers times a step, as coarse as their digits allow: bits that a number does not use are zeros,
which deflate away, the more so as the bytes of an array stand apart by what they are worth. float16 would take more
room, and is too coarse for GANs whose weights are large.
"""

import hashlib
import zlib
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

ALLOWED = 1.0  # grey levels of 255 that a pixel may be off
STEPS = [2.0**-k for k in range(7, 22)]
TEXT = 4 / 3  # characters of base64 for a byte


@dataclass(frozen=True)
class Grid:
    """Numbers on a grid."""

    whole: Tensor  # int32, of any shape
    step: float

    @property
    def values(self) -> Tensor:
        """The numbers."""
        return self.whole.float() * self.step


def coarsest(numbers: Tensor, error: Callable[[Tensor], float]) -> tuple[Grid, float]:
    """Numbers on the coarsest grid that is good enough.

    Args:
        numbers: of any shape.
        error: how many grey levels a pixel is off where other numbers take their place.

    Returns:
        the numbers, and what ``error`` says of them.
    """
    for step in STEPS:
        found = Grid((numbers.double() / step).round().int(), step)
        off = error(found.values)
        if off <= ALLOWED:
            break
    return found, off


class Weights:
    """Arrays of 32 bits a number, one after another: float32 as they are, little-endian; int32 by their places in 0,
    −1, 1, −2, …, first the lowest byte of each place, then the next."""

    def __init__(self) -> None:
        self.room = float("inf")  # characters that they, and what is told of them, may still take in the page
        self.size = 0  # bytes, before they are deflated
        self._digest = hashlib.sha256()
        self._deflate = zlib.compressobj(9)
        self._pieces: list[bytes] = []

    def add(self, *arrays: Tensor, told: int = 0) -> list[int] | None:
        """Keep arrays of float32 or int32, if there is room for all of them and for what the page tells of them.

        Args:
            arrays: of any shapes.
            told: how many characters that takes.

        Returns:
            where each begins, in bytes; None if there was no room.
        """
        contents = [_bytes(array) for array in arrays]
        deflate = self._deflate.copy()
        piece = deflate.compress(b"".join(contents)) + deflate.flush(zlib.Z_SYNC_FLUSH)
        taken = told + len(piece) * TEXT
        if taken > self.room:
            return None
        self.room -= taken
        self._deflate = deflate
        self._pieces.append(piece)
        starts = []
        for content in contents:
            starts.append(self.size)
            self.size += len(content)
            self._digest.update(content)
        return starts

    @property
    def text(self) -> str:
        """All bytes, deflated, in base64."""
        return b64encode(b"".join([*self._pieces, self._deflate.copy().flush()])).decode()

    @property
    def sha256(self) -> str:
        """The digest of all bytes, as they are before they are deflated."""
        return self._digest.hexdigest()


def _bytes(array: Tensor) -> bytes:
    if array.dtype == torch.float32:
        return array.numpy().astype("<f4").tobytes()
    whole = array.numpy().ravel()
    counted = ((whole << 1) ^ (whole >> 31)).astype("<u4")
    return counted.view(np.uint8).reshape(-1, 4).T.tobytes()
