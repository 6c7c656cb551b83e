# Training: a GAN of digits for each seed of each arm, some against a discriminator of another run.
rule mpgan_train_gan:
    input:
        digits=DIGITS,
        pretrained=lambda wildcards: MPGAN.pretrained(wildcards.arm, int(wildcards.seed)),
    output:
        **recorded(
            rows=f"{MPGAN.folder}/rows/{MPGAN_ARM}/{{seed}}.h5",
            timing=f"{MPGAN.folder}/rows/{MPGAN_RUN}.csv",
        ),
    log:
        log_of(f"mpgan_train_gan/{MPGAN_RUN}"),
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        gpu=1,
    params:
        **job(
            "papers.mpgan.training.train_gan",
            training=lambda wildcards: MPGAN.arms[wildcards.arm].training,
            name=study.data.name,
            seed=study.seed,
            run=lambda wildcards: int(wildcards.seed),
        ),
    shell:
        JOB
