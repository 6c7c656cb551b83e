# MP-GAN: digits → GANs, some against a discriminator of another run → scores → figures, tables, claims; and tables of
# numbers by the same training. docs/papers/mpgan.md.
from gangan.papers.mpgan.claimed import CLAIMED as MPGAN_CLAIMED
from gangan.papers.mpgan.rules import Plan as MPGAN_PLAN

MPGAN = MPGAN_PLAN(study.mpgan, f"{RESULTS}/mpgan")
MPGAN_ARM = any_of("arm", MPGAN.arms)
MPGAN_SOURCE = any_of("source", MPGAN.sources)
MPGAN_RUN = f"{{arm}}/{{seed}}"
MPGAN_METRICS = f"{MPGAN.folder}/metrics"
MPGAN_FIGURES = f"{MPGAN.folder}/figures"
MPGAN_TABLES = f"{MPGAN.folder}/tables"
EVERYTHING["mpgan"] = MPGAN.everything


rule mpgan:
    input:
        EVERYTHING["mpgan"],


rule mpgan_train_gan:
    input:
        digits=DIGITS,
        pretrained=lambda wildcards: MPGAN.pretrained(wildcards.arm, int(wildcards.seed)),
    output:
        **recorded(
            rows=f"{MPGAN.folder}/rows/{MPGAN_ARM}/{{seed}}.h5",
            timing=f"{MPGAN.folder}/rows/{MPGAN_RUN}.csv",
        ),
    log:
        log_of(f"mpgan_train_gan/{MPGAN_RUN}"),
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        gpu=1,
    params:
        **job(
            "papers.mpgan.training.train_gan",
            training=lambda wildcards: MPGAN.arms[wildcards.arm].training,
            name=study.data.name,
            seed=study.seed,
            run=lambda wildcards: int(wildcards.seed),
        ),
    shell:
        JOB


rule mpgan_score_run:
    input:
        **JUDGES,
        rows=f"{MPGAN.folder}/rows/{MPGAN_RUN}.h5",
        timing=f"{MPGAN.folder}/rows/{MPGAN_RUN}.csv",
        digits=DIGITS,
    output:
        **recorded(
            scores=f"{MPGAN_METRICS}/runs/{MPGAN_ARM}/{{seed}}.csv",
            places=f"{MPGAN_METRICS}/places/{MPGAN_RUN}.csv",
        ),
    log:
        log_of(f"mpgan_score_run/{MPGAN_RUN}"),
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        gpu=1,
    params:
        **job(
            "papers.mpgan.scoring.score_run",
            scoring=MPGAN.config.scoring,
            selection=lambda wildcards: MPGAN.arms[wildcards.arm].training.selection,
            seed=study.seed,
        ),
    shell:
        JOB


rule mpgan_gather:
    input:
        scores=MPGAN.of_runs("metrics/runs/{arm}/{seed}.csv"),
        places=MPGAN.of_runs("metrics/places/{arm}/{seed}.csv"),
    output:
        **recorded(table=f"{MPGAN_METRICS}/runs.csv", latent=f"{MPGAN_METRICS}/places.csv"),
    log:
        log_of("mpgan_gather"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.mpgan.results.gather", unbounded=True, runs=MPGAN.runs),
    shell:
        JOB


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


rule mpgan_summaries:
    output:
        **table(f"{MPGAN_TABLES}/summaries", "mpgan-summaries"),
    log:
        log_of("mpgan_summaries"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.mpgan.tables.summaries", filters=MPGAN.filters),
    shell:
        JOB


rule mpgan_quality:
    input:
        runs=f"{MPGAN_METRICS}/runs.csv",
    output:
        **table(f"{MPGAN_TABLES}/quality", "mpgan-quality"),
    log:
        log_of("mpgan_quality"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.mpgan.tables.quality",
            looks=[MPGAN.config.claims.early, MPGAN.config.claims.late],
        ),
    shell:
        JOB


rule mpgan_test_claims:
    input:
        runs=f"{MPGAN_METRICS}/runs.csv",
        places=f"{MPGAN_METRICS}/places.csv",
    output:
        **table(f"{MPGAN_TABLES}/claims", "mpgan-claims"),
    log:
        log_of("mpgan_test_claims"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.mpgan.claims.claims", claims=MPGAN.config.claims),
    shell:
        JOB


rule mpgan_claim_pages:
    input:
        table=f"{MPGAN_TABLES}/claims.csv",
        figures=[f"{MPGAN_FIGURES}/{name}.png" for name in MPGAN_CLAIMED.figures(MPGAN.figures())],
    output:
        **pages(f"{MPGAN.folder}/claims", MPGAN_CLAIMED.pages),
    log:
        log_of("mpgan_claim_pages"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "record.claims.write",
            unbounded=True,
            study=study.study,
            version=VERSION,
            claims=MPGAN_CLAIMED.settings(own(MPGAN_CLAIMED.tests), own(MPGAN_CLAIMED.facts), MPGAN.figures()),
        ),
    shell:
        JOB


include: "mpgan/tabular.smk"
