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

from gangan.core.files import file_digest, hidden, text_digest

CLONE = Path(__file__).parents[3]
DECIDING = ("Snakefile", "src", "workflow", "config")  # elsewhere a file that is not committed decides nothing
DRIVER = r"Kernel Module.*?\s(\d+\.[\d.]+)"  # in the kernel's words, of the proprietary driver and of the open one
LOADER = ("LD_LIBRARY_PATH", "LD_PRELOAD")  # may put another library in place of one
PACKAGES = ("torch", "numpy", "h5py", "safetensors", "pandas", "matplotlib", "snakemake")  # the rest is in the lock


def commit() -> dict[str, str | None]:
    """The clone's commit, and the digest of what is not committed (None when all is)."""
    nothing: dict[str, str | None] = {"commit": None, "uncommitted": None}
    try:
        if not CLONE.samefile(_git("rev-parse", "--show-toplevel").removesuffix("\n")):
            return nothing  # a repository that this folder lies in
        head = _git("rev-parse", "HEAD").strip()
        changes = _git("diff", "HEAD", "--binary")
        for name in _git("ls-files", "--others", "--exclude-standard", "-z", "--", *DECIDING).split("\0")[:-1]:
            changes += "" if hidden(Path(name)) else f"{name} {_content(CLONE / name)}\n"
    except (OSError, subprocess.CalledProcessError):
        return nothing
    return {"commit": head, "uncommitted": text_digest(ascii(changes)) if changes else None}


def _git(*words: str) -> str:
    """What git says of the folder this code lies in: whatever repository the environment names, whatever a person's
    own configuration makes of a diff, and whoever owns the folder, as its code runs anyway."""
    command = ["git", "-C", str(CLONE), "-c", f"safe.directory={CLONE}", *words]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        command, env=environment, check=True, capture_output=True, encoding="utf-8", errors="surrogateescape"
    )
    return done.stdout


def _content(path: Path) -> str:
    """What tells an uncommitted file from another: where a link leads, the digest of a file; nothing of a folder."""
    if path.is_symlink():
        return str(path.readlink())
    return file_digest(path) if path.is_file() else ""


def environment() -> dict[str, Any]:
    """The machine and the software that ran a job."""
    facts: dict[str, Any] = {
        "host": socket.gethostname(),
        "platform": platform.platform(),
        "processor": _found("/proc/cpuinfo", r"model name\s*: (.+)") or platform.processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "prefix": _here(sys.prefix),  # the environment that Python is of
        "container": _here(os.environ.get("APPTAINER_CONTAINER") or os.environ.get("SINGULARITY_CONTAINER")),
        "packages": {name: version(name) for name in PACKAGES},
        "loader": {name: os.environ[name] for name in LOADER if name in os.environ},
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
        facts["instructions"] = torch.backends.cpu.get_cpu_capability()
        facts["cuda"] = torch.version.cuda
        if torch.cuda.is_initialized():  # else there may be one, but the job did not use it
            gpu = torch.cuda.get_device_properties(torch.cuda.current_device())
            driver = _found("/proc/driver/nvidia/version", DRIVER)
            facts["gpu"] = {"name": gpu.name, "uuid": str(gpu.uuid), "driver": driver}
    return facts


def _here(path: str | None) -> str | None:
    """A path from the working folder on, else its last name: a ledger is published, and where things lie on somebody's
    machine is nobody's business."""
    if path is None:
        return None
    return os.path.relpath(path) if Path(path).is_relative_to(Path.cwd()) else Path(path).name


def _found(file: str, pattern: str) -> str | None:
    """The first group of a pattern in a file of the kernel's, if it has one."""
    try:
        match = re.search(pattern, Path(file).read_text("utf-8", "replace"))
    except OSError:
        return None
    return match.group(1) if match else None
