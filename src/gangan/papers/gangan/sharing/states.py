"""Rows as state dicts, in safetensors files that plain PyTorch opens."""

import json
from collections.abc import Sequence
from pathlib import Path

from safetensors import safe_open
from torch import Tensor

from gangan.core import rowfile
from gangan.core.files import UserError, read_tensors, write_tensors

State = tuple[dict[str, Tensor], dict[str, int]]  # tensors, and what they are


def chosen(file: Path, row: int | None, run: int | None, average: int | None) -> list[int]:
    """The numbers of the rows that a person asked for: one, all of a run, or its last ones, to be averaged.

    Raises:
        UserError: there is no such row or run, or it is not clear what was asked for.
    """
    if (row is None) == (run is None) or (average is not None and run is None):
        raise UserError(
            "--row N for one row, --run N for all of a run, or --run N --average K for the mean of its last K"
        )
    gans = rowfile.columns(file)["gan"]
    if row is not None:
        if not 0 <= row < len(gans):
            raise UserError(f"{file}: no row {row}; allowed: 0 … {len(gans) - 1}")
        return [row]
    found: list[int] = (gans == run).nonzero()[0].tolist()
    if not found:
        raise UserError(f"{file}: no run {run}; allowed: {', '.join(map(str, rowfile.runs_of(file)))}")
    if average is not None and not 1 <= average <= len(found):
        raise UserError(f"--average: {average}; allowed: 1 … {len(found)}, the rows of run {run}")
    return found[-average:] if average else found


def export(rows: list[int], average: bool, file: Path) -> list[State]:
    """The state dicts of some rows of one run, or the one of their mean; saved as the job's outputs.

    Args:
        rows: their numbers.
        average: whether to take the mean of the weights.
        file: the zoo.
    """
    columns = rowfile.columns(file)
    gan, epochs = int(columns["gan"][rows[0]]), columns["epoch"][rows].tolist()
    flat = rowfile.rows(file, [gan], epochs)
    facts = [{"gan": gan, "epoch": epoch} for epoch in epochs]
    if average:
        flat, facts = flat.mean(0, keepdim=True), [{"gan": gan, "epoch": epochs[-1], "averaged": len(epochs)}]
    tensors = rowfile.layout_of(file).unflatten(flat)
    return [({name: tensor[i] for name, tensor in tensors.items()}, fact) for i, fact in enumerate(facts)]


def _save(made: list[State], outputs: Sequence[Path], _: str) -> None:
    for (tensors, facts), path in zip(made, outputs, strict=True):
        write_tensors(path, tensors, facts, {"format": "pt"})


export.save = _save  # type: ignore[attr-defined]  # which the job runner calls


def share(weights: Path, shared: Path) -> None:
    """Write the generator of a GAN-GAN for others: its last weights alone, with its facts."""
    with safe_open(weights, "pt") as file:
        facts = json.loads(file.metadata()["facts"])
    kept = {name: tensor for name, tensor in read_tensors(weights).items() if name.startswith("generator.")}
    write_tensors(shared, kept, facts, {"format": "pt"})
