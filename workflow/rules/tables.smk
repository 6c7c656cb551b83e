# Tables, each as CSV, Markdown and LaTeX.
localrules:
    architectures,
    hyperparameters,
    runtimes,


rule architectures:
    output:
        md=report(
            f"{RESULTS}/tables/architectures.md",
            caption="../report/architectures.rst",
            category="Tables",
            labels={"table": "architectures"},
        ),
        csv=f"{RESULTS}/tables/architectures.csv",
        tex=f"{RESULTS}/tables/architectures.tex",
        record=f"{RESULTS}/tables/architectures.md.json",
    log:
        f"{RESULTS}/logs/architectures.log",
    benchmark:
        f"{RESULTS}/benchmarks/architectures.tsv"
    conda:
        "../../environment.yml"
    params:
        code=code("tables"),
        settings=study.shown.as_json(),
    message:
        "Listing the architectures"
    shell:
        "gangan --log {log} table architectures --settings {params.settings:q}"
        " --output {output.md} --output {output.csv} --output {output.tex}"


rule hyperparameters:
    output:
        md=report(
            f"{RESULTS}/tables/hyperparameters.md",
            caption="../report/hyperparameters.rst",
            category="Tables",
            labels={"table": "hyper-parameters"},
        ),
        csv=f"{RESULTS}/tables/hyperparameters.csv",
        tex=f"{RESULTS}/tables/hyperparameters.tex",
        record=f"{RESULTS}/tables/hyperparameters.md.json",
    log:
        f"{RESULTS}/logs/hyperparameters.log",
    benchmark:
        f"{RESULTS}/benchmarks/hyperparameters.tsv"
    conda:
        "../../environment.yml"
    params:
        code=code("tables"),
        settings=study.shown.as_json(),
    message:
        "Listing the hyper-parameters"
    shell:
        "gangan --log {log} table hyperparameters --settings {params.settings:q}"
        " --output {output.md} --output {output.csv} --output {output.tex}"


rule runtimes:
    input:
        zoos=[f"{RESULTS}/zoos/{zoo}/timing.csv" for zoo in study.used_zoos],
        gangans=[path for arm in study.arms for path in gangan_files(arm.name, "timing.csv")],
    output:
        md=report(
            f"{RESULTS}/tables/runtimes.md",
            caption="../report/runtimes.rst",
            category="Tables",
            labels={"table": "runtimes"},
        ),
        csv=f"{RESULTS}/tables/runtimes.csv",
        tex=f"{RESULTS}/tables/runtimes.tex",
        record=f"{RESULTS}/tables/runtimes.md.json",
    log:
        f"{RESULTS}/logs/runtimes.log",
    benchmark:
        f"{RESULTS}/benchmarks/runtimes.tsv"
    conda:
        "../../environment.yml"
    params:
        code=code("tables"),
        options=lambda wildcards, input: " ".join(f"--timing {path}" for path in [*input.zoos, *input.gangans]),
    message:
        "Summing the runtimes"
    shell:
        "gangan --log {log} table runtimes {params.options}"
        " --output {output.md} --output {output.csv} --output {output.tex}"
