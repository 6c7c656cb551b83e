"""An audit from what a person typed: a study, its files, or a copy of one that came by mail."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gangan.core.files import LINEAGE, UserError, file_digest, shown
from gangan.record import ledger
from gangan.record.audit import audit
from gangan.record.chain import Audit, Finding
from gangan.record.ledger import Records
from gangan.record.plan import Job, plan
from gangan.record.record import relative

UNMADE = {"logs", "report.html", "site"}  # in a study's folder, what no job makes; the site is built from its files


@dataclass
class Found:
    """An audit and what it was made with."""

    study: str
    records: Records
    jobs: list[Job]
    audit: Audit


@dataclass
class Asked:
    """Where the records of what was asked for stand, and what was learned on the way."""

    places: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)


def investigate(
    root: Path,
    words: Sequence[str],
    configfiles: Sequence[Path] = (),
    against: Path | None = None,
    require_data: bool = True,
    target: str = "all",
) -> Found:
    """Audit files or a study of the clone ``root``.

    Args:
        root: the working directory.
        words: targets; with a ledger none stands for its study.
        configfiles: of the study; none stands for ``config/{study}.yaml``, or the Snakefile's own if that makes it.
        against: a ledger whose records count, instead of those here.
        require_data: with a ledger, whether each file must be here.
        target: of the Snakefile, which a study must have whole.

    Raises:
        UserError: no such target, no configuration, or records or a ledger that are none.
    """
    if against:
        study, records = ledger.read(against)
        words = words or [study]
    elif words:
        study = study_of(root, words)
        records = ledger.collect(root, study)
    else:
        raise UserError("name a file or a study to audit")
    configfiles = configuration(root, study, configfiles)
    folder = f"results/{study}/"
    jobs = plan(root, configfiles, [r.first for r in records.kept.values() if r.first.startswith(folder)], target)
    if not configfiles and not any(job.place.startswith(folder) for job in jobs):
        raise UserError(f"no config/{study}.yaml: name the configuration of study {study} with --configfile")
    asked = resolve(root, study, words, records, jobs)
    done = audit(root, asked.places, records, jobs, require_data=require_data or not against)
    done.notes += asked.notes
    done.said += asked.said
    return Found(study, records, jobs, done)


def configuration(root: Path, study: str, configfiles: Sequence[Path]) -> Sequence[Path]:
    """The configuration of a study: the files given, else its own, else none, for the Snakefile's."""
    own = Path(f"config/{study}.yaml")
    return configfiles or ([own] if (root / own).exists() else [])


def verified(root: Path, study: str, configfiles: Sequence[Path] = (), target: str = "all") -> Records:
    """The records of a study, which has a target whole, and of all that it was made from.

    Raises:
        UserError: there is no such study, or something is wrong with them.
    """
    ledger.refuse_unknown(root, study)
    found = investigate(root, [study], configfiles, target=target)
    if not found.audit.verified:
        raise UserError(f"{study} is not verified: see `gangan audit {study}`")
    chain = found.audit.nodes
    return Records({place: record for place, record in found.records.kept.items() if place in chain})


def study_of(root: Path, words: Sequence[str]) -> str:
    """The one study that all targets belong to.

    Raises:
        UserError: there is none, or more than one.
    """
    known = ledger.studies(root)
    found: dict[str, list[str]] = {}
    for word in words:
        parts = Path(relative(Path(word))).parts
        if word in known:
            found[word] = [word]
        elif len(parts) > 1 and parts[0] == "results" and parts[1] in known:
            found[word] = [parts[1]]
        else:
            found[word] = _holding(root, word, known)
            if not found[word] and Path(word).is_file():
                raise UserError(f"{word}: no record here has its bytes or the lineage it carries; --against a ledger?")
            if not found[word]:
                raise UserError(f"{word}: no such file, and no such study here ({', '.join(known) or 'there is none'})")
    shared = [study for study in found[words[0]] if all(study in studies for studies in found.values())]
    if not shared:
        raise UserError(f"one study at a time, not {', '.join(sorted({studies[0] for studies in found.values()}))}")
    return shared[0]


def _holding(root: Path, word: str, known: Sequence[str]) -> list[str]:
    """The studies with a record of a file, those first whose own jobs read or made it: all know what lies in
    ``resources``."""
    path = relative(Path(word))
    own: list[str] = []
    others: list[str] = []
    for study in known:
        records = ledger.collect(root, study)
        if (place := _place(word, records)) is None:
            continue
        jobs = [record for at, record in records.kept.items() if at.startswith(f"results/{study}/")]
        reads = any(entry.path == path for record in jobs for entry in record.inputs.values())
        (own if reads or place.startswith(f"results/{study}/") else others).append(study)
    return own + others


def resolve(root: Path, study: str, words: Sequence[str], records: Records, jobs: Sequence[Job]) -> Asked:
    """Where the records of some targets stand; of a study, all of them.

    Raises:
        UserError: a target is neither here nor recorded.
    """
    asked = Asked()
    planned = {path: job.place for job in jobs for path in (*job.makes, job.place)}
    for word in words:
        path = relative(Path(word))
        if word == study or path == f"results/{study}":
            own = [place for place in (*records.kept, *records.faults) if place.startswith(f"results/{study}/")]
            asked.places += [*dict.fromkeys([*(job.place for job in jobs), *own])]
            for stray in strays(root, study, records, jobs):
                asked.notes.append(Finding("unrecorded", stray, "no job made it; remove it, or write a rule for it"))
        elif place := records.makers.get(path) or planned.get(path) or (path if path in records.kept else None):
            asked.places.append(place)
        elif (place := _place(word, records)) in records.kept:
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
    if path.suffix not in (".png", ".pdf"):
        return None
    match = re.search(re.escape(LINEAGE).encode() + rb"([0-9a-f]{64})", path.read_bytes())
    return match.group(1).decode() if match else None


def strays(root: Path, study: str, records: Records, jobs: Sequence[Job]) -> list[str]:
    """Files in a study's folder that no record and no rule knows."""
    known = records.makers.keys() | records.kept.keys() | records.faults.keys()
    known |= {path for job in jobs for path in (*job.makes, job.place)}
    folder = root / "results" / study
    found = []
    for path in shown(folder):
        name = path.relative_to(root).as_posix()
        if path.relative_to(folder).parts[0] not in UNMADE and name not in known:
            found.append(name)
    return found
