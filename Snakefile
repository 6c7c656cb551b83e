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
ROOT = Path(workflow.current_basedir)
sys.path.insert(0, f"{ROOT}/src")  # this clone's package, also where another one is installed

from gangan.core.files import UserError
from gangan.core.surroundings import settle
from gangan.slurm import mend_executor
from gangan.study import PAPERS, load

if {*"{}"} & {*str(ROOT)}:
    raise WorkflowError(f"{ROOT}: Snakemake takes braces for wildcards; a clone's path may have none")

EVERYTHING = {}  # by paper what `all` makes of it


# These declare the files for Snakemake's own report; `load` merges them, with those of the command line, and checks all.
configfile: ROOT / "config/study.yaml"


for paper in PAPERS:

    configfile: ROOT / f"config/{paper}.yaml"


try:
    files = [ROOT / f"config/{name}.yaml" for name in ("study", *PAPERS)]
    study = load([*files, *workflow.overwrite_configfiles], workflow.config_settings.config)
except UserError as error:
    raise WorkflowError(str(error)) from None


include: "workflow/common.smk"
include: "workflow/shared.smk"


for paper in PAPERS:

    include: f"workflow/{paper}.smk"


# How jobs run; nothing of it decides a result. The Python that runs Snakemake, activated or not, and this clone's code.
settle()
os.environ |= {
    "PYTHONPATH": f"{ROOT}/src",
    "GANGAN_MIRRORS": json.dumps(study.data.mirrors.get(study.data.name, [])),
    "GANGAN_CHECKPOINT_EVERY": str(study.jobs.checkpoint_seconds),
}
shell.prefix(f"export PATH={shlex.quote(str(Path(sys.executable).parent))}:$PATH; ")

mend_executor()

# A record names the rule that made it. Snakemake's lint refuses `{rule}` in a command, so a param of each rule has the
# name (`job` in workflow/common.smk), which is known only here, when all rules are parsed.
for parsed in workflow.rules:
    if name := dict(parsed.params.items()).get("rule"):
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
