"""One writer for each result: a file beside it names the process that writes it, and counts while that process lives.

A Snakemake that is killed leaves its jobs running, and the next one starts the same jobs again. The second job waits
for the first, or takes over once that is dead. File locks would not do: some cluster file systems grant them on every
node.
"""

import json
import logging
import os
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

from gangan.core.files import UserError, beside, writing

log = logging.getLogger(__name__)
LOOK = 1.0  # seconds between two looks at the holder
BEAT = 5.0  # seconds between the holder's signs of life
SILENCE = 90.0  # seconds without a sign of life, watched from another machine; network file systems hide one for 60


@dataclass(frozen=True)
class Lease:
    """What one process holds: the file, and its own words in it."""

    path: Path
    claim: str

    def check(self) -> None:
        """Make sure that nobody took over while this process could give no sign of life.

        Raises:
            UserError: somebody did.
        """
        if (found := _read(self.path)) is None:
            raise UserError(f"{self.path}: removed while a job was at work; it stops here")
        if found[0] != self.claim:
            raise UserError(
                f"{self.path}: {_name(found[0])} took over from this job, silent for too long; it stops here"
            )


@contextmanager
def held(output: Path) -> Iterator[Lease]:
    """Be the only one who writes ``output``: wait for its living writer, take over from a dead one.

    Raises:
        UserError: the folder cannot be written.
    """
    path = beside(output, "lease")
    process = os.getpid()
    lease = Lease(
        path,
        json.dumps(
            {
                "host": socket.gethostname(),
                "pid": process,
                "slurm_job_id": os.environ.get("SLURM_JOB_ID"),
                "machine": _machine(),
                "started": _started(process),
                "token": uuid.uuid4().hex,
            }
        ),
    )
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _acquire(lease)
    log.info("%s", _name(lease.claim))  # where to look, if this goes wrong
    done = Event()
    beating = Thread(target=_beat, args=(path, done), daemon=True)
    beating.start()
    try:
        yield lease
    finally:
        done.set()
        beating.join()
        if (found := _read(path)) and found[0] == lease.claim:
            path.unlink(missing_ok=True)


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


def _acquire(lease: Lease) -> None:
    seen, since, said = None, time.monotonic(), ""
    while True:
        try:
            with lease.path.open("x", encoding="utf-8") as file:
                file.write(lease.claim)
            return
        except FileExistsError:
            found = _read(lease.path)
        if found is None:  # released since
            continue
        if found != seen:
            seen, since = found, time.monotonic()
        holder = found[0]
        if (alive := _alive(holder)) is None:
            alive = time.monotonic() - since < SILENCE
        if not alive:
            if _take_over(lease, holder):
                log.info("took over from %s, which is dead", _name(holder))
                return
        elif holder != said:
            said = holder
            log.info("%s is at work on this; waiting until it is done or dead", _name(holder))
        time.sleep(LOOK)


def _take_over(lease: Lease, dead: str) -> bool:
    """Put this process's claim in the place of a dead one's; False if another process is doing so, or was first.

    A second file guards that moment: without it, a process that read the old claim and writes late would displace one
    that took over meanwhile.
    """
    guard = lease.path.with_name(f"{lease.path.name}.guard")
    try:
        guard.touch(exist_ok=False)
    except FileExistsError:
        with suppress(FileNotFoundError):
            if time.time() - guard.stat().st_mtime > SILENCE:  # killed at this very moment
                guard.unlink()
        return False
    try:
        if (found := _read(lease.path)) is None or found[0] != dead:
            return False
        own = lease.path.with_name(f"{lease.path.name}.own")
        own.write_text(lease.claim, "utf-8")
        own.replace(lease.path)
        return True
    finally:
        guard.unlink(missing_ok=True)


def _beat(path: Path, done: Event) -> None:
    while not done.wait(BEAT):
        with suppress(OSError):
            os.utime(path)


def _read(path: Path) -> tuple[str, int] | None:
    """A lease's claim and the time of the last sign of life; opening the file makes the file server look again."""
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(), os.fstat(file.fileno()).st_mtime_ns
    except FileNotFoundError:
        return None


def _alive(claim: str) -> bool | None:
    """Whether its process lives; None if that cannot be known from here."""
    try:
        words = json.loads(claim)
    except ValueError:  # its writer came no further than creating it, or has not yet
        return None
    return words["started"] == _started(words["pid"]) if words["machine"] == _machine() else None


def _name(claim: str) -> str:
    try:
        words = json.loads(claim)
    except ValueError:
        return "a job that did not say who it is"
    job = f", SLURM job {words['slurm_job_id']}" if words["slurm_job_id"] else ""
    return f"process {words['pid']} on {words['host']}{job}"


def _machine() -> str | None:
    """The machine since it booted, and the container: where a process number means the same."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("utf-8").strip() + str(
            Path("/proc/self/ns/pid").readlink()
        )
    except OSError:
        return str(uuid.uuid4())  # cannot tell: signs of life decide


def _started(pid: int) -> str | None:
    """When a process began, in clock ticks since boot; None if there is none, or it ended and was not yet reaped."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if state in "ZX" else fields[18]
