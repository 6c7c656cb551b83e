# The zoo and the GAN-GANs for others (docs/sharing.md): made when asked for, as the rows are on disk twice then.
from gangan.papers.gangan.sharing import rules as GANGAN_SHARING_RULES

GANGAN_SHARING = GANGAN_SHARING_RULES.Sharing(GANGAN)
GANGAN_CITATION = GANGAN_SHARING_RULES.citation(own("CITATION.cff"))


rule gangan_share_rows:
    input:
        **GANGAN_SHARING.files(),
    output:
        **recorded(rows=f"{GANGAN_SHARING.folder}/zoo/rows.h5"),
    log:
        log_of("gangan_share_rows"),
    conda:
        ENVIRONMENT
    threads: 1
    params:
        **job(
            "papers.gangan.sharing.rows.share",
            unbounded=True,
            study=study.study,
            version=VERSION,
            zoos=GANGAN_SHARING.zoos,
        ),
    shell:
        JOB


rule gangan_describe_rows:
    input:
        rows=f"{GANGAN_SHARING.folder}/zoo/rows.h5",
    output:
        **recorded(card=f"{GANGAN_SHARING.folder}/zoo/README.md"),
    log:
        log_of("gangan_describe_rows"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.gangan.sharing.cards.of_rows", digits=study.data.name, citation=GANGAN_CITATION),
    shell:
        JOB


rule gangan_croissant:
    input:
        rows=f"{GANGAN_SHARING.folder}/zoo/rows.h5",
    output:
        **recorded(croissant=f"{GANGAN_SHARING.folder}/zoo/croissant.json"),
    log:
        log_of("gangan_croissant"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.gangan.sharing.croissant.describe", digits=study.data.name, citation=GANGAN_CITATION),
    shell:
        JOB


rule gangan_share_gangan:
    input:
        weights=lambda wildcards: GANGAN.gangan(wildcards.arm),
    output:
        **recorded(shared=f"{GANGAN_SHARING.folder}/gan-gans/{GANGAN_SHARING.any_arm}.safetensors"),
    log:
        log_of("gangan_share_gangan/{arm}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.gangan.sharing.states.share"),
    shell:
        JOB


if GANGAN_SHARING.arms:

    rule gangan_describe_gangans:
        input:
            weights=[f"{GANGAN_SHARING.folder}/gan-gans/{arm}.safetensors" for arm in GANGAN_SHARING.arms],
            claims=f"{GANGAN_TABLES}/{GANGAN.config.claims.group}/claims.csv",
            quality=f"{GANGAN_TABLES}/{GANGAN.config.claims.group}/quality.csv",
        output:
            **recorded(card=f"{GANGAN_SHARING.folder}/gan-gans/README.md"),
        log:
            log_of("gangan_describe_gangans"),
        localrule: True
        conda:
            ENVIRONMENT
        params:
            **job(
                "papers.gangan.sharing.cards.of_gangans",
                study=study.study,
                version=VERSION,
                digits=study.data.name,
                citation=GANGAN_CITATION,
                arms=GANGAN_SHARING.seeds,
            ),
        shell:
            JOB
