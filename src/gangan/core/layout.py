"""The flat row: a GAN's weights as one vector (paper, section 3).

``Layout`` is the only home of the order of a row. It travels as JSON inside every HDF5 file, so a row is readable
with h5py and torch alone.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class Layout:
    """Names and shapes of the tensors of one row, in order; offsets follow from them."""

    shapes: tuple[tuple[str, tuple[int, ...]], ...]

    @classmethod
    def of(cls, **networks: Shapes) -> "Layout":
        """The layout of several networks, one after another: ``Layout.of(discriminator=..., generator=...)``."""
        return cls(
            tuple(
                (f"{network}.{name}", shape) for network, shapes in networks.items() for name, shape in shapes.items()
            )
        )

    @property
    def size(self) -> int:
        """Number of weights in a row: 113,745 for the paper's GAN."""
        return sum(math.prod(shape) for _, shape in self.shapes)

    def offsets(self) -> dict[str, int]:
        """Where each tensor starts in a row."""
        starts, position = {}, 0
        for name, shape in self.shapes:
            starts[name] = position
            position += math.prod(shape)
        return starts

    def part(self, network: str) -> tuple[slice, "Layout"]:
        """Where one network stands in a row, and its layout there."""
        shapes = tuple((name, shape) for name, shape in self.shapes if name.startswith(f"{network}."))
        start, part = self.offsets()[shapes[0][0]], Layout(shapes)
        return slice(start, start + part.size), part

    def flatten(self, tensors: Mapping[str, "Tensor"]) -> "Tensor":
        """Tensors of shape (gans, *shape) by name → rows (gans, size)."""
        import torch

        return torch.cat([tensors[name].flatten(1) for name, _ in self.shapes], dim=1)

    def unflatten(self, rows: "Tensor") -> dict[str, "Tensor"]:
        """Rows (gans, size) → tensors of shape (gans, *shape) by name, as views where possible.

        Raises:
            ValueError: the rows are of another width.
        """
        if rows.shape[1] != self.size:
            raise ValueError(f"rows of {rows.shape[1]} weights do not fit a layout of {self.size}")
        parts = rows.split([math.prod(shape) for _, shape in self.shapes], dim=1)  # type: ignore[no-untyped-call]
        return {name: part.reshape(-1, *shape) for (name, shape), part in zip(self.shapes, parts, strict=True)}

    def to_json(self) -> str:
        """``[{"name", "shape", "offset"}, ...]``."""
        offsets = self.offsets()
        return json.dumps([{"name": name, "shape": shape, "offset": offsets[name]} for name, shape in self.shapes])

    @classmethod
    def from_json(cls, text: str) -> "Layout":
        """The inverse of ``to_json``."""
        return cls(tuple((entry["name"], tuple(entry["shape"])) for entry in json.loads(text)))
