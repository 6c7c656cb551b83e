"""A zoo from a folder of state dicts that somebody else trained.

    FOLDER/<run>/<epoch>.safetensors    or .pt, .pth; of one run also FOLDER/<epoch>.safetensors

The numbers in the names give the order. A state dict holds both networks by the names of a zoo's layout, in any order:
``discriminator.input.weight`` and so on; other names are said by renaming.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from gangan.core import rowfile
from gangan.core.files import UserError, atomic, hidden
from gangan.core.layout import Layout
from gangan.papers.gangan import networks

SUFFIXES = (".safetensors", ".pt", ".pth")
UNKNOWN = -1  # the seed of what was not trained here
EXACT = (torch.float32, torch.float16, torch.bfloat16)  # what float32 holds exactly; float8 lacks operations
Shape = tuple[int, ...]


def states(folder: Path) -> list[list[Path]]:
    """The files of state dicts in a folder, by run and epoch.

    Raises:
        UserError: there are none, or their names do not say one epoch after another.
    """
    if not folder.is_dir():
        raise UserError(f"{folder}: no such folder")
    runs = [found for below in sorted(_seen(folder), key=_number) if below.is_dir() and (found := _of_run(below))]
    here = _of_run(folder)
    if here and runs:
        raise UserError(f"{folder}: state dicts both here and in {runs[0][0].parent.name}; give each run its folder")
    runs = runs or [here]
    if not runs[0]:
        raise UserError(f"{folder}: no state dicts; wanted: files that end in {', '.join(SUFFIXES)}, a folder a run")
    for run in runs:
        if len(run) != len(runs[0]):
            raise UserError(f"{run[0].parent}: {len(run)} epochs; {runs[0][0].parent.name} has {len(runs[0])}")
    return runs


def _seen(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if not hidden(Path(path.name))]


def _of_run(folder: Path) -> list[Path]:
    files = sorted((path for path in _seen(folder) if path.suffix in SUFFIXES and path.is_file()), key=_number)
    for number, path in enumerate(files, start=int(_number(files[0])[0]) if files else 0):
        if _number(path)[0] != number:
            raise UserError(f"{path}: no epoch {number}; wanted: names whose last numbers count the epochs, each once")
    return files


def _number(path: Path) -> tuple[int, str]:
    """The last number in a name, and the name."""
    found = re.findall(r"\d+", path.stem)
    return int(found[-1]) if found else -1, path.name


def gather(runs: int, rename: dict[str, str], states: list[Path], zoo: Path) -> None:
    """Write the zoo of some state dicts.

    Args:
        runs: how many GANs they are; each has as many epochs.
        rename: what tensors are called there, or what their names begin with, and what it is here.
        states: their files, run after run.
        zoo: the file to write. Its rows have no losses, and how they were trained is not known but for the epochs.

    Raises:
        UserError: one is no file of weights, or not of the same network as the first, or holds what float32 cannot.
    """
    network = _network(states[0], _state(states[0], rename))
    layout = networks.of(network).layout()
    epochs = len(states) // runs
    facts = {"network": network, "settings": {"epochs": epochs, "network": network}}
    with (
        atomic(zoo) as partial,
        rowfile.create(partial, layout, facts, range(runs), UNKNOWN, len(states), []) as file,
    ):
        file["gan"][:] = np.repeat(np.arange(runs), epochs)
        file["epoch"][:] = np.tile(np.arange(epochs), runs)
        for row, path in enumerate(states):
            state = _state(path, rename)
            _refuse_other(path, state, layout)
            whole = {name: tensor.float().unsqueeze(0) for name, tensor in state.items()}
            file["snapshots"][row] = layout.flatten(whole)[0].numpy()


def _state(path: Path, rename: Mapping[str, str]) -> dict[str, Tensor]:
    """The tensors of a file by the names that they have here."""
    held = _safetensors(path) if path.suffix == ".safetensors" else _pytorch(path)
    named: dict[str, Tensor] = {}
    for name, tensor in held.items():
        if not isinstance(name, str) or not isinstance(tensor, Tensor):
            raise UserError(f"{path}: no state dict: {name!r} is no tensor")
        if other := _other_than_numbers(tensor):
            raise UserError(f"{path}: {name} is {other}; wanted: plain float32, float16 or bfloat16")
        tensor = tensor.detach()  # a Parameter, as a module holds it
        if not tensor.isfinite().all():
            raise UserError(f"{path}: {name} is not finite")
        here = _renamed(name, rename)
        if here in named:
            raise UserError(f"{path}: two tensors would be called {here}; see --rename")
        named[here] = tensor
    return named


def _other_than_numbers(tensor: Tensor) -> str:
    """What a tensor is if not plain numbers that float32 holds exactly, else nothing."""
    if tensor.is_nested:
        return "nested"
    if tensor.layout != torch.strided:
        return str(tensor.layout)
    if tensor.is_meta:
        return "on the device meta, which keeps no numbers"
    return "" if tensor.dtype in EXACT else str(tensor.dtype)


def _renamed(name: str, rename: Mapping[str, str]) -> str:
    for old, new in rename.items():
        if name == old or name.startswith(f"{old}."):
            return new + name[len(old) :]
    return name


def _safetensors(path: Path) -> Mapping[Any, Any]:
    try:
        return load_file(path)
    except SafetensorError as error:
        raise UserError(f"{path}: no safetensors file: {error}") from None


def _pytorch(path: Path) -> Mapping[Any, Any]:
    """A PyTorch file of tensors alone, by its restricted reader, which runs no code of the file's."""
    try:
        held = torch.load(path, map_location="cpu", weights_only=True)
    except OSError:
        raise
    except Exception:  # a damaged pickle may raise whatever
        raise UserError(
            f"{path}: not read: damaged, or more than tensors; wanted: what torch.load takes with weights_only=True"
        ) from None
    if not isinstance(held, Mapping):
        raise UserError(f"{path}: no state dict: it holds one {type(held).__name__}")
    return held


def _network(path: Path, state: Mapping[str, Tensor]) -> dict[str, Any]:
    """The network whose tensors these are.

    Raises:
        UserError: it is none of those known here.
    """
    first = state.get("generator.input.weight")
    if first is None:
        wanted = ", ".join(name for name, _ in networks.of({"kind": "mlp", "latent": 1, "hidden": 1}).layout().shapes)
        raise UserError(f"{path}: holds {', '.join(sorted(state)) or 'nothing'}; wanted: {wanted}; see --rename")
    outer, inner = (*first.shape, 1, 1)[:2]
    if first.ndim == 4:
        network = {"kind": "dcgan", "latent": outer, "hidden": max(inner // 8, 1)}
    else:
        network = {"kind": "mlp", "latent": inner, "hidden": outer}
    _refuse_other(path, state, networks.of(network).layout())
    return network


def _refuse_other(path: Path, state: Mapping[str, Tensor], layout: Layout) -> None:
    wanted: dict[str, Shape] = dict(layout.shapes)
    for name in (*wanted, *state):
        ours, theirs = wanted.get(name), tuple(state[name].shape) if name in state else None
        if ours != theirs:
            raise UserError(f"{path}: {name} is {_shown(theirs)}; wanted: {_shown(ours)}")


def _shown(shape: Shape | None) -> str:
    return "absent" if shape is None else f"({', '.join(map(str, shape))})"
