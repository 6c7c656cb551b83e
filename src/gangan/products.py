"""Matrix products of stacked GANs, by whichever library of PyTorch is the faster.

On a CPU PyTorch multiplies with MKL, which leaves half the vector width of other makers' processors idle; the oneDNN in
it does not, but serves one GAN at a time, costs more to call, and cannot write where it is told to.
"""

import torch
from torch import Tensor

ONEDNN = hasattr(torch.ops.mkldnn, "_linear_pointwise")
WORTH = 2**22  # operations, of a product that is worth the call
DEEP = 64  # products summed into a number, that is worth copying


def affine(x: Tensor, weight: Tensor, bias: Tensor, out: Tensor | None = None) -> Tensor:
    """A layer: x (gans, batch, in), weight (gans, out, in), bias (gans, 1, out) → (gans, batch, out)."""
    if _onednn(x, weight.shape[1], out):
        return _pointwise(x, weight, bias[0, 0], out)
    return torch.baddbmm(bias, x, weight.mT, out=out)


def product(a: Tensor, b: Tensor, out: Tensor | None = None) -> Tensor:
    """The products (gans, m, n) of a (gans, m, k) and b (gans, k, n)."""
    return _pointwise(a, b.mT, None, out) if _onednn(a, b.shape[2], out) else torch.bmm(a, b, out=out)


def _onednn(a: Tensor, columns: int, out: Tensor | None) -> bool:
    gans, rows, depth = a.shape
    suited = ONEDNN and gans == 1 and a.device.type == "cpu" and a.dtype == torch.float32
    return suited and 2 * rows * depth * columns >= WORTH and (out is None or depth >= DEEP)


def _pointwise(x: Tensor, weight: Tensor, bias: Tensor | None, out: Tensor | None) -> Tensor:
    y: Tensor = torch.ops.mkldnn._linear_pointwise(x[0], weight[0], bias, "none", [], "").unsqueeze(0)
    return y if out is None else out.copy_(y)
