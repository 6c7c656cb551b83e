"""Jobs on an imaginary GPU, which has shapes and devices but no numbers, and refuses what mixes devices. PyTorch's fake
tensors are one, and need no GPU."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
import torch
from torch import Tensor
from torch._subclasses.fake_tensor import FakeTensorMode

from gangan.core import rowfile
from gangan.core.train import Turn, run_epoch
from gangan.data import idx
from gangan.papers.gangan import networks
from gangan.papers.gangan.config import DigitCritic, GanLoss, Rows, Training
from gangan.papers.gangan.layers import PART
from gangan.papers.gangan.training import critics, gangans, gans
from support.trainings import gan, gangan, mended, standardised

GPU = torch.device("cuda")
NOWHERE = Path()
Ran = list[tuple[Sequence[Turn], Mapping[str, Tensor]]]


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ran]:
    """Digits and rows without numbers; each training is one epoch, kept here with its losses."""
    kept: Ran = []

    def train(
        turns: Sequence[Turn], schedule: Callable[[int], Iterable[tuple[Turn, Any]]], *_: object
    ) -> Iterator[int]:
        kept.append((turns, run_epoch(schedule(0))))
        yield 0

    for module in (gans, gangans, critics):
        monkeypatch.setattr(module, "stream", lambda *_: torch.Generator())  # a GPU's own needs a GPU
        monkeypatch.setattr(module, "train", train, raising=False)
    # autograd asks for the GPU itself
    monkeypatch.setattr(torch.autograd, "grad", lambda _, inputs, **__: (torch.empty_like(inputs),))
    monkeypatch.setattr(idx, "images", lambda _: torch.empty(1000, 28, 28, dtype=torch.uint8))
    with FakeTensorMode(), torch.no_grad():
        yield kept


def check(ran: Ran, names: list[str], gans: int) -> Sequence[Turn]:
    """All of a training's tensors are on the GPU; its turns."""
    ((turns, losses),) = ran
    assert sorted(turn.name for turn in turns) == names
    assert sorted(name for name in losses if name.startswith("loss_")) == [f"loss_{name}" for name in names]
    assert {of_steps.shape[1] for of_steps in losses.values()} == {gans}
    tensors = [*losses.values(), *(tensor for turn in turns for tensor in turn.state.values())]
    assert {tensor.device.type for tensor in tensors} == {"cuda"}
    return turns


@pytest.mark.parametrize("kind", ["mlp", "dcgan"])
@pytest.mark.parametrize("stacked", [1, 3])
def test_digit_gans_train_there(kind: str, stacked: int, ran: Ran, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rowfile, "write_runs", lambda *_: None)
    settings, checkpoint = gan(network={"kind": kind, "latent": 4, "hidden": 8}), MagicMock(history=[])
    gans.train_gans(settings, 0, 0, stacked, NOWHERE, NOWHERE, NOWHERE, GPU, checkpoint)
    check(ran, ["discriminator", "generator"], stacked)
    ((rows,), _) = checkpoint.append.call_args
    assert rows.shape == (stacked, networks.of(settings.network.model_dump()).layout().size)


@pytest.mark.parametrize(
    "training",
    [
        gangan(generator={"average": 0.9}),
        mended(),
        mended(space=standardised("parameter", align=True), renormalise=True),
        mended(loss={"also": {"kind": "epoch"}}),
    ],
    ids=["paper", "mended", "renormalised", "conditioned"],
)
def test_gangans_train_there_and_take_rows_whole(training: Training, ran: Ran, monkeypatch: pytest.MonkeyPatch) -> None:
    network = gan().network.model_dump()
    layout = networks.of(network).layout()
    assert layout.size > PART
    written: dict[str, Tensor] = {}
    monkeypatch.setattr(gangans.space, "read", lambda *_: torch.empty(8, layout.size))
    monkeypatch.setattr(rowfile, "layout_of", lambda _: layout)
    monkeypatch.setattr(rowfile, "network_of", lambda _: network)
    monkeypatch.setattr(rowfile, "runs_of", lambda *_: [0, 1])
    monkeypatch.setattr(gangans, "write_tensors", lambda _, tensors, __: written.update(tensors))
    monkeypatch.setattr(gangans, "_write_losses", lambda *_: None)
    viewed = not isinstance(training.loss, GanLoss) and isinstance(training.loss.also, DigitCritic)
    files = [NOWHERE if asked else None for asked in (training.space.align, viewed)]
    rows, checkpoint = Rows(runs=[0, 1], repeat=3), MagicMock(history=[])
    gangans.train_gangan(training, rows, [], 0, 0, NOWHERE, NOWHERE, NOWHERE, NOWHERE, GPU, checkpoint, *files)
    turns = check(ran, sorted(["discriminator", "generator", *["digits"] * viewed]), 1)
    assert len(turns[0].weights) == (6 if isinstance(training.loss, GanLoss) else 1)
    assert {tensor.device.type for tensor in written.values()} == {"cpu"}
