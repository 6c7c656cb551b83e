"""Matrix products of GANs, by whichever library of PyTorch is the faster: of one GAN (m, n), of a stack (gans, m, n).

On a CPU PyTorch multiplies with MKL, which leaves half the vector width of other makers' processors idle; the oneDNN in
it does not, but serves one GAN at a time, and costs more to call.
"""

from typing import Any

import torch
from torch import Tensor

# PyTorch asks oneDNN for a product only through the operator that its compiler uses, where it was built with it.
ONEDNN: Any = getattr(getattr(torch.ops.mkldnn, "_linear_pointwise", None), "default", None)
WORTH = 2**22  # operations, of a product that is worth the call


def affine(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """A layer: x (batch, in), weight (out, in), bias (out,) → (batch, out), or stacks of them."""
    if _onednn(x, weight.shape[-2]):
        return _pointwise(x, weight, bias)
    if x.dim() == 2:
        return torch.addmm(bias, x, weight.mT)
    return torch.baddbmm(bias.unsqueeze(1), x, weight.mT)


def product(a: Tensor, b: Tensor) -> Tensor:
    """A (m, k) times b (k, n), or stacks of them."""
    if _onednn(a, b.shape[-1]):
        return _pointwise(a, b.mT, None)
    return torch.mm(a, b) if a.dim() == 2 else torch.bmm(a, b)


def _onednn(a: Tensor, columns: int) -> bool:
    if a.dim() != 2 or 2 * a.numel() * columns < WORTH:
        return False
    return ONEDNN is not None and a.device.type == "cpu" and a.dtype == torch.float32


def _pointwise(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    y: Tensor = ONEDNN(x, weight, bias, "none", [], "")
    return y
