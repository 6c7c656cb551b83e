"""Digits that went through a picture come back as they were."""

from pathlib import Path

import torch

from bench import bench_picture as picture
from gangan.data import idx


def test_digits_are_read_back_from_colours_and_another_size(digits: Path) -> None:
    some = idx.read_part(digits, "test").images[: 2 * picture.COLUMNS]
    size = (round(62 * 1.036), round(picture.SIZE[1] * 1.036))
    back = picture.read(picture.drawn(some, size), 2)
    assert back.shape == some.shape
    assert (back - some).abs().mean() < 0.1  # two resamplings blur
    apart = torch.cdist(back.flatten(1), some.flatten(1))
    assert apart.argmin(1).tolist() == list(range(len(some)))  # each in its place
