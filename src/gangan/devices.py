"""Each job of a workstation its own GPU: a cluster's scheduler sees to that itself."""

import fcntl
import itertools
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

_claims: list[TextIO] = []  # open for as long as the process lives: the kernel frees what the dead had claimed


def claim(devices: Sequence[str], folder: Path | None = None) -> int:
    """Which of the devices, by their unique names, this process should use: one that fewest others use.

    Args:
        devices: as many as are visible; under SLURM the job's own alone.
        folder: where the claims are files; this user's on this machine unless given.
    """
    folder = folder or Path(tempfile.gettempdir(), f"gangan-{os.getuid()}")
    folder.mkdir(exist_ok=True)
    for others in itertools.count():
        for i, name in enumerate(devices):
            place = (folder / f"{name}.{others}").open("w")
            try:
                fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                place.close()
                continue
            _claims.append(place)
            return i
    raise AssertionError("counting ended")
