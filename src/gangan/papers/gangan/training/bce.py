"""Binary cross-entropy of a discriminator's scores, computed on probabilities, as published, or on logits.

On paper both are one function. On probabilities it is PyTorch's ``BCELoss`` of a float32 sigmoid: logarithms end at
−100, and where the sigmoid is 0 or 1 in float32 nothing has a gradient. On logits neither happens. They part where
scores go beyond ±16, which is where a GAN-GAN's discriminator takes them (docs/papers/gangan.md, section 1).
"""

from typing import Any, Literal

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, autograd

Of = Literal["probabilities", "logits"]
LEAST_LOG = -100.0
LEAST_WIDTH = 1e-12  # what BCELoss's derivative is divided by at least


def loss(scores: Tensor, real: bool, of: Of) -> Tensor:
    """The loss of each score (…) that is to be called real, or fake; ``slope`` is its derivative for autograd too."""
    value: Tensor = F.softplus(-scores if real else scores) if of == "logits" else _Published.apply(scores, real)
    return value


def slope(scores: Tensor, real: bool, of: Of) -> Tensor:
    """The derivative of ``loss`` at each score (…)."""
    if of == "logits":
        return torch.sigmoid(-scores).neg_() if real else scores.sigmoid()
    p = scores.sigmoid()
    other = 1 - p
    at_p = (p - float(real)).div_((other * p).clamp_min_(LEAST_WIDTH))  # of the loss at p, then through the sigmoid
    return at_p.mul_(other).mul_(p)


class _Published(autograd.Function):
    """BCELoss of a sigmoid, but that a score that is not a number gives NaN, for the training to say where."""

    @staticmethod
    def forward(ctx: Any, scores: Tensor, real: bool) -> Tensor:
        ctx.save_for_backward(scores)
        ctx.real = real
        p = scores.sigmoid()
        return (p.log() if real else (-p).log1p()).clamp_min(LEAST_LOG).neg()

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        (scores,) = ctx.saved_tensors
        return gradients[0] * slope(scores, ctx.real, "probabilities"), None
