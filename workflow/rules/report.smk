# What only the report shows: for each figure, a page of the jobs behind it, from their records.
localrules:
    chain,


rule chain:
    input:
        figure=f"{RESULTS}/figures/{{figure}}.png",
    output:
        page=report(
            f"{RESULTS}/chains/{{figure}}.html",
            caption="../report/chain.rst",
            category="Where the figures come from",
            labels={"figure": "{figure}"},
        ),
        record=f"{RESULTS}/chains/{{figure}}.html.json",
    log:
        f"{RESULTS}/logs/chain/{{figure}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/chain/{{figure}}.tsv"
    conda:
        "../../environment.yml"
    params:
        code=code("chain_page"),
    message:
        "Telling where {wildcards.figure} comes from"
    shell:
        "gangan --log {log} chain {input.figure} --output {output.page}"
