# What `all` makes, where the files of many jobs are, and what arms read.


def gangan_file(arm, seed, name):
    return f"{RESULTS}/gangans/{study.trained_by(arm).name}/{seed}/{name}"


def gangan_files(arms, name):
    """Of all seeds of arms, each file once: arms may share GAN-GANs."""
    return list(dict.fromkeys(gangan_file(arm.name, seed, name) for arm in arms for seed in arm.seeds))


def order_of_draws(arm):
    """The scores that put Fig. 3's draws in order; a latent of one number is in order already."""
    latent = study.rows(study.arm(arm)).gangan.latent
    return [] if latent == 1 else f"{METRICS}/gangans/{arm}/{study.arm(arm).seeds[0]}.csv"


def scores_of(zoos, arms):
    return [
        *(f"{METRICS}/zoo-{zoo}/{first}.csv" for zoo in zoos for first in study.jobs_of(zoo)),
        *(f"{METRICS}/{kind}-{zoo}.csv" for zoo in zoos for kind in ("baselines", "distances")),
        *(f"{METRICS}/gangans/{arm.name}/{seed}.csv" for arm in arms for seed in arm.seeds),
    ]


def arm_frames(wildcards):
    """The frames an arm's rows are aligned by, if they are."""
    arm = study.arm(wildcards.arm)
    return {"alignment": f"{RESULTS}/zoos/{arm.zoo}/alignment.h5"} if study.rows(arm).gangan.align else {}


def arm_inputs(wildcards):
    """What an arm reads besides its zoo."""
    digits = {"digits": DIGITS} if study.rows(study.arm(wildcards.arm)).gangan.digits else {}
    return {**arm_frames(wildcards), **digits}


def figure_names():
    names = ["fig1", "losses-gangans"]
    names += [f"{kind}-{zoo}" for zoo in study.used_zoos for kind in ("fig2", "losses-zoo", "pca")]
    names += [f"epochs-{zoo}" for zoo in study.used_zoos]
    names += [f"{kind}-{arm.name}" for arm in study.arms for kind in ("fig3", "along-z")]
    alike = {key: [study.series(arm.name, key) for arm in study.arms] for key in SERIES}
    names += {f"{key}-{arms[0].name}" for key in SERIES for arms in alike[key] if len(arms) > 1}
    return sorted(names)


def figures():
    return [f"{RESULTS}/figures/{name}.{ending}" for name in figure_names() for ending in ("png", "pdf")]


def chains():
    return [f"{RESULTS}/chains/{name}.html" for name in figure_names()]


def tables():
    names = ("architectures", "hyperparameters", "runtimes", "claims", "quality", "attempts")
    return [f"{RESULTS}/tables/{name}.{ending}" for name in names for ending in ("csv", "md", "tex")]
