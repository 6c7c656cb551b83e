# MP-GAN: digits → GANs, some against a discriminator of another run → scores → figures, tables, claims; and tables of
# numbers by the same training. docs/papers/mpgan.md.
from gangan.papers.mpgan.rules import Plan as MPGAN_PLAN

MPGAN = MPGAN_PLAN(study.mpgan, f"{RESULTS}/mpgan")
MPGAN_ARM = any_of("arm", MPGAN.arms)
MPGAN_RUN = f"{{arm}}/{{seed}}"
MPGAN_METRICS = f"{MPGAN.folder}/metrics"
MPGAN_FIGURES = f"{MPGAN.folder}/figures"
MPGAN_TABLES = f"{MPGAN.folder}/tables"
EVERYTHING["mpgan"] = MPGAN.everything


rule mpgan:
    input:
        EVERYTHING["mpgan"],


include: "mpgan/train.smk"
include: "mpgan/scores.smk"
include: "mpgan/figures.smk"
include: "mpgan/tables.smk"
include: "mpgan/claims.smk"
include: "mpgan/tabular.smk"
