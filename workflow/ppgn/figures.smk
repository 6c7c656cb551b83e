# Figures: digits of each class, estimates of Wasserstein's distance, scores of arms.
rule ppgn_samples:
    input:
        drawn=lambda wildcards: [PPGN.first(arm) for arm in PPGN.sampled(wildcards.name)],
        digits=DIGITS,
    output:
        **figure(
            f"{PPGN_FIGURES}/{any_of('name', PPGN.samples)}",
            "ppgn/samples",
            "Figures of the paper",
            figure="{name}",
            shows="digits of each class",
        ),
    log:
        log_of("ppgn_samples/{name}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.ppgn.figures.samples",
            titles=lambda wildcards: PPGN.sampled(wildcards.name),
            sampler=lambda wildcards: PPGN.samples[wildcards.name],
            classes=PPGN.config.scoring.classes,
            columns=PPGN.config.figures.columns,
            as_saved=lambda wildcards: wildcards.name.endswith(PPGN_SAVED),
        ),
    shell:
        JOB


rule ppgn_estimates:
    input:
        courses=[f"{PPGN.folder}/generators/{run['arm']}/{run['seed']}/course.csv" for run in PPGN.estimated],
    output:
        **figure(
            f"{PPGN_FIGURES}/fig4",
            "ppgn/estimates",
            "Figures of the paper",
            figure="fig4",
            shows="estimates of Wasserstein's distance",
        ),
    log:
        log_of("ppgn_estimates"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.ppgn.figures.estimates",
            unbounded=True,
            arms=[run["arm"] for run in PPGN.estimated],
        ),
    shell:
        JOB


rule ppgn_arms:
    input:
        runs=f"{PPGN_METRICS}/runs.csv",
        drawn=f"{PPGN_METRICS}/drawn.csv",
    output:
        **figure(f"{PPGN_FIGURES}/arms", "ppgn/arms", "Quality", figure="arms", shows="scores and seconds of arms"),
    log:
        log_of("ppgn_arms"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.ppgn.charts.arms", arms=[*PPGN.arms], sampler=PPGN.config.claims.sampler),
    shell:
        JOB


rule ppgn_classes:
    input:
        drawn=f"{PPGN_METRICS}/drawn.csv",
    output:
        **figure(f"{PPGN_FIGURES}/classes", "ppgn/classes", "Quality", figure="classes", shows="which digits are read"),
    log:
        log_of("ppgn_classes"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.ppgn.charts.classes", arms=[*PPGN.arms], sampler=PPGN.config.claims.sampler),
    shell:
        JOB


rule ppgn_terms:
    input:
        runs=f"{PPGN_METRICS}/runs.csv",
    output:
        **figure(f"{PPGN_FIGURES}/terms", "ppgn/terms", "Training", figure="terms", shows="terms of the loss at first"),
    log:
        log_of("ppgn_terms"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.ppgn.charts.terms", arms=[*PPGN.arms]),
    shell:
        JOB
