"""Which bytes, code, parameters and machines made a file? The chain of records behind it, checked link by link.

A file is as it was if its bytes are those its job recorded, and each job read the bytes that the job before it
recorded; it is up to date if code and command are still those of the record. Snakemake is asked for the command.
"""

import os
import stat
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from gangan.chain import Audit, Finding, Node, chain
from gangan.code import code
from gangan.command import differences
from gangan.files import UserError
from gangan.ledger import Record, Records
from gangan.plan import Job
from gangan.provenance import file_digest, lineage


@dataclass
class Disk:
    """The files of a clone, each read at most once."""

    root: Path
    digests: dict[str, str] = field(default_factory=dict)

    @property
    def bytes_read(self) -> int:
        """The size of all that was hashed."""
        return sum(self.size(path) or 0 for path in self.digests)

    def size(self, path: str) -> int | None:
        """The size of a file, None if there is none.

        Raises:
            UserError: it is no plain file, or a link that leads nowhere.
        """
        try:
            status = (self.root / path).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise UserError(str(error.strerror)) from None
        if not stat.S_ISREG(status.st_mode):
            raise UserError("no plain file")
        return status.st_size

    def digest(self, path: str) -> str:
        """The sha256 of a file.

        Raises:
            UserError: it cannot be read.
        """
        if path not in self.digests:
            try:
                self.digests[path] = file_digest(self.root / path)
            except OSError as error:
                raise UserError(str(error.strerror)) from None
        return self.digests[path]

    def read_ahead(self, paths: Iterable[str]) -> None:
        """Hash many files side by side; what cannot be read is said when it is asked for."""

        def hashed(path: str) -> None:
            with suppress(UserError):
                self.digest(path)

        with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
            list(pool.map(hashed, paths))


def audit(
    root: Path,
    targets: Sequence[str],
    records: Records,
    jobs: Sequence[Job],
    require_data: bool = True,
) -> Audit:
    """Check all that stands behind some records.

    Args:
        root: the clone.
        targets: where the records stand.
        records: of the study, from its folder or from a ledger.
        jobs: of the study, from Snakemake.
        require_data: a file that is not here is missing.

    Raises:
        UserError: the records go round in a circle.
    """
    nodes = chain(targets, records, {job.place: job for job in jobs})
    disk = Disk(root)
    disk.read_ahead(_to_hash(nodes.values(), disk))
    for node in nodes.values():
        node.findings += _wrong_records(node, records, disk)
        if node.record:
            node.findings += _wrong_bytes(node, node.record, disk, require_data)
            node.findings += _wrong_links(node.record, records, disk)
            node.findings += _stale_code(node.record, root / "src/gangan")
            node.findings += _stale_command(node.record, node.job)
    return Audit(list(targets), nodes, disk.bytes_read)


def _to_hash(nodes: Iterable[Node], disk: Disk) -> list[str]:
    """Files whose size is as recorded: of another size they are known to differ, unread."""
    paths = []
    for node in nodes:
        for path, entry in (node.record.made if node.record else {}).items():
            with suppress(UserError):
                if disk.size(path) == entry.size:
                    paths.append(path)
    return list(dict.fromkeys(paths))


def _wrong_records(node: Node, records: Records, disk: Disk) -> list[Finding]:
    """Is there a record?"""
    if node.record:
        return []
    if node.place in records.faults:
        return [Finding("bad record", node.place, records.faults[node.place])]
    here = []
    for path in node.outputs:
        try:
            here.append(disk.size(path) is not None)
        except UserError as error:
            return [Finding("unreadable", path, str(error))]
    node.here = all(here)
    if any(here):
        return [Finding("unrecorded", node.outputs[0], f"no record {node.place}")]
    return [Finding("missing", node.outputs[0], "not made yet, and no record of it")]


def _wrong_bytes(node: Node, record: Record, disk: Disk, require_data: bool) -> list[Finding]:
    """Are the outputs on disk those the job wrote?"""
    findings = []
    for path, entry in record.made.items():
        try:
            size = disk.size(path)
            if size is None:
                node.here = False
                if require_data:
                    findings.append(Finding("missing", path, "recorded, but the file is not here"))
            elif size != entry.size:
                findings.append(Finding("modified since", path, f"{size} bytes, recorded {entry.size}"))
            elif (digest := disk.digest(path)) != entry.sha256:
                findings.append(
                    Finding("modified since", path, f"sha256 is {digest[:12]}…, recorded {entry.sha256[:12]}…")
                )
        except UserError as error:
            findings.append(Finding("unreadable", path, str(error)))
    return findings


def _wrong_links(record: Record, records: Records, disk: Disk) -> list[Finding]:
    """Did the job read what the jobs before it say they wrote?"""
    findings = []
    read = {name: entry.model_dump() for name, entry in record.inputs.items()}
    if lineage(Path(record.first).name, record.settings, record.code, read) != record.lineage:
        findings.append(Finding("bad record", record.first, "its lineage is not that of what it lists"))
    for entry in record.inputs.values():
        maker = records.kept.get(records.makers.get(entry.path, ""))
        if maker:
            made = maker.made[entry.path].sha256
        else:
            try:
                made = disk.digest(entry.path) if disk.size(entry.path) is not None else entry.sha256
            except UserError:
                continue  # its own node says so
        if made != entry.sha256:
            text = f"made from other bytes of {entry.path}: {entry.sha256[:12]}…, now {made[:12]}…"
            findings.append(Finding("other input", record.first, text))
        elif maker and entry.lineage not in (None, maker.lineage):
            text = f"made from an earlier {entry.path}: the same bytes, by other code, settings or inputs"
            findings.append(Finding("other input", record.first, text))
    return findings


def _stale_code(record: Record, package: Path) -> list[Finding]:
    """Is the code still the code that made it?"""
    now = code(*(room for room in record.code if "." not in room), package=package, strict=False)
    changed = sorted(room for room in record.code.keys() | now.keys() if record.code.get(room) != now.get(room))
    return [Finding("stale code", record.first, f"changed since: {', '.join(changed)}")] if changed else []


def _stale_command(record: Record, job: Job | None) -> list[Finding]:
    """Would Snakemake give the job the same parameters and inputs?"""
    if not job:
        return [Finding("no rule", record.first, "nothing in this configuration makes it")]
    changes = [f"{name} {old} → {new}" for name, old, new in differences(record.argv, job.argv)]
    read = {entry.path for entry in record.inputs.values()}
    changes += [f"no longer reads {path}" for path in sorted(read.difference(job.inputs))]
    changes += [f"now reads {path}" for path in sorted(set(job.inputs) - read)]
    changes += [f"now makes {path}" for path in sorted(set(job.outputs) - record.made.keys())]
    return [Finding("stale parameter", record.first, "; ".join(changes))] if changes else []
