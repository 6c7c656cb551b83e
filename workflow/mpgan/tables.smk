# Tables of digits: networks, scores and claims.
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
