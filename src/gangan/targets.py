"""What a person means by a target of an audit: a study, its files, or a copy of one that came by mail."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gangan.chain import Finding
from gangan.files import UserError
from gangan.ledger import Records, collect, studies
from gangan.plan import Job
from gangan.provenance import LINEAGE, file_digest, relative

UNMADE = {"logs", "benchmarks", "report.html"}  # what Snakemake writes in a study's folder, not a job


@dataclass
class Asked:
    """Where the records of what was asked for stand, and what was learned on the way."""

    places: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)


def study_of(root: Path, words: Sequence[str]) -> str:
    """The one study that all targets belong to.

    Raises:
        UserError: there is none, or more than one.
    """
    known = studies(root)
    found = {}
    for word in words:
        parts = Path(relative(Path(word))).parts
        if word in known:
            found[word] = word
        elif len(parts) > 1 and parts[0] == "results" and parts[1] in known:
            found[word] = parts[1]
        else:
            holding = [study for study in known if _place(word, collect(root, study))]
            if not holding and Path(word).is_file():
                raise UserError(f"{word}: no record here has its bytes or the lineage it carries; --against a ledger?")
            if not holding:
                raise UserError(f"{word}: no such file, and no such study here ({', '.join(known) or 'there is none'})")
            found[word] = holding[0]
    if len(set(found.values())) > 1:
        raise UserError(f"one study at a time, not {', '.join(sorted(set(found.values())))}")
    return found[words[0]]


def resolve(root: Path, study: str, words: Sequence[str], records: Records, jobs: Sequence[Job]) -> Asked:
    """Where the records of some targets stand; of a study, all of them.

    Raises:
        UserError: a target is neither here nor recorded.
    """
    asked = Asked()
    planned = {path: job.place for job in jobs for path in (*job.outputs, job.place)}
    for word in words:
        path = relative(Path(word))
        if word == study or path == f"results/{study}":
            own = [place for place in (*records.kept, *records.faults) if place.startswith(f"results/{study}/")]
            asked.places += [*dict.fromkeys([*(job.place for job in jobs), *own])]
            for stray in strays(root, study, records, jobs):
                asked.notes.append(Finding("unrecorded", stray, "no job made it; remove it, or write a rule for it"))
        elif place := records.makers.get(path) or planned.get(path) or (path if path in records.kept else None):
            asked.places.append(place)
        elif place := _place(word, records):
            entries = records.kept[place].made.values()
            same = [entry.path for entry in entries if entry.sha256 == file_digest(Path(word))]
            asked.places.append(place)
            asked.said += [f"{word} is a copy of {original}" for original in same]
            if not same:
                text = f"carries the lineage of {records.kept[place].first}, but its bytes are others"
                asked.notes.append(Finding("modified since", path, text))
        elif Path(word).exists():
            asked.places.append(f"{path}.json")
        else:
            raise UserError(f"{word}: not here, and no record of it")
    asked.places = list(dict.fromkeys(asked.places))
    return asked


def _place(word: str, records: Records) -> str | None:
    """Where the record of a file stands, found by its path, by its bytes, or by the lineage it carries."""
    path = relative(Path(word))
    if path in records.makers:
        return records.makers[path]
    if any(entry.path == path for record in records.kept.values() for entry in record.inputs.values()):
        return f"{path}.json"
    if not Path(word).is_file():
        return None
    digest, carried = file_digest(Path(word)), carried_lineage(Path(word))
    for place, record in records.kept.items():
        if any(entry.sha256 == digest for entry in record.outputs.values()):
            return place
    return next((place for place, record in records.kept.items() if record.lineage == carried), None)


def carried_lineage(path: Path) -> str | None:
    """The lineage that a figure carries in its metadata, where both PNG and PDF keep it as plain text."""
    match = re.search(re.escape(LINEAGE).encode() + rb"([0-9a-f]{64})", path.read_bytes())
    return match.group(1).decode() if match else None


def strays(root: Path, study: str, records: Records, jobs: Sequence[Job]) -> list[str]:
    """Files in a study's folder that no record and no rule knows."""
    known = records.makers.keys() | records.kept.keys() | records.faults.keys()
    known |= {path for job in jobs for path in (*job.outputs, job.place)}
    found = []
    folder = root / "results" / study
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and Path(parent, name) != folder)
        if Path(parent) == folder:
            folders[:] = [name for name in folders if name not in UNMADE]
            names = [name for name in names if name not in UNMADE]
        for name in sorted(names):
            path = Path(parent, name).relative_to(root).as_posix()
            if path not in known and not name.startswith("."):
                found.append(path)
    return found
