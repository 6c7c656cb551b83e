"""Places in the latent space: grids in a plane, spheres around its centre, and how alike the images there are."""

import torch
from torch import Tensor

from gangan.papers.mpgan.config import Plane
from gangan.papers.mpgan.networks import LATENT


def grid(plane: Plane) -> Tensor:
    """The points of a plane's grid (lines, columns, 100)."""
    z = torch.zeros(plane.down.count, plane.along.count, LATENT)
    down, along = (axis.start + axis.step * torch.arange(axis.count) for axis in (plane.down, plane.along))
    z[:, :, plane.down.coordinate] = down[:, None]
    z[:, :, plane.along.coordinate] = along[None, :]
    return z


def sphere(directions: Tensor, norm: float) -> Tensor:
    """Points (n, 100) of a norm in directions (n, 100)."""
    points: Tensor = directions / directions.norm(dim=1, keepdim=True) * norm
    return points


def neighbours(images: Tensor) -> Tensor:
    """Distances between the images (lines, columns, d) of a grid's direct neighbours, down and along."""
    apart = [(images[1:] - images[:-1]).norm(dim=2), (images[:, 1:] - images[:, :-1]).norm(dim=2)]
    return torch.cat([one.flatten() for one in apart])


def pairs(images: Tensor) -> Tensor:
    """Distances between all pairs of a grid's images (lines, columns, d)."""
    return torch.pdist(images.flatten(0, 1))
