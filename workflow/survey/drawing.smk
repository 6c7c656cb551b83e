# GANs that draw: one for each seed of an arm → scores of digits, gradients → figures and a table.


rule survey_train_drawing:
    input:
        images=lambda wildcards: SURVEY.learned(wildcards.arm),
    output:
        **recorded(
            weights=f"{SURVEY.folder}/drawing/{SURVEY_DRAWN}/weights.safetensors",
            drawn=f"{SURVEY.folder}/drawing/{SURVEY_RUN}/drawn.safetensors",
            timing=f"{SURVEY.folder}/drawing/{SURVEY_RUN}/timing.csv",
        ),
    log:
        log_of(f"survey_train_drawing/{SURVEY_RUN}"),
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        gpu=1,
    params:
        **job(
            "papers.survey.drawing.training.train_drawing",
            training=lambda wildcards: SURVEY.drawing[wildcards.arm].training,
            name=study.data.name,
            keep=lambda wildcards: SURVEY.kept(wildcards.arm),
            seed=study.seed,
            run=lambda wildcards: int(wildcards.seed),
        ),
    shell:
        JOB


rule survey_score_drawing:
    input:
        **JUDGES,
        drawn=f"{SURVEY.folder}/drawing/{SURVEY_RUN}/drawn.safetensors",
        timing=f"{SURVEY.folder}/drawing/{SURVEY_RUN}/timing.csv",
        digits=DIGITS,
    output:
        **recorded(scores=f"{SURVEY_METRICS}/drawing/{any_of('arm', SURVEY.scored)}/{{seed}}.csv"),
    log:
        log_of(f"survey_score_drawing/{SURVEY_RUN}"),
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        gpu=1,
    params:
        **job("papers.survey.drawing.scoring.score_drawing", scoring=study.survey.scoring),
    shell:
        JOB


rule survey_gather_drawings:
    input:
        scores=SURVEY.measured("drawing", SURVEY.runs("drawing", SURVEY.scored)),
    output:
        **recorded(table=f"{SURVEY_METRICS}/drawings.csv"),
    log:
        log_of("survey_gather_drawings"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.survey.results.gather", unbounded=True, runs=SURVEY.runs("drawing", SURVEY.scored)),
    shell:
        JOB


rule survey_probe:
    input:
        images=lambda wildcards: SURVEY.learned(wildcards.arm),
        weights=f"{SURVEY.folder}/drawing/{SURVEY_RUN}/weights.safetensors",
    output:
        **recorded(probed=f"{SURVEY_METRICS}/probes/{any_of('arm', study.survey.scoring.probe)}/{{seed}}.csv"),
    log:
        log_of(f"survey_probe/{SURVEY_RUN}"),
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        gpu=1,
    params:
        **job(
            "papers.survey.drawing.probing.probe",
            training=lambda wildcards: SURVEY.drawing[wildcards.arm].training,
            scoring=study.survey.scoring,
            name=study.data.name,
            seed=study.seed,
            run=lambda wildcards: int(wildcards.seed),
        ),
    shell:
        JOB


rule survey_gather_probes:
    input:
        scores=SURVEY.measured("probes", SURVEY.probes),
    output:
        **recorded(table=f"{SURVEY_METRICS}/probed.csv"),
    log:
        log_of("survey_gather_probes"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.survey.results.gather", unbounded=True, runs=SURVEY.probes),
    shell:
        JOB


rule survey_drawings:
    input:
        drawn=lambda wildcards: SURVEY.first("drawing", SURVEY.drawings[wildcards.name].arm, "drawn.safetensors"),
    output:
        **figure(
            f"{SURVEY_FIGURES}/{any_of('name', SURVEY.drawings)}",
            "survey/drawings",
            "Figures of the paper",
            figure="{name}",
            shows="what a run draws",
        ),
    log:
        log_of("survey_drawings/{name}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.survey.drawing.figures.drawings",
            after=lambda wildcards: SURVEY.drawings[wildcards.name].after,
            columns=lambda wildcards: SURVEY.drawings[wildcards.name].columns,
            rows=lambda wildcards: SURVEY.drawings[wildcards.name].rows,
            title=lambda wildcards: SURVEY.drawings[wildcards.name].arm,
        ),
    shell:
        JOB


rule survey_losses:
    input:
        drawn=lambda wildcards: SURVEY.first("drawing", wildcards.arm, "drawn.safetensors"),
        scores=lambda wildcards: SURVEY.measured("drawing", SURVEY.runs("drawing", [wildcards.arm])[:1])[0],
    output:
        **figure(
            f"{SURVEY_FIGURES}/losses-{any_of('arm', SURVEY.scored)}",
            "survey/losses",
            "Training",
            figure="losses-{arm}",
            shows="losses and quality on one axis of time",
        ),
    log:
        log_of("survey_losses/{arm}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.survey.drawing.figures.losses", title=lambda wildcards: wildcards.arm),
    shell:
        JOB


rule survey_tracking:
    input:
        runs=f"{SURVEY_METRICS}/drawings.csv",
    output:
        **figure(
            f"{SURVEY_FIGURES}/tracking",
            "survey/tracking",
            "Quality",
            figure="tracking",
            shows="losses against quality",
        ),
    log:
        log_of("survey_tracking"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.survey.drawing.figures.tracking", arms=SURVEY.tracked),
    shell:
        JOB


rule survey_gradients:
    input:
        probed=f"{SURVEY_METRICS}/probed.csv",
    output:
        **figure(
            f"{SURVEY_FIGURES}/gradients",
            "survey/gradients",
            "Training",
            figure="gradients",
            shows="what gradient is left near a discriminator's optimum",
        ),
    log:
        log_of("survey_gradients"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.survey.drawing.figures.gradients"),
    shell:
        JOB


rule survey_quality:
    input:
        runs=f"{SURVEY_METRICS}/drawings.csv",
    output:
        **table(f"{SURVEY_TABLES}/quality", "survey/quality"),
    log:
        log_of("survey_quality"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.survey.drawing.tables.quality"),
    shell:
        JOB
