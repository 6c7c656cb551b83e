# The zoo: the rows of all GANs in one file.
rule pack_zoo:
    input:
        rows=lambda wildcards: [
            f"{RESULTS}/zoos/{wildcards.zoo}/gans/{first}.h5" for first in study.jobs_of(wildcards.zoo)
        ],
        timing=lambda wildcards: [
            f"{RESULTS}/zoos/{wildcards.zoo}/gans/{first}.csv" for first in study.jobs_of(wildcards.zoo)
        ],
    output:
        zoo=f"{RESULTS}/zoos/{{zoo}}/zoo.h5",
        timing=f"{RESULTS}/zoos/{{zoo}}/timing.csv",
        record=f"{RESULTS}/zoos/{{zoo}}/zoo.h5.json",
    log:
        f"{RESULTS}/logs/pack_zoo/{{zoo}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/pack_zoo/{{zoo}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    params:
        code=code("zoo"),
        settings=lambda wildcards: study.zoos[wildcards.zoo].gan.as_json(),
        runs=lambda wildcards: study.zoos[wildcards.zoo].runs,
        per_job=study.jobs.per_job,
        folder=f"{RESULTS}/zoos/{{zoo}}/gans",
    message:
        "Packing {params.runs} GANs into zoo {wildcards.zoo}"
    shell:
        "gangan --log {log} zoo pack --settings {params.settings:q} --runs {params.runs}"
        " --per-job {params.per_job} --folder {params.folder} --output {output.zoo} --timing {output.timing}"


# What brings each run into one frame: the changes, not the rows, which are aligned as they are read.
rule align_zoo:
    input:
        zoo=f"{RESULTS}/zoos/{{zoo}}/zoo.h5",
    output:
        alignment=f"{RESULTS}/zoos/{{zoo}}/alignment.h5",
        record=f"{RESULTS}/zoos/{{zoo}}/alignment.h5.json",
    log:
        f"{RESULTS}/logs/align_zoo/{{zoo}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/align_zoo/{{zoo}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    params:
        code=code("alignment"),
    message:
        "Aligning the GANs of zoo {wildcards.zoo}"
    shell:
        "gangan --log {log} zoo align {input.zoo} --output {output.alignment}"
