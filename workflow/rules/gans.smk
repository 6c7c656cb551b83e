# GANs, each job an independent training of `jobs.per_job` of them.
rule train_gan:
    input:
        digits=DIGITS,
    output:
        rows=f"{RESULTS}/zoos/{{zoo}}/gans/{{first}}.h5",
        timing=f"{RESULTS}/zoos/{{zoo}}/gans/{{first}}.csv",
        record=f"{RESULTS}/zoos/{{zoo}}/gans/{{first}}.h5.json",
    log:
        f"{RESULTS}/logs/train_gan/{{zoo}}/{{first}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/train_gan/{{zoo}}/{{first}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        gpu=1,
    params:
        code=code("gans"),
        settings=lambda wildcards: study.zoos[wildcards.zoo].gan.as_json(),
        seed=study.seed,
        gans=lambda wildcards: study.jobs_of(wildcards.zoo)[wildcards.first],
    message:
        "Training {params.gans} GAN(s) of zoo {wildcards.zoo} from GAN {wildcards.first}"
    shell:
        "gangan --log {log} train-gan --settings {params.settings:q} --seed {params.seed}"
        " --first {wildcards.first} --count {params.gans} --digits {input.digits}"
        " --output {output.rows} --timing {output.timing}"
        " --threads {threads}"
