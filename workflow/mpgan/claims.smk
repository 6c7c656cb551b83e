# A page for each claim.
from gangan.papers.mpgan.claimed import CLAIMED as MPGAN_CLAIMED


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
