"""Training the encoder (docs/papers/ppgn.md, section 1): it learns to read digits, and stays as it is from then on."""

from pathlib import Path

import pandas as pd
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from gangan.core.files import UserError, atomic
from gangan.core.streams import stream
from gangan.data.idx import Digits, read_part
from gangan.papers.ppgn import networks
from gangan.papers.ppgn.config import Encoder
from gangan.papers.ppgn.digits import learned, normalised

CHUNK = 1000  # images at once


def train_encoder(encoder: Encoder, seed: int, digits: Path, weights: Path, table: Path, device: torch.device) -> None:
    """Train the encoder and write its weights (safetensors) and how well it reads (CSV).

    Args:
        encoder: its filters, and how it is trained.
        seed: of the study.
        digits: the dataset.
        weights: the file to write.
        table: the CSV to write.
        device: where to compute.

    Raises:
        UserError: the digits do not fill a batch, or it reads fewer of the test digits than it must.
    """
    known, batch = learned(digits), encoder.batch
    images, labels = normalised(known.images).to(device), known.labels.to(device)
    steps = len(images) // batch
    if not steps:
        raise UserError(f"{len(images):,} digits do not fill a batch of {batch}; choose a smaller ppgn.encoder.batch")
    start = stream(seed, "ppgn-encoder", 0, 0, torch.device("cpu"))
    network = networks.fresh("encoder", encoder.filters, start).to(device)
    descent = torch.optim.SGD(network.parameters(), encoder.learning_rate, encoder.momentum)
    for epoch in range(encoder.epochs):
        shuffle = stream(seed, "ppgn-encoder-order", 0, epoch, device)
        order = torch.randperm(len(images), generator=shuffle, device=device)
        for chosen in order[: steps * batch].view(steps, -1):
            descent.zero_grad()
            with torch.enable_grad():
                F.cross_entropy(network(images[chosen]), labels[chosen]).backward()  # type: ignore[no-untyped-call]
            descent.step()
    reads = {"learned": accuracy(network, known, device), "test": accuracy(network, read_part(digits, "test"), device)}
    if reads["test"] < encoder.bar:
        raise UserError(
            f"the encoder reads {reads['test']:.2%} of the test digits, less than {encoder.bar:.2%}; give it more "
            "ppgn.encoder.epochs or filters, or lower ppgn.encoder.bar"
        )
    networks.write(weights, {"encoder": network}, {"encoder": encoder.filters})
    with atomic(table) as partial:
        lines = pd.DataFrame({"part": reads.keys(), "accuracy": reads.values()})
        lines.assign(weights=networks.size(network)).to_csv(partial, index=False, float_format="%.6g")


def accuracy(network: torch.nn.Module, digits: Digits, device: torch.device) -> float:
    """The share of digits that are read rightly."""
    parts: tuple[Tensor, ...] = normalised(digits.images).split(CHUNK)  # type: ignore[no-untyped-call]
    read = torch.cat([network(part.to(device)).argmax(1).cpu() for part in parts])
    return (read == digits.labels).double().mean().item()
