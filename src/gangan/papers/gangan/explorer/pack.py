"""The weights that a page holds: one stream of bytes, deflated, in pieces, of which those that came are of use at once.

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
TAGS = 70  # characters around a piece in the page, at most


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
        self._pieces: list[str] = []

    def add(self, *arrays: Tensor, told: int = 0) -> list[int] | None:
        """Keep arrays of float32 or int32, a piece each, if there is room for all and for what the page tells of them.

        Args:
            arrays: of any shapes.
            told: how many characters that takes.

        Returns:
            where each begins, in bytes; None if there was no room.
        """
        contents = [_bytes(array) for array in arrays]
        deflate = self._deflate.copy()
        pieces = [_text(deflate.compress(content) + deflate.flush(zlib.Z_SYNC_FLUSH)) for content in contents]
        taken = told + sum(len(piece) + TAGS for piece in pieces)
        if taken > self.room:
            return None
        self.room -= taken
        self._deflate = deflate
        self._pieces += pieces
        starts = []
        for content in contents:
            starts.append(self.size)
            self.size += len(content)
            self._digest.update(content)
        return starts

    @property
    def texts(self) -> list[str]:
        """The pieces of the deflated stream, each in base64, and its end."""
        return [*self._pieces, _text(self._deflate.copy().flush())]

    @property
    def sha256(self) -> str:
        """The digest of all bytes, as they are before they are deflated."""
        return self._digest.hexdigest()


def _text(content: bytes) -> str:
    return b64encode(content).decode()


def _bytes(array: Tensor) -> bytes:
    if array.dtype == torch.float32:
        return array.numpy().astype("<f4").tobytes()
    whole = array.numpy().ravel()
    counted = ((whole << 1) ^ (whole >> 31)).astype("<u4")
    return counted.view(np.uint8).reshape(-1, 4).T.tobytes()
