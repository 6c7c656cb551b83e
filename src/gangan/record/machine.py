"""Facts of the clone, the machine and the software that a record holds, and no result."""

import os
import platform
import re
import socket
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from gangan.core.files import file_digest, text_digest

CLONE = Path(__file__).parents[3]
DECIDING = {"Snakefile", "src", "workflow", "config"}  # of what is not committed: elsewhere the name is enough
DRIVER = r"Kernel Module.*?\s(\d+\.[\d.]+)"  # in the kernel's words, of the proprietary driver and of the open one
PACKAGES = ("torch", "numpy", "h5py", "safetensors", "pandas", "matplotlib", "snakemake")  # the rest is in the lock


def commit() -> dict[str, str | None]:
    """The clone's commit, and the digest of what is not committed (None when all is)."""
    try:
        head = _git("rev-parse", "HEAD").strip()
        changes = _git("diff", "HEAD", "--binary")
        for name in _git("ls-files", "--others", "--exclude-standard", "-z").split("\0")[:-1]:
            changes += f"{name} {file_digest(CLONE / name) if name.split('/')[0] in DECIDING else ''}\n"
    except (OSError, subprocess.CalledProcessError):
        return {"commit": None, "uncommitted": None}
    return {"commit": head, "uncommitted": text_digest(changes) if changes else None}


def _git(*words: str) -> str:
    command = ["git", "-C", str(CLONE), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True, errors="replace").stdout


def environment() -> dict[str, Any]:
    """The machine and the software that ran a job."""
    facts: dict[str, Any] = {
        "host": socket.gethostname(),
        "platform": platform.platform(),
        "processor": _found("/proc/cpuinfo", r"model name\s*: (.+)") or platform.processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
    }
    lock = CLONE / "requirements.lock"
    facts["lock"] = file_digest(lock) if lock.exists() else None
    if torch := sys.modules.get("torch"):  # only a job that computes has loaded it
        facts["threads"] = torch.get_num_threads()
        facts["determinism"] = {
            "algorithms": torch.are_deterministic_algorithms_enabled(),
            "matmul_precision": torch.get_float32_matmul_precision(),
            "cudnn_benchmark": torch.backends.cudnn.benchmark,
            "cudnn_tf32": torch.backends.cudnn.allow_tf32,
        }
        facts["cuda"] = torch.version.cuda
        if torch.cuda.is_initialized():  # else there may be one, but the job did not use it
            gpu = torch.cuda.get_device_properties(torch.cuda.current_device())
            driver = _found("/proc/driver/nvidia/version", DRIVER)
            facts["gpu"] = {"name": gpu.name, "uuid": str(gpu.uuid), "driver": driver}
    return facts


def _found(file: str, pattern: str) -> str | None:
    """The first group of a pattern in a file of the kernel's, if it has one."""
    try:
        match = re.search(pattern, Path(file).read_text())
    except OSError:
        return None
    return match.group(1) if match else None
