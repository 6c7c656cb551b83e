# Tables of numbers: a GAN of their lines for each seed → measures → figures and a table.
MPGAN_SOURCE = any_of("source", MPGAN.sources)
MPGAN_OF_TABLE = {
    "target": lambda wildcards: MPGAN.target(wildcards.source),
    "held_out": MPGAN.config.tables.held_out,
    "seed": study.seed,
}


rule mpgan_fetch_table:
    output:
        **recorded(table=f"resources/tables/{any_of('source', MPGAN.packaged)}.csv"),
    log:
        log_of("mpgan_fetch_table/{source}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "data.tabular.fetch",
            name=lambda wildcards: wildcards.source,
            target=lambda wildcards: MPGAN.target(wildcards.source),
        ),
    shell:
        JOB


rule mpgan_train_lines:
    input:
        table=lambda wildcards: MPGAN.table(wildcards.source),
    output:
        **recorded(
            rows=f"{MPGAN.folder}/tabular/{MPGAN_SOURCE}/{{seed}}.h5",
            timing=f"{MPGAN.folder}/tabular/{{source}}/{{seed}}.csv",
        ),
    log:
        log_of("mpgan_train_lines/{source}/{seed}"),
    conda:
        ENVIRONMENT
    threads: 1
    params:
        **job(
            "papers.mpgan.tabular.training.train_lines",
            training=MPGAN.config.tables.training,
            run=lambda wildcards: int(wildcards.seed),
            **MPGAN_OF_TABLE,
        ),
    shell:
        JOB


rule mpgan_score_lines:
    input:
        table=lambda wildcards: MPGAN.table(wildcards.source),
        rows=f"{MPGAN.folder}/tabular/{{source}}/{{seed}}.h5",
    output:
        **recorded(scores=f"{MPGAN_METRICS}/tabular/{MPGAN_SOURCE}/{{seed}}.csv"),
    log:
        log_of("mpgan_score_lines/{source}/{seed}"),
    conda:
        ENVIRONMENT
    threads: 1
    params:
        **job(
            "papers.mpgan.tabular.scoring.score_lines",
            run=lambda wildcards: int(wildcards.seed),
            **MPGAN_OF_TABLE,
        ),
    shell:
        JOB


rule mpgan_histograms:
    input:
        table=lambda wildcards: MPGAN.table(wildcards.source),
        rows=f"{MPGAN.folder}/tabular/{{source}}/{MPGAN.config.tables.seeds[0]}.h5",
    output:
        **figure(
            f"{MPGAN_FIGURES}/histograms-{MPGAN_SOURCE}",
            "mpgan-histograms",
            "Tables of numbers",
            figure="histograms",
            shows="each column of {source}",
        ),
    log:
        log_of("mpgan_histograms/{source}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.mpgan.tabular.figures.histograms",
            bins=MPGAN.config.tables.bins,
            run=MPGAN.config.tables.seeds[0],
            **MPGAN_OF_TABLE,
        ),
    shell:
        JOB


rule mpgan_correlations:
    input:
        table=lambda wildcards: MPGAN.table(wildcards.source),
        rows=f"{MPGAN.folder}/tabular/{{source}}/{MPGAN.config.tables.seeds[0]}.h5",
    output:
        **figure(
            f"{MPGAN_FIGURES}/correlations-{MPGAN_SOURCE}",
            "mpgan-correlations",
            "Tables of numbers",
            figure="correlations",
            shows="between columns of {source}",
        ),
    log:
        log_of("mpgan_correlations/{source}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.mpgan.tabular.figures.matrices",
            run=MPGAN.config.tables.seeds[0],
            **MPGAN_OF_TABLE,
        ),
    shell:
        JOB


rule mpgan_tabulate:
    input:
        scores=[f"{MPGAN_METRICS}/tabular/{source}/{seed}.csv" for source, seed in MPGAN.of_tables],
    output:
        **table(f"{MPGAN_TABLES}/tabular", "mpgan-tabulated"),
    log:
        log_of("mpgan_tabulate"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.mpgan.tabular.scoring.tabulate",
            unbounded=True,
            sources=[source for source, _ in MPGAN.of_tables],
        ),
    shell:
        JOB
