"""Two domains whose true mapping is known (docs/papers/survey.md, section 7): digits, and other digits in thick dark
strokes on light ground."""

from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import max_pool2d, pad

from gangan.core.files import write_tensors
from gangan.data.idx import read_part
from gangan.data.selection import selected

BORDER, SIDE = 2, 32
TESTED = 1000  # pairs of test digits, evenly spaced
GROUND, STROKE = (255.0, 214.0, 102.0), (16.0, 42.0, 120.0)


def make(name: str, first: int | None, digits: Path, images: Path) -> None:
    """Write the domains: ``trainA`` and ``trainB``, of which no image is the other's, and pairs, ``testA`` and
    ``testB``. The digits that a domain learns are the even and the odd ones of the training digits, by place.

    Args:
        name: of the dataset.
        first: how many training digits; None for all.
        digits: the dataset.
        images: safetensors to write.

    Raises:
        UserError: there are not so many digits.
    """
    learned = _framed(selected(digits, name, None, first))
    tested = read_part(digits, "test").images
    tested = tested[torch.linspace(0, len(tested) - 1, min(TESTED, len(tested))).long()]
    tested = _framed(tested.add(1).mul(127.5).round_().to(torch.uint8))
    parts = {"trainA": learned[::2], "trainB": true(learned[1::2]), "testA": tested, "testB": true(tested)}
    write_tensors(images, parts)


def _framed(pixels: Tensor) -> Tensor:
    """Grey (n, 28, 28) → colour (n, 3, 32, 32)."""
    return pad(pixels, (BORDER,) * 4).unsqueeze(1).repeat(1, 3, 1, 1)


def true(images: Tensor) -> Tensor:
    """The mapping: of A uint8 (n, 3, 32, 32) → as B: strokes a pixel wider on each side, of one colour on another."""
    thick = max_pool2d(images.float(), 3, stride=1, padding=1) / 255
    ground, stroke = (torch.tensor(colour).view(3, 1, 1) for colour in (GROUND, STROKE))
    return (ground + (stroke - ground) * thick).round_().to(torch.uint8)


def digits_of(images: Tensor, domain: str) -> Tensor:
    """Images uint8 (n, 3, 32, 32) of a domain, ``A`` or ``B``, as digits (n, 28, 28) in [−1, 1] that a judge can read:
    light strokes on dark ground, by where a pixel's colour lies between the two of its domain."""
    inside = images[:, :, BORDER:-BORDER, BORDER:-BORDER].float()
    if domain == "A":
        return inside.mean(1) / 127.5 - 1
    ground, stroke = torch.tensor(GROUND), torch.tensor(STROKE)
    along = (stroke - ground) / (stroke - ground).square().sum()
    place = torch.einsum("nchw,c->nhw", inside - ground.view(3, 1, 1), along)
    return place.clamp_(0, 1).mul_(2).sub_(1)
