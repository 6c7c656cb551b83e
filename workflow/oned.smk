# The one-dimensional GAN: runs, stacked by the shape of their tensors → a table of runs → figures, tables, claims.
# docs/papers/oned.md.
from gangan.papers.oned.rules import Plan as ONED_PLAN

ONED = ONED_PLAN(study.oned, f"{RESULTS}/oned")
ONED_RUNS = f"{ONED.folder}/metrics/runs.csv.gz"
EVERYTHING["oned"] = ONED.everything


rule oned:
    input:
        EVERYTHING["oned"],


rule oned_train_runs:
    output:
        **recorded(runs=ONED.runs(ONED.any_stack)),
    log:
        log_of("oned_train_runs/{stack}"),
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        gpu=1,
    params:
        **job(
            "papers.oned.training.train_runs",
            shape=lambda wildcards: ONED.shape(wildcards.stack),
            arms=lambda wildcards: ONED.arms(wildcards.stack),
            first=0,
            seeds=ONED.config.seeds,
            stacked=ONED.config.stacked,
            epoch=ONED.config.epoch,
            seed=study.seed,
        ),
    shell:
        JOB


rule oned_score_runs:
    input:
        trained=[ONED.runs(stack) for stack in ONED.stacks],
    output:
        **recorded(runs=ONED_RUNS),
    log:
        log_of("oned_score_runs"),
    conda:
        ENVIRONMENT
    threads: 1
    params:
        **job(
            "papers.oned.scoring.score_runs",
            unbounded=True,
            stored=ONED.stored(list(ONED.stacks)),
            distributions=ONED.config.distributions,
            scoring=ONED.config.scoring,
        ),
    shell:
        JOB
