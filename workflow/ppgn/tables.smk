# Tables, and the claims with their pages.
rule ppgn_summaries:
    output:
        **table(f"{PPGN_TABLES}/summaries", "ppgn/summaries"),
    log:
        log_of("ppgn_summaries"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.ppgn.tables.summaries",
            encoder=PPGN.config.encoder.filters,
            filters=PPGN.config.training.filters,
        ),
    shell:
        JOB


rule ppgn_quality:
    input:
        drawn=f"{PPGN_METRICS}/drawn.csv",
    output:
        **table(f"{PPGN_TABLES}/quality", "ppgn/quality"),
    log:
        log_of("ppgn_quality"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.ppgn.tables.quality"),
    shell:
        JOB


rule ppgn_trainings:
    input:
        runs=f"{PPGN_METRICS}/runs.csv",
    output:
        **table(f"{PPGN_TABLES}/trainings", "ppgn/trainings"),
    log:
        log_of("ppgn_trainings"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.ppgn.tables.trainings"),
    shell:
        JOB


rule ppgn_test_claims:
    input:
        runs=f"{PPGN_METRICS}/runs.csv",
        drawn=f"{PPGN_METRICS}/drawn.csv",
    output:
        **table(f"{PPGN_TABLES}/claims", "ppgn/claims"),
    log:
        log_of("ppgn_test_claims"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.ppgn.claims.claims", claims=PPGN.config.claims),
    shell:
        JOB


rule ppgn_claim_pages:
    input:
        table=f"{PPGN_TABLES}/claims.csv",
        figures=[f"{PPGN_FIGURES}/{name}.png" for name in PPGN_CLAIMED.figures(PPGN.figures())],
    output:
        **pages(f"{PPGN.folder}/claims", PPGN_CLAIMED.pages),
    log:
        log_of("ppgn_claim_pages"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "record.claims.write",
            unbounded=True,
            study=study.study,
            version=VERSION,
            claims=PPGN_CLAIMED.settings(own(PPGN_CLAIMED.tests), own(PPGN_CLAIMED.facts), PPGN.figures()),
        ),
    shell:
        JOB
