# Images: downloaded and unpacked, gathered from folders, or made from digits.


rule survey_fetch_archive:
    output:
        **recorded(archive="resources/archives/{name}.zip"),
    log:
        log_of("survey_fetch_archive/{name}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job("data.archives.fetch", name=lambda wildcards: wildcards.name),
    shell:
        JOB


rule survey_unpack_scenes:
    input:
        archive="resources/archives/church-outdoor.zip",
    output:
        **recorded(images=f"{SURVEY_IMAGES}/church-outdoor-{{side,\\d+}}.safetensors"),
    log:
        log_of("survey_unpack_scenes/{side}"),
    conda:
        ENVIRONMENT
    params:
        **job("data.pictures.unpack_scenes", side=lambda wildcards: int(wildcards.side)),
    shell:
        JOB


rule survey_unpack_domains:
    input:
        archive="resources/archives/{name}.zip",
    output:
        **recorded(images=f"{SURVEY_IMAGES}/{{name,monet2photo|summer2winter-yosemite}}-{{side,\\d+}}.safetensors"),
    log:
        log_of("survey_unpack_domains/{name}-{side}"),
    conda:
        ENVIRONMENT
    params:
        **job(
            "data.pictures.unpack_domains",
            name=lambda wildcards: wildcards.name,
            side=lambda wildcards: int(wildcards.side),
        ),
    shell:
        JOB


rule survey_gather_folders:
    input:
        a=lambda wildcards: SURVEY_FILES(SURVEY.folders[wildcards.folders].a),
        b=lambda wildcards: SURVEY_FILES(SURVEY.folders[wildcards.folders].b),
    output:
        **recorded(images=f"{SURVEY.folder}/domains/folders-{any_of('folders', SURVEY.folders)}.safetensors"),
    log:
        log_of("survey_gather_folders/{folders}"),
    conda:
        ENVIRONMENT
    params:
        **job(
            "data.pictures.gather_folders",
            unbounded=True,
            side=lambda wildcards: SURVEY.folders[wildcards.folders].side,
        ),
    shell:
        JOB


rule survey_make_strokes:
    input:
        digits=DIGITS,
    output:
        **recorded(images=f"{SURVEY.folder}/domains/strokes-{any_of('learned', SURVEY.strokes)}.safetensors"),
    log:
        log_of("survey_make_strokes/{learned}"),
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **job(
            "papers.survey.translation.strokes.make",
            name=study.data.name,
            first=lambda wildcards: SURVEY.strokes[wildcards.learned],
        ),
    shell:
        JOB
