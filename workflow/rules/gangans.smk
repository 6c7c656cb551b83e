# GAN-GANs: each arm, each of its seeds.
rule train_gangan:
    input:
        unpack(arm_inputs),
        zoo=lambda wildcards: f"{RESULTS}/zoos/{study.arm(wildcards.arm).zoo}/zoo.h5",
    output:
        weights=f"{RESULTS}/gangans/{{arm}}/{{seed}}/weights.safetensors",
        losses=f"{RESULTS}/gangans/{{arm}}/{{seed}}/losses.csv",
        timing=f"{RESULTS}/gangans/{{arm}}/{{seed}}/timing.csv",
        record=f"{RESULTS}/gangans/{{arm}}/{{seed}}/weights.safetensors.json",
    log:
        f"{RESULTS}/logs/train_gangan/{{arm}}/{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/train_gangan/{{arm}}/{{seed}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        gpu=1,
    params:
        code=code("gangans"),
        settings=lambda wildcards: study.rows(study.arm(wildcards.arm)).as_json(),
        seed=study.seed,
        options=lambda wildcards, input: " ".join(f"--{name} {path}" for name, path in input.items() if name != "zoo"),
    message:
        "Training GAN-GAN {wildcards.arm}, seed {wildcards.seed}"
    shell:
        "gangan --log {log} train-gangan --settings {params.settings:q} --seed {params.seed}"
        " --run {wildcards.seed} --zoo {input.zoo} {params.options}"
        " --output {output.weights} --losses {output.losses} --timing {output.timing}"
        " --threads {threads}"
