"""Jobs on an imaginary GPU, which has shapes and devices but no numbers, and refuses what mixes devices. PyTorch's fake
tensors are one, and need no GPU."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
import torch
from test_resume import GAN, GANGAN, MENDED
from torch import Tensor
from torch._subclasses.fake_tensor import FakeTensorMode

from gangan import data, gangans, gans, zoo
from gangan.adversaries import PART
from gangan.config import Gan, GanGan, Rows
from gangan.training import Phase, run_epoch

GPU = torch.device("cuda")
Ran = list[tuple[Sequence[Phase], Tensor]]


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ran]:
    """Jobs get a GPU, digits and rows without numbers; each training is one epoch, kept here with its losses."""
    kept: Ran = []

    def train(phases: Sequence[Phase], batches: Callable[[int], Iterable[Any]], *_: object) -> list[int]:
        kept.append((phases, run_epoch(phases, batches(0))))
        return [0]

    for module in (gans, gangans):
        monkeypatch.setattr(module, "prepare", lambda _: GPU)
        monkeypatch.setattr(module, "stream", lambda *_: torch.Generator())  # a GPU's own needs a GPU
        monkeypatch.setattr(module, "train", train)
    # autograd asks for the GPU itself
    monkeypatch.setattr(torch.autograd, "grad", lambda _, inputs, **__: (torch.empty_like(inputs),))
    monkeypatch.setattr(data, "images", lambda _: torch.empty(1000, 28, 28, dtype=torch.uint8))
    with FakeTensorMode(), torch.no_grad():
        yield kept


def check(ran: Ran, gans: int) -> None:
    """All of a training's tensors are on the GPU."""
    ((phases, losses),) = ran
    assert losses.shape[1:] == (len(phases), gans)
    tensors = [losses, *(tensor for phase in phases for tensor in phase.optimizer.tensors().values())]
    assert {tensor.device.type for tensor in tensors} == {"cuda"}


@pytest.mark.parametrize("network", ["mlp", "dcgan"])
@pytest.mark.parametrize("stacked", [1, 3])
def test_digit_gans_train_there(network: str, stacked: int, ran: Ran, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zoo, "write_runs", lambda *_: None)
    settings = Gan.model_validate(GAN.model_dump() | {"network": network})
    checkpoint = MagicMock(history=[])
    gans.train_runs(settings, 0, range(stacked), Path(), Path(), Path(), checkpoint, 1)
    check(ran, stacked)
    ((rows,), _) = checkpoint.append.call_args
    assert rows.shape == (stacked, gans.architecture(settings).layout().size)


@pytest.mark.parametrize(
    "settings",
    [
        GANGAN.model_copy(update={"average": 0.9}),
        MENDED,
        MENDED.model_copy(update={"components": None, "standardise": "parameter", "renormalise": True}),
        MENDED.model_copy(update={"digits": 0.0, "condition": "epoch"}),
    ],
    ids=["paper", "mended", "renormalised", "conditioned"],
)
def test_gangans_train_there_and_take_rows_whole(settings: GanGan, ran: Ran, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = gans.architecture(GAN).layout()
    assert layout.size > PART
    written: dict[str, Tensor] = {}
    monkeypatch.setattr(gangans.spaces, "read", lambda *_: torch.empty(8, layout.size))
    monkeypatch.setattr(zoo, "layout_of", lambda _: layout)
    monkeypatch.setattr(gangans, "write_tensors", lambda _, tensors, __: written.update(tensors))
    monkeypatch.setattr(gangans, "_write_losses", lambda *_: None)
    arm, nowhere = Rows(runs=[0, 1], from_epoch=0, repeat=3, gangan=settings), Path()
    digits = nowhere if settings.digits else None
    gangans.train_gangan(arm, 0, 0, nowhere, None, digits, nowhere, nowhere, nowhere, MagicMock(history=[]), 1)
    check(ran, 1)
    ((phases, _),) = ran
    assert len(phases[0].optimizer.weights) == (6 if settings.loss == "gan" else 1)
    assert {tensor.device.type for tensor in written.values()} == {"cpu"}
