# What several papers use: the digits, the judges whose features measure images, and the pages of the report.
from gangan.core.files import beside

for file in study.given:  # a lease is left by a job that is at work, or died at it
    if Path(file).exists() and not Path(f"{file}.json").exists() and not beside(Path(file), "lease").exists():
        raise WorkflowError(f"{file}: no job made it; move it elsewhere, to a folder of data.mirrors.{Path(file).name}")


# Where digits and given files come from is no parameter: content is verified, so another mirror remakes nothing.
rule fetch_digits:
    output:
        **recorded(digits=DIGITS),
    log:
        log_of("fetch_digits"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("data.idx.fetch", name=study.data.name),
    shell:
        JOB


rule fetch_given:
    output:
        **recorded(file=f"resources/{any_of('given', study.data.given)}"),
    log:
        log_of("fetch_given/{given}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "data.given.fetch",
            name=lambda wildcards: wildcards.given,
            sha256=lambda wildcards: study.data.given[wildcards.given],
        ),
    shell:
        JOB


rule train_judge:
    input:
        digits=DIGITS,
    output:
        **recorded(
            judge=f"{RESULTS}/judge/{{shape,deep|flat}}.safetensors",
            table=f"{RESULTS}/judge/{{shape}}.csv",
        ),
    log:
        log_of("train_judge/{shape}"),
    priority: 2  # all scores wait for it
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        gpu=1,
    params:
        **job(
            "measure.judge.train",
            shape=lambda wildcards: wildcards.shape,
            **study.judge.model_dump(),
            seed=study.seed,
        ),
    shell:
        JOB


# For the report: the jobs behind each figure, as their records tell.
rule chain:
    input:
        figure=f"{RESULTS}/{{paper}}/figures/{{figure}}.png",
    output:
        page=report(
            f"{RESULTS}/{{paper}}/chains/{{figure}}.html",
            caption=HERE.join("workflow/report/chain.rst"),
            category="Where the figures come from",
            labels={"figure": "{figure}"},
        ),
        record=f"{RESULTS}/{{paper}}/chains/{{figure}}.html.json",
    log:
        log_of("chain/{paper}/{figure}"),
    wildcard_constraints:
        paper="|".join(PAPERS),
        figure="[^/]+",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("record.page.chain"),
    shell:
        JOB
