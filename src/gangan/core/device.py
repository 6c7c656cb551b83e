"""The device that a job computes on, and how: threads, precision, and on a workstation a GPU of its own.

What this sets is the job's environment, as the version of PyTorch is: the record of each job names it.
"""

import ctypes
import fcntl
import logging
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import torch

log = logging.getLogger(__name__)

_claims: list[tuple[int, IO[bytes]]] = []  # open for as long as the process lives: the kernel frees what the dead had


def prepare(threads: int) -> torch.device:
    """Set this process up for training (threads, deterministic kernels, no autograd) and say which device to use.

    All arithmetic is that of float32: convolutions on a GPU would use TF32 unless told not to.
    """
    os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"  # without it PyTorch refuses products on a GPU as not repeatable
    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    torch.use_deterministic_algorithms(True)
    torch.backends.cudnn.allow_tf32 = False
    torch.set_float32_matmul_precision("highest")
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined] # nothing is read before it is written
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        # glibc hands freed activations back to the kernel and pays page faults to get them again at the next step,
        # a third of a GAN step. M_MMAP_MAX (-4) and M_TRIM_THRESHOLD (-1) of malloc.h make it keep them.
        libc.mallopt(-4, 0)
        libc.mallopt(-1, 2**31 - 1)
    return _chosen()


def _chosen() -> torch.device:
    """The GPU that this process should use, or else the CPU."""
    if not torch.cuda.is_available():
        given = os.environ.get("CUDA_VISIBLE_DEVICES")  # by SLURM, or to hide them
        if given and given not in {"-1", "NoDevFiles"}:
            try:
                torch.cuda.init()  # type: ignore[no-untyped-call]
            except (AssertionError, RuntimeError) as error:  # not made for GPUs; no driver, or one too old
                log.warning("GPU %s was given, but this runs on the CPU: %s", given, str(error).splitlines()[0])
        return torch.device("cpu")
    gpus = [str(torch.cuda.get_device_properties(i).uuid) for i in range(torch.cuda.device_count())]
    torch.cuda.set_device(claim(gpus))
    log.info("on %s", torch.cuda.get_device_name())
    return torch.device("cuda")


def claim(devices: Sequence[str], folder: Path | None = None) -> int:
    """Which of the devices, by their unique names, this process should use: the one that fewest others use.

    On a cluster the scheduler sees to that itself.

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
