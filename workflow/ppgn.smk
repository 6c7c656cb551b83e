# PPGN-h with critics in code space: digits → encoder → generators, by arms and seeds → digits of each class and their
# scores → figures, tables, claims. docs/papers/ppgn.md.
from gangan.papers.ppgn.claimed import CLAIMED as PPGN_CLAIMED
from gangan.papers.ppgn.rules import SAVED as PPGN_SAVED, Plan as PPGN_PLAN

PPGN = PPGN_PLAN(study.ppgn, f"{RESULTS}/ppgn")
PPGN_ARM = any_of("arm", PPGN.arms)
PPGN_RUN = "{arm}/{seed}"
PPGN_ENCODER = f"{PPGN.folder}/encoder/encoder.safetensors"
PPGN_METRICS = f"{PPGN.folder}/metrics"
PPGN_FIGURES = f"{PPGN.folder}/figures"
PPGN_TABLES = f"{PPGN.folder}/tables"
EVERYTHING["ppgn"] = PPGN.everything


rule ppgn:
    input:
        EVERYTHING["ppgn"],


include: "ppgn/train.smk"
include: "ppgn/scores.smk"
include: "ppgn/figures.smk"
include: "ppgn/tables.smk"
