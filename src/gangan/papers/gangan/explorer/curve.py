"""A GAN-GAN of one latent number, cut to what a page can hold.

Its generator's last layer has a weight for each hidden unit and each number of a row. As z is one number, the hidden
units run along a curve, which keeps to few directions: the last layer is stored for these alone, and the layer before
it gives their coefficients. How many are enough is measured: the digits along z must stay as they are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from gangan.papers.gangan import networks
from gangan.papers.gangan.explorer.pack import ALLOWED, Grid, coarsest
from gangan.papers.gangan.networks import SLOPE
from gangan.papers.gangan.training import sample
from gangan.papers.gangan.training.sample import GANGAN

LEVELS = 127.5  # grey levels of 255 in a unit of a pixel from −1 to 1
FITTED = 257  # points along z that the directions are found from
COMPARED = 33  # at which digits are compared


@dataclass(frozen=True)
class Curve:
    """The generators that a GAN-GAN makes along z: output(axes[0] + coefficients(z) · axes[1:]). The coefficients are 0
    at z = 0, so ``axes[0]`` alone gives that one."""

    layers: Sequence[Tensor]  # weight and bias of each layer from z to the coefficients
    axes: Tensor  # (1 + rank, numbers)
    output: str  # "tanh" or "linear"

    def rows(self, z: Tensor, axes: Tensor) -> Tensor:
        """From z (n, 1) to the generators' halves of rows (n, numbers), by its axes or others in their place."""
        offset, spread = axes[0], axes[1:]
        w1, b1, w2, b2, w3, b3 = self.layers
        hidden = F.leaky_relu(F.linear(F.leaky_relu(F.linear(z, w1, b1), SLOPE), w2, b2), SLOPE)
        found: Tensor = offset + F.linear(hidden, w3, b3) @ spread
        return found.tanh() if self.output == "tanh" else found


def cut(gangan: GANGAN, extent: float, noise: Tensor) -> tuple[Curve, Grid, float]:
    """A GAN-GAN of one latent number along z from −extent to extent, with as few directions, and its axes with as few
    bits, as keep each pixel of the digits drawn from the noise (n, latent) within a grey level; and how many levels a
    pixel is off."""
    half, layout = gangan.layout.part("generator")
    z = sample.line(COMPARED, extent)
    exact = networks.draw(gangan.gan, gangan.sample(z)[:, half], layout, noise)

    def error(curve: Curve, axes: Tensor) -> float:
        digits = networks.draw(gangan.gan, curve.rows(z, axes), layout, noise)
        return (digits - exact).abs().max().item() * LEVELS

    curves = list(_curves(gangan, half, extent))
    # Half of what is allowed is for the cut, the rest for the numbers.
    found = next((curve for curve in curves if error(curve, curve.axes) <= ALLOWED / 2), curves[-1])
    return found, *coarsest(found.axes, lambda axes: error(found, axes))


def _curves(gangan: GANGAN, half: slice, extent: float) -> Iterator[Curve]:
    """Along ever more directions, the widest first, to the end."""
    w1, b1, w2, b2, w3, b3 = (tensor[0] for tensor in gangan.generator)
    output = sample.architecture(gangan.training, gangan.layout.size).output
    hidden = torch.cat([torch.zeros(1, 1), sample.line(FITTED, extent)])
    for w, b in ((w1, b1), (w2, b2)):
        hidden = F.leaky_relu(F.linear(hidden, w, b), SLOPE)
    origin = hidden[0].double()
    centred = hidden[1:].double() - origin
    # Those in which rows vary most, before any squashing: the last layer is W = QR, so those of R · (hidden − origin).
    q, r = torch.linalg.qr(w3[half].double())
    _, _, directions = torch.linalg.svd(centred @ r.T, full_matrices=False)
    coefficients = directions @ r
    spread = (centred @ coefficients.T).abs().amax(0).clamp(min=torch.finfo(torch.float32).tiny)
    w = coefficients / spread.unsqueeze(1)  # coefficients from −1 to 1: axes then say how much they matter
    layers, axes = w.float(), (spread.unsqueeze(1) * (q @ directions.T).T).float()
    offset = (w3[half] @ origin.float() + b3[half]).unsqueeze(0)
    for rank in range(1, len(directions) + 1):
        last = layers[:rank], -(w[:rank] @ origin).float()
        yield Curve([w1, b1, w2, b2, *last], torch.cat([offset, axes[:rank]]), output)
