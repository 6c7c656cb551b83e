# Scores: the judge's features, the same noise for all GANs. They come before more is trained, so that a study that is
# stopped has results.
rule gangan_score_gans:
    input:
        **JUDGES,
        rows=GANGAN.zoo("{zoo}", "gans/{first}.h5"),
        digits=DIGITS,
    output:
        **scored(f"{GANGAN_METRICS}/zoo-{GANGAN.any_job('/')}"),
    log:
        log_of("gangan_score_gans/{zoo}/{first}"),
    priority: 1
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        gpu=1,
    params:
        **job("papers.gangan.scoring.bench.score_gans", evaluation=GANGAN.config.evaluation, seed=study.seed),
    shell:
        JOB


rule gangan_score_gangan:
    input:
        unpack(lambda wildcards: GANGAN.frames(wildcards.arm)),
        **JUDGES,
        weights=lambda wildcards: GANGAN.gangan(wildcards.arm, wildcards.seed),
        zoo=lambda wildcards: GANGAN.zoo(GANGAN.arms[wildcards.arm].zoo),
        digits=DIGITS,
    output:
        **scored(f"{GANGAN_METRICS}/gangans/{GANGAN.any_arm}/{{seed}}"),
    log:
        log_of("gangan_score_gangan/{arm}/{seed}"),
    priority: 1
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        gpu=1,
    params:
        **job(
            "papers.gangan.scoring.samples.score_gangan",
            evaluation=GANGAN.config.evaluation,
            samples=GANGAN.config.samples,
            draws=lambda wildcards: GANGAN.arms[wildcards.arm].draws,
            seed=study.seed,
        ),
    shell:
        JOB


rule gangan_score_baselines:
    input:
        **JUDGES,
        zoo=GANGAN.zoo("{zoo}"),
        alignment=GANGAN.zoo("{zoo}", "alignment.h5"),
        digits=DIGITS,
    output:
        **scored(f"{GANGAN_METRICS}/baselines-{GANGAN.any_zoo}"),
    log:
        log_of("gangan_score_baselines/{zoo}"),
    priority: 1
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        gpu=1,
    params:
        **job(
            "papers.gangan.scoring.baselines.score_baselines",
            unbounded=True,
            evaluation=GANGAN.config.evaluation,
            averages=lambda wildcards: GANGAN.config.zoos[wildcards.zoo].averages,
            subsets=lambda wildcards: GANGAN.subsets(wildcards.zoo),
            count=GANGAN.config.samples.count,
            seed=study.seed,
        ),
    shell:
        JOB


rule gangan_compare_rows:
    input:
        zoo=GANGAN.zoo("{zoo}"),
        alignment=GANGAN.zoo("{zoo}", "alignment.h5"),
    output:
        **recorded(distances=f"{GANGAN_METRICS}/distances-{GANGAN.any_zoo}.csv"),
    log:
        log_of("gangan_compare_rows/{zoo}"),
    priority: 1
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        gpu=1,
    params:
        **job("papers.gangan.scoring.nearness.compare_rows", evaluation=GANGAN.config.evaluation, seed=study.seed),
    shell:
        JOB


rule gangan_project_zoo:
    input:
        zoo=GANGAN.zoo("{zoo}"),
    output:
        **recorded(projection=f"{GANGAN_METRICS}/pca-{GANGAN.any_zoo}.h5"),
    log:
        log_of("gangan_project_zoo/{zoo}"),
    conda:
        ENVIRONMENT
    threads: 2
    params:
        **job("papers.gangan.spaces.components.project", count=2),
    shell:
        JOB
