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


rule gangan_readings:
    input:
        scores=lambda wildcards: GANGAN.scores(*GANGAN.whole(wildcards.group)),
    output:
        **table(f"{GANGAN_TABLES}/{GANGAN.any_group}/readings", "readings"),
    log:
        log_of("gangan_readings/{group}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.gangan.reporting.readings.readings",
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


# By moments, GANs drawn are compared with all late rows: minutes for arms that read a whole zoo.
rule gangan_generators:
    input:
        scores=lambda wildcards: GANGAN.scores(*GANGAN.with_held_out(wildcards.group)),
        moments=lambda wildcards: GANGAN.moments(*GANGAN.with_held_out(wildcards.group)),
        timing=lambda wildcards: list(GANGAN.gangans(GANGAN.shown[wildcards.group], "timing.csv").values()),
    output:
        **table(f"{GANGAN_TABLES}/{GANGAN.any_group}/generators", "generators"),
    log:
        log_of("gangan_generators/{group}"),
    conda:
        ENVIRONMENT
    threads: 1
    params:
        **job(
            "papers.gangan.reporting.generators.generators",
            unbounded=True,
            names=lambda wildcards: list(GANGAN.gangans(GANGAN.shown[wildcards.group], "timing.csv")),
            scored=lambda wildcards: GANGAN.scored(*GANGAN.with_held_out(wildcards.group)),
            claims=GANGAN.config.claims,
        ),
    shell:
        JOB


rule gangan_effects:
    input:
        scores=lambda wildcards: GANGAN.scores_of(GANGAN.factorials[wildcards.group]),
        losses=lambda wildcards: list(GANGAN.gangans(GANGAN.factorials[wildcards.group], "losses.csv").values()),
    output:
        **table(f"{GANGAN_TABLES}/{{group,{'|'.join(GANGAN.factorials) or '(?!)'}}}/effects", "effects"),
    log:
        log_of("gangan_effects/{group}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.gangan.reporting.effects.effects",
            unbounded=True,
            names=lambda wildcards: list(GANGAN.gangans(GANGAN.factorials[wildcards.group], "losses.csv")),
            arms=lambda wildcards: GANGAN.factorials[wildcards.group],
        ),
    shell:
        JOB
