# Numbers computed once from rows. The judge, whose features measure images, scores all GANs with the same noise.
JUDGE = f"{METRICS}/judge.safetensors"


rule train_judge:
    input:
        digits=DIGITS,
    output:
        judge=JUDGE,
        table=f"{METRICS}/judge.csv",
        record=f"{JUDGE}.json",
    log:
        f"{RESULTS}/logs/train_judge.log",
    benchmark:
        f"{RESULTS}/benchmarks/train_judge.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        gpu=1,
    params:
        code=code("judge"),
        settings=study.judge.as_json(),
        seed=study.seed,
    message:
        "Training the judge"
    shell:
        "gangan --log {log} train-judge --settings {params.settings:q} --seed {params.seed} --digits {input.digits}"
        " --output {output.judge} --table {output.table} --threads {threads}"


rule score_gans:
    input:
        rows=f"{RESULTS}/zoos/{{zoo}}/gans/{{first}}.h5",
        judge=JUDGE,
        digits=DIGITS,
    output:
        scores=f"{METRICS}/zoo-{{zoo}}/{{first}}.csv",
        record=f"{METRICS}/zoo-{{zoo}}/{{first}}.csv.json",
    log:
        f"{RESULTS}/logs/score_gans/{{zoo}}/{{first}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/score_gans/{{zoo}}/{{first}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        gpu=1,
    params:
        code=code("scores"),
        settings=study.evaluation.as_json(),
        seed=study.seed,
    message:
        "Scoring the rows of zoo {wildcards.zoo} from GAN {wildcards.first}"
    shell:
        "gangan --log {log} score gans {input.rows} --judge {input.judge} --digits {input.digits}"
        " --settings {params.settings:q} --seed {params.seed} --output {output.scores} --threads {threads}"


rule score_gangan:
    input:
        unpack(arm_frames),
        weights=lambda wildcards: gangan_file(wildcards.arm, wildcards.seed, "weights.safetensors"),
        zoo=lambda wildcards: f"{RESULTS}/zoos/{study.arm(wildcards.arm).zoo}/zoo.h5",
        judge=JUDGE,
        digits=DIGITS,
    output:
        scores=f"{METRICS}/gangans/{{arm}}/{{seed}}.csv",
        record=f"{METRICS}/gangans/{{arm}}/{{seed}}.csv.json",
    log:
        f"{RESULTS}/logs/score_gangan/{{arm}}/{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/score_gangan/{{arm}}/{{seed}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        gpu=1,
    params:
        code=code("walk_scores"),
        settings=study.evaluation.as_json(),
        seed=study.seed,
        gans=study.figures.walk_rows,
        extent=study.figures.walk_extent,
        draws=lambda wildcards: study.arm(wildcards.arm).draws.as_json(),
        options=lambda wildcards, input: f"--alignment {input.alignment}" if "alignment" in input.keys() else "",
    message:
        "Scoring GAN-GAN {wildcards.arm}, seed {wildcards.seed}"
    shell:
        "gangan --log {log} score gangan {input.weights} --zoo {input.zoo} --judge {input.judge}"
        " --digits {input.digits} --settings {params.settings:q} --seed {params.seed} --count {params.gans}"
        " --extent {params.extent} --draws {params.draws:q} {params.options} --output {output.scores}"
        " --threads {threads}"


rule score_baselines:
    input:
        zoo=f"{RESULTS}/zoos/{{zoo}}/zoo.h5",
        alignment=f"{RESULTS}/zoos/{{zoo}}/alignment.h5",
        judge=JUDGE,
        digits=DIGITS,
    output:
        scores=f"{METRICS}/baselines-{{zoo}}.csv",
        record=f"{METRICS}/baselines-{{zoo}}.csv.json",
    log:
        f"{RESULTS}/logs/score_baselines/{{zoo}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/score_baselines/{{zoo}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        gpu=1,
    params:
        code=code("baselines"),
        settings=study.evaluation.as_json(),
        seed=study.seed,
        subsets=lambda wildcards: json.dumps(study.subsets(wildcards.zoo)),
        gans=study.figures.walk_rows,
    message:
        "Scoring the baselines of zoo {wildcards.zoo}"
    shell:
        "gangan --log {log} score baselines {input.zoo} --alignment {input.alignment} --judge {input.judge}"
        " --digits {input.digits} --settings {params.settings:q} --seed {params.seed} --subsets {params.subsets:q} --count {params.gans}"
        " --output {output.scores} --threads {threads}"


rule compare_rows:
    input:
        zoo=f"{RESULTS}/zoos/{{zoo}}/zoo.h5",
        alignment=f"{RESULTS}/zoos/{{zoo}}/alignment.h5",
    output:
        distances=f"{METRICS}/distances-{{zoo}}.csv",
        record=f"{METRICS}/distances-{{zoo}}.csv.json",
    log:
        f"{RESULTS}/logs/compare_rows/{{zoo}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/compare_rows/{{zoo}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        gpu=1,
    params:
        code=code("likeness"),
        settings=study.evaluation.as_json(),
        seed=study.seed,
    message:
        "Measuring how alike the rows of zoo {wildcards.zoo} are"
    shell:
        "gangan --log {log} score likeness {input.zoo} --alignment {input.alignment} --settings {params.settings:q}"
        " --seed {params.seed} --output {output.distances} --threads {threads}"


rule project_zoo:
    input:
        zoo=f"{RESULTS}/zoos/{{zoo}}/zoo.h5",
    output:
        projection=f"{METRICS}/pca-{{zoo}}.h5",
        record=f"{METRICS}/pca-{{zoo}}.h5.json",
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
