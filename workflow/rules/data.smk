# The digits. Where they come from is no parameter: the content is verified, so another mirror remakes nothing.
localrules:
    fetch_digits,


rule fetch_digits:
    output:
        digits=DIGITS,
        record=f"{DIGITS}.json",
    log:
        f"{RESULTS}/logs/fetch_digits.log",
    benchmark:
        f"{RESULTS}/benchmarks/fetch_digits.tsv"
    conda:
        "../../environment.yml"
    params:
        code=code("data"),
        dataset=study.data.name,
    message:
        "Fetching {params.dataset}"
    shell:
        "gangan --log {log} fetch {params.dataset} --output {output.digits}"
