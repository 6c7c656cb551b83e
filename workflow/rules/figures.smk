# Figures: each from finished files alone, so one is redrawn without training anything.
localrules:
    schematic,
    snapshots,
    walk,
    zoo_losses,
    gangan_losses,
    pca,
    along_z,
    epochs,
    series,


rule schematic:
    output:
        png=report(
            f"{RESULTS}/figures/fig1.png",
            caption="../report/fig1.rst",
            category="Figures of the paper",
            labels={"figure": "1", "shows": "schematic"},
        ),
        pdf=f"{RESULTS}/figures/fig1.pdf",
        record=f"{RESULTS}/figures/fig1.png.json",
    log:
        f"{RESULTS}/logs/fig1.log",
    benchmark:
        f"{RESULTS}/benchmarks/fig1.tsv"
    conda:
        "../../environment.yml"
    params:
        code=code("figures"),
        gan=study.zoos[study.arms[0].zoo].gan.as_json(),
        gangan=study.rows(study.arms[0]).gangan.as_json(),
        runs=study.zoos[study.arms[0].zoo].runs,
    message:
        "Drawing Fig. 1"
    shell:
        "gangan --log {log} figure schematic --gan {params.gan:q} --gangan {params.gangan:q} --runs {params.runs}"
        " --output {output.png} --output {output.pdf}"


rule snapshots:
    input:
        zoo=f"{RESULTS}/zoos/{{zoo}}/zoo.h5",
    output:
        png=report(
            f"{RESULTS}/figures/fig2-{{zoo}}.png",
            caption="../report/fig2.rst",
            category="Figures of the paper",
            labels={"figure": "2", "shows": "training of GAN 0, zoo {zoo}"},
        ),
        pdf=f"{RESULTS}/figures/fig2-{{zoo}}.pdf",
        record=f"{RESULTS}/figures/fig2-{{zoo}}.png.json",
    log:
        f"{RESULTS}/logs/fig2-{{zoo}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/fig2-{{zoo}}.tsv"
    conda:
        "../../environment.yml"
    params:
        code=code("figures"),
        figures=study.figures.as_json(),
        seed=study.seed,
    message:
        "Drawing Fig. 2 for zoo {wildcards.zoo}"
    shell:
        "gangan --log {log} figure snapshots --zoo {input.zoo} --figures {params.figures:q} --seed {params.seed}"
        " --output {output.png} --output {output.pdf}"


rule walk:
    input:
        weights=lambda wildcards: gangan_file(wildcards.arm, study.arm(wildcards.arm).seeds[0], "weights.safetensors"),
        scores=lambda wildcards: order_of_draws(wildcards.arm),
    output:
        png=report(
            f"{RESULTS}/figures/fig3-{{arm}}.png",
            caption="../report/fig3.rst",
            category="Figures of the paper",
            labels={"figure": "3", "shows": "GANs along z, arm {arm}"},
        ),
        pdf=f"{RESULTS}/figures/fig3-{{arm}}.pdf",
        record=f"{RESULTS}/figures/fig3-{{arm}}.png.json",
    log:
        f"{RESULTS}/logs/fig3-{{arm}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/fig3-{{arm}}.tsv"
    conda:
        "../../environment.yml"
    params:
        code=code("figures"),
        figures=study.figures.as_json(),
        seed=study.seed,
        draws=lambda wildcards: study.arm(wildcards.arm).draws.as_json(),
        order=lambda wildcards, input: f"--scores {input.scores}" if input.scores else "",
    message:
        "Drawing Fig. 3 for arm {wildcards.arm}"
    shell:
        "gangan --log {log} figure walk --weights {input.weights} --figures {params.figures:q} --seed {params.seed}"
        " --draws {params.draws:q} {params.order}"
        " --output {output.png} --output {output.pdf}"


rule zoo_losses:
    input:
        zoo=f"{RESULTS}/zoos/{{zoo}}/zoo.h5",
    output:
        png=report(
            f"{RESULTS}/figures/losses-zoo-{{zoo}}.png",
            caption="../report/losses-zoo.rst",
            category="Training",
            labels={"figure": "losses", "shows": "GANs of zoo {zoo}"},
        ),
        pdf=f"{RESULTS}/figures/losses-zoo-{{zoo}}.pdf",
        record=f"{RESULTS}/figures/losses-zoo-{{zoo}}.png.json",
    log:
        f"{RESULTS}/logs/losses-zoo-{{zoo}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/losses-zoo-{{zoo}}.tsv"
    conda:
        "../../environment.yml"
    params:
        code=code("figures"),
    message:
        "Drawing the losses of zoo {wildcards.zoo}"
    shell:
        "gangan --log {log} figure zoo-losses --zoo {input.zoo}" " --output {output.png} --output {output.pdf}"


rule gangan_losses:
    input:
        losses=gangan_files(study.arms, "losses.csv"),
    output:
        png=report(
            f"{RESULTS}/figures/losses-gangans.png",
            caption="../report/losses-gangans.rst",
            category="Training",
            labels={"figure": "losses", "shows": "GAN-GANs"},
        ),
        pdf=f"{RESULTS}/figures/losses-gangans.pdf",
        record=f"{RESULTS}/figures/losses-gangans.png.json",
    log:
        f"{RESULTS}/logs/losses-gangans.log",
    benchmark:
        f"{RESULTS}/benchmarks/losses-gangans.tsv"
    conda:
        "../../environment.yml"
    params:
        code=code("figures"),
        options=lambda wildcards, input: " ".join(f"--losses {path}" for path in input.losses),
    message:
        "Drawing the losses of the GAN-GANs"
    shell:
        "gangan --log {log} figure gangan-losses {params.options}" " --output {output.png} --output {output.pdf}"


rule pca:
    input:
        projection=f"{METRICS}/pca-{{zoo}}.h5",
        weights=lambda wildcards: list(
            dict.fromkeys(
                gangan_file(arm.name, arm.seeds[0], "weights.safetensors") for arm in study.curves(wildcards.zoo)
            )
        ),
    output:
        png=report(
            f"{RESULTS}/figures/pca-{{zoo}}.png",
            caption="../report/pca.rst",
            category="Training",
            labels={"figure": "PCA", "shows": "rows of zoo {zoo} and GAN-GANs"},
        ),
        pdf=f"{RESULTS}/figures/pca-{{zoo}}.pdf",
        record=f"{RESULTS}/figures/pca-{{zoo}}.png.json",
    log:
        f"{RESULTS}/logs/pca-{{zoo}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/pca-{{zoo}}.tsv"
    conda:
        "../../environment.yml"
    params:
        code=code("figures"),
        figures=study.figures.as_json(),
        options=lambda wildcards, input: " ".join(f"--weights {path}" for path in input.weights),
    message:
        "Drawing the weight space of zoo {wildcards.zoo}"
    shell:
        "gangan --log {log} figure pca --projection {input.projection} {params.options} --figures {params.figures:q}"
        " --output {output.png} --output {output.pdf}"


rule along_z:
    input:
        scores=lambda wildcards: scores_of([study.arm(wildcards.arm).zoo], [study.arm(wildcards.arm)]),
    output:
        png=report(
            f"{RESULTS}/figures/along-z-{{arm}}.png",
            caption="../report/along-z.rst",
            category="Quality",
            labels={"figure": "quality", "shows": "quality along z, arm {arm}"},
        ),
        pdf=f"{RESULTS}/figures/along-z-{{arm}}.pdf",
        record=f"{RESULTS}/figures/along-z-{{arm}}.png.json",
    log:
        f"{RESULTS}/logs/along-z-{{arm}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/along-z-{{arm}}.tsv"
    conda:
        "../../environment.yml"
    params:
        code=code("charts"),
        measured=lambda wildcards: study.measured([study.arm(wildcards.arm).zoo], [study.arm(wildcards.arm)]).as_json(),
        metrics=lambda wildcards: METRICS,
    message:
        "Drawing quality along z for arm {wildcards.arm}"
    shell:
        "gangan --log {log} figure along-z --measured {params.measured:q} --metrics {params.metrics}"
        " --arm {wildcards.arm} --output {output.png} --output {output.pdf}"


rule epochs:
    input:
        scores=lambda wildcards: scores_of([wildcards.zoo], []),
    output:
        png=report(
            f"{RESULTS}/figures/epochs-{{zoo}}.png",
            caption="../report/epochs.rst",
            category="Quality",
            labels={"figure": "quality", "shows": "quality in training, zoo {zoo}"},
        ),
        pdf=f"{RESULTS}/figures/epochs-{{zoo}}.pdf",
        record=f"{RESULTS}/figures/epochs-{{zoo}}.png.json",
    log:
        f"{RESULTS}/logs/epochs-{{zoo}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/epochs-{{zoo}}.tsv"
    conda:
        "../../environment.yml"
    params:
        code=code("charts"),
        measured=lambda wildcards: study.measured([wildcards.zoo], []).as_json(),
        metrics=lambda wildcards: METRICS,
    message:
        "Drawing quality over the training of zoo {wildcards.zoo}"
    shell:
        "gangan --log {log} figure epochs --measured {params.measured:q} --metrics {params.metrics}"
        " --zoo {wildcards.zoo} --output {output.png} --output {output.pdf}"


rule series:
    input:
        scores=lambda wildcards: scores_of([study.arm(wildcards.arm).zoo], study.series(wildcards.arm, wildcards.key)),
    output:
        png=report(
            f"{RESULTS}/figures/{{key}}-{{arm}}.png",
            caption="../report/series.rst",
            category="Quality",
            labels={"figure": "quality", "shows": "arms like {arm} but for {key}"},
        ),
        pdf=f"{RESULTS}/figures/{{key}}-{{arm}}.pdf",
        record=f"{RESULTS}/figures/{{key}}-{{arm}}.png.json",
    log:
        f"{RESULTS}/logs/{{key}}-{{arm}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/{{key}}-{{arm}}.tsv"
    conda:
        "../../environment.yml"
    params:
        code=code("charts"),
        measured=lambda wildcards: study.measured(
            [study.arm(wildcards.arm).zoo], study.series(wildcards.arm, wildcards.key)
        ).as_json(),
        metrics=lambda wildcards: METRICS,
    message:
        "Drawing arms like {wildcards.arm} but for {wildcards.key}"
    shell:
        "gangan --log {log} figure series --measured {params.measured:q} --metrics {params.metrics}"
        " --arm {wildcards.arm} --key {wildcards.key} --output {output.png} --output {output.pdf}"
