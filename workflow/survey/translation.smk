# GANs that translate: one for each seed of an arm → errors, and what arms cost → figures and a table.


rule survey_train_translation:
    input:
        images=lambda wildcards: SURVEY.domains(wildcards.arm),
    output:
        **recorded(
            weights=f"{SURVEY.folder}/translation/{SURVEY_TRANSLATED}/weights.safetensors",
            losses=f"{SURVEY.folder}/translation/{SURVEY_RUN}/losses.csv",
            timing=f"{SURVEY.folder}/translation/{SURVEY_RUN}/timing.csv",
        ),
    log:
        log_of(f"survey_train_translation/{SURVEY_RUN}"),
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        gpu=1,
    params:
        **job(
            "papers.survey.translation.training.train_translation",
            training=lambda wildcards: SURVEY.translation[wildcards.arm].training,
            seed=study.seed,
            run=lambda wildcards: int(wildcards.seed),
        ),
    shell:
        JOB


rule survey_score_translation:
    input:
        unpack(lambda wildcards: SURVEY.judged(wildcards.arm, JUDGES)),
        images=lambda wildcards: SURVEY.domains(wildcards.arm),
        weights=f"{SURVEY.folder}/translation/{SURVEY_RUN}/weights.safetensors",
        timing=f"{SURVEY.folder}/translation/{SURVEY_RUN}/timing.csv",
    output:
        **recorded(scores=f"{SURVEY_METRICS}/translation/{SURVEY_TRANSLATED}.csv"),
    log:
        log_of(f"survey_score_translation/{SURVEY_RUN}"),
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        gpu=1,
    params:
        **job(
            "papers.survey.translation.scoring.score_translation",
            training=lambda wildcards: SURVEY.translation[wildcards.arm].training,
        ),
    shell:
        JOB


rule survey_gather_translations:
    input:
        scores=SURVEY.measured("translation", SURVEY.runs("translation", [*SURVEY.translation])),
    output:
        **recorded(table=f"{SURVEY_METRICS}/translations.csv"),
    log:
        log_of("survey_gather_translations"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.survey.results.gather",
            unbounded=True,
            runs=SURVEY.runs("translation", [*SURVEY.translation]),
        ),
    shell:
        JOB


rule survey_costs:
    output:
        **recorded(table=f"{SURVEY_METRICS}/costs.csv"),
    log:
        log_of("survey_costs"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.survey.translation.cost.costs",
            unbounded=True,
            arms=[{"arm": name, "training": arm.training} for name, arm in SURVEY.translation.items()],
        ),
    shell:
        JOB


rule survey_comparison:
    input:
        images=lambda wildcards: SURVEY.domains(SURVEY.comparisons[wildcards.name].arms[0]),
        weights=lambda wildcards: [
            SURVEY.first("translation", arm, "weights.safetensors") for arm in SURVEY.comparisons[wildcards.name].arms
        ],
    output:
        **figure(
            f"{SURVEY_FIGURES}/{any_of('name', SURVEY.comparisons)}",
            "survey/comparison",
            "Figures of the paper",
            figure="{name}",
            shows="translated test images",
        ),
    log:
        log_of("survey_comparison/{name}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.survey.translation.figures.comparison",
            arms=lambda wildcards: SURVEY.comparisons[wildcards.name].arms,
            trainings=lambda wildcards: [
                SURVEY.translation[arm].training for arm in SURVEY.comparisons[wildcards.name].arms
            ],
            source=lambda wildcards: SURVEY.comparisons[wildcards.name].source,
            rows=lambda wildcards: SURVEY.comparisons[wildcards.name].rows,
        ),
    shell:
        JOB


rule survey_factorial:
    input:
        runs=f"{SURVEY_METRICS}/translations.csv",
        costs=f"{SURVEY_METRICS}/costs.csv",
    output:
        **table(f"{SURVEY_TABLES}/factorial", "survey/factorial"),
    log:
        log_of("survey_factorial"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.survey.translation.tables.factorial", arms=study.survey.factorial),
    shell:
        JOB
