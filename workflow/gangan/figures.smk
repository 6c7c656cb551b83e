# Figures: each from finished files alone, so one is redrawn without training anything.
rule gangan_schematic:
    output:
        **figure(f"{GANGAN_FIGURES}/fig1", "fig1", "Figures of the paper", figure="1", shows="schematic"),
    log:
        log_of("gangan_schematic"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.gangan.reporting.figures.schematic",
            gan=GANGAN.first_zoo.gan,
            runs=GANGAN.first_zoo.runs,
            training=GANGAN.first_arm.training,
        ),
    shell:
        JOB


rule gangan_snapshots:
    input:
        zoo=GANGAN.zoo("{zoo}"),
    output:
        **figure(
            f"{GANGAN_FIGURES}/fig2-{GANGAN.any_zoo}",
            "fig2",
            "Figures of the paper",
            figure="2",
            shows="training of the first GAN, zoo {zoo}",
        ),
    log:
        log_of("gangan_snapshots/{zoo}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.gangan.reporting.figures.snapshots",
            epochs=lambda wildcards: GANGAN.config.zoos[wildcards.zoo].snapshots,
            panel=GANGAN.config.figures.panel,
            seed=study.seed,
        ),
    shell:
        JOB


rule gangan_walk:
    input:
        weights=lambda wildcards: GANGAN.gangan(wildcards.arm),
        scores=lambda wildcards: GANGAN.order_of_draws(wildcards.arm),
    output:
        **figure(
            f"{GANGAN_FIGURES}/fig3-{GANGAN.any_arm}",
            "fig3",
            "Figures of the paper",
            figure="3",
            shows="GANs along z, arm {arm}",
        ),
    log:
        log_of("gangan_walk/{arm}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.gangan.reporting.figures.walk",
            samples=GANGAN.config.samples,
            columns=GANGAN.config.figures.columns,
            draws=lambda wildcards: GANGAN.arms[wildcards.arm].draws,
            seed=study.seed,
            title=lambda wildcards: f"{wildcards.arm}, seed {GANGAN.arms[wildcards.arm].seeds[0]}",
        ),
    shell:
        JOB


if GANGAN.strip:

    rule gangan_strip:
        input:
            zoo=lambda wildcards: GANGAN.zoo(GANGAN.strip[0].zoo),
            alignment=lambda wildcards: GANGAN.zoo(GANGAN.strip[0].zoo, "alignment.h5"),
            weights=lambda wildcards: [GANGAN.gangan(arm.name) for arm in GANGAN.strip],
            scores=lambda wildcards: [f"{GANGAN_METRICS}/gangans/{arm.name}/{arm.seeds[0]}.csv" for arm in GANGAN.strip],
        output:
            **figure(
                f"{GANGAN_FIGURES}/strip", "strip", "Figures of the paper", figure="strip", shows="arms side by side"
            ),
        log:
            log_of("gangan_strip"),
        localrule: True
        conda:
            ENVIRONMENT
        params:
            **job(
                "papers.gangan.reporting.strip.strip",
                arms=lambda wildcards: GANGAN.strip,
                samples=GANGAN.config.samples,
                panel=GANGAN.config.figures.panel,
                seed=study.seed,
            ),
        shell:
            JOB


rule gangan_zoo_losses:
    input:
        zoo=GANGAN.zoo("{zoo}"),
    output:
        **figure(
            f"{GANGAN_FIGURES}/losses-zoo-{GANGAN.any_zoo}",
            "losses-zoo",
            "Training",
            figure="losses",
            shows="GANs of zoo {zoo}",
        ),
    log:
        log_of("gangan_zoo_losses/{zoo}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.gangan.reporting.losses.zoo_losses"),
    shell:
        JOB


rule gangan_gangan_losses:
    input:
        losses=lambda wildcards: list(GANGAN.gangans(GANGAN.shown[wildcards.group], "losses.csv").values()),
    output:
        **figure(
            f"{GANGAN_FIGURES}/losses-gangans-{GANGAN.any_group}",
            "losses-gangans",
            "Training",
            figure="losses",
            shows="GAN-GANs, group {group}",
        ),
    log:
        log_of("gangan_gangan_losses/{group}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.gangan.reporting.losses.gangan_losses",
            unbounded=True,
            names=lambda wildcards: list(GANGAN.gangans(GANGAN.shown[wildcards.group], "losses.csv")),
        ),
    shell:
        JOB


rule gangan_pca:
    input:
        projection=f"{GANGAN_METRICS}/pca-{{zoo}}.h5",
        weights=lambda wildcards: [GANGAN.gangan(arm.name) for arm in GANGAN.curves(wildcards.zoo)],
    output:
        **figure(
            f"{GANGAN_FIGURES}/pca-{GANGAN.any_zoo}",
            "pca",
            "Training",
            figure="PCA",
            shows="rows of zoo {zoo} and GAN-GANs",
        ),
    log:
        log_of("gangan_pca/{zoo}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.gangan.reporting.figures.pca",
            unbounded=True,
            names=lambda wildcards: [arm.name for arm in GANGAN.curves(wildcards.zoo)],
            extent=GANGAN.config.samples.extent,
        ),
    shell:
        JOB


rule gangan_along_z:
    input:
        scores=lambda wildcards: GANGAN.scores(*GANGAN.alone(wildcards.arm)),
    output:
        **figure(
            f"{GANGAN_FIGURES}/along-z-{GANGAN.any_arm}",
            "along-z",
            "Quality",
            figure="quality",
            shows="along z, arm {arm}",
        ),
    log:
        log_of("gangan_along_z/{arm}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.gangan.reporting.charts.along_z",
            unbounded=True,
            scored=lambda wildcards: GANGAN.scored(*GANGAN.alone(wildcards.arm)),
            arm=lambda wildcards: wildcards.arm,
        ),
    shell:
        JOB


rule gangan_epochs:
    input:
        scores=lambda wildcards: GANGAN.scores([wildcards.zoo], []),
    output:
        **figure(
            f"{GANGAN_FIGURES}/epochs-{GANGAN.any_zoo}",
            "epochs",
            "Quality",
            figure="quality",
            shows="in training, zoo {zoo}",
        ),
    log:
        log_of("gangan_epochs/{zoo}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.gangan.reporting.charts.epochs",
            unbounded=True,
            scored=lambda wildcards: GANGAN.scored([wildcards.zoo], []),
            zoo=lambda wildcards: wildcards.zoo,
        ),
    shell:
        JOB


rule gangan_series:
    input:
        scores=lambda wildcards: GANGAN.scores(*GANGAN.alike(wildcards.key, wildcards.arm)),
    output:
        **figure(
            f"{GANGAN_FIGURES}/{GANGAN.any_key}-{GANGAN.any_arm}",
            "series",
            "Quality",
            figure="quality",
            shows="{arm} but for {key}",
        ),
    log:
        log_of("gangan_series/{key}/{arm}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.gangan.reporting.charts.series",
            unbounded=True,
            scored=lambda wildcards: GANGAN.scored(*GANGAN.alike(wildcards.key, wildcards.arm)),
            arm=lambda wildcards: wildcards.arm,
            key=lambda wildcards: wildcards.key,
        ),
    shell:
        JOB
