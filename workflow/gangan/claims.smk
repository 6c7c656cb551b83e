# A page for each claim, of each table of claims.
from gangan.papers.gangan import claimed as GANGAN_CLAIMED


rule gangan_claim_pages:
    input:
        table=f"{GANGAN_TABLES}/{{group}}/claims.csv",
        readings=f"{GANGAN_TABLES}/{{group}}/readings.csv",
        figures=lambda wildcards: [
            f"{GANGAN_FIGURES}/{name}.png" for name in GANGAN_CLAIMED.figures(GANGAN, wildcards.group)
        ],
    output:
        **pages(f"{GANGAN.folder}/claims/{GANGAN.any_group}", GANGAN_CLAIMED.names(GANGAN)),
    log:
        log_of("gangan_claim_pages/{group}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "record.claims.write",
            unbounded=True,
            study=study.study,
            version=VERSION,
            claims=lambda wildcards: GANGAN_CLAIMED.pages(
                GANGAN, wildcards.group, own(GANGAN_CLAIMED.TESTS), own(GANGAN_CLAIMED.FACTS)
            ),
        ),
    shell:
        JOB
