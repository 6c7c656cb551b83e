# Training: GANs, the zoo of their rows, GAN-GANs.


# Each job an independent training of `per_job` GANs.
rule gangan_train_gans:
    input:
        digits=DIGITS,
    output:
        **recorded(
            rows=f"{GANGAN.folder}/zoos/{GANGAN.any_job(how='trained')}.h5",
            timing=f"{GANGAN.folder}/zoos/{GANGAN.any_job(how='trained')}.csv",
        ),
    log:
        log_of("gangan_train_gans/{zoo}/{first}"),
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        gpu=1,
    params:
        **job(
            "papers.gangan.training.gans.train_gans",
            gan=lambda wildcards: GANGAN.config.zoos[wildcards.zoo].gan,
            seed=study.seed,
            first=lambda wildcards: int(wildcards.first),
            count=lambda wildcards: GANGAN.jobs(wildcards.zoo)[wildcards.first],
        ),
    shell:
        JOB


# The rows of a GAN that somebody published, in place of a training.
rule gangan_adopt_gan:
    input:
        published=lambda wildcards: GANGAN.config.zoos[wildcards.zoo].file,
    output:
        **recorded(
            rows=f"{GANGAN.folder}/zoos/{GANGAN.any_job(how='adopted')}.h5",
            timing=f"{GANGAN.folder}/zoos/{GANGAN.any_job(how='adopted')}.csv",
        ),
    log:
        log_of("gangan_adopt_gan/{zoo}/{first}"),
    conda:
        ENVIRONMENT
    threads: 1
    params:
        **job(
            "papers.gangan.published.adopt",
            gan=lambda wildcards: GANGAN.config.zoos[wildcards.zoo].gan,
            run=lambda wildcards: int(wildcards.first),
            seed=study.seed,
        ),
    shell:
        JOB


# The same from a zoo's file, of several GANs.
rule gangan_take_gans:
    input:
        zoo=lambda wildcards: GANGAN.config.zoos[wildcards.zoo].file,
    output:
        **recorded(
            rows=f"{GANGAN.folder}/zoos/{GANGAN.any_job(how='taken')}.h5",
            timing=f"{GANGAN.folder}/zoos/{GANGAN.any_job(how='taken')}.csv",
        ),
    log:
        log_of("gangan_take_gans/{zoo}/{first}"),
    conda:
        ENVIRONMENT
    threads: 1
    params:
        **job(
            "papers.gangan.sharing.taken.take",
            gan=lambda wildcards: GANGAN.config.zoos[wildcards.zoo].gan,
            first=lambda wildcards: int(wildcards.first),
            count=lambda wildcards: GANGAN.jobs(wildcards.zoo)[wildcards.first],
            seed=study.seed,
        ),
    shell:
        JOB


rule gangan_pack_zoo:
    input:
        rows=lambda wildcards: [GANGAN.zoo(wildcards.zoo, f"gans/{name}.h5") for name in GANGAN.jobs(wildcards.zoo)],
        timing=lambda wildcards: [GANGAN.zoo(wildcards.zoo, f"gans/{name}.csv") for name in GANGAN.jobs(wildcards.zoo)],
    output:
        **recorded(zoo=GANGAN.zoo(GANGAN.any_zoo), timings=GANGAN.zoo(GANGAN.any_zoo, "timing.csv")),
    log:
        log_of("gangan_pack_zoo/{zoo}"),
    conda:
        ENVIRONMENT
    threads: 1
    params:
        **job(
            "papers.gangan.zoo.pack",
            unbounded=True,
            gan=lambda wildcards: GANGAN.config.zoos[wildcards.zoo].gan,
            first=lambda wildcards: GANGAN.config.zoos[wildcards.zoo].first,
            runs=lambda wildcards: GANGAN.config.zoos[wildcards.zoo].runs,
        ),
    shell:
        JOB


# What brings each run into one frame: the changes, not the rows, which are aligned as they are read.
rule gangan_align_zoo:
    input:
        zoo=GANGAN.zoo("{zoo}"),
    output:
        **recorded(alignment=GANGAN.zoo(GANGAN.any_zoo, "alignment.h5")),
    log:
        log_of("gangan_align_zoo/{zoo}"),
    conda:
        ENVIRONMENT
    threads: 1
    params:
        **job("papers.gangan.spaces.frames.align_zoo"),
    shell:
        JOB


rule gangan_train_gangan:
    input:
        unpack(lambda wildcards: GANGAN.read_by(wildcards.arm)),
        zoo=lambda wildcards: GANGAN.zoo(GANGAN.arms[wildcards.arm].zoo),
    output:
        **recorded(
            weights=f"{GANGAN.folder}/gangans/{GANGAN.any_arm}/{{seed}}/weights.safetensors",
            losses=f"{GANGAN.folder}/gangans/{GANGAN.any_arm}/{{seed}}/losses.csv",
            timing=f"{GANGAN.folder}/gangans/{GANGAN.any_arm}/{{seed}}/timing.csv",
        ),
    log:
        log_of("gangan_train_gangan/{arm}/{seed}"),
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        gpu=1,
    params:
        **job(
            "papers.gangan.training.gangans.train_gangan",
            training=lambda wildcards: GANGAN.arms[wildcards.arm].training,
            rows=lambda wildcards: GANGAN.rows(wildcards.arm, wildcards.seed),
            looks=lambda wildcards: GANGAN.arms[wildcards.arm].looks,
            seed=study.seed,
            run=lambda wildcards: int(wildcards.seed),
        ),
    shell:
        JOB
