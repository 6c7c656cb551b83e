"""The record of a job, which stands beside what the job made: its schema, and how it is written."""

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar
from unicodedata import category

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, ValidationError

from gangan.core.files import UserError, atomic, file_digest, hidden, text_digest
from gangan.core.lease import attempt_facts
from gangan.record.code import code
from gangan.record.machine import commit, environment

UNSEALED = "0" * 64
File = TypeVar("File", str, Path)


def _line(text: str) -> str:
    if not all(sign.isprintable() or category(sign) == "Zs" for sign in text) or len(text) > 4096:
        raise ValueError("not a line of printable text")
    return text


Text = Annotated[str, AfterValidator(_line)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Call = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+$", max_length=200)]


class Data(BaseModel):
    """What is read from a file that anybody may have written."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Entry(Data):
    """A file as a job wrote it."""

    path: Text
    size: Annotated[int, Field(ge=0)]
    sha256: Digest


class Read(Entry):
    """A file as a job read it, with the lineage of the job that had made it (None: no record said so)."""

    lineage: Digest | None


class Commit(Data):
    """The clone's commit, and the digest of what was not committed."""

    commit: Annotated[str, Field(pattern=r"^[0-9a-f]{40,64}$")] | None
    uncommitted: Digest | None


class Record(Data):
    """What a job read and made, by which code, with which settings, where and when."""

    rule: Text | None
    wildcards: dict[Text, Text]
    call: Call
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


@dataclass
class Activity:
    """A job at work: what its record holds already, and what only the job can add to it."""

    inputs: Mapping[str, Read]
    lineage: str
    attempts: list[dict[str, Any]] = field(default_factory=lambda: [attempt_facts()])
    mirrors: list[str] = field(default_factory=list)


@contextmanager
def recorded(
    call: str,
    settings: Mapping[str, Any],
    inputs: Mapping[str, Path | Sequence[Path]],
    outputs: Mapping[str, Path],
    rule: str | None = None,
    wildcards: Mapping[str, str] | None = None,
) -> Iterator[Activity]:
    """Do a job and then write its record, ``<first output>.json``.

    Paths in a record are relative to the working directory, so that a study can be moved and copied.

    Args:
        call: the function that does the job, as ``papers.gangan.zoo.pack``: its module's code decides the outputs.
        settings: the named parameters: what, with code and inputs, decides the outputs.
        inputs: hashed before the job reads them; a list as ``name.0``, ``name.1``, … Those ``measured`` are recorded
            outside the lineage.
        outputs: hashed after it wrote them.
        rule: of Snakemake; None of a job started by hand.
        wildcards: of the rule.

    Raises:
        UserError: an input cannot be read, changed while the job was reading it, or has a record that is none.
    """
    started, began = datetime.now(UTC), time.perf_counter()
    first = next(iter(outputs.values()))
    files = flat(inputs)
    stamps = {path: _stamp(path) for path in files.values()}  # before their bytes are read
    read = {name: _read(name, path) for name, path in files.items()}
    hashing = time.perf_counter() - began
    named: dict[str, Any] = json.loads(json.dumps(settings))
    modules = code(call.rpartition(".")[0])
    at_start = commit()
    activity = Activity(read, lineage(call, first.name, named, modules, read))
    yield activity
    began = time.perf_counter()
    for name, path in files.items():
        if _stamp(path) != stamps[path] and file_digest(path) != read[name].sha256:
            raise UserError(f"{path} changed while {first} was made from it; run again")
    made = {name: _entry(path) for name, path in outputs.items()}
    hashing += time.perf_counter() - began
    record = Record(
        rule=rule,
        wildcards=dict(wildcards or {}),
        call=call,
        argv=["gangan", *sys.argv[1:]],
        settings=named,
        inputs=read,
        outputs=made,
        code=modules,
        lineage=activity.lineage,
        commit=Commit(**at_start),
        environment=environment(),
        attempts=activity.attempts,
        started=started,
        ended=datetime.now(UTC),
        hashing_seconds=round(hashing, 3),
        mirrors=activity.mirrors,
        seal=UNSEALED,
    )
    content = record.model_dump(mode="json")
    with atomic(record_path(first)) as partial:
        partial.write_text(json.dumps(content | {"seal": seal(content)}, indent=1) + "\n", "utf-8")


def flat(files: Mapping[str, File | Sequence[File]]) -> dict[str, File]:
    """Files by the names that they have in a record: of a list, ``name.0`` and so on."""
    named: dict[str, File] = {}
    for name, given in files.items():
        if isinstance(given, str | Path):
            named[name] = given
        else:
            named |= {f"{name}.{i}": file for i, file in enumerate(given)}
    return named


def record_path(output: Path) -> Path:
    """Where the record of a job stands: beside its first output."""
    return output.with_name(output.name + ".json")


def relative(path: Path) -> str:
    """A path as records hold it: from the working directory, or whole if it leaves that."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100  results may be a link to a larger disk: not resolve()
    return (absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else absolute).as_posix()


def measured(name: str) -> bool:
    """Whether an input or output of that name holds measured times: recorded, but never the same twice."""
    return name.startswith("timing")


def lineage(
    call: str, output: str, settings: Mapping[str, Any], code: Mapping[str, str], inputs: Mapping[str, Read]
) -> str:
    """The digest of all that decides a job's outputs: function, name, settings, code, each input's bytes and lineage.

    It holds no time and no machine, so the same chain has the same lineage wherever it runs. It leaves out the job's
    outputs, so that a figure can carry it; ``measured`` inputs are left out too.
    """
    read = {name: [entry.sha256, entry.lineage] for name, entry in inputs.items() if not measured(name)}
    decides = {"call": call, "output": output, "settings": settings, "code": code, "inputs": read}
    return text_digest(canonical(decides))


def seal(record: Mapping[str, Any]) -> str:
    """The digest of a whole record but for its seal: shows an edit, though not one by somebody who seals it again."""
    return text_digest(canonical({key: value for key, value in record.items() if key != "seal"}))


def canonical(content: Any) -> str:
    """JSON with one spelling: keys in order, no spaces."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def printable(text: str) -> str:
    """A line without control characters: what a record says cannot drive a terminal."""
    return "".join(c if c.isprintable() else "?" for c in text)


def short(value: Any) -> str:
    """A value of a record in at most 200 characters."""
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 200 else f"{text[:200]}…"


def _stamp(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from None


def _entry(path: Path) -> Entry:
    try:
        return Entry(path=relative(path), size=path.stat().st_size, sha256=file_digest(path))
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from None
    except ValidationError:
        raise UserError(f"{printable(str(path))}: its name is too long or no line of text; rename it") from None


def _read(name: str, path: Path) -> Read:
    entry = _entry(path)
    return Read(**dict(entry), lineage=None if measured(name) else _lineage_of(path, entry))


def _records_in(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*.json")) if not hidden(Path(path.name))]


def _lineage_of(path: Path, read: Entry) -> str | None:
    """The lineage of a file, from the record beside it that says it made those bytes; None if there is none."""
    beside = record_path(path)
    for place in [beside] if beside.exists() else _records_in(path.parent):
        try:
            record = Record.model_validate_json(place.read_bytes())
        except (OSError, ValidationError, RecursionError):
            if place == beside:
                yours = f"move it elsewhere if {path} is a file of yours, else delete both and run again"
                raise UserError(f"{place} is no record: {yours}") from None
            continue
        made = record.made.get(read.path)
        of_another = record_path(Path(record.first)).name != place.name  # a copy that somebody, or a tool, left
        if made and not of_another and made.sha256 == read.sha256:
            return record.lineage
    return None
