"""Records read back: one job's, a study's, or a committed ledger of them. They are data, checked and never trusted."""

import json
import stat
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import Field, JsonValue, ValidationError

from gangan.core.files import UserError, atomic, hidden, shown, text_digest
from gangan.record.record import Data, Digest, Record, Text, canonical, printable, seal, short

LARGEST = 64 * 2**20  # bytes; the record of 10,000 inputs has 5 MB


class _Ledger(Data):
    study: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    root: Digest
    records: dict[Text, JsonValue]


@dataclass
class Records:
    """Records by where they stand, who made each file, and what is wrong with those that are none."""

    kept: dict[str, Record] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    outside: set[str] = field(default_factory=set)  # faults of which are that the job read what lies outside the clone
    makers: dict[str, str] = field(default_factory=dict)  # output → place of its record

    def add(self, place: str, text: str | bytes, root: Path | None = None) -> None:
        """Take in the text of a record, or note what is wrong with it.

        Of a file below ``root`` that a link leads to, what counts is the place that it names itself.
        """
        try:
            record = Record.model_validate_json(text)
            sealed = seal(record.model_dump(mode="json"))
        except ValidationError as error:
            mistake = error.errors()[0]
            key = ".".join(str(part) for part in mistake["loc"])
            self.faults[place] = printable(f"not a record: {key}: {mistake['msg']}" if key else "not a record")[:300]
        except (ValueError, RecursionError):  # a number or a depth that no JSON of ours has
            self.faults[place] = "not a record"
        else:
            outside = _outside(record)
            if root and not outside and _same(root / place, root / f"{record.first}.json"):
                place = f"{record.first}.json"
            if outside:
                self.faults[place] = f"not a record: {outside}: a path outside the study"
            elif place != f"{record.first}.json":
                self.faults[place] = f"the record of {record.first}"
            elif sealed != record.seal:
                self.faults[place] = "edited since it was written: its seal is broken"
            elif away := [entry.path for entry in record.inputs.values() if PurePosixPath(entry.path).is_absolute()]:
                self.outside.add(place)
                text = f"made from {short(away[0])}, which no audit follows; make it anew from a copy in resources"
                self.faults[place] = text
            else:
                self.kept[place] = record
                for path in record.made:
                    self.makers.setdefault(path, place)
                self.makers[record.first] = place

    @property
    def root(self) -> str:
        """One digest over all records."""
        return text_digest(canonical({place: record.seal for place, record in self.kept.items()}))


def _outside(record: Record) -> str | None:
    """The key of a path that no record has, if there is one; a job may read outside the clone, by a whole path."""
    for kind, entries in (("inputs", record.inputs), ("outputs", record.outputs)):
        for name, entry in entries.items():
            pure = PurePosixPath(entry.path)
            if (
                (pure.is_absolute() and kind == "outputs")
                or ".." in pure.parts
                or str(pure) != entry.path
                or entry.path == "."
            ):
                return f"{kind}.{name}.path"
    return None


def studies(root: Path) -> list[str]:
    """The studies that have results."""
    folders = (root / "results").iterdir() if (root / "results").is_dir() else ()
    return sorted(folder.name for folder in folders if folder.is_dir() and not hidden(Path(folder.name)))


def refuse_unknown(root: Path, study: str) -> None:
    """A study is named as its folder in ``results`` is, without the way there.

    Raises:
        UserError: there are no results of such a study.
    """
    if study not in (known := studies(root)):
        raise UserError(f"{study}: no results of such a study here ({', '.join(known) or 'there are none'})")


def collect(root: Path, study: str) -> Records:
    """The records of a study, and of what is downloaded for all studies, also behind links to other disks."""
    records = Records()
    for folder in (root / "results" / study, root / "resources"):
        for path in shown(folder, links=True):
            if len(path.suffixes) > 1 and path.suffix == ".json":
                place = path.relative_to(root).as_posix()
                try:
                    records.add(place, content(path), root)
                except UserError as error:
                    records.faults[place] = str(error).removeprefix(f"{path}: ")
    return records


def _same(one: Path, other: Path) -> bool:
    return one != other and other.exists() and one.samefile(other)


def content(path: Path) -> bytes:
    """The content of a JSON file.

    Raises:
        UserError: it cannot be read, is no plain file, or is too large to be a record or a ledger.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UserError(f"{path}: no plain file")
        if status.st_size > LARGEST:
            raise UserError(f"{path}: {status.st_size} bytes, no record or ledger has more than {LARGEST}")
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from None


def write(records: Records, study: str, output: Path) -> str:
    """Write the ledger of a study; returns its root digest."""
    kept = {place: record.model_dump(mode="json") for place, record in sorted(records.kept.items())}
    ledger = {"study": study, "root": records.root, "records": kept}
    with atomic(output) as partial:
        partial.write_text(json.dumps(ledger, indent=1) + "\n", "utf-8")
    return records.root


def read(path: Path) -> tuple[str, Records]:
    """A ledger's study and records.

    Raises:
        UserError: it is none, or a record in it is not as it was.
    """
    try:
        ledger = _Ledger.model_validate_json(content(path))
    except (ValidationError, RecursionError):
        raise UserError(f"{path}: not a ledger; write one with `gangan ledger write`") from None
    records = Records()
    for place, raw in ledger.records.items():
        records.add(place, json.dumps(raw))
    for place, fault in records.faults.items():
        raise UserError(f"{path}: {place}: {fault}; take the ledger from git again")
    if records.root != ledger.root:
        raise UserError(f"{path}: its root digest is not that of its records; take the ledger from git again")
    return ledger.study, records
