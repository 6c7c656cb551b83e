"""The state of an unfinished training, in a folder no rule declares: Snakemake deletes declared outputs on a retry."""

import csv
import json
import logging
import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from gangan.core.files import UserError, atomic, file_digest, write_tensors, writing
from gangan.core.lease import Lease, attempt_facts

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Epoch:
    """What one epoch leaves: by column the mean of each run, its time, and the attempt (from 0) that did it."""

    means: dict[str, list[float]]
    seconds: float
    attempt: int


@dataclass
class Checkpoint:
    """Rows of finished epochs in one raw file, and a state, written after them, that says how many of them count.

    A new attempt continues from the last state to the same bytes as an undisturbed run.
    """

    folder: Path
    identity: str  # digest of what is trained; the checkpoint of something else is discarded
    every: float = 30.0  # seconds between two saves; 0 saves after every epoch
    lease: Lease | None = None  # held on the run; None where nobody else can be at work on it
    row_bytes: int = 0  # of one epoch's rows
    history: list[Epoch] = field(default_factory=list)
    attempts: list[dict[str, Any]] = field(default_factory=list)
    saved: float = 0.0

    @property
    def _state(self) -> Path:
        return self.folder / "state.safetensors"

    @property
    def _rows(self) -> Path:
        return self.folder / "rows.f32"

    @property
    def _kept(self) -> Path:
        return self.folder / "kept.json"

    def restore(self, tensors: Mapping[str, Tensor]) -> int:
        """Load the last state into ``tensors`` and open an attempt; returns the number of epochs already done."""
        with writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._rows.touch()
        if self._state.exists():
            try:
                self._load(tensors)
            except SafetensorError as error:
                log.info("%s: %s; starting anew", self._state, error)
        done = len(self.history)
        with writing(self._rows):
            os.truncate(self._rows, done * self.row_bytes)  # rows of epochs after the last state are trained again
        self.attempts.append({**attempt_facts(), "resumed_at": done, "steps": 0})
        self.saved = time.monotonic()
        return done

    def _load(self, tensors: Mapping[str, Tensor]) -> None:
        with safe_open(self._state, "pt") as state:
            facts = json.loads(state.metadata()["facts"])
            if facts["identity"] != self.identity:
                return
            if self._rows.stat().st_size < facts["epochs"] * self.row_bytes:
                log.info("%s: rows are missing; starting anew", self._rows)
                return
            if facts["device"] != (device := _device(tensors)):  # which draws other random numbers
                log.info("%s: made on %s, and this is %s; starting anew", self._state, facts["device"], device)
                return
            for name, tensor in tensors.items():
                tensor.copy_(state.get_tensor(name))
            self.attempts = facts["attempts"]
            self.history = _history(state, facts["columns"])

    def end_epoch(self, means: dict[str, list[float]], seconds: float) -> None:
        """Add an epoch of this attempt to the history."""
        self.history.append(Epoch(means, seconds, len(self.attempts) - 1))

    def append(self, rows: Tensor) -> None:
        """Add the rows (runs, width) of the epoch that ended last."""
        with writing(self._rows), self._rows.open("r+b") as file:
            file.seek((len(self.history) - 1) * self.row_bytes)  # an epoch's rows have one place, whoever writes them
            file.write(rows.cpu().numpy().astype("<f4", order="C", copy=False).data)

    def rows(self, runs: int) -> np.ndarray[Any, Any]:
        """All rows so far (epochs, runs, width), read from disk as they are used."""
        return np.memmap(self._rows, "<f4", "r").reshape(len(self.history), runs, -1)

    def means(self) -> dict[str, np.ndarray[Any, Any]]:
        """By column, such as ``loss_generator``, the means of all epochs so far (epochs, runs)."""
        return {name: np.array([epoch.means[name] for epoch in self.history]) for name in self.history[0].means}

    def look(self, epochs: int) -> Path:
        """Where a training keeps what it had made after so many epochs, until it ends."""
        return self.folder / f"look-{epochs}.safetensors"

    def save_when_due(self, tensors: Mapping[str, Tensor], last: bool) -> None:
        """Save if ``every`` seconds passed since the last save, or at the last epoch.

        Raises:
            UserError: another job took over, or the disk does not allow it.
        """
        if not last and time.monotonic() - self.saved < self.every:
            return
        if self.lease:
            self.lease.check()
        with self._rows.open("rb") as rows, writing(self._rows):
            os.fsync(rows.fileno())  # a state never counts a row that is not on disk
        facts = {
            "identity": self.identity,
            "device": _device(tensors),
            "attempts": self.attempts,
            "epochs": len(self.history),
            "columns": list(self.history[0].means),
        }
        write_tensors(self._state, {**tensors, **_tensors(self.history)}, facts)
        self.saved = time.monotonic()

    def write_timing(self, path: Path, examples: int) -> None:
        """A CSV of the time each epoch took; ``examples`` were seen per epoch. An attempt's lost epoch is not in it."""
        with atomic(path) as partial, partial.open("w", newline="") as file:
            table = csv.writer(file)
            table.writerow(["epoch", "attempt", "host", "seconds", "examples_per_second"])
            for number, epoch in enumerate(self.history):
                host = self.attempts[epoch.attempt]["host"]
                speed = examples / epoch.seconds
                table.writerow([number, epoch.attempt, host, f"{epoch.seconds:.4f}", f"{speed:.0f}"])

    def keep(self, outputs: Sequence[Path]) -> None:
        """Replace the checkpoint, once the outputs and their record are in place, by second names of the outputs.

        A Snakemake that was killed has not seen the outputs. The next one deletes them before it runs the job again,
        and the job then takes them from here. Second names cost no space. A Snakemake that succeeds removes them.
        """
        facts = {
            "identity": self.identity,
            "attempts": self.attempts,
            "epochs": len(self.history),
            "sha256": {path.name: file_digest(path) for path in outputs},
        }
        with suppress(OSError, UserError):  # a file system without second names: then the job would be done again
            for path in outputs:
                (self.folder / path.name).unlink(missing_ok=True)
                os.link(path, self.folder / path.name)
            with atomic(self._kept) as partial:
                partial.write_text(json.dumps(facts))
        for path in (self._state, self._rows, *self.folder.glob("look-*")):
            path.unlink(missing_ok=True)

    def take_kept(self, outputs: Sequence[Path]) -> bool:
        """Put the finished outputs of the same training in place, if they were kept; returns whether they were."""
        if not self._kept.exists():
            return False
        facts = json.loads(self._kept.read_text())
        kept = {path: self.folder / path.name for path in outputs}
        if facts["identity"] != self.identity or any(
            not there.exists() or file_digest(there) != facts["sha256"][path.name] for path, there in kept.items()
        ):
            return False
        for path, there in kept.items():
            with atomic(path) as partial:
                os.link(there, partial)
            os.utime(path)  # newer than the inputs, as Snakemake wants it
        self.attempts = [*facts["attempts"], {**attempt_facts(), "resumed_at": facts["epochs"], "steps": 0}]
        return True


def _tensors(history: Sequence[Epoch]) -> dict[str, Tensor]:
    """The history of a training as tensors: a header of a safetensors file would be too small for many runs."""
    means = {
        f"epochs.mean.{name}": torch.tensor([epoch.means[name] for epoch in history], dtype=torch.float64)
        for name in history[0].means
    }
    seconds = torch.tensor([epoch.seconds for epoch in history], dtype=torch.float64)
    return {**means, "epochs.seconds": seconds, "epochs.attempt": torch.tensor([epoch.attempt for epoch in history])}


def _history(state: Any, columns: Sequence[str]) -> list[Epoch]:
    means = [state.get_tensor(f"epochs.mean.{name}").tolist() for name in columns]
    seconds, attempts = (state.get_tensor(f"epochs.{name}").tolist() for name in ("seconds", "attempt"))
    return [
        Epoch(dict(zip(columns, of_epoch, strict=True)), took, attempt)
        for *of_epoch, took, attempt in zip(*means, seconds, attempts, strict=True)
    ]


def _device(tensors: Mapping[str, Tensor]) -> str:
    return " and ".join(sorted({tensor.device.type for tensor in tensors.values()}))
