"""The judge: a small CNN that reads digits. Every image metric uses its features (facts.md A.5)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import pandas as pd
import torch
import torch.nn.functional as F  # noqa: N812
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file
from torch import Tensor, nn

from gangan import data
from gangan.config import Judge
from gangan.files import UserError, atomic, write_tensors
from gangan.provenance import file_digest
from gangan.training import prepare, stream

FEATURES = 64
CLASSES = 10
Part = Literal["train", "validation", "test"]
PARTS: tuple[Part, ...] = get_args(Part)
CHUNK = 1000  # images at once, so that they stay in the cache


@dataclass(frozen=True)
class Digits:
    """One part of a dataset: images (n, 28, 28) in [−1, 1] and labels (n)."""

    images: Tensor
    labels: Tensor


def read_part(digits: Path, part: Part) -> Digits:
    """The digits the judge learns (``train``), those by which anything is chosen (``validation``), or those by which
    it is reported (``test``): of 60,000 every sixth is validation, and the dataset has its own test part; of
    ``mnist-5k``, which has none, every fifth is validation and every fifth test. Nothing else is read or scaled.

    Raises:
        UserError: the file is damaged.
    """
    try:
        with safe_open(digits, "pt") as file:
            tested = "test.images" in file.keys()  # noqa: SIM118 # not a mapping
            source = "test" if tested and part == "test" else "train"
            images, labels = (file.get_tensor(f"{source}.{kind}") for kind in ("images", "labels"))
    except SafetensorError as error:
        raise _damaged(digits, error) from None
    if source == "train":
        place, first_held = torch.arange(len(images)) % (6 if tested else 5), 5 if tested else 3
        held = {"train": place < first_held, "validation": place == first_held, "test": place > first_held}
        images, labels = images[held[part]], labels[held[part]]
    return Digits(data.scaled(images).view(-1, 28, 28), labels.long())


class Network(nn.Module):
    """``features`` (n, 1, 28, 28) → (n, 64), then ``classes`` → logits (n, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 16, 5, stride=2, padding=2), nn.ReLU(),  # (n, 16, 14, 14)
            nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.ReLU(),  # (n, 32, 7, 7)
            nn.Flatten(), nn.Linear(32 * 7 * 7, FEATURES), nn.ReLU(),
        )  # fmt: skip
        self.classes = nn.Linear(FEATURES, CLASSES)

    def forward(self, images: Tensor) -> Tensor:
        """Logits of images (n, 1, 28, 28)."""
        logits: Tensor = self.classes(self.features(images))
        return logits


def train(settings: Judge, seed: int, digits: Path, output: Path, table: Path, threads: int) -> None:
    """Train the judge and write its weights (safetensors) and how well it reads (CSV).

    Raises:
        UserError: the digits do not fill a batch, or a file cannot be read or written.
    """
    device = prepare(threads)
    learned = read_part(digits, "train")
    images, labels = learned.images.to(device), learned.labels.to(device)
    steps = len(images) // settings.batch
    if not steps:
        raise UserError(f"{len(images)} digits do not fill a batch of {settings.batch}; choose a smaller judge.batch")
    judge = Network()
    start = stream(seed, "judge", 0, 0, torch.device("cpu"))
    for layer in judge.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            bound = layer.weight[0].numel() ** -0.5  # PyTorch's default, from a stream of our own
            for weights in layer.parameters():
                weights.uniform_(-bound, bound, generator=start)
    judge = judge.to(device).to(memory_format=torch.channels_last)
    adam = torch.optim.Adam(judge.parameters(), settings.learning_rate)
    rate = torch.optim.lr_scheduler.LinearLR(adam, 1, 0, steps * settings.epochs)
    for epoch in range(settings.epochs):
        shuffle = stream(seed, "judge-order", 0, epoch, device)
        order = torch.randperm(len(images), generator=shuffle, device=device)
        for batch in order[: steps * settings.batch].view(steps, -1):
            adam.zero_grad()
            with torch.enable_grad():
                F.cross_entropy(judge(images[batch].unsqueeze(1)), labels[batch]).backward()  # type: ignore[no-untyped-call]
            adam.step()
            rate.step()
    write_tensors(output, {name: tensor.cpu() for name, tensor in judge.state_dict().items()})
    judge.eval()
    with atomic(table) as partial:
        _report(judge, digest(output), digits, device).to_csv(partial, index=False, float_format="%.6g")


def _report(judge: Network, name: str, file: Path, device: torch.device) -> pd.DataFrame:
    from torch.utils.flop_counter import FlopCounterMode  # loads a compiler, which no job that only reads needs

    with FlopCounterMode(display=False) as counter:
        judge(torch.zeros(1, 1, 28, 28, device=device))
    lines = []
    for part in PARTS:
        digits = read_part(file, part)
        right = judged(judge, digits.images.to(device))[1].argmax(1).cpu() == digits.labels
        lines.append({"judge": name, "part": part, "digits": len(right), "accuracy": right.double().mean().item()})
    cost = {
        "parameters": sum(weights.numel() for weights in judge.parameters()),
        "mflop": counter.get_total_flops() / 1e6,  # of one image; a multiplication and an addition are two
    }
    return pd.DataFrame(lines).assign(**cost)


def read(weights: Path, device: torch.device) -> Network:
    """A trained judge.

    Raises:
        UserError: the file is damaged.
    """
    judge = Network()
    judge.load_state_dict(_tensors(weights))
    return judge.eval().to(device).to(memory_format=torch.channels_last)


def digest(weights: Path) -> str:
    """What stands beside every number a judge gave: the first 16 digits of the sha256 of its file."""
    return file_digest(weights)[:16]


def judged(judge: Network, images: Tensor) -> tuple[Tensor, Tensor]:
    """Features (n, 64) and logits (n, 10) of images (n, 28, 28) in [−1, 1]."""
    features = torch.cat([judge.features(chunk.unsqueeze(1)) for chunk in torch.split(images, CHUNK)])
    return features, judge.classes(features)


def _tensors(path: Path) -> dict[str, Tensor]:
    try:
        return load_file(path)
    except SafetensorError as error:
        raise _damaged(path, error) from None


def _damaged(path: Path, error: SafetensorError) -> UserError:
    return UserError(f"{path}: {error}; delete the file and run again")
