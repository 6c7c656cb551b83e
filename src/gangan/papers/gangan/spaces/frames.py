"""The symmetries of a GAN's weights: what changes a row and not the GAN.

Hidden units may be reordered, each rescaled by a positive number (leaky ReLU is homogeneous), and the generator's noise
rotated, since z ~ N(0, I) is the same seen from any side. So two equal GANs can stand far apart as rows. A ``Frame``
holds one such change of a network; a run's is found once, on its last epoch, against a reference run, and serves all
its rows: a run stays one path. Permutations follow Git Re-Basin's weight matching (Ainsworth et al. 2023); the rotation
is an orthogonal Procrustes problem (Schönemann 1966).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import torch
from scipy.linalg import orthogonal_procrustes
from scipy.optimize import linear_sum_assignment
from torch import Tensor

from gangan.core import rowfile
from gangan.core.files import write_arrays
from gangan.core.layout import Layout

Array = np.ndarray[Any, Any]
COMMON = ("order_input", "order_hidden", "scale_input", "scale_hidden")
FIELDS = {"discriminator": COMMON, "generator": (*COMMON, "rotation")}  # of a frame, as stored
ROUNDS = 100  # of alternation; it ends by itself in about ten


@dataclass(frozen=True)
class Frame:
    """From a network's own weights to the reference's frame.

    Aligned unit i is unit ``order[i]`` of the network, its input times ``scale[i]``; the network with the weights
    aligned gives at z what it gave at ``rotation`` · z.
    """

    order_input: Array  # (hidden,) int: units of the first hidden layer
    order_hidden: Array  # (hidden,) int: of the second
    scale_input: Array  # (hidden,) > 0
    scale_hidden: Array
    rotation: Array | None = None  # (inputs, inputs), orthogonal; a discriminator, whose inputs are pixels, has none

    def apply(self, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """A network's tensors (gans, *shape) by name → the same functions in the reference's frame."""
        first, second = torch.from_numpy(self.order_input), torch.from_numpy(self.order_hidden)
        s1, s2 = (torch.from_numpy(scale).float() for scale in (self.scale_input, self.scale_hidden))
        weight = tensors["input.weight"][:, first] * s1[:, None]
        return {
            "input.weight": weight if self.rotation is None else weight @ torch.from_numpy(self.rotation).float(),
            "input.bias": tensors["input.bias"][:, first] * s1,
            "hidden.weight": tensors["hidden.weight"][:, second][:, :, first] * s2[:, None] / s1,
            "hidden.bias": tensors["hidden.bias"][:, second] * s2,
            "output.weight": tensors["output.weight"][:, :, second] / s2,
            "output.bias": tensors["output.bias"],
        }

    def inverse(self) -> "Frame":
        """The frame that undoes this one."""
        first, second = np.argsort(self.order_input), np.argsort(self.order_hidden)
        scales = 1 / self.scale_input[first], 1 / self.scale_hidden[second]
        return Frame(first, second, *scales, None if self.rotation is None else self.rotation.T.copy())


Frames = Mapping[str, Frame]  # by network


def aligned(rows: Tensor, layout: Layout, frames: Frames) -> Tensor:
    """Rows (n, width) of one run → in the reference's frame; as they are where there are no frames."""
    if not frames:
        return rows
    tensors = layout.unflatten(rows)
    return layout.flatten(
        {
            f"{network}.{name}": tensor
            for network, frame in frames.items()
            for name, tensor in frame.apply(_network(tensors, network)).items()
        }
    )


def align(row: Tensor, reference: Tensor, layout: Layout) -> dict[str, Frame]:
    """The frames that bring ``row`` (width) nearest to ``reference`` (width)."""
    ours, theirs = (layout.unflatten(one.double().unsqueeze(0)) for one in (row, reference))
    return {
        network: _matched(_matrices(ours, network), _matrices(theirs, network), rotate=network == "generator")
        for network in FIELDS
    }


def align_zoo(zoo: Path, alignment: Path, reference: int = 0) -> None:
    """Write each run's frames to HDF5: ``<network>/<field of Frame>``, a line for each of ``runs``, and which of these
    lines is the ``reference``; no frames of other networks than MLPs of two hidden layers.
    """
    layout = rowfile.layout_of(zoo)
    if {name for name, _ in layout.shapes} != {f"{network}.{name}" for network in FIELDS for name in _LAYERS}:
        write_arrays(alignment, {"reference": np.array(reference)})
        return
    epochs = int(rowfile.columns(zoo)["epoch"].max())
    last = rowfile.rows(zoo, None, [epochs])
    frames = [align(row, last[reference], layout) for row in last]
    fields = {
        f"{network}/{name}": np.stack([getattr(one[network], name) for one in frames])
        for network in FIELDS
        for name in FIELDS[network]
    }
    write_arrays(alignment, {"reference": np.array(reference), "runs": np.array(rowfile.runs_of(zoo)), **fields})


def frames_of(alignment: Path, runs: Sequence[int]) -> list[Frames]:
    """The stored frames of some runs, by their numbers, each empty if the zoo has none."""
    with h5py.File(alignment, "r", locking=False) as file:
        stored = {network: fields for network, fields in FIELDS.items() if network in file}
        place = {run: i for i, run in enumerate(file["runs"][:].tolist())} if stored else dict.fromkeys(runs, 0)
        return [
            {
                network: Frame(**{name: file[f"{network}/{name}"][place[run]] for name in fields})
                for network, fields in stored.items()
            }
            for run in runs
        ]


_LAYERS = [f"{layer}.{kind}" for layer in ("input", "hidden", "output") for kind in ("weight", "bias")]


def _network(tensors: Mapping[str, Tensor], network: str) -> dict[str, Tensor]:
    return {name: tensors[f"{network}.{name}"] for name in _LAYERS}


def _matrices(tensors: Mapping[str, Tensor], network: str) -> list[Array]:
    return [tensor[0].numpy() for tensor in _network(tensors, network).values()]


def _balance(network: Sequence[Array]) -> tuple[Array, Array]:
    """The scales of both hidden layers that make the sum of squared weights least: there, what enters a unit and what
    leaves it have one norm. Unique (the sum is convex in the scales' logarithms), so equal GANs end alike."""
    w1, b1, w2, b2, w3, _ = (array**2 for array in network)
    s1, s2 = np.ones(len(b1)), np.ones(len(b2))  # squared scales
    for _ in range(ROUNDS):
        s1 = np.sqrt((w2 * s2[:, None]).sum(0) / (w1.sum(1) + b1))
        s2 = np.sqrt(w3.sum(0) / ((w2 / s1).sum(1) + b2))
    return np.sqrt(s1), np.sqrt(s2)


def _scaled(network: Sequence[Array], s1: Array, s2: Array) -> list[Array]:
    w1, b1, w2, b2, w3, b3 = network
    return [w1 * s1[:, None], b1 * s1, w2 * s2[:, None] / s1, b2 * s2, w3 / s2, b3]


def _matched(ours: Sequence[Array], theirs: Sequence[Array], rotate: bool) -> Frame:
    """Permutations and rotation by turns, both networks balanced, until nothing changes.

    A first round counts only what is comparable already: from the output layer in, when the input may be rotated, and
    from the input layer out, when it may not (a discriminator's one output says little).
    """
    mine, wanted = _balance(ours), _balance(theirs)
    w1, b1, w2, b2, w3, _ = _scaled(ours, *mine)
    v1, c1, v2, c2, v3, _ = _scaled(theirs, *wanted)
    rotation = None
    if rotate:
        second = _assigned(v3.T @ w3 + np.outer(c2, b2))
        first = _assigned(v2.T @ w2[second] + np.outer(c1, b1))
    else:
        first = _assigned(v1 @ w1.T + np.outer(c1, b1))
        second = _assigned(v2 @ w2[:, first].T + np.outer(c2, b2) + v3.T @ w3)
    for _ in range(ROUNDS):
        before = first, second
        if rotate:
            rotation = orthogonal_procrustes(w1[first], v1)[0]
        first = _assigned(v1 @ (w1 if rotation is None else w1 @ rotation).T + np.outer(c1, b1) + v2.T @ w2[second])
        second = _assigned(v2 @ w2[:, first].T + np.outer(c2, b2) + v3.T @ w3)
        if all(np.array_equal(old, new) for old, new in zip(before, (first, second), strict=True)):
            break
    if rotate:
        rotation = orthogonal_procrustes(w1[first], v1)[0]
    # Out of the balance again, on the reference's side: so the reference itself stays as it is.
    return Frame(first, second, mine[0][first] / wanted[0], mine[1][second] / wanted[1], rotation)


def _assigned(gain: Array) -> Array:
    """For each of the reference's units the run's, one each, of the largest total gain (hidden, hidden)."""
    order: Array = linear_sum_assignment(gain, maximize=True)[1]
    return order
