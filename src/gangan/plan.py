"""What Snakemake makes of a study now: every job with its command, and which of them ``snakemake -n`` would run.

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
from pathlib import Path
from typing import Any

from gangan.files import UserError


@dataclass(frozen=True)
class Job:
    """One job of a study. ``reason`` is why Snakemake would run it, empty if it would not."""

    rule: str
    wildcards: dict[str, str]
    inputs: list[str]
    outputs: list[str]  # the record is not among them
    argv: list[str]
    reason: str

    @property
    def place(self) -> str:
        """Where its record stands."""
        return f"{self.outputs[0]}.json"


def plan(root: Path, configfiles: Sequence[Path], more: Sequence[str] = ()) -> list[Job]:
    """All jobs behind ``all``, and behind ``more`` files as far as a rule makes them.

    Raises:
        UserError: there is no Snakefile, or Snakemake refuses it or the configuration.
    """
    if not (root / "Snakefile").exists():
        raise UserError(f"no Snakefile in {root}: run this in a clone of the project")
    for file in configfiles:
        if not (root / file).exists():
            raise UserError(f"no configuration {file} in {root}")
    question = {"configfiles": [str(path) for path in configfiles], "more": list(more)}
    done = subprocess.run(
        [sys.executable, "-m", "gangan.plan"],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root.resolve() / "src")},  # the clone's own code, as its Snakefile does
        input=json.dumps(question),
        text=True,
        capture_output=True,
    )
    if done.returncode:
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise UserError(f"Snakemake cannot plan this study: {' '.join(said[-3:])}")
    answer = json.loads(done.stdout.splitlines()[-1])
    reasons = {tuple(job["output"]): job["reason"] for job in answer["due"]}
    return [
        Job(
            job["rule_name"],
            job["wildcards"],
            job["input"],
            [file for file in job["output"] if file != f"{job['output'][0]}.json"],
            shlex.split(job["shellcmd"]),
            reasons.get(tuple(job["output"]), ""),
        )
        for job in answer["jobs"]
        if job["output"]
    ]


class _Jobs(logging.Handler):
    """Keeps what Snakemake logs about each job (its ``JOB_INFO`` events, which logger plugins are given)."""

    def __init__(self) -> None:
        super().__init__()
        self.jobs: list[dict[str, Any]] = []

    def emit(self, event: logging.LogRecord) -> None:
        if getattr(event, "event", None) == "job_info":
            fields = ("rule_name", "wildcards", "input", "output", "shellcmd", "reason")
            self.jobs.append({field: getattr(event, field) for field in fields})


def _dry_run(configfiles: list[str], targets: set[str], every_job: bool) -> list[dict[str, Any]]:
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

    jobs = _Jobs()
    with SnakemakeApi(OutputSettings(dryrun=True, quiet={Quietness.ALL})) as snakemake:
        workflow = snakemake.workflow(
            ResourceSettings(cores=1),
            ConfigSettings(configfiles=[Path(file) for file in configfiles]),
            snakefile=Path("Snakefile"),
        )
        dag = workflow.dag(DAGSettings(targets=targets, forceall=every_job, force_incomplete=True))
        logger.addHandler(jobs)
        try:
            dag.execute_workflow("dryrun", execution_settings=ExecutionSettings(lock=False))
        finally:
            logger.removeHandler(jobs)
    return jobs.jobs


def _answer(question: dict[str, Any]) -> dict[str, Any]:
    """Two dry runs: every job, and those due."""
    from snakemake.exceptions import MissingRuleException

    files = question["configfiles"]
    targets = {"all", *question["more"]}
    try:
        jobs = _dry_run(files, targets, every_job=True)
    except MissingRuleException:  # of those files, take the ones that a rule still makes
        targets = {"all"}
        for target in question["more"]:
            try:
                _dry_run(files, {target}, every_job=True)
                targets.add(target)
            except MissingRuleException:
                pass
        jobs = _dry_run(files, targets, every_job=True)
    return {"jobs": jobs, "due": _dry_run(files, targets, every_job=False)}


if __name__ == "__main__":
    print(json.dumps(_answer(json.load(sys.stdin))))
