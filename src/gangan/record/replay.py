"""A job done again from its inputs, in a folder of its own, to compare its bytes with those recorded."""

import copy
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gangan.core.files import UserError, file_digest
from gangan.core.surroundings import of_a_job
from gangan.record.chain import Audit, Finding, Node
from gangan.record.record import Record, measured, short

DATED = "record.claims.write"  # a page of a claim has an audit of that moment
# What decides rounding.
PLATFORM = (
    "processor",
    "python",
    "packages",
    "lock",
    "loader",
    "threads",
    "determinism",
    "instructions",
    "cuda",
    "gpu",
)


def replay(root: Path, audit: Audit, epochs: int | None) -> list[str]:
    """Do the jobs of the audit's targets again; what was the same is returned, what was not becomes a finding.

    Args:
        root: the clone.
        audit: without findings: bytes, code and settings are those of the records.
        epochs: of a training, do only so many from the start, and compare those.

    Raises:
        UserError: something else was wrong already, an input is not here, or the job failed.
    """
    if not audit.verified:
        raise UserError("not replayed: the audit without --replay already finds something wrong")
    same = []
    for node in (audit.nodes[place] for place in audit.targets):
        assert node.record is not None  # else there were a finding
        if node.record.call == DATED:
            same.append(f"not replayed: {node.record.first}: it says what was so when it was made")
            continue
        with tempfile.TemporaryDirectory() as folder:
            scratch = Path(folder)
            _again(root, scratch, node, node.record, list(audit.nodes), epochs)
            different = _different(root, scratch, node.record, epochs)
            if not different:
                upto = f"the first {epochs} epochs of " if epochs else ""
                same.append(f"replayed: {upto}{', '.join(_repeatable(node.record))}: the same")
                continue
            now = json.loads((scratch / node.place).read_text("utf-8"))["environment"]
            changes = platform_changes(node.record.environment, now)
        verdict = "not comparable" if changes else "replay differs"
        why = "; ".join(changes) if changes else "and the platform is that of the record"
        audit.notes.append(Finding(verdict, ", ".join(different), f"other bytes than recorded: {why}"))
    return same


def _again(root: Path, scratch: Path, node: Node, record: Record, places: Sequence[str], epochs: int | None) -> None:
    """Do what Snakemake would do now, among links to the job's inputs and to the records of its chain."""
    assert node.job is not None  # else there were a finding
    job = node.job
    given = {
        "settings": shortened(job.settings, record, epochs) if epochs else job.settings,
        "files": {"wildcards": job.wildcards, "input": job.inputs, "output": job.outputs},
    }
    for name, content in given.items():
        (scratch / f"{name}.json").write_text(json.dumps(content), "utf-8")
    above = [place for place in places if place != node.place]  # its own is written anew
    _link(root, scratch, [*(entry.path for entry in record.inputs.values()), *above])
    threads = str(record.environment.get("threads", 1))
    environment = of_a_job(os.environ) | {"PYTHONPATH": str(root.resolve() / "src")}  # the job sets its threads
    command = [sys.executable, "-m", "gangan", "job", job.call, "--rule", job.rule, "--threads", threads]
    command += [word for name in given for word in (f"--{name}", f"@{name}.json")]
    done = subprocess.run(command, cwd=scratch, env=environment, encoding="utf-8", capture_output=True)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["the job said nothing"]
        raise UserError(f"not replayed: {node.outputs[0]}: {said[-1]}")


def _link(root: Path, scratch: Path, paths: Sequence[str]) -> None:
    for path in dict.fromkeys(paths):  # a job may read a file by several names
        if not (root / path).exists():
            raise UserError(f"not replayed: {path} is not here")
        (scratch / path).parent.mkdir(parents=True, exist_ok=True)
        (scratch / path).symlink_to((root / path).resolve())


def shortened(settings: dict[str, Any], record: Record, epochs: int) -> dict[str, Any]:
    """The settings of a training, with fewer epochs: of the one ``epochs`` among them, wherever it stands.

    Raises:
        UserError: it is no training that keeps each epoch, or has not so many.
    """
    settings = copy.deepcopy(settings)
    waiting: list[Any] = [settings]
    trainings = []
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict) and "epochs" in here:
            trainings.append(here)
        waiting += here.values() if isinstance(here, dict) else here if isinstance(here, list) else ()
    if len(trainings) != 1 or not ("losses" in record.outputs or record.first.endswith(".h5")):
        raise UserError("--epochs is for a training: replay a file with its rows (.h5), or with its losses beside it")
    if not 0 < epochs <= trainings[0]["epochs"]:
        raise UserError(f"--epochs {epochs}: this training has {trainings[0]['epochs']}")
    falls = trainings[0].get("constant")  # after so many epochs rates fall, the faster the fewer epochs there are
    if falls is not None and falls <= epochs < trainings[0]["epochs"]:
        allowed = " or ".join([*([f"below {falls}"] if falls > 1 else []), f"all {trainings[0]['epochs']}"])
        raise UserError(
            f"--epochs {epochs}: later learning rates hang on how many epochs there are; allowed: {allowed}"
        )
    trainings[0]["epochs"] = epochs
    if "looks" in settings:
        settings["looks"] = [look for look in settings["looks"] if look <= epochs]
    return settings


def _repeatable(record: Record) -> list[str]:
    return [entry.path for name, entry in record.outputs.items() if not measured(name)]


def _different(root: Path, scratch: Path, record: Record, epochs: int | None) -> list[str]:
    if epochs is None:
        made = record.made
        return [path for path in _repeatable(record) if file_digest(scratch / path) != made[path].sha256]
    if "losses" in record.outputs:  # all that a GAN-GAN keeps of each epoch
        path = record.outputs["losses"].path
        again = (scratch / path).read_text("utf-8").splitlines()
        return [] if (root / path).read_text("utf-8").splitlines()[: len(again)] == again else [path]
    from gangan.core import rowfile

    first, again_rows = rowfile.rows(root / record.first, None, range(epochs)), rowfile.rows(scratch / record.first)
    return [] if first.equal(again_rows) else [record.first]


def platform_changes(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What differs between the machine and software of a record and of now."""
    before, after = ({key: _model(facts.get(key)) for key in PLATFORM} for facts in (old, new))
    return [f"{key} {short(before[key])} → {short(after[key])}" for key in PLATFORM if before[key] != after[key]]


def _model(value: Any) -> Any:
    """A fact without what tells two GPUs of one model apart."""
    return {name: fact for name, fact in value.items() if name != "uuid"} if isinstance(value, dict) else value
