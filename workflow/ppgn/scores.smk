# Scores: digits of each class, drawn by walks in the codes, as the judges read them.
rule ppgn_score_run:
    input:
        **JUDGES,
        weights=f"{PPGN.folder}/generators/{PPGN_RUN}/weights.safetensors",
        course=f"{PPGN.folder}/generators/{PPGN_RUN}/course.csv",
        timing=f"{PPGN.folder}/generators/{PPGN_RUN}/timing.csv",
        encoder=PPGN_ENCODER,
        digits=DIGITS,
    output:
        **recorded(
            scores=f"{PPGN_METRICS}/runs/{PPGN_ARM}/{{seed}}.csv",
            samples=f"{PPGN_METRICS}/drawn/{PPGN_RUN}.csv",
            drawn=f"{PPGN_METRICS}/drawn/{PPGN_RUN}.safetensors",
        ),
    log:
        log_of(f"ppgn_score_run/{PPGN_RUN}"),
    priority: 1
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        gpu=1,
    params:
        **job(
            "papers.ppgn.scoring.score_run",
            scoring=PPGN.config.scoring,
            samplers=lambda wildcards: PPGN.samplers(wildcards.arm),
            seed=study.seed,
        ),
    shell:
        JOB


rule ppgn_gather:
    input:
        scores=PPGN.of_runs("metrics/runs/{arm}/{seed}.csv"),
        samples=PPGN.of_runs("metrics/drawn/{arm}/{seed}.csv"),
    output:
        **recorded(table=f"{PPGN_METRICS}/runs.csv", drawn=f"{PPGN_METRICS}/drawn.csv"),
    log:
        log_of("ppgn_gather"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.ppgn.results.gather", unbounded=True, runs=PPGN.runs),
    shell:
        JOB
