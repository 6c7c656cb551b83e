"""Matrix products of GANs, by whichever library of PyTorch is the faster: of one GAN (m, n), of a stack (gans, m, n).

On a CPU PyTorch multiplies with MKL. The oneDNN in it is faster where a factor is as wide as a row, and on an AMD
processor whose full vector width MKL leaves idle everywhere. But it serves one GAN at a time, costs more to call, and
takes a thousand times as long where its second factor is neither contiguous nor the transpose of what is.
"""

import re
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

# PyTorch asks oneDNN for a product only through the operator that its compiler uses, where it was built with it.
ONEDNN: Any = getattr(getattr(torch.ops.mkldnn, "_linear_pointwise", None), "default", None)
WORTH = 2**22  # operations, of a product that is worth the call
WIDE = 2**12  # columns or rows, of a product that MKL is slow with


def _idle_vectors(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether MKL uses half the vector width of this processor: an AMD's from family 26 (Zen 5) on."""
    try:
        family = re.search(r"AuthenticAMD\ncpu family\s*: (\d+)", cpuinfo.read_text())
    except OSError:  # not Linux
        return False
    return family is not None and int(family[1]) >= 26


NARROW_TOO = _idle_vectors()


def affine(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """A layer: x (batch, in), weight (out, in), bias (out,) → (batch, out), or stacks of them."""
    if x.dim() == 3:
        return torch.baddbmm(bias.unsqueeze(1), x, weight.mT)
    if not _onednn(x, weight):
        return torch.addmm(bias, x, weight.mT)
    return product(x, weight.mT).add_(bias) if torch.is_grad_enabled() else _pointwise(x, weight, bias)


def product(a: Tensor, b: Tensor) -> Tensor:
    """A (m, k) times b (k, n), or stacks of them."""
    if a.dim() == 3:
        return torch.bmm(a, b)
    if not _onednn(a, b.mT):
        return torch.mm(a, b)
    return _Product.apply(a, b) if torch.is_grad_enabled() else _pointwise(a, b.mT, None)


class _Product(torch.autograd.Function):
    """oneDNN's product for autograd, which does not know the operator; gradients of any order are products too."""

    @staticmethod
    def forward(ctx: Any, a: Tensor, b: Tensor) -> Tensor:
        ctx.save_for_backward(a, b)
        return _pointwise(a, b.mT, None)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, Tensor | None]:
        a, b = ctx.saved_tensors
        for_a, for_b = ctx.needs_input_grad
        (gradient,) = gradients
        return product(gradient, b.mT) if for_a else None, product(a.mT, gradient) if for_b else None


def _onednn(x: Tensor, weight: Tensor) -> bool:
    if 2 * x.numel() * weight.shape[0] < WORTH or not (NARROW_TOO or max(*x.shape, *weight.shape) >= WIDE):
        return False
    if ONEDNN is None or x.device.type != "cpu" or x.dtype != torch.float32:
        return False
    return weight.is_contiguous() or weight.mT.is_contiguous()


def _pointwise(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    y: Tensor = ONEDNN(x, weight, bias, "none", [], "")
    return y
