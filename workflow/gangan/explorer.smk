# A page to look around in, of what `all` makes.
if GANGAN.explored:

    rule gangan_explore:
        input:
            zoos=[GANGAN.zoo(zoo) for zoo in GANGAN.zoos(GANGAN.explored)],
            projections=[f"{GANGAN_METRICS}/pca-{zoo}.h5" for zoo in GANGAN.zoos(GANGAN.explored)],
            weights=[GANGAN.gangan(arm.name, seed) for arm in GANGAN.explored for seed in arm.seeds],
            scores=GANGAN.scores(GANGAN.zoos(GANGAN.explored), GANGAN.explored),
        output:
            page=report(
                f"{GANGAN.folder}/explorer.html",
                caption=HERE.join("workflow/report/explorer.rst"),
                category="Explorer",
                labels={"shows": "GANs and GAN-GANs"},
            ),
            record=f"{GANGAN.folder}/explorer.html.json",
        log:
            log_of("gangan_explore"),
        localrule: True
        conda:
            ENVIRONMENT
        params:
            **job(
                "papers.gangan.explorer.page.explore",
                unbounded=True,
                **GANGAN.explorer(study.study, VERSION, study.seed),
            ),
        shell:
            JOB
