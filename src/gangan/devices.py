"""Each job of a workstation its own GPU: a cluster's scheduler sees to that itself."""

import fcntl
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

_claims: list[tuple[int, IO[bytes]]] = []  # open for as long as the process lives: the kernel frees what the dead had


def claim(devices: Sequence[str], folder: Path | None = None) -> int:
    """Which of the devices, by their unique names, this process should use: the one that fewest others use.

    Args:
        devices: as many as are visible; under SLURM the job's own alone.
        folder: where the claims are files; this user's on this machine unless given.
    """
    if len(devices) == 1:
        return 0
    if not _claims:
        folder = folder or Path(tempfile.gettempdir(), f"gangan-{os.getuid()}")
        folder.mkdir(exist_ok=True)
        with (folder / "lock").open("w") as one_at_a_time:
            fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
            users = [sum(_in_use(file) for file in folder.glob(f"{name}.*")) for name in devices]
            device = users.index(min(users))
            place = tempfile.NamedTemporaryFile(prefix=f"{devices[device]}.", dir=folder, delete=False)  # noqa: SIM115
            fcntl.flock(place, fcntl.LOCK_EX)
        _claims.append((device, place))
    return _claims[0][0]


def _in_use(file: Path) -> bool:
    """Whether the process that claimed it lives; if not, the claim is deleted."""
    with file.open() as place:
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    file.unlink()
    return False
