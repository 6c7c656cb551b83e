# A survey of GANs: toy densities; GANs of digits and of churches; GANs that translate images. docs/papers/survey.md.
from gangan.papers.survey.claimed import CLAIMED as SURVEY_CLAIMED
from gangan.papers.survey.rules import IMAGES as SURVEY_IMAGES
from gangan.papers.survey.rules import Plan as SURVEY_PLAN
from gangan.papers.survey.rules import files_of as SURVEY_FILES

SURVEY = SURVEY_PLAN(study.survey, f"{RESULTS}/survey", DIGITS)
SURVEY_RUN = f"{{arm}}/{{seed}}"
SURVEY_DRAWN = f"{any_of('arm', SURVEY.drawing)}/{{seed}}"
SURVEY_TRANSLATED = f"{any_of('arm', SURVEY.translation)}/{{seed}}"
SURVEY_METRICS = f"{SURVEY.folder}/metrics"
SURVEY_FIGURES = f"{SURVEY.folder}/figures"
SURVEY_TABLES = f"{SURVEY.folder}/tables"
EVERYTHING["survey"] = SURVEY.everything


rule survey:
    input:
        EVERYTHING["survey"],


include: "survey/data.smk"
include: "survey/toy.smk"
include: "survey/drawing.smk"
include: "survey/translation.smk"
include: "survey/claims.smk"
