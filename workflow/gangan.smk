# "GAN You Do the GAN GAN?": digits → GANs → rows → GAN-GANs → scores → figures, tables. docs/papers/gangan.md.
from gangan.papers.gangan.rules import Plan as GANGAN_PLAN
from gangan.papers.gangan.targets import everything as GANGAN_TARGETS

GANGAN = GANGAN_PLAN(study.gangan, f"{RESULTS}/gangan", DIGITS, study.given)
for GANGAN_ZOO, GANGAN_FILE in GANGAN.absent.items():
    logger.warning(
        f"{GANGAN_FILE} is not there: arms on the rows of zoo {GANGAN_ZOO} are left out (docs/papers/gangan.md, section 9)"
    )
if GANGAN.config.claims.group not in GANGAN.groups:  # all groups are shown beside it
    raise WorkflowError(
        f"gangan.arms: none of group {GANGAN.config.claims.group} can run: {', '.join(GANGAN.absent.values())} not there;"
        " allowed: one on a zoo that is there"
    )
GANGAN_METRICS = f"{GANGAN.folder}/metrics"
GANGAN_FIGURES = f"{GANGAN.folder}/figures"
GANGAN_TABLES = f"{GANGAN.folder}/tables"
EVERYTHING["gangan"] = GANGAN_TARGETS(GANGAN, GANGAN.config.claims.group)


rule gangan:
    input:
        EVERYTHING["gangan"],


include: "gangan/train.smk"
include: "gangan/scores.smk"
include: "gangan/figures.smk"
include: "gangan/tables.smk"
include: "gangan/claims.smk"
include: "gangan/explorer.smk"
include: "gangan/sharing.smk"


# A target for each group of arms that can run.
for GANGAN_GROUP in GANGAN.groups:
    if workflow.is_rule(f"gangan_{GANGAN_GROUP}"):
        raise WorkflowError(f"gangan.arms: group {GANGAN_GROUP}; allowed: a name of no rule (gangan_{GANGAN_GROUP})")

    rule:
        name:
            f"gangan_{GANGAN_GROUP}"
        input:
            GANGAN_TARGETS(GANGAN, GANGAN_GROUP),
