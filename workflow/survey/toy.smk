# Toy densities: an arm's seeds side by side → measures → figures.


rule survey_train_toys:
    output:
        **recorded(weights=f"{SURVEY.folder}/toy/{any_of('arm', SURVEY.toys)}.safetensors"),
    log:
        log_of("survey_train_toys/{arm}"),
    conda:
        ENVIRONMENT
    threads: 1
    params:
        **job(
            "papers.survey.toy.training.train_toys",
            modes=lambda wildcards: study.survey.toy.densities[SURVEY.toys[wildcards.arm].density],
            width=lambda wildcards: SURVEY.toys[wildcards.arm].width,
            discriminator_steps=lambda wildcards: SURVEY.toys[wildcards.arm].discriminator_steps,
            generator_steps=lambda wildcards: SURVEY.toys[wildcards.arm].generator_steps,
            rounds=study.survey.toy.rounds,
            look=study.survey.toy.look,
            batch=study.survey.toy.batch,
            learning_rate=study.survey.toy.learning_rate,
            seeds=study.survey.toy.seeds,
            seed=study.seed,
        ),
    shell:
        JOB


rule survey_score_toys:
    input:
        weights=[f"{SURVEY.folder}/toy/{arm}.safetensors" for arm in SURVEY.toys],
    output:
        **recorded(scores=f"{SURVEY_METRICS}/toys.csv"),
    log:
        log_of("survey_score_toys"),
    conda:
        ENVIRONMENT
    threads: 1
    params:
        **job(
            "papers.survey.toy.scoring.score_toys",
            toys=SURVEY.toys_scored,
            samples=study.survey.toy.samples,
            reach=study.survey.toy.reach,
            missed=study.survey.toy.missed,
            spot=study.survey.toy.spot,
            seed=study.seed,
        ),
    shell:
        JOB


rule survey_toys:
    input:
        weights=f"{SURVEY.folder}/toy/{{arm}}.safetensors",
    output:
        **figure(
            f"{SURVEY_FIGURES}/toy-{any_of('arm', SURVEY.toys)}",
            "survey/toys",
            "Figures of the paper",
            figure="toy-{arm}",
            shows="a density and what is learned of it",
        ),
    log:
        log_of("survey_toys/{arm}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.survey.toy.figures.toys",
            modes=lambda wildcards: study.survey.toy.densities[SURVEY.toys[wildcards.arm].density],
            width=lambda wildcards: SURVEY.toys[wildcards.arm].width,
            samples=study.survey.toy.samples,
            seed=study.seed,
            title=lambda wildcards: wildcards.arm,
        ),
    shell:
        JOB


rule survey_rates:
    input:
        scores=f"{SURVEY_METRICS}/toys.csv",
    output:
        **figure(
            f"{SURVEY_FIGURES}/rates",
            "survey/rates",
            "Quality",
            figure="rates",
            shows="how often modes are missed",
        ),
    log:
        log_of("survey_rates"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.survey.toy.figures.rates"),
    shell:
        JOB
