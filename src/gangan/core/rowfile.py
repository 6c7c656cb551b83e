"""Trained networks as rows of an HDF5 file; the file of one job and a packed zoo of many share one format.

Per row: ``snapshots`` (rows, width) float32, ``gan``, ``epoch``, and means over the epoch: each network's loss,
``loss_<network>``, and for some the share of its steps that had no gradient, ``idle_<network>``.
Per run: ``runs`` and ``seeds``. For the file, as JSON: the ``layout`` of a row, the ``network`` that a row is, and the
``settings`` it was trained with. Rows of one run stand together, by epoch.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np

from gangan.core.files import UserError, atomic, system_error, write_tensors
from gangan.core.layout import Layout

if TYPE_CHECKING:  # packing needs no torch, whose import takes seconds and half a gigabyte
    from torch import Tensor

KEYS = ("gan", "epoch")
MEANS = ("loss_", "idle_")  # what columns of means begin with
Array = np.ndarray[Any, Any]
Facts = Mapping[str, Any]  # as JSON


@contextmanager
def opened(path: Path) -> Iterator[h5py.File]:
    """A zoo file to read, without file locks (they fail on some cluster file systems).

    Raises:
        UserError: the file is missing, truncated or not a zoo.
    """
    try:
        file = h5py.File(path, "r", locking=False)
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except OSError as error:
        raise UserError(
            f"{path}: not a readable HDF5 file ({error}); if a job made it, delete it and run again"
        ) from None
    with file:
        absent = {"snapshots", "layout", "network", "settings", "runs", "seeds", *KEYS} - set(file)
        if absent:
            raise UserError(f"{path}: not a zoo, no {', '.join(sorted(absent))}")
        if not _plain(file["snapshots"]):
            raise UserError(f"{path}: its rows are not one plain chunk of float32 each; delete it and run again")
        yield file


def _plain(rows: h5py.Dataset) -> bool:
    """Whether each row is a chunk as it stands in memory, and none is missing: so they are read without HDF5's help."""
    if rows.ndim != 2 or rows.chunks != (1, rows.shape[1]) or rows.dtype != "<f4":
        return False
    return not rows.id.get_create_plist().get_nfilters() and rows.id.get_num_chunks() == len(rows)


@contextmanager
def create(
    path: Path,
    layout: Layout,
    facts: Mapping[str, Facts],
    runs: Sequence[int],
    seed: int,
    rows: int,
    means: Sequence[str],
) -> Iterator[h5py.File]:
    """A new file of ``rows`` empty rows for ``runs``, with ``network`` and ``settings`` as facts.

    Raises:
        OSError: the disk does not allow it, also while the file is closed.
    """
    try:
        with h5py.File(path, "w", locking=False) as file:
            file.create_dataset("snapshots", (rows, layout.size), "<f4", chunks=(1, layout.size))
            for name in KEYS:
                file.create_dataset(name, (rows,), "i4")
            for name in means:
                file.create_dataset(name, (rows,), "f4")
            file["layout"] = layout.to_json()
            for name, fact in facts.items():
                file[name] = _written(fact)
            file["runs"] = np.asarray(runs, "i4")
            file["seeds"] = np.full(len(runs), seed, "i8")
            yield file
    except RuntimeError as error:  # HDF5 while closing
        raise system_error(error) from error


def write_runs(
    path: Path,
    layout: Layout,
    network: Facts,
    settings: Facts,
    runs: Sequence[int],
    seed: int,
    rows: Array,
    means: Mapping[str, Array],
) -> None:
    """Write the file of one job.

    Args:
        path: of the file.
        layout: of a row.
        network: that a row is.
        settings: how it was trained, its ``epochs`` among them.
        runs: their numbers.
        seed: of the study.
        rows: (epochs, runs, width) float32, may live on disk.
        means: by column (epochs, runs).
    """
    epochs = len(rows)
    facts = {"network": network, "settings": settings}
    with (
        atomic(path) as partial,
        create(partial, layout, facts, runs, seed, epochs * len(runs), list(means)) as file,
    ):
        for i, run in enumerate(runs):
            block = slice(i * epochs, (i + 1) * epochs)
            for epoch in range(epochs):
                file["snapshots"].id.write_direct_chunk((i * epochs + epoch, 0), rows[epoch, i].tobytes())
            file["gan"][block] = run
            file["epoch"][block] = np.arange(epochs)
            for name, of_epochs in means.items():
                file[name][block] = of_epochs[:, i]


def pack(files: Sequence[Path], settings: Facts, runs: range, output: Path) -> None:
    """Concatenate the jobs' files into one, row by row: memory does not grow with the number of runs.

    Raises:
        UserError: a file is damaged, of other settings or another layout, not finite, or not the runs expected next.
    """
    epochs = settings["epochs"]
    with opened(files[0]) as first:
        layout, seed, means = _layout(first), int(first["seeds"][0]), _means(first)
        facts = {"network": json.loads(first["network"][()]), "settings": settings}
    with (
        atomic(output) as partial,
        create(partial, layout, facts, runs, seed, len(runs) * epochs, means) as zoo,
    ):
        start = 0
        for path in files:
            with opened(path) as file:
                _refuse_mismatch(path, file, layout, facts, means, runs[start // epochs :], seed)
                rows = len(file["gan"])
                for name in (*KEYS, *means):
                    zoo[name][start : start + rows] = file[name][:]
                source, target = file["snapshots"].id, zoo["snapshots"].id
                for row in range(rows):  # a row is a chunk: its bytes go from file to file as they are
                    _, snapshot = source.read_direct_chunk((row, 0))
                    if not np.isfinite(np.frombuffer(snapshot, "<f4")).all():
                        raise UserError(f"{path}: row {row} is not finite; delete the file and train it again")
                    target.write_direct_chunk((start + row, 0), snapshot)
                start += rows
        if start != len(runs) * epochs:
            raise UserError(f"{output}: {start} rows from {len(files)} files, expected {len(runs)} × {epochs}")


def pack_timings(files: Sequence[Path], output: Path) -> None:
    """Concatenate the epoch times of all jobs, with the name of the job's file as a first column."""
    with atomic(output) as partial, partial.open("w") as table:
        for i, (job, path) in enumerate((path.stem, path) for path in files):
            header, *lines = path.read_text().splitlines()
            if i == 0:
                table.write(f"job,{header}\n")
            table.writelines(f"{job},{line}\n" for line in lines)


def _refuse_mismatch(
    path: Path,
    file: h5py.File,
    layout: Layout,
    facts: Mapping[str, Facts],
    means: Sequence[str],
    awaited: range,
    seed: int,
) -> None:
    for name, fact in facts.items():
        if json.loads(file[name][()]) != fact:
            raise UserError(f"{path}: trained with other {name} than the zoo's; delete the file and train it again")
    if _layout(file) != layout:
        raise UserError(f"{path}: its rows have another layout; delete the file and train it again")
    if (found := _means(file)) != means:
        given, wanted = (", ".join(names) or "no losses" for names in (found, means))
        raise UserError(f"{path}: holds {given}, expected {wanted}; delete the file and train it again")
    epochs = facts["settings"]["epochs"]
    runs, rows = file["runs"][:], file["snapshots"]
    expected = [np.repeat(runs, epochs), np.tile(np.arange(epochs), len(runs))]
    if rows.shape != (len(runs) * epochs, layout.size) or any(
        not np.array_equal(file[n], e) for n, e in zip(("gan", "epoch"), expected, strict=True)
    ):
        raise UserError(f"{path}: rows missing or out of order; delete the file and train it again")
    if not np.array_equal(runs, awaited[: len(runs)]) or (file["seeds"][:] != seed).any():
        held = f"GANs {runs.tolist()} of seeds {sorted(set(file['seeds'][:].tolist()))}"
        wanted = f"GAN {awaited.start} and on, of {awaited.stop}, of seed {seed}"
        raise UserError(f"{path}: holds {held}, expected {wanted}; delete the file and train it again")


def _written(fact: Facts) -> str:
    return json.dumps(fact, sort_keys=True)


def _layout(file: h5py.File) -> Layout:
    return Layout.from_json(file["layout"][()].decode())


def _means(file: h5py.File) -> list[str]:
    return sorted(name for name in file if name.startswith(MEANS))


def layout_of(path: Path) -> Layout:
    """The layout of a file's rows."""
    with opened(path) as file:
        return _layout(file)


def network_of(path: Path) -> dict[str, Any]:
    """The network that a file's rows are."""
    with opened(path) as file:
        network: dict[str, Any] = json.loads(file["network"][()])
    return network


def epochs_of(path: Path) -> int:
    """How many epochs each run was trained."""
    with opened(path) as file:
        return int(file["epoch"][-1]) + 1


def runs_of(path: Path, some: Sequence[int] | None = None) -> list[int]:
    """The numbers of a file's runs, or of some of them, in the file's order."""
    with opened(path) as file:
        return [int(run) for run in file["runs"][:] if some is None or run in some]


def columns(path: Path) -> dict[str, Array]:
    """The per-row columns of a file."""
    with opened(path) as file:
        return {name: file[name][:] for name in (*KEYS, *_means(file))}


def rows(path: Path, gans: Sequence[int] | None = None, epochs: Sequence[int] | None = None) -> "Tensor":
    """Rows of some GANs at some epochs (default: all), in the file's order, float32 (rows, width).

    Raises:
        UserError: the file is missing, truncated or not a zoo.
    """
    import torch

    with opened(path) as file:
        wanted = np.ones(len(file["gan"]), bool)
        if gans is not None:
            wanted &= np.isin(file["gan"][:], gans)
        if epochs is not None:
            wanted &= np.isin(file["epoch"][:], epochs)
        source = file["snapshots"].id
        out = torch.empty(int(wanted.sum()), source.shape[1])
        for row, place in zip(np.flatnonzero(wanted), out.numpy().view("u1"), strict=True):
            source.read_direct_chunk((row, 0), out=place)
    return out


def export(file: Path, row: int, output: Path) -> None:
    """Write one row as a safetensors file of named tensors.

    Raises:
        UserError: there is no such row.
    """
    import torch

    with opened(file) as held:
        count = len(held["gan"])
        if not 0 <= row < count:
            raise UserError(f"{file}: no row {row}; allowed: 0 … {count - 1}")
        flat = torch.from_numpy(held["snapshots"][row : row + 1])
        facts = {"gan": int(held["gan"][row]), "epoch": int(held["epoch"][row])}
        tensors = _layout(held).unflatten(flat)
    write_tensors(output, {name: tensor[0] for name, tensor in tensors.items()}, facts)


def describe(path: Path) -> str:
    """What a file holds, for a person."""
    with opened(path) as file:
        count, width = file["snapshots"].shape
        layout = _layout(file)
        offsets = layout.offsets()
        runs, epochs = file["runs"][:], int(file["epoch"][-1]) + 1
        lines = [
            f"{path}: {count:,} rows of {width:,} weights",
            f"{len(runs)} GANs ({runs[0]} … {runs[-1]}) × {epochs} epochs, seed {file['seeds'][0]}",
            f"network: {file['network'][()].decode()}",
            f"settings: {file['settings'][()].decode()}",
            "layout (offset, tensor, shape):",
            *(f"  {offsets[name]:>9,}  {name:<28} {' × '.join(map(str, shape))}" for name, shape in layout.shapes),
        ]
    return "\n".join(lines)
