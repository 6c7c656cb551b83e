# The claims: a table, and a page for each.


rule survey_test_claims:
    input:
        **SURVEY.evidence,
    output:
        **table(f"{SURVEY_TABLES}/claims", "survey/claims"),
    log:
        log_of("survey_test_claims"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("papers.survey.claims.claims", factors=SURVEY.factors, claims=study.survey.claims),
    shell:
        JOB


rule survey_claim_pages:
    input:
        table=f"{SURVEY_TABLES}/claims.csv",
        figures=[f"{SURVEY_FIGURES}/{name}.png" for name in SURVEY_CLAIMED.figures(SURVEY.figures())],
    output:
        **pages(f"{SURVEY.folder}/claims", SURVEY_CLAIMED.pages),
    log:
        log_of("survey_claim_pages"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "record.claims.write",
            unbounded=True,
            study=study.study,
            version=VERSION,
            claims=SURVEY_CLAIMED.settings(own(SURVEY_CLAIMED.tests), own(SURVEY_CLAIMED.facts), SURVEY.figures()),
        ),
    shell:
        JOB
