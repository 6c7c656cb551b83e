"""Papers about GANs, one core: digits → trainings → rows → scores → figures, tables, claims.

Each paper has its rules in workflow/<paper>.smk and its values in config/<paper>.yaml; `snakemake <paper>` makes what it
says, `snakemake all` what all of them say.
"""

import json
import os
import shlex
import shutil
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.utils import min_version

min_version("9.27")
HERE = workflow.current_basedir  # the folder of this file


include: "workflow/software.smk"


from gangan.core.files import UserError
from gangan.core.surroundings import FIXED, settle
from gangan.slurm import mend_executor
from gangan.study import PAPERS, load

if {*"{}"} & {*os.fspath(BESIDE or "")}:
    raise WorkflowError(f"{BESIDE}: Snakemake takes braces for wildcards; a clone's path may have none")

EVERYTHING = {}  # by paper what `all` makes of it


# These declare the files for Snakemake's own report; `load` merges them, with what else was given, and checks all.
BASE = [own(f"config/{name}.yaml") for name in ("study", *PAPERS)]
for file in BASE:

    configfile: file


try:
    if workflow.modifier.skip_configfile:  # a module with a `config:`, which stands for the command line's
        study = load(BASE, config, "the module's config")
    else:
        study = load([*BASE, *workflow.overwrite_configfiles], workflow.config_settings.config)
except UserError as error:
    raise WorkflowError(str(error)) from None


include: "workflow/common.smk"
include: "workflow/shared.smk"


for paper in PAPERS:

    include: f"workflow/{paper}.smk"


# How jobs run; nothing of it decides a result.
if workflow.modifier.namespace is None:  # the rules of a workflow that has this one as a module keep their surroundings
    settle()
GANGAN_COMMAND = command(
    **FIXED,
    GANGAN_MIRRORS=json.dumps(study.data.mirrors),
    GANGAN_CHECKPOINT_EVERY=str(study.jobs.checkpoint_seconds),
)
shell.prefix("set -euo pipefail; {GANGAN_COMMAND}; ")

mend_executor()

# A record names the rule that made it. Snakemake's lint refuses `{rule}` in a command, so a param of each rule has the
# name (`job` in workflow/common.smk), which is known only here, when all rules are parsed.
for parsed in workflow.rules:
    name = dict(parsed.params.items()).get("rule")
    if hasattr(name, "of"):  # not a rule of a workflow that has this one as a module
        name.of = parsed.name


onsuccess:
    # A training keeps second names of its outputs, which Snakemake deletes before a retry. They go once a run that was to
    # make them has succeeded: others may be of a job that outlived its Snakemake, whose outputs nobody has seen yet.
    for output in {job.output[0] for job in workflow.dag.jobs if job.output}:
        kept = Path(output).with_name(f".{Path(output).name}.checkpoint")
        if (kept / "kept.json").exists():
            shutil.rmtree(kept)


rule all:
    default_target: True
    input:
        [EVERYTHING[paper] for paper in PAPERS],


if BESIDE:  # the documents are in a clone

    # A folder of pages to open from disk, of the study and of the documents; no job of a study, so without a record.
    rule site:
        input:
            [EVERYTHING[paper] for paper in PAPERS],
            own("README.md"),
            sorted(own("docs").rglob("*.md")),
        output:
            f"{RESULTS}/site/index.html",
        log:
            log_of("site"),
        localrule: True
        conda:
            ENVIRONMENT
        params:
            study=study.study,
        shell:
            "( gangan site {params.study} ) > {log} 2>&1 || {{ cat {log} >&2; exit 1; }}"
