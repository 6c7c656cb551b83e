"""Digits of a class by walks in the codes (docs/papers/ppgn.md, section 4): the text's MALA-approx, which accepts every
step."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from gangan.papers.ppgn.config import Steps


def walk(
    generator: Callable[[Tensor], Tensor],
    encoder: Any,
    start: Tensor,
    classes: Tensor,
    steps: Steps,
    noise: Callable[[int], Tensor],
    iterations: range,
) -> Tensor:
    """Where chains are after some iterations, codes (n, 64). A step takes each code h towards its reconstruction, up
    the gradient of its class's log-probability, and somewhere:

        h + ε₁ (code(G(h)) − h) + ε₂ ∂ log p(class | G(h)) / ∂h + ε₃ noise

    No chain knows of another.

    Args:
        generator: codes (n, 64) → images.
        encoder: images → codes by ``code``, and these → logits by ``classes``.
        start: codes (n, 64).
        classes: that each chain is to draw (n).
        steps: their sizes.
        noise: iteration → standard normal numbers (n, 64).
        iterations: their numbers, which the noise is a function of: walks can be continued.
    """
    h = start
    for iteration in iterations:
        with torch.enable_grad():
            at = h.detach().requires_grad_()
            code = encoder.code(generator(at))
            chances = encoder.classes(code).log_softmax(1).gather(1, classes.unsqueeze(1))
            (uphill,) = torch.autograd.grad(chances.sum(), at)
        h = h + steps.reconstruction * (code.detach() - h) + steps.condition * uphill + steps.noise * noise(iteration)
    return h
