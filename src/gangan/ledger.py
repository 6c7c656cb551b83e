"""Records read back: one job's, a study's, or a committed ledger of them. They are data, checked and never trusted."""

import json
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    TypeAdapter,
    ValidationError,
)

from gangan.files import UserError, atomic
from gangan.provenance import canonical, seal, text_digest

LARGEST = 64 * 2**20  # bytes; the record of 10,000 inputs has 5 MB


def _printable(text: str) -> str:
    if not text.isprintable() or len(text) > 4096:
        raise ValueError("not a line of printable text")
    return text


def _inside(path: str) -> str:
    pure = PurePosixPath(_printable(path))
    if pure.is_absolute() or ".." in pure.parts or str(pure) != path or path == ".":
        raise ValueError(f"a path outside the study: {path!r}")
    return path


Text = Annotated[str, AfterValidator(_printable)]
StudyPath = Annotated[str, AfterValidator(_inside)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Entry(_Data):
    """A file as a job wrote it."""

    path: StudyPath
    size: Annotated[int, Field(ge=0)]
    sha256: Digest


class Read(Entry):
    """A file as a job read it, with the lineage of the job that had made it (None: no record said so)."""

    lineage: Digest | None


class Commit(_Data):
    """The clone's commit, and the digest of what was not committed."""

    commit: Annotated[str, Field(pattern=r"^[0-9a-f]{40,64}$")] | None
    uncommitted: Digest | None


class Record(_Data):
    """What ``provenance.recorded`` wrote."""

    rule: Text | None
    wildcards: dict[Text, Text]
    argv: list[str]
    settings: dict[Text, JsonValue]
    inputs: dict[Text, Read]
    outputs: Annotated[dict[Text, Entry], Field(min_length=1)]
    code: dict[Text, Digest]
    lineage: Digest
    commit: Commit
    environment: dict[Text, JsonValue]
    attempts: Annotated[list[dict[Text, JsonValue]], Field(min_length=1)]
    started: AwareDatetime
    ended: AwareDatetime
    hashing_seconds: Annotated[float, Field(ge=0)]
    mirrors: list[Text] = []
    seal: Digest

    @property
    def first(self) -> str:
        """Its first output, which it stands beside."""
        return next(iter(self.outputs.values())).path

    @property
    def made(self) -> dict[str, Entry]:
        """Its outputs by path."""
        return {entry.path: entry for entry in self.outputs.values()}


class _Ledger(_Data):
    study: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    root: Digest
    records: dict[StudyPath, dict[str, JsonValue]]


@dataclass
class Records:
    """Records by where they stand, who made each file, and what is wrong with those that are none."""

    kept: dict[str, Record] = field(default_factory=dict)
    raw: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    makers: dict[str, str] = field(default_factory=dict)  # output → place of its record

    def add(self, place: str, text: str | bytes) -> None:
        """Take in the text of a record, or note what is wrong with it."""
        try:
            record = Record.model_validate_json(text)
            raw = json.loads(text)
        except ValidationError as error:
            mistake = error.errors()[0]
            key = ".".join(str(part) for part in mistake["loc"])
            self.faults[place] = _printed(f"not a record: {key}: {mistake['msg']}" if key else "not a record")
            return
        except (ValueError, RecursionError):
            self.faults[place] = "not a record"
            return
        if place != f"{record.first}.json":
            self.faults[place] = f"the record of {record.first}"
        elif seal(raw) != record.seal:
            self.faults[place] = "edited since it was written: its seal is broken"
        else:
            self.kept[place], self.raw[place] = record, raw
            for path in record.made:
                self.makers.setdefault(path, place)
            self.makers[record.first] = place

    @property
    def root(self) -> str:
        """One digest over all records."""
        return text_digest(canonical({place: record.seal for place, record in self.kept.items()}))


def studies(root: Path) -> list[str]:
    """The studies that have results."""
    folders = (root / "results").iterdir() if (root / "results").is_dir() else ()
    return sorted(folder.name for folder in folders if folder.is_dir() and folder.name != "reference")


def collect(root: Path, study: str) -> Records:
    """The records of a study, and of what is downloaded for all studies."""
    records = Records()
    for folder in (root / "results" / study, root / "resources"):
        for parent, _, names in os.walk(folder):  # follows no links, so it ends
            for name in sorted(names):
                if name.endswith(".json") and "." in name.removesuffix(".json"):
                    place = Path(parent, name).relative_to(root).as_posix()
                    try:
                        records.add(place, content(root / place))
                    except UserError as error:
                        records.faults[place] = str(error).removeprefix(f"{root / place}: ")
    return records


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
    ledger = {"study": study, "root": records.root, "records": dict(sorted(records.raw.items()))}
    with atomic(output) as partial:
        partial.write_text(json.dumps(ledger, indent=1) + "\n")
    return records.root


def read(path: Path) -> tuple[str, Records]:
    """A ledger's study and records.

    Raises:
        UserError: it is none, or a record in it is not as it was.
    """
    try:
        ledger = TypeAdapter(_Ledger).validate_json(content(path))
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


def behind(records: Records, places: Iterable[str]) -> Records:
    """Some records and all that lead to them."""
    chosen, waiting = Records(), list(places)
    while waiting:
        place = waiting.pop()
        if place in records.kept and place not in chosen.kept:
            chosen.kept[place], chosen.raw[place] = records.kept[place], records.raw[place]
            waiting += [records.makers[i.path] for i in chosen.kept[place].inputs.values() if i.path in records.makers]
    return chosen


def _printed(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)[:300]
