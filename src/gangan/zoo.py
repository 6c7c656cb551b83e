"""The zoo: trained GANs as rows of an HDF5 file (paper, algorithm 1). A job's file and the packed zoo share one format.

Per row: ``snapshots`` (rows, width) float32, ``gan``, ``epoch``, ``loss_discriminator``, ``loss_generator``. Per GAN:
``runs`` and ``seeds``. For the file: ``layout`` and ``settings``, both JSON. Rows of one GAN stand together, by epoch.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np

from gangan.files import UserError, atomic, system_error, write_tensors
from gangan.weights import Layout

if TYPE_CHECKING:  # packing needs no torch, whose import takes seconds and half a gigabyte
    from torch import Tensor

COLUMNS = {"gan": "i4", "epoch": "i4", "loss_discriminator": "f4", "loss_generator": "f4"}
Array = np.ndarray[Any, Any]


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
        absent = {"snapshots", "layout", "settings", "runs", "seeds", *COLUMNS} - set(file)
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
def create(path: Path, layout: Layout, settings: str, runs: Sequence[int], seed: int, rows: int) -> Iterator[h5py.File]:
    """A new zoo file of ``rows`` empty rows for the GANs ``runs``.

    Raises:
        OSError: the disk does not allow it, also while the file is closed.
    """
    try:
        with h5py.File(path, "w", locking=False) as file:
            file.create_dataset("snapshots", (rows, layout.size), "<f4", chunks=(1, layout.size))
            for name, kind in COLUMNS.items():
                file.create_dataset(name, (rows,), kind)
            file["layout"] = layout.to_json()
            file["settings"] = settings
            file["runs"] = np.asarray(runs, "i4")
            file["seeds"] = np.full(len(runs), seed, "i8")
            yield file
    except RuntimeError as error:  # HDF5 while closing
        raise system_error(error) from error


def write_runs(
    path: Path, layout: Layout, settings: str, runs: Sequence[int], seed: int, rows: Array, losses: Array
) -> None:
    """Write the file of one job.

    Args:
        path: ``gans/{first}.h5``.
        layout: of a row.
        settings: of the zoo, as JSON.
        runs: which GANs of the zoo these are.
        seed: of the study.
        rows: (epochs, gans, width) float32, may live on disk.
        losses: (epochs, phases, gans): the generator's, then the discriminator's.
    """
    epochs = len(rows)
    with atomic(path) as partial, create(partial, layout, settings, runs, seed, epochs * len(runs)) as file:
        for i, run in enumerate(runs):
            block = slice(i * epochs, (i + 1) * epochs)
            for epoch in range(epochs):
                file["snapshots"].id.write_direct_chunk((i * epochs + epoch, 0), rows[epoch, i].tobytes())
            file["gan"][block] = run
            file["epoch"][block] = np.arange(epochs)
            file["loss_generator"][block] = losses[:, 0, i]
            file["loss_discriminator"][block] = losses[:, 1, i]


def pack(files: Sequence[Path], settings: str, runs: int, output: Path) -> None:
    """Concatenate the jobs' files into one zoo, row by row: memory does not grow with the number of GANs.

    Raises:
        UserError: a file is damaged, of other settings or another layout, not finite, or not the GANs expected next.
    """
    epochs = json.loads(settings)["epochs"]
    with opened(files[0]) as first:
        layout = Layout.from_json(first["layout"][()].decode())
        seed = int(first["seeds"][0])
    with (
        atomic(output) as partial,
        create(partial, layout, settings, range(runs), seed, runs * epochs) as zoo,
    ):
        start = 0
        for path in files:
            with opened(path) as file:
                _refuse_mismatch(path, file, layout, settings, range(start // epochs, runs), seed)
                rows = len(file["gan"])
                for name in COLUMNS:
                    zoo[name][start : start + rows] = file[name][:]
                source, target = file["snapshots"].id, zoo["snapshots"].id
                for row in range(rows):  # a row is a chunk: its bytes go from file to file as they are
                    _, snapshot = source.read_direct_chunk((row, 0))
                    if not np.isfinite(np.frombuffer(snapshot, "<f4")).all():
                        raise UserError(f"{path}: row {row} is not finite; delete the file and train it again")
                    target.write_direct_chunk((start + row, 0), snapshot)
                start += rows
        if start != runs * epochs:
            raise UserError(f"{output}: {start} rows from {len(files)} files, expected {runs} × {epochs}")


def pack_timings(files: Mapping[str, Path], output: Path) -> None:
    """Concatenate the epoch times of all jobs, with the job's name as a first column."""
    with atomic(output) as partial, partial.open("w") as table:
        for i, (job, path) in enumerate(files.items()):
            header, *lines = path.read_text().splitlines()
            if i == 0:
                table.write(f"job,{header}\n")
            table.writelines(f"{job},{line}\n" for line in lines)


def _refuse_mismatch(path: Path, file: h5py.File, layout: Layout, settings: str, awaited: range, seed: int) -> None:
    if file["settings"][()].decode() != settings:
        raise UserError(f"{path}: trained with other settings than the zoo's; delete the file and train it again")
    if Layout.from_json(file["layout"][()].decode()) != layout:
        raise UserError(f"{path}: its rows have another layout; delete the file and train it again")
    epochs = json.loads(settings)["epochs"]
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


def layout_of(path: Path) -> Layout:
    """The layout of a zoo's rows."""
    with opened(path) as file:
        return Layout.from_json(file["layout"][()].decode())


def settings_of(path: Path) -> dict[str, Any]:
    """How the GANs of a zoo were trained."""
    with opened(path) as file:
        settings: dict[str, Any] = json.loads(file["settings"][()])
    return settings


def columns(path: Path) -> dict[str, Array]:
    """The per-row columns of a zoo."""
    with opened(path) as file:
        return {name: file[name][:] for name in COLUMNS}


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


def export(path: Path, row: int, output: Path) -> None:
    """Write one row as a safetensors file of named tensors.

    Raises:
        UserError: there is no such row.
    """
    import torch

    with opened(path) as file:
        count = len(file["gan"])
        if not 0 <= row < count:
            raise UserError(f"{path}: no row {row}; allowed: 0 … {count - 1}")
        flat = torch.from_numpy(file["snapshots"][row : row + 1])
        facts = {"gan": int(file["gan"][row]), "epoch": int(file["epoch"][row])}
        tensors = Layout.from_json(file["layout"][()].decode()).unflatten(flat)
    write_tensors(output, {name: tensor[0] for name, tensor in tensors.items()}, facts)


def describe(path: Path) -> str:
    """What a zoo holds, for a person."""
    with opened(path) as file:
        count, width = file["snapshots"].shape
        layout = Layout.from_json(file["layout"][()].decode())
        offsets = layout.offsets()
        runs, epochs = file["runs"][:], int(file["epoch"][-1]) + 1
        lines = [
            f"{path}: {count:,} rows of {width:,} weights",
            f"{len(runs)} GANs ({runs[0]} … {runs[-1]}) × {epochs} epochs, seed {file['seeds'][0]}",
            f"settings: {file['settings'][()].decode()}",
            "layout (offset, tensor, shape):",
            *(f"  {offsets[name]:>9,}  {name:<28} {' × '.join(map(str, shape))}" for name, shape in layout.shapes),
        ]
    return "\n".join(lines)
