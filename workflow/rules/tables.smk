# Tables, each as CSV, Markdown and LaTeX.
localrules:
    architectures,
    hyperparameters,
    runtimes,
    claims,
    quality,
    attempts,


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
        gangans=gangan_files(study.arms, "timing.csv"),
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


rule claims:
    input:
        scores=scores_of(study.used_zoos, study.arms),
    output:
        md=report(
            f"{RESULTS}/tables/claims.md",
            caption="../report/claims.rst",
            category="Tables",
            labels={"table": "claims"},
        ),
        csv=f"{RESULTS}/tables/claims.csv",
        tex=f"{RESULTS}/tables/claims.tex",
        record=f"{RESULTS}/tables/claims.md.json",
    log:
        f"{RESULTS}/logs/claims.log",
    benchmark:
        f"{RESULTS}/benchmarks/claims.tsv"
    conda:
        "../../environment.yml"
    params:
        code=code("claims", "tables"),
        measured=study.measured(study.used_zoos, study.arms).as_json(),
        metrics=lambda wildcards: METRICS,
    message:
        "Testing the claims"
    shell:
        "gangan --log {log} table claims --measured {params.measured:q} --metrics {params.metrics}"
        " --output {output.md} --output {output.csv} --output {output.tex}"


rule quality:
    input:
        scores=scores_of(study.used_zoos, study.arms),
    output:
        md=report(
            f"{RESULTS}/tables/quality.md",
            caption="../report/quality.rst",
            category="Tables",
            labels={"table": "quality"},
        ),
        csv=f"{RESULTS}/tables/quality.csv",
        tex=f"{RESULTS}/tables/quality.tex",
        record=f"{RESULTS}/tables/quality.md.json",
    log:
        f"{RESULTS}/logs/quality.log",
    benchmark:
        f"{RESULTS}/benchmarks/quality.tsv"
    conda:
        "../../environment.yml"
    params:
        code=code("summary", "tables"),
        measured=study.measured(study.used_zoos, study.arms).as_json(),
        metrics=lambda wildcards: METRICS,
    message:
        "Summing up the scores"
    shell:
        "gangan --log {log} table quality --measured {params.measured:q} --metrics {params.metrics}"
        " --output {output.md} --output {output.csv} --output {output.tex}"


rule attempts:
    input:
        scores=scores_of(study.used_zoos, study.arms),
    output:
        md=report(
            f"{RESULTS}/tables/attempts.md",
            caption="../report/attempts.rst",
            category="Tables",
            labels={"table": "attempts"},
        ),
        csv=f"{RESULTS}/tables/attempts.csv",
        tex=f"{RESULTS}/tables/attempts.tex",
        record=f"{RESULTS}/tables/attempts.md.json",
    log:
        f"{RESULTS}/logs/attempts.log",
    benchmark:
        f"{RESULTS}/benchmarks/attempts.tsv"
    conda:
        "../../environment.yml"
    params:
        code=code("summary", "tables"),
        measured=study.measured(study.used_zoos, study.arms).as_json(),
        metrics=lambda wildcards: METRICS,
    message:
        "Comparing the arms with what they learned from"
    shell:
        "gangan --log {log} table attempts --measured {params.measured:q} --metrics {params.metrics}"
        " --output {output.md} --output {output.csv} --output {output.tex}"
