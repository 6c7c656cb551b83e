"""Digits as the judges see them, and how far what a GAN makes is from real ones (docs/claims/survey.md)."""

from pathlib import Path

import torch
from torch import Tensor

from gangan.data.idx import read_part
from gangan.measure import judge as judges
from gangan.measure import metrics

COMMON = 0.01  # a class with less of the real digits than this is not missed


class Eye:
    """Both judges, and the test digits that all is compared with."""

    def __init__(self, judge: Path, second: Path, digits: Path, device: torch.device):
        self.name, self.device = judges.digest(judge), device
        self.judges = judges.read(judge, "deep", device), judges.read(second, "flat", device)
        self.real = read_part(digits, "test").images

    def features(self, images: Tensor, which: int = 0) -> tuple[Tensor, Tensor]:
        """Features (n, 64) and logits (n, 10) of images (n, 28, 28) in [−1, 1], by one of the judges."""
        return judges.judged(self.judges[which], images.to(self.device))

    def moments(self, images: Tensor, which: int = 0) -> tuple[Tensor, Tensor]:
        """Mean and covariance of the features of images (n, 28, 28), by one of the judges; two such compare."""
        mean, covariance = metrics.moments(self.features(images, which)[0])
        return mean.cpu(), covariance.cpu()  # small eigenvalue problems are slow on a GPU

    def shares(self, images: Tensor) -> Tensor:
        """Of the classes (10), as the first judge reads them."""
        read = self.features(images)[1].argmax(1).bincount(minlength=judges.CLASSES)
        return (read / len(images)).double().cpu()


def scarcest(made: Tensor, real: Tensor) -> float:
    """The least share of a class (10), each divided by its real one; of classes that are not rare."""
    common = real >= COMMON
    return (made[common] / real[common]).min().item()
