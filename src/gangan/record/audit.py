"""Which bytes, code, parameters and machines made a file? The chain of records behind it, checked link by link.

A file is as it was if its bytes are those its job recorded, and each job read the bytes that the job before it
recorded; it is up to date if code, function, settings and files are still those of the record. Snakemake says those.
"""

import json
import os
import stat
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from gangan.core.files import file_digest
from gangan.record.chain import Audit, Finding, Node, chain
from gangan.record.code import code
from gangan.record.ledger import Records
from gangan.record.plan import Job
from gangan.record.record import Entry, Record, lineage, short

FEW = 8  # changed parameters in a line before the rest is counted


class Seen(NamedTuple):
    """A file as it is now; without size it is not here."""

    size: int | None = None
    sha256: str = ""  # empty if no record has that size: the bytes are others, and stay unread
    trouble: str = ""


def audit(
    root: Path,
    targets: Sequence[str],
    records: Records,
    jobs: Sequence[Job] | None,
    require_data: bool = True,
    package: Path | None = None,
) -> Audit:
    """Check all that stands behind some records.

    Args:
        root: the clone.
        targets: where the records stand.
        records: of the study, from its folder or from a ledger.
        jobs: of the study, from Snakemake; None: settings are not compared.
        require_data: a file that is not here is missing.
        package: whose code is compared; that of the clone if not given.

    Raises:
        UserError: the records go round in a circle.
    """
    nodes = chain(targets, records, {job.place: job for job in jobs or ()})
    seen = _look(root, nodes)
    for node in nodes.values():
        node.here = all(seen[path].size is not None or seen[path].trouble for path in node.outputs)
        if not node.record:
            node.findings = _wrong_record(node, records, seen)
            continue
        node.findings = [
            *_wrong_bytes(node.record, seen, require_data),
            *_wrong_links(node.record, records, seen),
            *_stale_code(node.record, package or root / "src/gangan"),
            *(_stale_parameters(node.record, node.job) if jobs is not None else ()),
        ]
    return Audit(list(targets), nodes, sum(file.size or 0 for file in seen.values() if file.sha256))


def _look(root: Path, nodes: Mapping[str, Node]) -> dict[str, Seen]:
    """All files that the records or the plan know, each read at most once, many side by side."""
    sizes: dict[str, set[int]] = {path: set() for node in nodes.values() for path in node.outputs}
    for node in nodes.values():
        for entry in (*node.record.inputs.values(), *node.record.outputs.values()) if node.record else ():
            sizes.setdefault(entry.path, set()).add(entry.size)

    def look(path: str) -> Seen:
        try:
            status = (root / path).stat()
            if not stat.S_ISREG(status.st_mode):
                return Seen(trouble="no plain file")
            return Seen(status.st_size, file_digest(root / path) if status.st_size in sizes[path] else "")
        except (FileNotFoundError, NotADirectoryError):
            return Seen()
        except OSError as error:
            return Seen(trouble=str(error.strerror))

    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        return dict(zip(sizes, pool.map(look, sizes), strict=True))


def _wrong_record(node: Node, records: Records, seen: Mapping[str, Seen]) -> list[Finding]:
    """Why is there no record?"""
    if node.place in records.faults:
        verdict = "outside input" if node.place in records.outside else "bad record"
        return [Finding(verdict, node.place, records.faults[node.place])]
    for path in node.outputs:
        if seen[path].trouble:
            return [Finding("unreadable", path, seen[path].trouble)]
    if any(seen[path].size is not None for path in node.outputs):
        return [Finding("unrecorded", node.outputs[0], f"no record {node.place}")]
    return [Finding("missing", node.outputs[0], "not made yet, and no record of it")]


def _wrong_bytes(record: Record, seen: Mapping[str, Seen], require_data: bool) -> list[Finding]:
    """Are the outputs on disk those the job wrote?"""
    findings = []
    for path, entry in record.made.items():
        if seen[path].trouble:
            findings.append(Finding("unreadable", path, seen[path].trouble))
        elif seen[path].size is None:
            findings += [Finding("missing", path, "recorded, but the file is not here")] if require_data else []
        elif other := _other(seen[path], entry):
            findings.append(Finding("modified since", path, other))
    return findings


def _wrong_links(record: Record, records: Records, seen: Mapping[str, Seen]) -> list[Finding]:
    """Did the job read what the jobs before it say they wrote?"""
    findings = []
    name = Path(record.first).name
    if lineage(record.call, name, record.settings, record.code, record.inputs) != record.lineage:
        findings.append(Finding("bad record", record.first, "its lineage is not that of what it lists"))
    for entry in record.inputs.values():
        maker = records.kept.get(records.makers.get(entry.path, ""))
        made = maker.made[entry.path] if maker else None
        now = Seen(made.size, made.sha256) if made else seen[entry.path]
        if now.size is None:  # its own node says so
            continue
        if other := _other(now, entry):
            text = f"made from other bytes of {entry.path}: {other}"
            findings.append(Finding("other input", record.first, text))
        elif maker and entry.lineage not in (None, maker.lineage):
            text = f"made from an earlier {entry.path}: the same bytes, by other code, settings or inputs"
            findings.append(Finding("other input", record.first, text))
    return findings


def _other(now: Seen, recorded: Entry) -> str:
    """How the bytes of a file differ from those recorded, if they do."""
    if now.size != recorded.size:
        return f"{now.size} bytes, recorded {recorded.size}"
    return "" if now.sha256 == recorded.sha256 else f"sha256 is {now.sha256[:12]}…, recorded {recorded.sha256[:12]}…"


def _stale_code(record: Record, package: Path) -> list[Finding]:
    """Is the code still the code that made it?"""
    now = code(record.call.rpartition(".")[0], package=package, strict=False)
    changed = sorted(name for name in record.code.keys() | now.keys() if record.code.get(name) != now.get(name))
    return [Finding("stale code", record.first, f"changed since: {', '.join(changed)}")] if changed else []


def _stale_parameters(record: Record, job: Job | None) -> list[Finding]:
    """Would Snakemake have the same function called, with the same settings and files?"""
    if not job:
        return [Finding("no rule", record.first, "nothing in this configuration makes it")]
    changes = [f"call {record.call} → {job.call}"] if record.call != job.call else []
    changes += [f"{name} {old} → {new}" for name, old, new in differences(record.settings, job.settings)]
    read, reads = ({name: entry.path for name, entry in record.inputs.items()}, job.reads)
    before, after = set(read.values()), set(reads.values())
    changes += [f"no longer reads {path}" for path in sorted(before - after)]
    changes += [f"now reads {path}" for path in sorted(after - before)]
    changes += ["reads the same files in other places"] if before == after and read != reads else []
    changes += [f"now makes {path}" for path in sorted(set(job.makes) - record.made.keys())]
    changes += [f"no longer makes {path}" for path in sorted(record.made.keys() - set(job.makes))]
    more = [f"and {len(changes) - FEW} more"] if len(changes) > FEW else []
    return [Finding("stale parameter", record.first, "; ".join(changes[:FEW] + more))] if changes else []


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The leaves in which two jobs' settings differ: name, old value, new value."""
    before, after = _leaves(old), _leaves(new)
    return [
        (".".join(map(str, keys)), short(before.get(keys, "absent")), short(after.get(keys, "absent")))
        for keys in before | after
        if before.get(keys) != after.get(keys)
    ]


def _leaves(settings: Any) -> dict[tuple[str | int, ...], str]:
    """The JSON of each value that holds no other, by the keys and indices that lead to it, in order."""
    leaves: dict[tuple[str | int, ...], str] = {}
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), settings)]
    while waiting:
        keys, value = waiting.pop()
        if value and isinstance(value, dict | list):
            inner = value.items() if isinstance(value, dict) else enumerate(value)
            waiting += reversed([((*keys, key), one) for key, one in inner])
        else:
            leaves[keys] = json.dumps(value)
    return leaves
