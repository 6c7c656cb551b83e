# Training: the encoder, then generators against critics.


# It must read its share of the test digits, or no arm is worth anything.
rule ppgn_train_encoder:
    input:
        digits=DIGITS,
    output:
        **recorded(weights=PPGN_ENCODER, table=f"{PPGN.folder}/encoder/encoder.csv"),
    log:
        log_of("ppgn_train_encoder"),
    priority: 1  # all runs wait for it
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        gpu=1,
    params:
        **job("papers.ppgn.encoder.train_encoder", encoder=PPGN.config.encoder, seed=study.seed),
    shell:
        JOB


rule ppgn_train_generator:
    input:
        digits=DIGITS,
        encoder=PPGN_ENCODER,
    output:
        **recorded(
            weights=f"{PPGN.folder}/generators/{PPGN_ARM}/{{seed}}/weights.safetensors",
            course=f"{PPGN.folder}/generators/{PPGN_RUN}/course.csv",
            timing=f"{PPGN.folder}/generators/{PPGN_RUN}/timing.csv",
        ),
    log:
        log_of(f"ppgn_train_generator/{PPGN_RUN}"),
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        gpu=1,
    params:
        **job(
            "papers.ppgn.training.train_generator",
            training=PPGN.config.training,
            objective=lambda wildcards: PPGN.arms[wildcards.arm].objective,
            seed=study.seed,
            run=lambda wildcards: int(wildcards.seed),
        ),
    shell:
        JOB
