"""The judges: small CNNs that read digits. Image metrics use the features of the first (docs/papers/gangan.md, section
7); the second, of another shape and seed, shows what hangs on that choice."""

from pathlib import Path
from typing import Literal

import pandas as pd
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from gangan.core.files import UserError, atomic, file_digest, read_tensors, write_tensors
from gangan.core.streams import stream
from gangan.data.idx import PARTS, read_part

FEATURES = 64
CLASSES = 10
CHUNK = 1000  # images at once, so that they stay in the cache
Shape = Literal["deep", "flat"]
# The convolutions of each, (in, out, kernel, stride, padding), the images they make, and its random streams' number.
SHAPES: dict[Shape, tuple[list[tuple[int, int, int, int, int]], int, int]] = {
    "deep": ([(1, 16, 5, 2, 2), (16, 32, 3, 2, 1)], 32 * 7 * 7, 0),  # 14 × 14, then 7 × 7
    "flat": ([(1, 24, 7, 3, 3)], 24 * 10 * 10, 1),  # 10 × 10
}


class Network(nn.Module):
    """``features`` (n, 1, 28, 28) → (n, 64), then ``classes`` → logits (n, 10)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        convolutions, made, _ = SHAPES[shape]
        seen = [layer for sizes in convolutions for layer in (nn.Conv2d(*sizes), nn.ReLU())]
        self.features = nn.Sequential(*seen, nn.Flatten(), nn.Linear(made, FEATURES), nn.ReLU())
        self.classes = nn.Linear(FEATURES, CLASSES)

    def forward(self, images: Tensor) -> Tensor:
        """Logits of images (n, 1, 28, 28)."""
        logits: Tensor = self.classes(self.features(images))
        return logits


def train(
    shape: Shape,
    epochs: int,
    batch: int,
    learning_rate: float,
    seed: int,
    digits: Path,
    judge: Path,
    table: Path,
    device: torch.device,
) -> None:
    """Train a judge and write its weights (safetensors) and how well it reads (CSV).

    Args:
        shape: which of them.
        epochs: over the digits it learns.
        batch: digits in a step.
        learning_rate: of Adam at the start; it falls to zero in a straight line.
        seed: of the study.
        digits: the dataset.
        judge: the file of weights to write.
        table: the CSV to write, a line for each part of the dataset.
        device: where to compute.

    Raises:
        UserError: the digits do not fill a batch, or a file cannot be read or written.
    """
    learned = read_part(digits, "train")
    images, labels = learned.images.to(device), learned.labels.to(device)
    steps = len(images) // batch
    if not steps:
        raise UserError(f"{len(images)} digits do not fill a batch of {batch}; choose a smaller judge.batch")
    network, number = Network(shape), SHAPES[shape][2]
    start = stream(seed, "judge", number, 0, torch.device("cpu"))
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            bound = layer.weight[0].numel() ** -0.5  # PyTorch's default, from a stream of our own
            for weights in layer.parameters():
                weights.uniform_(-bound, bound, generator=start)
    network = network.to(device).to(memory_format=torch.channels_last)
    adam = torch.optim.Adam(network.parameters(), learning_rate)
    rate = torch.optim.lr_scheduler.LinearLR(adam, 1, 0, steps * epochs)
    for epoch in range(epochs):
        shuffle = stream(seed, "judge-order", number, epoch, device)
        order = torch.randperm(len(images), generator=shuffle, device=device)
        for chosen in order[: steps * batch].view(steps, -1):
            adam.zero_grad()
            with torch.enable_grad():
                F.cross_entropy(network(images[chosen].unsqueeze(1)), labels[chosen]).backward()  # type: ignore[no-untyped-call]
            adam.step()
            rate.step()
    write_tensors(judge, {name: tensor.cpu() for name, tensor in network.state_dict().items()})
    network.eval()
    with atomic(table) as partial:
        _report(network, digest(judge), digits, device).to_csv(partial, index=False, float_format="%.6g")


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


def read(weights: Path, shape: Shape, device: torch.device) -> Network:
    """A trained judge of a shape.

    Raises:
        UserError: the file is damaged.
    """
    judge = Network(shape)
    judge.load_state_dict(read_tensors(weights))
    return judge.eval().to(device).to(memory_format=torch.channels_last)


def digest(weights: Path) -> str:
    """What stands beside every number a judge gave: the first 16 digits of the sha256 of its file."""
    return file_digest(weights)[:16]


def judged(judge: Network, images: Tensor) -> tuple[Tensor, Tensor]:
    """Features (n, 64) and logits (n, 10) of images (n, 28, 28) in [−1, 1]."""
    features = torch.cat([judge.features(chunk.unsqueeze(1)) for chunk in torch.split(images, CHUNK)])
    return features, judge.classes(features)
