# Numbers computed once from rows.
rule project_zoo:
    input:
        zoo=f"{RESULTS}/zoos/{{zoo}}/zoo.h5",
    output:
        projection=f"{RESULTS}/metrics/pca-{{zoo}}.h5",
        record=f"{RESULTS}/metrics/pca-{{zoo}}.h5.json",
    log:
        f"{RESULTS}/logs/project_zoo/{{zoo}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/project_zoo/{{zoo}}.tsv"
    conda:
        "../../environment.yml"
    threads: 2
    params:
        code=code("evaluation"),
    message:
        "Finding the principal components of zoo {wildcards.zoo}"
    shell:
        "gangan --log {log} zoo project {input.zoo} --count 2 --output {output.projection} --threads {threads}"
