"""GAN You Do the GAN GAN?: digits → 35 GANs → 3,500 rows → GAN-GANs → figures and tables, one stage a file."""

import json
import os
import shlex
import shutil
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.utils import min_version

min_version("9.27")
sys.path.insert(0, f"{workflow.basedir}/src")  # this clone's package, also where another one is installed

from gangan.code import code_digest as code
from gangan.files import UserError
from gangan.slurm import keep_to_squeue
from gangan.study import load


configfile: "config/paper.yaml"


try:
    files = [Path(workflow.basedir, "config/paper.yaml"), *workflow.overwrite_configfiles]
    study = load(config, files, workflow.config_settings.config)
except UserError as error:
    raise WorkflowError(str(error)) from None

RESULTS = f"results/{study.study}"
METRICS = f"{RESULTS}/metrics"
SERIES = ("latent", "discriminator_hidden")  # keys of `gangan`: arms alike but for one are drawn together
DIGITS = f"resources/{study.data.name}.safetensors"


wildcard_constraints:
    zoo="|".join(study.zoos),
    arm="|".join(arm.name for arm in study.arms),
    first=r"\d\d+",
    seed=r"\d+",
    key="|".join(SERIES),


include: "workflow/rules/targets.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/gans.smk"
include: "workflow/rules/zoo.smk"
include: "workflow/rules/gangans.smk"
include: "workflow/rules/evaluation.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/tables.smk"
include: "workflow/rules/report.smk"


# How jobs run; nothing of it decides a result. The Python that runs Snakemake, activated or not, and this clone's code;
# by its output's pattern a job knows its rule and wildcards.
job_environment = {
    "PYTHONPATH": f"{workflow.basedir}/src",
    "GANGAN_MIRRORS": json.dumps(study.data.mirrors),
    "GANGAN_CHECKPOINT_EVERY": str(study.jobs.checkpoint_seconds),
    "GANGAN_RULES": json.dumps({rule.name: rule.output[0].regex().pattern for rule in workflow.rules if rule.output}),
}
os.environ |= job_environment  # not in the command, which Snakemake prints whole when it fails; jobs read this file too
shell.prefix(f"export PATH={shlex.quote(str(Path(sys.executable).parent))}:$PATH; ")

keep_to_squeue()


onsuccess:
    # Every result has been seen, so its second name, kept from the deletion before a retry, may go.
    for kept in Path(RESULTS).rglob(".*.checkpoint/kept.json"):
        shutil.rmtree(kept.parent)


rule all:
    default_target: True
    input:
        figures=figures(),
        tables=tables(),
        chains=chains(),
