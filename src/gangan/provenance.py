"""What a job records beside what it makes."""

import hashlib
import json
import os
import platform
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from gangan.code import code
from gangan.files import UserError, atomic

PACKAGE = Path(__file__).parent
CLONE = PACKAGE.parents[1]
LINEAGE = "gangan:lineage:"  # goes before the lineage that a figure carries
DRIVER = r"Kernel Module.*?\s(\d+\.[\d.]+)"  # in the kernel's words, of the proprietary driver and of the open one
PACKAGES = ("torch", "numpy", "h5py", "safetensors", "pandas", "matplotlib", "snakemake")  # the rest is in the lock


def file_digest(path: Path) -> str:
    """The sha256 of a file's content, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def text_digest(text: str) -> str:
    """The sha256 of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def attempt_facts() -> dict[str, Any]:
    """Who is running, and when it began: one entry of a record's ``attempts``."""
    return {
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "slurm_job_id": os.environ.get("SLURM_JOB_ID"),
        "started": now(),
    }


def now() -> str:
    """The time in UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@contextmanager
def recorded(
    rooms: tuple[str, ...],
    settings: Mapping[str, Any],
    inputs: Mapping[str, Path],
    outputs: Mapping[str, Path],
) -> Iterator[dict[str, Any]]:
    """Do a job and then write its record, ``<first output>.json``; the job may add to it what only it knows.

    Paths in a record are relative to the working directory, so that a study can be moved and copied.

    Args:
        rooms: whose code decides the outputs.
        settings: the named parameters: what, with code and inputs, decides the outputs.
        inputs: hashed before the job reads them. Names beginning with ``timing`` are ``measured``.
        outputs: hashed after it wrote them.

    Raises:
        UserError: an input cannot be read, changed while the job was reading it, or has a record that is none.
    """
    first = next(iter(outputs.values()))
    rule, wildcards = _job(relative(first))
    read, hashing = _hashed(inputs)
    for name, path in inputs.items():
        read[name]["lineage"] = None if measured(name) else _lineage_of(path, read[name])
    stamps = {path: path.stat().st_mtime_ns for path in inputs.values()}
    modules = code(*rooms)
    record: dict[str, Any] = {
        "rule": rule,
        "wildcards": wildcards,
        "argv": ["gangan", *sys.argv[1:]],
        "settings": json.loads(json.dumps(settings)),
        "inputs": read,
        "code": modules,
        "lineage": lineage(first.name, settings, modules, read),
        "commit": _commit(),
        "attempts": [attempt_facts()],
        "started": now(),
    }
    yield record
    for name, path in inputs.items():
        if path.stat().st_mtime_ns != stamps[path] and file_digest(path) != read[name]["sha256"]:
            raise UserError(f"{path} changed while {first} was made from it; run again")
    made, more_hashing = _hashed(outputs)
    record |= {
        "ended": now(),
        "outputs": made,
        "environment": environment(),
        "hashing_seconds": round(hashing + more_hashing, 3),
    }
    record["seal"] = seal(record)
    with atomic(record_path(first)) as partial:
        partial.write_text(json.dumps(record, indent=1) + "\n")


def record_path(output: Path) -> Path:
    """Where the record of a job stands: beside its first output."""
    return output.with_name(output.name + ".json")


def relative(path: Path) -> str:
    """A path as records hold it: from the working directory, or whole if it leaves that."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100  results may be a link to a larger disk: not resolve()
    return (absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else absolute).as_posix()


def measured(name: str) -> bool:
    """Whether an input or output of that name holds measured times: recorded, but never the same twice."""
    return name.split(".")[0] == "timing"


def lineage(output: str, settings: Mapping[str, Any], code: Mapping[str, str], inputs: Mapping[str, Any]) -> str:
    """The digest of all that decides a job's outputs: name, settings, code, and each input's bytes and own lineage.

    It holds no time and no machine, so the same chain has the same lineage wherever it runs. It leaves out the job's
    outputs, so that a figure can carry it; ``measured`` inputs are left out too.
    """
    read = {name: [i["sha256"], i["lineage"]] for name, i in inputs.items() if not measured(name)}
    return text_digest(canonical({"output": output, "settings": settings, "code": code, "inputs": read}))


def seal(record: Mapping[str, Any]) -> str:
    """The digest of a whole record but for its seal: shows an edit, though not one by somebody who seals it again."""
    return text_digest(canonical({key: value for key, value in record.items() if key != "seal"}))


def canonical(content: Any) -> str:
    """JSON with one spelling: keys in order, no spaces."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def _hashed(paths: Mapping[str, Path]) -> tuple[dict[str, dict[str, Any]], float]:
    """Path, size and sha256 of each file, and the seconds that took."""
    began = time.perf_counter()
    entries = {}
    for name, path in paths.items():
        try:
            entries[name] = {"path": relative(path), "size": path.stat().st_size, "sha256": file_digest(path)}
        except OSError as error:
            raise UserError(f"cannot read {path}: {error.strerror}") from None
    return entries, time.perf_counter() - began


def _lineage_of(path: Path, read: Mapping[str, Any]) -> str | None:
    """The lineage of an input, from the record beside it that says it made those bytes; None if there is none."""
    beside = record_path(path)
    for place in [beside] if beside.exists() else sorted(path.parent.glob("*.json")):
        try:
            record = json.loads(place.read_text())
            made = {entry["path"]: entry["sha256"] for entry in record["outputs"].values()}
            if made.get(read["path"]) == read["sha256"]:
                return str(record["lineage"])
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
            if place == beside:
                raise UserError(f"{place} is no record; delete it and {path}, and run again") from None
    return None


def _job(output: str) -> tuple[str | None, dict[str, str]]:
    """The rule that makes an output, and its wildcards, by the patterns the Snakefile exports; (None, {}) by hand."""
    for rule, pattern in json.loads(os.environ.get("GANGAN_RULES", "{}")).items():
        if match := re.fullmatch(pattern, output):
            return rule, match.groupdict()
    return None, {}


def _commit() -> dict[str, str | None]:
    """The clone's commit, and the digest of what is not committed (None when all is)."""
    try:
        head = _git("rev-parse", "HEAD").strip()
        changes = _git("diff", "HEAD", "--binary")
        for name in _git("ls-files", "--others", "--exclude-standard", "-z").split("\0")[:-1]:
            deciding = name.split("/")[0] in {"Snakefile", "src", "workflow", "config"}  # elsewhere the name is enough
            changes += f"{name} {file_digest(CLONE / name) if deciding else ''}\n"
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
