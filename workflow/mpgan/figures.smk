# Figures of digits: of runs, and of their scores.
rule mpgan_development:
    input:
        rows=lambda wildcards: MPGAN.first(MPGAN.developments[wildcards.name].arm),
        scores=lambda wildcards: MPGAN.scores(MPGAN.developments[wildcards.name].arm),
    output:
        **figure(
            f"{MPGAN_FIGURES}/{any_of('name', MPGAN.developments)}",
            "mpgan-development",
            "Figures of the paper",
            figure="{name}",
            shows="a run in the course of its training",
        ),
    log:
        log_of("mpgan_development/{name}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.mpgan.figures.development",
            after=lambda wildcards: MPGAN.developments[wildcards.name].after,
            columns=MPGAN.config.figures.columns,
            planes=MPGAN.config.scoring.planes,
            seed=study.seed,
        ),
    shell:
        JOB


rule mpgan_comparison:
    input:
        rows=lambda wildcards: [MPGAN.first(arm) for arm in MPGAN.comparisons[wildcards.name].arms],
        digits=DIGITS,
    output:
        **figure(
            f"{MPGAN_FIGURES}/{any_of('name', MPGAN.comparisons)}",
            "mpgan-comparison",
            "Figures of the paper",
            figure="{name}",
            shows="arms side by side",
        ),
    log:
        log_of("mpgan_comparison/{name}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.mpgan.figures.comparison",
            titles=lambda wildcards: MPGAN.comparisons[wildcards.name].arms,
            selections=lambda wildcards: [
                MPGAN.arms[arm].training.selection for arm in MPGAN.comparisons[wildcards.name].arms
            ],
            after=lambda wildcards: MPGAN.comparisons[wildcards.name].after,
            columns=MPGAN.config.figures.columns,
            name=study.data.name,
            seed=study.seed,
        ),
    shell:
        JOB


rule mpgan_planes:
    input:
        rows=lambda wildcards: MPGAN.first(wildcards.arm),
    output:
        **figure(
            f"{MPGAN_FIGURES}/planes-{any_of('arm', MPGAN.config.figures.planes)}",
            "mpgan-planes",
            "Figures of the paper",
            figure="planes-{arm}",
            shows="grids in the latent space",
        ),
    log:
        log_of("mpgan_planes/{arm}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.mpgan.figures.planes", planes=MPGAN.config.scoring.planes),
    shell:
        JOB


rule mpgan_courses:
    input:
        runs=f"{MPGAN_METRICS}/runs.csv",
    output:
        **figure(
            f"{MPGAN_FIGURES}/courses",
            "mpgan-courses",
            "Training",
            figure="courses",
            shows="distance by epochs and by seconds",
        ),
    log:
        log_of("mpgan_courses"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.mpgan.charts.courses", arms=MPGAN.compared),
    shell:
        JOB


rule mpgan_classes:
    input:
        runs=f"{MPGAN_METRICS}/runs.csv",
    output:
        **figure(
            f"{MPGAN_FIGURES}/classes",
            "mpgan-classes",
            "Quality",
            figure="classes",
            shows="which digits are drawn",
        ),
    log:
        log_of("mpgan_classes"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.mpgan.charts.classes",
            arms=MPGAN.compared,
            after=MPGAN.config.claims.late,
        ),
    shell:
        JOB


rule mpgan_norms:
    input:
        places=f"{MPGAN_METRICS}/places.csv",
    output:
        **figure(
            f"{MPGAN_FIGURES}/norms",
            "mpgan-norms",
            "Quality",
            figure="norms",
            shows="what lies near the centre of the latent space",
        ),
    log:
        log_of("mpgan_norms"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.mpgan.charts.norms", arms=MPGAN.compared),
    shell:
        JOB
