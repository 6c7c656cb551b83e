# Scores: each run's snapshots by the judges, and all runs in one table.
rule mpgan_score_run:
    input:
        **JUDGES,
        rows=f"{MPGAN.folder}/rows/{MPGAN_RUN}.h5",
        timing=f"{MPGAN.folder}/rows/{MPGAN_RUN}.csv",
        digits=DIGITS,
    output:
        **recorded(
            scores=f"{MPGAN_METRICS}/runs/{MPGAN_ARM}/{{seed}}.csv",
            places=f"{MPGAN_METRICS}/places/{MPGAN_RUN}.csv",
        ),
    log:
        log_of(f"mpgan_score_run/{MPGAN_RUN}"),
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        gpu=1,
    params:
        **job(
            "papers.mpgan.scoring.score_run",
            scoring=MPGAN.config.scoring,
            selection=lambda wildcards: MPGAN.arms[wildcards.arm].training.selection,
            seed=study.seed,
        ),
    shell:
        JOB


rule mpgan_gather:
    input:
        scores=MPGAN.of_runs("metrics/runs/{arm}/{seed}.csv"),
        places=MPGAN.of_runs("metrics/places/{arm}/{seed}.csv"),
    output:
        **recorded(table=f"{MPGAN_METRICS}/runs.csv", latent=f"{MPGAN_METRICS}/places.csv"),
    log:
        log_of("mpgan_gather"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.mpgan.results.gather", unbounded=True, runs=MPGAN.runs),
    shell:
        JOB
