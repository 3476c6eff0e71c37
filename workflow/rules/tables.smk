# Rules for measures, probes and views, and for the tables of their rows.


rule compare:
    input:
        sources=lambda w: activities(w.study, w.source),
        references=references,
    output:
        rows=f"{RESULTS}/{{study}}/similarity/{{source}}.rows.csv",
        summary=f"{RESULTS}/{{study}}/similarity/{{source}}.summary.csv",
        nulls=f"{RESULTS}/{{study}}/similarity/{{source}}.nulls.csv",
        draws=f"{RESULTS}/{{study}}/similarity/{{source}}.draws.nc",
    log:
        f"{RESULTS}/logs/{{study}}/similarity/{{source}}.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=lambda w: code(
            "comparison/compare", *measure_files(measures(w)), *surrogates(w)
        ),
        measures=as_json(measures),
        comparison=as_json(lambda w: contents.comparison_of(study(w), w.source)),
        columns=as_json(columns),
        sets=sets_of_source,
        seed=CONFIG.seed,
    shell:
        "rnncompare compare --sources {input.sources} --references {input.references}"
        " --rows {output.rows} --summary {output.summary} --nulls {output.nulls} --draws {output.draws}"
        " --seed {params.seed}"
        " --measures {params.measures:q} --comparison {params.comparison:q}"
        " --columns {params.columns:q} {params.sets} 2>&1 | tee {log}"


rule sweep:
    input:
        sources=lambda w: activities(w.study, w.source),
        references=references,
    output:
        f"{RESULTS}/{{study}}/sweep/{{source}}.csv",
    log:
        f"{RESULTS}/logs/{{study}}/sweep/{{source}}.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=lambda w: code("comparison/sweep", *measure_files(swept_measures(w))),
        measures=as_json(swept_measures),
        sweep=as_json(lambda w: study(w).sweep.model_dump()),
        comparison=as_json(lambda w: study(w).comparison.model_dump()),
        columns=as_json(columns),
        sets=sets_of_source,
        seed=CONFIG.seed,
    shell:
        "rnncompare sweep --sources {input.sources} --references {input.references} --out {output}"
        " --measures {params.measures:q} --sweep {params.sweep:q} --comparison {params.comparison:q}"
        " --seed {params.seed} --columns {params.columns:q} {params.sets} 2>&1 | tee {log}"


rule probe:
    input:
        sources=lambda w: activities(w.study, w.source),
        targets=targets,
        weights=probed_weights,
    output:
        f"{RESULTS}/{{study}}/probes/{{probe}}/{{source}}.csv",
    log:
        f"{RESULTS}/logs/{{study}}/probes/{{probe}}/{{source}}.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=lambda w: code(
            f"probes/{CONFIG.probes[w.probe].use}",
            *(f"controls/{t['use']}" for t in [CONFIG.probes[w.probe].trials] if t),
        ),
        options=as_json(lambda w: entry(CONFIG.probes[w.probe])),
        trials=as_json(lambda w: CONFIG.probes[w.probe].trials or {}),
        columns=as_json(lambda w: columns(w, measure=w.probe)),
        sets=sets_of_source,
        weights=lambda w, input: f"--weights {input.weights}" if input.weights else "",
        seed=CONFIG.seed,
    shell:
        "rnncompare probe --sources {input.sources} --targets {input.targets} {params.weights} --out {output}"
        " --seed {params.seed} --options {params.options:q} --trials {params.trials:q}"
        " --columns {params.columns:q} {params.sets} 2>&1 | tee {log}"


rule published:
    input:
        card=published_card,
        records=f"{RESULTS}/recordings/found.json",
    output:
        f"{RESULTS}/{{study}}/published/{{card}}.csv",
    log:
        f"{RESULTS}/logs/{{study}}/published/{{card}}.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=published_code,
        files=as_json(lambda w: files_of(published_card(w))),
        columns=as_json(lambda w: {"study": w.study, "recording": w.card}),
    shell:
        "rnncompare published --card {input.card} --records {input.records} --out {output}"
        " --columns {params.columns:q} 2>&1 | tee {log}"


rule robustness:
    input:
        weights=lambda w: weights(w.study, w.model),
        task=f"{RESULTS}/{{study}}/task.nc",
    output:
        f"{RESULTS}/{{study}}/robustness/{{model}}.csv",
    log:
        f"{RESULTS}/logs/{{study}}/robustness/{{model}}.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=code("training/robustness", "training/checkpoint"),
        options=as_json(lambda w: CONFIG.robustness),
        columns=as_json(lambda w: columns(w, measure="robustness")),
        sets=sets_of_source,
        seed=CONFIG.seed,
    shell:
        "rnncompare robustness --weights {input.weights} --task {input.task} --out {output}"
        " --seed {params.seed} --options {params.options:q} --columns {params.columns:q} {params.sets} 2>&1 | tee {log}"


rule view:
    input:
        activities=lambda w: [path for paths in shown(w).values() for path in paths],
        task=lambda w: f"{RESULTS}/{w.study}/task.nc" if study(w).task else [],
    output:
        f"{RESULTS}/{{study}}/views/{{view}}.csv",
    log:
        f"{RESULTS}/logs/{{study}}/views/{{view}}.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=lambda w: code(f"views/{CONFIG.views[w.view].use}"),
        options=as_json(lambda w: entry(CONFIG.views[w.view])),
        sources=as_json(shown),
        columns=as_json(lambda w: {"study": w.study}),
        task=lambda w, input: f"--task {input.task}" if input.task else "",
    shell:
        "rnncompare view --sources {params.sources:q} {params.task} --out {output}"
        " --options {params.options:q} --columns {params.columns:q} 2>&1 | tee {log}"


rule similarity_table:
    input:
        rows=similarity_files("rows.csv"),
    output:
        f"{RESULTS}/tables/similarity.csv",
    log:
        f"{RESULTS}/logs/tables/similarity.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=code("tabulation/tables"),
    shell:
        "rnncompare collect --rows {input.rows} --out {output} 2>&1 | tee {log}"


use rule similarity_table as nulls_table with:
    input:
        rows=similarity_files("nulls.csv"),
    output:
        f"{RESULTS}/tables/nulls.csv",
    log:
        f"{RESULTS}/logs/tables/nulls.log",


use rule similarity_table as sweep_table with:
    input:
        rows=sweep_tables(),
    output:
        f"{RESULTS}/tables/sweep.csv",
    log:
        f"{RESULTS}/logs/tables/sweep.log",


rule ranking_table:
    input:
        sweep=f"{RESULTS}/tables/sweep.csv",
    output:
        f"{RESULTS}/tables/ranking.csv",
    log:
        f"{RESULTS}/logs/tables/ranking.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=code("comparison/ranking"),
        pairs=as_json(lambda w: {n: s.contrasts for n, s in STUDIES.items()}),
    shell:
        "rnncompare rank --sweep {input.sweep} --out {output} --pairs {params.pairs:q} 2>&1 | tee {log}"


use rule similarity_table as probes_table with:
    input:
        rows=probe_tables(),
    output:
        f"{RESULTS}/tables/probes.csv",
    log:
        f"{RESULTS}/logs/tables/probes.log",


rule training_table:
    input:
        weights=[path for _, paths in histories() for path in paths],
    output:
        f"{RESULTS}/tables/training.csv",
    log:
        f"{RESULTS}/logs/tables/training.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=code(
            "training/checkpoint",
            *(["imported/hidden_states"] if imported_networks() else []),
        ),
        weights=as_json(lambda w: histories()),
        imported=as_json(lambda w: imported_networks()),
        files=as_json(lambda w: [checksums(files) for _, files in imported_networks()]),
    shell:
        "rnncompare history --weights {params.weights:q} --imported {params.imported:q} --out {output} 2>&1 | tee {log}"


use rule similarity_table as view_table with:
    input:
        rows=lambda w: view_tables(w.view),
    output:
        f"{RESULTS}/tables/{{view}}.csv",
    log:
        f"{RESULTS}/logs/tables/{{view}}.log",


rule summary_table:
    input:
        similarity=similarity_files("summary.csv"),
        probes=f"{RESULTS}/tables/probes.csv",
        draws=similarity_files("draws.nc"),
    output:
        f"{RESULTS}/tables/summary.csv",
    log:
        f"{RESULTS}/logs/tables/summary.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=code("tabulation/summary"),
        ceilings=as_json(
            lambda w: {
                n: CONFIG.model_dump()["studies"][n]["ceilings"] for n in STUDIES
            }
        ),
        corrections=as_json(corrections),
        bootstrap=contents.bootstrap_draws(CONFIG),
        seed=CONFIG.seed,
    shell:
        "rnncompare summarise --similarity {input.similarity} --probes {input.probes} --draws {input.draws}"
        " --out {output} --ceilings {params.ceilings:q} --corrections {params.corrections:q} --seed {params.seed} --bootstrap {params.bootstrap} 2>&1 | tee {log}"


rule contrast_table:
    input:
        similarity=f"{RESULTS}/tables/similarity.csv",
        probes=f"{RESULTS}/tables/probes.csv",
        draws=similarity_files("draws.nc"),
    output:
        f"{RESULTS}/tables/contrasts.csv",
    log:
        f"{RESULTS}/logs/tables/contrasts.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=code("tabulation/contrasts"),
        pairs=as_json(lambda w: {n: s.contrasts for n, s in STUDIES.items()}),
        unpaired=as_json(
            lambda w: {n: contents.unpaired(s) for n, s in STUDIES.items()}
        ),
        corrections=as_json(corrections),
        bootstrap=contents.bootstrap_draws(CONFIG),
        seed=CONFIG.seed,
    shell:
        "rnncompare contrast --similarity {input.similarity} --probes {input.probes} --draws {input.draws}"
        " --out {output} --pairs {params.pairs:q} --unpaired {params.unpaired:q} --corrections {params.corrections:q} --seed {params.seed} --bootstrap {params.bootstrap} 2>&1 | tee {log}"


rule animals_table:
    input:
        contrasts=f"{RESULTS}/tables/contrasts.csv",
        similarity=f"{RESULTS}/tables/similarity.csv",
    output:
        contrasts=f"{RESULTS}/tables/animals.csv",
        nearness=f"{RESULTS}/tables/animal_nearness.csv",
    log:
        f"{RESULTS}/logs/tables/animals.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=code("tabulation/animals"),
        groups=as_json(lambda w: CONFIG.animals),
        others=as_json(lambda w: contents.other_animals(CONFIG)),
    shell:
        "rnncompare animals --contrasts {input.contrasts} --similarity {input.similarity} --out {output.contrasts}"
        " --nearness {output.nearness} --groups {params.groups:q} --others {params.others:q} 2>&1 | tee {log}"
