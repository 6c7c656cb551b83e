# The one-dimensional GAN: runs, stacked by the shape of their tensors → a table of runs → figures, tables, claims.
# docs/papers/oned.md.
from gangan.papers.oned.claimed import CLAIMED as ONED_CLAIMED
from gangan.papers.oned.rules import Plan as ONED_PLAN

ONED = ONED_PLAN(study.oned, f"{RESULTS}/oned")
ONED_RUNS = f"{ONED.folder}/metrics/runs.csv.gz"
ONED_FIGURES = f"{ONED.folder}/figures"
EVERYTHING["oned"] = ONED.everything


rule oned:
    input:
        EVERYTHING["oned"],


rule oned_train_runs:
    output:
        **recorded(runs=ONED.runs(any_of("stack", ONED.stacks))),
    log:
        log_of("oned_train_runs/{stack}"),
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        gpu=1,
        turn=1,
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


rule oned_panels:
    input:
        trained=lambda wildcards: ONED.files(one["setting"] for one in ONED.panels[wildcards.name]),
    output:
        **figure(
            f"{ONED_FIGURES}/panels-{any_of('name', ONED.panels)}",
            "oned-panels",
            "Figures of the paper",
            figure="{name}",
            shows="single runs",
        ),
    log:
        log_of("oned_panels/{name}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.oned.pictures.panels",
            unbounded=True,
            stored=lambda wildcards: ONED.held(one["setting"] for one in ONED.panels[wildcards.name]),
            shown=lambda wildcards: ONED.panels[wildcards.name],
            setting=ONED.config.setting,
            distributions=ONED.config.distributions,
        ),
    shell:
        JOB


rule oned_gallery:
    input:
        trained=lambda wildcards: ONED.files([ONED.galleries[wildcards.name]])[0],
        runs=ONED_RUNS,
    output:
        **figure(
            f"{ONED_FIGURES}/gallery-{any_of('name', ONED.galleries)}",
            "oned-gallery",
            "Quality",
            figure="gallery",
            shows="many seeds, {name}",
        ),
    log:
        log_of("oned_gallery/{name}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.oned.pictures.gallery",
            unbounded=True,
            stored=lambda wildcards: ONED.held([ONED.galleries[wildcards.name]])[0],
            setting=lambda wildcards: ONED.galleries[wildcards.name],
            distributions=ONED.config.distributions,
            count=ONED.config.gallery_seeds,
        ),
    shell:
        JOB


rule oned_losses:
    input:
        trained=ONED.files(ONED.galleries.values()),
    output:
        **figure(
            f"{ONED_FIGURES}/losses",
            "oned-losses",
            "Training",
            figure="losses",
            shows="losses of all runs",
        ),
    log:
        log_of("oned_losses"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.oned.pictures.losses",
            unbounded=True,
            stored=ONED.held(ONED.galleries.values()),
            shown=list(ONED.galleries.values()),
            setting=ONED.config.setting,
        ),
    shell:
        JOB


rule oned_rates:
    input:
        runs=ONED_RUNS,
    output:
        **figure(
            f"{ONED_FIGURES}/rates",
            "oned-rates",
            "Quality",
            figure="rates",
            shows="every setting",
        ),
    log:
        log_of("oned_rates"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.oned.charts.rates",
            unbounded=True,
            setting=ONED.config.setting,
        ),
    shell:
        JOB


rule oned_map:
    input:
        runs=ONED_RUNS,
    output:
        **figure(
            f"{ONED_FIGURES}/map-{any_of('name', ONED.maps)}",
            "oned-map",
            "Quality",
            figure="map",
            shows="sweep {name}",
        ),
    log:
        log_of("oned_map/{name}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.oned.charts.pair",
            unbounded=True,
            setting=lambda wildcards: ONED.maps[wildcards.name]["setting"],
            changes=lambda wildcards: ONED.maps[wildcards.name]["changes"],
        ),
    shell:
        JOB


rule oned_test_claims:
    input:
        runs=ONED_RUNS,
    output:
        **table(f"{ONED.folder}/tables/claims", "oned-claims"),
    log:
        log_of("oned_test_claims"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.oned.claims.claims",
            unbounded=True,
            setting=ONED.config.setting,
            claims=ONED.config.claims,
            steps=ONED.config.presets[ONED.config.setting.preset].steps,
        ),
    shell:
        JOB


rule oned_tabulate:
    input:
        runs=ONED_RUNS,
    output:
        **table(f"{ONED.folder}/tables/rates", "oned-tabulated"),
    log:
        log_of("oned_tabulate"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.oned.claims.rates"),
    shell:
        JOB


rule oned_claim_pages:
    input:
        table=f"{ONED.folder}/tables/claims.csv",
        figures=[f"{ONED_FIGURES}/{name}.png" for name in ONED_CLAIMED.figures(ONED.figures())],
    output:
        **pages(f"{ONED.folder}/claims", ONED_CLAIMED.pages),
    log:
        log_of("oned_claim_pages"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "record.claims.write",
            unbounded=True,
            study=study.study,
            version=VERSION,
            claims=ONED_CLAIMED.settings(own(ONED_CLAIMED.tests), own(ONED_CLAIMED.facts), ONED.figures()),
        ),
    shell:
        JOB
