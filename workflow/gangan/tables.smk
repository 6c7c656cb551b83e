# Tables, each as CSV, Markdown and LaTeX, of a group of arms.
rule gangan_architectures:
    output:
        **table(f"{GANGAN_TABLES}/{GANGAN.any_group}/architectures", "architectures"),
    log:
        log_of("gangan_architectures/{group}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.gangan.reporting.tables.architectures",
            unbounded=True,
            described=lambda wildcards: GANGAN.described(wildcards.group),
        ),
    shell:
        JOB


rule gangan_hyperparameters:
    output:
        **table(f"{GANGAN_TABLES}/{GANGAN.any_group}/hyperparameters", "hyperparameters"),
    log:
        log_of("gangan_hyperparameters/{group}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.gangan.reporting.tables.hyperparameters",
            unbounded=True,
            described=lambda wildcards: GANGAN.described(wildcards.group),
        ),
    shell:
        JOB


rule gangan_runtimes:
    input:
        timing=lambda wildcards: list(GANGAN.timings(wildcards.group).values()),
    output:
        **table(f"{GANGAN_TABLES}/{GANGAN.any_group}/runtimes", "runtimes"),
    log:
        log_of("gangan_runtimes/{group}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.gangan.reporting.tables.runtimes",
            unbounded=True,
            names=lambda wildcards: list(GANGAN.timings(wildcards.group)),
        ),
    shell:
        JOB


rule gangan_test_claims:
    input:
        scores=lambda wildcards: GANGAN.scores(*GANGAN.whole(wildcards.group)),
    output:
        **table(f"{GANGAN_TABLES}/{GANGAN.any_group}/claims", "claims"),
    log:
        log_of("gangan_test_claims/{group}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.gangan.reporting.claims.claims",
            unbounded=True,
            scored=lambda wildcards: GANGAN.scored(*GANGAN.whole(wildcards.group)),
            claims=GANGAN.config.claims,
        ),
    shell:
        JOB


rule gangan_quality:
    input:
        scores=lambda wildcards: GANGAN.scores(*GANGAN.whole(wildcards.group)),
    output:
        **table(f"{GANGAN_TABLES}/{GANGAN.any_group}/quality", "quality"),
    log:
        log_of("gangan_quality/{group}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.gangan.reporting.quality.quality",
            unbounded=True,
            scored=lambda wildcards: GANGAN.scored(*GANGAN.whole(wildcards.group)),
        ),
    shell:
        JOB


rule gangan_attempts:
    input:
        scores=lambda wildcards: GANGAN.scores(*GANGAN.whole(wildcards.group)),
    output:
        **table(f"{GANGAN_TABLES}/{GANGAN.any_group}/attempts", "attempts"),
    log:
        log_of("gangan_attempts/{group}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.gangan.reporting.quality.attempts",
            unbounded=True,
            scored=lambda wildcards: GANGAN.scored(*GANGAN.whole(wildcards.group)),
        ),
    shell:
        JOB
