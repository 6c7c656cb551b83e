# What `all` makes, where the files of many jobs are, and what arms read.
def gangan_files(arm, name):
    return [f"{RESULTS}/gangans/{arm}/{seed}/{name}" for seed in study.arm(arm).seeds]


def arm_inputs(wildcards):
    """What an arm reads besides its zoo."""
    arm = study.arm(wildcards.arm)
    gangan = study.rows(arm).gangan
    files = {"alignment": (gangan.align, f"{RESULTS}/zoos/{arm.zoo}/alignment.h5"), "digits": (gangan.digits, DIGITS)}
    return {name: path for name, (wanted, path) in files.items() if wanted}


def figure_names():
    names = ["fig1", "losses-gangans"]
    names += [f"{kind}-{zoo}" for zoo in study.used_zoos for kind in ("fig2", "losses-zoo", "pca")]
    names += [f"fig3-{arm.name}" for arm in study.arms]
    return sorted(names)


def figures():
    return [f"{RESULTS}/figures/{name}.{ending}" for name in figure_names() for ending in ("png", "pdf")]


def chains():
    return [f"{RESULTS}/chains/{name}.html" for name in figure_names()]


def tables():
    names = ("architectures", "hyperparameters", "runtimes")
    return [f"{RESULTS}/tables/{name}.{ending}" for name in names for ending in ("csv", "md", "tex")]
