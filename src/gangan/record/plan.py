"""What Snakemake makes of a study now: every job with its call, and which of them ``snakemake -n`` would run.

The Snakefile is the one home of what a job is given, so an audit asks Snakemake rather than say it again. Run as a
module this is the process that asks; Snakemake leaves its mark on a process that it ran in.
"""

import json
import logging
import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from gangan.core import configfile
from gangan.core.files import UserError
from gangan.core.surroundings import of_a_job
from gangan.record.record import flat

# Snakemake loads its SLURM plugin, which asks slurmctld at once, and waits ten seconds if that does not answer.
NO_CLUSTER = {"SLURM_CONF": os.devnull}
FIELDS = ("rule_name", "wildcards", "input", "output", "shellcmd", "reason")  # of Snakemake's JOB_INFO events


@dataclass(frozen=True)
class Job:
    """One job of a study. ``reason`` is why Snakemake would run it, empty if it would not."""

    rule: str
    wildcards: dict[str, str]
    call: str
    settings: dict[str, Any]
    inputs: dict[str, str | list[str]]
    outputs: dict[str, str]  # the record is not among them
    reason: str = ""

    @property
    def reads(self) -> dict[str, str]:
        """The files it reads, by their names in a record."""
        return flat(self.inputs)

    @property
    def makes(self) -> list[str]:
        """The files it writes."""
        return list(self.outputs.values())

    @property
    def place(self) -> str:
        """Where its record stands."""
        return f"{self.makes[0]}.json"


def plan(root: Path, configfiles: Sequence[Path], asked: Sequence[str] = (), target: str = "all") -> list[Job]:
    """All jobs behind a target, and behind those of the ``asked`` files that a rule makes.

    Raises:
        UserError: there is no Snakefile, or Snakemake refuses it or the configuration.
    """
    if not (root / "Snakefile").exists():
        raise UserError(f"no Snakefile in {root}: run this in a clone of the project")
    for file in configfiles:
        configfile.read(root / file, str(file))  # a mistake is said here in one line
    own_code = {"PYTHONPATH": str(root.resolve() / "src")}  # the clone's, as its Snakefile does
    done = subprocess.run(
        [sys.executable, "-m", __name__],
        cwd=root,
        env=of_a_job(os.environ) | own_code | NO_CLUSTER,
        input=json.dumps({"configfiles": [str(path) for path in configfiles], "asked": list(asked), "target": target}),
        encoding="utf-8",
        capture_output=True,
    )
    if done.returncode:
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise UserError(f"Snakemake cannot plan this study: {' '.join(said[-3:])}")
    answer = json.loads(done.stdout.splitlines()[-1])
    if "refused" in answer:
        raise UserError(f"Snakemake cannot plan this study: {answer['refused']}")
    reasons = {tuple(event["output"]): event["reason"] for event in answer["due"]}
    return [
        job_of(root, event, reasons.get(tuple(event["output"]), ""))
        for event in answer["jobs"]
        if event["output"]  # a target has none
    ]


def job_of(root: Path, event: dict[str, Any], reason: str) -> Job:
    """The job that one of Snakemake's events tells of.

    Raises:
        UserError: its command is not one of ``gangan job``, or names other files than its rule.
    """
    rule = event["rule_name"]
    words = shlex.split(event["shellcmd"] or "")
    options = dict(zip(words[3::2], words[4::2], strict=False))
    if words[:2] != ["gangan", "job"] or not {"--settings", "--files"} <= options.keys():
        raise UserError(f"rule {rule} runs no `gangan job` with --settings and --files")
    settings, files = _content(root, options["--settings"]), _content(root, options["--files"])
    job = Job(rule, event["wildcards"], words[2], settings, files["input"], files["output"], reason)
    declared = {*event["input"], *event["output"]} - {job.place}
    if differ := declared.symmetric_difference([*job.reads.values(), *job.makes]):
        raise UserError(f"rule {rule} and its command do not both name {', '.join(sorted(differ))}")
    return job


def _content(root: Path, word: str) -> dict[str, Any]:
    """JSON as it stands on a command line, or in the file that stands there as ``@FILE``."""
    try:
        content: dict[str, Any] = json.loads((root / word[1:]).read_text("utf-8") if word.startswith("@") else word)
    except OSError as error:
        raise UserError(f"{word[1:]}: {error.strerror}") from None
    return content


class _Events(logging.Handler):
    """Keeps what Snakemake logs about each job (its ``JOB_INFO`` events, which logger plugins are given)."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[logging.LogRecord] = []

    def emit(self, event: logging.LogRecord) -> None:
        if getattr(event, "event", None) == "job_info":
            self.kept.append(event)


def _dry_run(configfiles: list[str], asked: list[str], target: str, every_job: bool) -> list[dict[str, Any]]:
    from snakemake.api import SnakemakeApi
    from snakemake.logging import logger
    from snakemake.settings.types import (
        ConfigSettings,
        DAGSettings,
        ExecutionSettings,
        OutputSettings,
        Quietness,
        ResourceSettings,
    )

    events = _Events()
    with SnakemakeApi(OutputSettings(dryrun=True, quiet={Quietness.ALL})) as snakemake:
        workflow = snakemake.workflow(
            ResourceSettings(cores=1),
            ConfigSettings(configfiles=[Path(file) for file in configfiles]),
            snakefile=Path("Snakefile"),
        )
        try:
            patterns = [output.regex() for rule in workflow._workflow.rules for output in rule.output]
        except AttributeError as error:
            raise _unknown_snakemake(str(error)) from None
        made = {file for file in asked if any(pattern.fullmatch(file) for pattern in patterns)}
        dag = workflow.dag(DAGSettings(targets={target} | made, forceall=every_job, force_incomplete=True))
        logger.addHandler(events)
        try:
            dag.execute_workflow("dryrun", execution_settings=ExecutionSettings(lock=False))
        finally:
            logger.removeHandler(events)
    return facts(events.kept, every_job)


def facts(events: Sequence[logging.LogRecord], every_job: bool) -> list[dict[str, Any]]:
    """What is asked of Snakemake's events.

    Raises:
        UserError: a field, or of a run of all jobs each event, is missing: they are no public interface.
    """
    absent = sorted({field for event in events for field in FIELDS if not hasattr(event, field)})
    if absent or (every_job and not events):
        raise _unknown_snakemake(f"its JOB_INFO events lack {', '.join(absent)}" if absent else "no JOB_INFO event")
    return [{field: getattr(event, field) for field in FIELDS} for event in events]


def _unknown_snakemake(why: str) -> UserError:
    return UserError(f"Snakemake {version('snakemake')} does not tell its jobs as 9.27 does ({why}): install that")


def _answer(configfiles: list[str], asked: list[str], target: str) -> dict[str, Any]:
    """Two dry runs: every job, and those due."""
    jobs, due = (_dry_run(configfiles, asked, target, every_job) for every_job in (True, False))
    return {"jobs": jobs, "due": due}


def _refusal(error: Exception) -> str:
    """What was refused, in words; an error that is none of Snakemake's or ours says too little without its kind."""
    from snakemake.exceptions import RuleException
    from snakemake_interface_common.exceptions import WorkflowError

    words = str(error).strip()
    return words if isinstance(error, UserError | RuleException | WorkflowError) else f"{type(error).__name__}: {words}"


if __name__ == "__main__":
    try:
        answer = _answer(**json.load(sys.stdin))
    except Exception as error:  # a Snakefile may raise whatever
        answer = {"refused": _refusal(error)}
    print(json.dumps(answer))
