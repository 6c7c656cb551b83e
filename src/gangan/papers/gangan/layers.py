"""Fully connected layers and their matrix products, of one GAN (m, n) or of a stack (gans, m, n).

Products are by whichever library of PyTorch is the faster. On a CPU PyTorch multiplies with MKL. The oneDNN in it is
faster where a factor is as wide as a row, and on an AMD processor whose full vector width MKL leaves idle everywhere.
But it serves one GAN at a time, costs more to call, and takes a thousand times as long where its second factor is
neither contiguous nor the transpose of what is.
"""

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gangan.core.layout import Layout, Shapes

# PyTorch asks oneDNN for a product only through the operator that its compiler uses, where it was built with it.
ONEDNN: Any = getattr(getattr(torch.ops.mkldnn, "_linear_pointwise", None), "default", None)
WORTH = 2**22  # operations, of a product that is worth the call
WIDE = 2**12  # columns or rows, of a product that MKL is slow with
PART = 2**13  # numbers of a row; a generator's weights that make them are 2 MB
LINE = 16  # numbers in a line of the cache


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


@dataclass(frozen=True)
class Layer:
    """One fully connected layer or a part of it, of one GAN or of each of a stack (gans, …)."""

    weight: Tensor  # (out, in)
    bias: Tensor | None  # (out,)
    by_columns: bool = False  # stands the weight in memory input by input?

    @property
    def tensors(self) -> list[Tensor]:
        """Weight and bias."""
        return [self.weight] if self.bias is None else [self.weight, self.bias]

    def forward(self, x: Tensor) -> Tensor:
        """(batch, in) → (batch, out)."""
        return product(x, self.weight.mT) if self.bias is None else affine(x, self.weight, self.bias)

    def backward(self, at_output: Tensor) -> Tensor:
        """Gradient before the activation (batch, out) → at the input (batch, in)."""
        return product(at_output, self.weight)

    def gradient(self, x: Tensor, at_output: Tensor) -> list[Tensor]:
        """Those of its tensors, for input x (batch, in) and the gradient before the activation (batch, out)."""
        weight = product(x.mT, at_output).mT if self.by_columns else product(at_output.mT, x)
        return [weight] if self.bias is None else [weight, at_output.sum(-2)]


def layers(shapes: Shapes, weights: Tensor) -> list[Layer]:
    """The layers of a network, a copy of its flat weights (gans, size); those of one GAN without that axis."""
    tensors = [tensor.clone() for tensor in Layout.of(network=shapes).unflatten(weights).values()]
    if len(weights) == 1:
        tensors = [tensor[0] for tensor in tensors]
    return [Layer(*layer) for layer in zip(tensors[::2], tensors[1::2], strict=True)]


def parts(tensor: Tensor, dim: int) -> tuple[Tensor, ...]:
    """Views of a tensor in the parts that a step works through, along the axis that is as wide as a sample.

    A GPU takes it whole. A part's rows are whole cache lines wide; what that leaves over is one more, small part.
    """
    width = tensor.shape[dim]
    if tensor.is_cuda or width <= PART:
        return (tensor,)
    cut: tuple[Tensor, ...] = torch.split(tensor, width // math.ceil(width / PART) // LINE * LINE, dim)
    return cut
