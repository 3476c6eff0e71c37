# Rules for the tables, which collect and summarise the rows of measures, probes and views. On a cluster, small
# ones are made in the main process (localrule), because starting a job takes longer.


rule similarity_table:
    input:
        rows=PATHS.similarity("rows.csv"),
    output:
        f"{RESULTS}/tables/similarity.csv",
    log:
        f"{RESULTS}/logs/tables/similarity.log",
    localrule: True
    conda:
        "../envs/rnncompare.yml"
    params:
        code=code("tabulation/tables"),
    shell:
        "rnncompare collect --rows {input.rows} --out {output} 2>&1 | tee {log}"


use rule similarity_table as nulls_table with:
    input:
        rows=PATHS.similarity("nulls.csv"),
    output:
        f"{RESULTS}/tables/nulls.csv",
    log:
        f"{RESULTS}/logs/tables/nulls.log",


use rule similarity_table as sweep_table with:
    input:
        rows=PATHS.sweeps(),
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
    localrule: True
    conda:
        "../envs/rnncompare.yml"
    params:
        code=code("comparison/ranking"),
        pairs=as_json(lambda w: {n: s.contrasts for n, s in STUDIES.items()}),
    shell:
        "rnncompare rank --sweep {input.sweep} --out {output} --pairs {params.pairs:q} 2>&1 | tee {log}"


use rule similarity_table as probes_table with:
    input:
        rows=PATHS.probes(),
    output:
        f"{RESULTS}/tables/probes.csv",
    log:
        f"{RESULTS}/logs/tables/probes.log",


rule training_table:
    input:
        weights=[path for _, paths in PATHS.networks() for path in paths],
    output:
        f"{RESULTS}/tables/training.csv",
    log:
        f"{RESULTS}/logs/tables/training.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=code(
            "training/checkpoint",
            *(["imported/hidden_states"] if PATHS.imported_networks() else []),
        ),
        weights=as_json(lambda w: PATHS.networks()),
        imported=as_json(lambda w: PATHS.imported_networks()),
        files=as_json(
            lambda w: [checksums(files) for _, files in PATHS.imported_networks()]
        ),
    shell:
        "rnncompare history --weights {params.weights:q} --imported {params.imported:q} --out {output} 2>&1 | tee {log}"


use rule similarity_table as view_table with:
    input:
        rows=lambda w: PATHS.views(w.view),
    output:
        f"{RESULTS}/tables/{{view}}.csv",
    log:
        f"{RESULTS}/logs/tables/{{view}}.log",


rule summary_table:
    input:
        similarity=PATHS.similarity("summary.csv"),
        probes=f"{RESULTS}/tables/probes.csv",
        draws=PATHS.similarity("draws.nc"),
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
        baselines=as_json(
            lambda w: {n: s.baseline for n, s in STUDIES.items() if s.baseline}
        ),
        corrections=as_json(lambda w: contents.corrections(CONFIG)),
        bootstrap=contents.bootstrap_draws(CONFIG),
        trained_on=lambda w: (
            f"--trained-on '{json.dumps(found)}'"
            if (found := recorded_training.marks(STUDIES))
            else ""
        ),
        seed=CONFIG.seed,
    shell:
        "rnncompare summarise --similarity {input.similarity} --probes {input.probes} --draws {input.draws}"
        " --out {output} --ceilings {params.ceilings:q} --baselines {params.baselines:q} --corrections {params.corrections:q} --seed {params.seed} --bootstrap {params.bootstrap} {params.trained_on} 2>&1 | tee {log}"


rule contrast_table:
    input:
        similarity=f"{RESULTS}/tables/similarity.csv",
        probes=f"{RESULTS}/tables/probes.csv",
        draws=PATHS.similarity("draws.nc"),
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
            lambda w: {n: model_networks.unpaired(s) for n, s in STUDIES.items()}
        ),
        corrections=as_json(lambda w: contents.corrections(CONFIG)),
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
    localrule: True
    conda:
        "../envs/rnncompare.yml"
    params:
        code=code("tabulation/animals"),
        groups=as_json(lambda w: CONFIG.animals),
        others=as_json(lambda w: contents.other_animals(CONFIG)),
    shell:
        "rnncompare animals --contrasts {input.contrasts} --similarity {input.similarity} --out {output.contrasts}"
        " --nearness {output.nearness} --groups {params.groups:q} --others {params.others:q} 2>&1 | tee {log}"


rule within_models_table:
    input:
        rows=PATHS.within(),
        similarity=f"{RESULTS}/tables/similarity.csv",
        summary=f"{RESULTS}/tables/summary.csv",
    output:
        f"{RESULTS}/tables/within_models.csv",
    log:
        f"{RESULTS}/logs/tables/within_models.log",
    localrule: True
    conda:
        "../envs/rnncompare.yml"
    params:
        code=code("tabulation/within_models"),
    shell:
        "rnncompare within_models --rows {input.rows} --similarity {input.similarity} --summary {input.summary}"
        " --out {output} 2>&1 | tee {log}"


rule recovery_table:
    input:
        rows=PATHS.recoveries(),
    output:
        f"{RESULTS}/tables/recovery.csv",
    log:
        f"{RESULTS}/logs/tables/recovery.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=code("tabulation/recovery"),
        pairs=as_json(
            lambda w: {n: s.recovery.models for n, s in STUDIES.items() if s.recovery}
        ),
        unpaired=as_json(
            lambda w: {n: model_networks.unpaired(s) for n, s in STUDIES.items()}
        ),
    shell:
        "rnncompare recovery_table --rows {input.rows} --out {output} --pairs {params.pairs:q}"
        " --unpaired {params.unpaired:q} 2>&1 | tee {log}"


rule generalisation_table:
    input:
        rows=PATHS.generalisations(),
    output:
        f"{RESULTS}/tables/generalisation.csv",
    log:
        f"{RESULTS}/logs/tables/generalisation.log",
    localrule: True
    conda:
        "../envs/rnncompare.yml"
    params:
        code=code("tabulation/generalisation"),
    shell:
        "rnncompare generalisation_table --rows {input.rows} --out {output} 2>&1 | tee {log}"


rule verdict_table:
    input:
        contrasts=f"{RESULTS}/tables/contrasts.csv",
        summary=f"{RESULTS}/tables/summary.csv",
        animals=PATHS.of_tables("animals"),
        recovery=PATHS.of_tables("recovery"),
        probes=PATHS.of_tables("probes") if claimed_statistics(CONFIG) else [],
    output:
        f"{RESULTS}/tables/verdict.csv",
    log:
        f"{RESULTS}/logs/tables/verdict.log",
    localrule: True
    conda:
        "../envs/rnncompare.yml"
    params:
        code=code("verdict/evidence", "tabulation/claimed_statistics"),
        claims=as_json(lambda w: claims(CONFIG)),
        animals=lambda w, input: f"--animals {input.animals}" if input.animals else "",
        recovery=lambda w, input: (
            f"--recovery {input.recovery}" if input.recovery else ""
        ),
        probes=lambda w, input: (
            f"--probes {input.probes} --seed {CONFIG.seed} --bootstrap {contents.bootstrap_draws(CONFIG)}"
            if input.probes
            else ""
        ),
    shell:
        "rnncompare verdict_table --contrasts {input.contrasts} --summary {input.summary} {params.animals}"
        " {params.recovery} {params.probes} --out {output} --claims {params.claims:q} 2>&1 | tee {log}"


rule network_distances_table:
    input:
        rows=PATHS.distances(),
        mechanisms=[path for _, paths in PATHS.distance_mechanisms() for path in paths],
    output:
        f"{RESULTS}/tables/network_distances.csv",
    log:
        f"{RESULTS}/logs/tables/network_distances.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=code(
            "tabulation/network_distances",
            *(f"mechanisms/{use}" for use, _ in PATHS.distance_mechanisms()),
        ),
        mechanisms=as_json(lambda w: PATHS.distance_mechanisms()),
    shell:
        "rnncompare network_distances --rows {input.rows} --mechanisms {params.mechanisms:q} --out {output}"
        " 2>&1 | tee {log}"


rule universality_table:
    input:
        distances=f"{RESULTS}/tables/network_distances.csv",
    output:
        f"{RESULTS}/tables/universality.csv",
    log:
        f"{RESULTS}/logs/tables/universality.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=code("tabulation/universality"),
        sets=as_json(lambda w: distance_studies(network_distances.sets)),
        untrained=as_json(lambda w: distance_studies(network_distances.own_untrained)),
        sharing=as_json(lambda w: distance_studies(network_distances.sharing)),
        draws=as_json(lambda w: distance_studies(lambda s: s.distances.draws)),
        seed=CONFIG.seed,
    shell:
        "rnncompare universality --distances {input.distances} --out {output} --sets {params.sets:q}"
        " --untrained {params.untrained:q} --sharing {params.sharing:q} --draws {params.draws:q}"
        " --seed {params.seed} 2>&1 | tee {log}"


rule size_curves_table:
    input:
        training=f"{RESULTS}/tables/training.csv",
        probes=f"{RESULTS}/tables/probes.csv",
        similarity=f"{RESULTS}/tables/similarity.csv",
        distances=PATHS.of_tables("network_distances"),
    output:
        f"{RESULTS}/tables/size_curves.csv",
    log:
        f"{RESULTS}/logs/tables/size_curves.log",
    localrule: True
    conda:
        "../envs/rnncompare.yml"
    params:
        code=code("tabulation/size_curves"),
        sizes=as_json(lambda w: model_sizes.with_sizes(CONFIG)),
        distances=lambda w, input: (
            f"--distances {input.distances}" if input.distances else ""
        ),
    shell:
        "rnncompare size_curves --sizes {params.sizes:q} --training {input.training} --probes {input.probes}"
        " --similarity {input.similarity} {params.distances} --out {output} 2>&1 | tee {log}"
