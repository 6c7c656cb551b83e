"""Renormalising the hidden units of mixed GANs (REPAIR, Jordan et al. 2023).

What enters a hidden unit of a mix of GANs varies less than in the GANs that were mixed, since their units agree only
in part: signals fade from layer to layer. Each unit's input is scaled and shifted to the mean and deviation that it has
in them.
"""

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from gangan.core.layout import Layout
from gangan.core.streams import stream
from gangan.papers.gangan.networks import SLOPE

PROBES = 256  # noise vectors by which means and deviations are taken
LAYERS = ("input", "hidden")  # of the generator, those that end in hidden units
AT_ONCE = 100  # rows


def moments(rows: Tensor, layout: Layout) -> Tensor:
    """Rows (n, width) → mean and deviation of what enters the generators' hidden units (n, 2 layers, 2, hidden)."""
    return torch.cat([_renormalised(part, layout, None)[1] for part in rows.split(AT_ONCE)])  # type: ignore[no-untyped-call]


def repaired(rows: Tensor, layout: Layout, wanted: Tensor) -> Tensor:
    """The same rows, their generators' hidden units given these moments, (2 layers, 2, hidden) for all or (n, …)."""
    return _renormalised(rows, layout, wanted.expand(len(rows), -1, -1, -1))[0]


def _renormalised(rows: Tensor, layout: Layout, wanted: Tensor | None) -> tuple[Tensor, Tensor]:
    """Rows with the wanted moments, if any, and the moments they had: each layer's, with the layer before corrected."""
    tensors = layout.unflatten(rows)
    latent = tensors["generator.input.weight"].shape[2]
    noise = torch.randn(PROBES, latent, generator=stream(0, "repair", 0, 0, torch.device("cpu")))
    h = noise.to(rows.device).expand(len(rows), -1, -1)
    found = []
    for i, layer in enumerate(LAYERS):
        names = [f"generator.{layer}.{kind}" for kind in ("weight", "bias")]
        weight, bias = (tensors[name] for name in names)
        x = torch.baddbmm(bias.unsqueeze(1), h, weight.mT)
        had = torch.stack([x.mean(1), x.std(1)], dim=1)  # (n, 2, hidden)
        found.append(had)
        if wanted is not None:
            scale = wanted[:, i, 1] / had[:, 1].clamp(min=1e-12)
            shift = wanted[:, i, 0] - had[:, 0] * scale
            tensors |= dict(zip(names, (weight * scale.unsqueeze(2), bias * scale + shift), strict=True))
            x = x * scale.unsqueeze(1) + shift.unsqueeze(1)
        h = F.leaky_relu(x, SLOPE)
    return (rows if wanted is None else layout.flatten(tensors)), torch.stack(found, dim=1)
