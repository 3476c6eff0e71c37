# Rules for measures, probes and views, which write rows for the tables.


rule compare:
    input:
        sources=activities,
        references=references,
    output:
        rows=f"{RESULTS}/{{study}}/similarity/{{source}}.rows.csv",
        summary=f"{RESULTS}/{{study}}/similarity/{{source}}.summary.csv",
        nulls=f"{RESULTS}/{{study}}/similarity/{{source}}.nulls.csv",
        draws=f"{RESULTS}/{{study}}/similarity/{{source}}.draws.nc",
    log:
        f"{RESULTS}/logs/{{study}}/similarity/{{source}}.log",
    wildcard_constraints:
        study=UNDIVIDED,
    conda:
        "../envs/rnncompare.yml"
    params:
        code=lambda w: code(
            "comparison/compare",
            *measure_files(measures(w)),
            *surrogate_files(contents.comparison_of(study(w), w.source)["nulls"]),
        ),
        measures=as_json(measures),
        comparison=as_json(lambda w: contents.comparison_of(study(w), w.source)),
        columns=as_json(columns),
        networks=networks_of_source,
        seed=CONFIG.seed,
    shell:
        "rnncompare compare --sources {input.sources} --references {input.references}"
        " --rows {output.rows} --summary {output.summary} --nulls {output.nulls} --draws {output.draws}"
        " --seed {params.seed}"
        " --measures {params.measures:q} --comparison {params.comparison:q}"
        " --columns {params.columns:q} {params.networks} 2>&1 | tee {log}"


rule compare_batch:
    input:
        sources=activities,
        references=references,
    output:
        f"{RESULTS}/{{study}}/similarity/{{source}}/{{batch}}.nc",
    log:
        f"{RESULTS}/logs/{{study}}/similarity/{{source}}/{{batch}}.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=lambda w: code(
            "comparison/compare",
            "comparison/batches",
            *measure_files(measures(w)),
            *surrogate_files(contents.comparison_of(study(w), w.source)["nulls"]),
        ),
        measures=as_json(measures),
        comparison=as_json(lambda w: contents.comparison_of(study(w), w.source)),
        columns=as_json(columns),
        networks=networks_of_source,
        seed=CONFIG.seed,
    shell:
        "rnncompare compare_batch --sources {input.sources} --references {input.references} --out {output}"
        " --seed {params.seed}"
        " --measures {params.measures:q} --comparison {params.comparison:q}"
        " --columns {params.columns:q} {params.networks} 2>&1 | tee {log}"


rule compare_batches:
    input:
        parts=lambda w: PATHS.batches(w.study, "similarity", w.source),
    output:
        rows=f"{RESULTS}/{{study}}/similarity/{{source}}.rows.csv",
        summary=f"{RESULTS}/{{study}}/similarity/{{source}}.summary.csv",
        nulls=f"{RESULTS}/{{study}}/similarity/{{source}}.nulls.csv",
        draws=f"{RESULTS}/{{study}}/similarity/{{source}}.draws.nc",
    log:
        f"{RESULTS}/logs/{{study}}/similarity/{{source}}.log",
    wildcard_constraints:
        study=DIVIDED,
    conda:
        "../envs/rnncompare.yml"
    params:
        code=lambda w: code("comparison/batches", *measure_files(measures(w))),
        measures=as_json(measures),
        bootstrap=lambda w: study(w).comparison.intervals.draws,
        columns=as_json(columns),
        seed=CONFIG.seed,
    shell:
        "rnncompare compare_batches --parts {input.parts}"
        " --rows {output.rows} --summary {output.summary} --nulls {output.nulls} --draws {output.draws}"
        " --measures {params.measures:q} --bootstrap {params.bootstrap} --seed {params.seed}"
        " --columns {params.columns:q} 2>&1 | tee {log}"


rule join:
    input:
        parts=lambda w: PATHS.batches(w.study, w.kind, w.source),
    output:
        f"{RESULTS}/{{study}}/{{kind}}/{{source}}.csv",
    log:
        f"{RESULTS}/logs/{{study}}/{{kind}}/{{source}}.log",
    wildcard_constraints:
        study=DIVIDED,
    localrule: True
    conda:
        "../envs/rnncompare.yml"
    params:
        code=code("tabulation/batches"),
        by=as_json(
            lambda w: list(study(w).sweep.preparation) if w.kind == "sweep" else []
        ),
    shell:
        "rnncompare join --parts {input.parts} --out {output} --by {params.by:q} 2>&1 | tee {log}"


rule sweep:
    input:
        sources=activities,
        references=references,
    output:
        f"{RESULTS}/{{study}}/sweep/{{source}}.csv",
    log:
        f"{RESULTS}/logs/{{study}}/sweep/{{source}}.log",
    wildcard_constraints:
        study=UNDIVIDED,
    conda:
        "../envs/rnncompare.yml"
    params:
        code=lambda w: code("comparison/sweep", *measure_files(swept_measures(w))),
        measures=as_json(swept_measures),
        sweep=as_json(lambda w: study(w).sweep.model_dump()),
        comparison=as_json(lambda w: contents.comparison_of(study(w), w.source)),
        columns=as_json(columns),
        networks=networks_of_source,
        seed=CONFIG.seed,
    shell:
        "rnncompare sweep --sources {input.sources} --references {input.references} --out {output}"
        " --measures {params.measures:q} --sweep {params.sweep:q} --comparison {params.comparison:q}"
        " --seed {params.seed} --columns {params.columns:q} {params.networks} 2>&1 | tee {log}"


use rule sweep as sweep_batch with:
    output:
        f"{RESULTS}/{{study}}/sweep/{{source}}/{{batch}}.json",
    log:
        f"{RESULTS}/logs/{{study}}/sweep/{{source}}/{{batch}}.log",
    wildcard_constraints:
        study=any_of(STUDIES),


rule within:
    input:
        networks=lambda w: PATHS.first_activities(w.study, w.model),
        recording=lambda w: PATHS.activities(w.study, "recording"),
    output:
        f"{RESULTS}/{{study}}/within/{{model}}.csv",
    log:
        f"{RESULTS}/logs/{{study}}/within/{{model}}.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=lambda w: code("comparison/within", *measure_files(within_measures(w))),
        measures=as_json(within_measures),
        comparison=as_json(
            lambda w: study(w).comparison.model_dump(
                include={"preparation", "folds", "units"}
            )
        ),
        pairs=lambda w: study(w).within.pairs,
        columns=as_json(columns),
        networks=lambda w: sets_argument(
            "input-sets",
            compared_sets(w, w.model),
        ),
        seed=CONFIG.seed,
    shell:
        "rnncompare within --networks {input.networks} --recording {input.recording} --out {output}"
        " --measures {params.measures:q} --comparison {params.comparison:q} --pairs {params.pairs}"
        " --seed {params.seed} --columns {params.columns:q} {params.networks} 2>&1 | tee {log}"


rule distances:
    input:
        networks=lambda w: [
            path
            for paths in PATHS.distant(w.study, w.model).values()
            for path in paths
        ],
    output:
        f"{RESULTS}/{{study}}/distances/{{model}}.csv",
    log:
        f"{RESULTS}/logs/{{study}}/distances/{{model}}.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=lambda w: code("comparison/between", *measure_files(distance_measures(w))),
        networks=as_json(lambda w: PATHS.distant(w.study, w.model)),
        measures=as_json(distance_measures),
        comparison=as_json(lambda w: network_distances.comparison(study(w))),
        columns=as_json(columns),
        seed=CONFIG.seed,
    shell:
        "rnncompare distances --networks {params.networks:q} --out {output} --measures {params.measures:q}"
        " --comparison {params.comparison:q} --seed {params.seed} --columns {params.columns:q} 2>&1 | tee {log}"


rule recover:
    input:
        networks=lambda w: [
            path for paths in PATHS.recovered(w.study).values() for path in paths
        ],
        recording=lambda w: PATHS.activities(w.study, "recording"),
    output:
        f"{RESULTS}/{{study}}/recovery/{{model}}.csv",
    log:
        f"{RESULTS}/logs/{{study}}/recovery/{{model}}.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=lambda w: code(
            "calibration/model_recovery", *measure_files(recovery_measures(w))
        ),
        networks=as_json(lambda w: PATHS.recovered(w.study)),
        measures=as_json(recovery_measures),
        comparison=as_json(
            lambda w: study(w).comparison.model_dump(
                include={"preparation", "folds", "units"}
            )
        ),
        simulation=as_json(
            lambda w: study(w).recovery.model_dump(
                include={"noise", "smooth", "trials"}
            )
        ),
        columns=as_json(lambda w: contents.labels(CONFIG, w.study, generator=w.model)),
        sets=as_json(
            lambda w: {
                model: compared_sets(w, model) for model in study(w).recovery.models
            }
        ),
        seed=CONFIG.seed,
    shell:
        "rnncompare recover --networks {params.networks:q} --recording {input.recording} --out {output}"
        " --generator {wildcards.model} --measures {params.measures:q} --comparison {params.comparison:q}"
        " --simulation {params.simulation:q} --seed {params.seed} --columns {params.columns:q}"
        " --input-sets {params.sets:q} 2>&1 | tee {log}"


rule generalise:
    input:
        networks=activities,
        weights=weights,
        task=lambda w: PATHS.task(w.study, w.model),
        recording=lambda w: PATHS.activities(w.study, "recording"),
    output:
        f"{RESULTS}/{{study}}/generalisation/{{model}}.csv",
    log:
        f"{RESULTS}/logs/{{study}}/generalisation/{{model}}.log",
    wildcard_constraints:
        study=UNDIVIDED,
    conda:
        "../envs/rnncompare.yml"
    params:
        code=lambda w: code(
            "comparison/generalisation",
            "training/held_out",
            "training/prediction",
            *measure_files(generalisation_measures(w)),
        ),
        measures=as_json(generalisation_measures),
        comparison=as_json(
            lambda w: study(w).comparison.model_dump(include={"preparation", "units"})
        ),
        validation=lambda w: study(w).generalisation.conditions,
        columns=as_json(columns),
        networks=networks_of_source,
        trained_units=trained_units,
        seed=CONFIG.seed,
    shell:
        "rnncompare generalise --networks {input.networks} --weights {input.weights} --task {input.task}"
        " --recording {input.recording} --out {output} --measures {params.measures:q}"
        " --comparison {params.comparison:q} --validation {params.validation} --seed {params.seed}"
        " --columns {params.columns:q} {params.networks} {params.trained_units} 2>&1 | tee {log}"


use rule generalise as generalise_batch with:
    output:
        f"{RESULTS}/{{study}}/generalisation/{{model}}/{{batch}}.json",
    log:
        f"{RESULTS}/logs/{{study}}/generalisation/{{model}}/{{batch}}.log",
    wildcard_constraints:
        study=any_of(STUDIES),


rule generalise_recording:
    input:
        task=lambda w: PATHS.task(w.study),
        recording=lambda w: PATHS.activities(w.study, "recording"),
    output:
        f"{RESULTS}/{{study}}/generalisation/recording.csv",
    log:
        f"{RESULTS}/logs/{{study}}/generalisation/recording.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=lambda w: code(
            "comparison/generalisation",
            "training/prediction",
            *measure_files(generalisation_measures(w)),
        ),
        measures=as_json(generalisation_measures),
        comparison=as_json(
            lambda w: study(w).comparison.model_dump(include={"preparation", "units"})
        ),
        validation=lambda w: study(w).generalisation.conditions,
        columns=as_json(lambda w: contents.labels(CONFIG, w.study)),
        seeds=as_json(lambda w: recorded_training.seeds_of_generalisation(study(w))),
        trained_units=trained_units,
        seed=CONFIG.seed,
    shell:
        "rnncompare generalise_recording --task {input.task} --recording {input.recording} --out {output}"
        " --measures {params.measures:q} --comparison {params.comparison:q} --validation {params.validation}"
        " --seeds {params.seeds:q} --seed {params.seed} --columns {params.columns:q} {params.trained_units}"
        " 2>&1 | tee {log}"


rule probe:
    input:
        sources=activities,
        targets=lambda w: PATHS.targets(w.study, w.source, w.get("batch")),
        weights=lambda w: PATHS.probed_weights(
            w.study, w.source, w.probe, w.get("batch")
        ),
    output:
        f"{RESULTS}/{{study}}/probes/{{probe}}/{{source}}.csv",
    log:
        f"{RESULTS}/logs/{{study}}/probes/{{probe}}/{{source}}.log",
    wildcard_constraints:
        study=UNDIVIDED,
    conda:
        "../envs/rnncompare.yml"
    params:
        code=lambda w: code(
            f"probes/{CONFIG.probes[w.probe].use}",
            *(f"controls/{t['use']}" for t in [CONFIG.probes[w.probe].trials] if t),
        ),
        options=as_json(lambda w: contents.entry(CONFIG.probes[w.probe])),
        trials=as_json(lambda w: CONFIG.probes[w.probe].trials or {}),
        columns=as_json(lambda w: columns(w, measure=w.probe)),
        networks=networks_of_source,
        weights=lambda w, input: f"--weights {input.weights}" if input.weights else "",
        seed=CONFIG.seed,
    shell:
        "rnncompare probe --sources {input.sources} --targets {input.targets} {params.weights} --out {output}"
        " --seed {params.seed} --options {params.options:q} --trials {params.trials:q}"
        " --columns {params.columns:q} {params.networks} 2>&1 | tee {log}"


use rule probe as probe_batch with:
    output:
        f"{RESULTS}/{{study}}/probes/{{probe}}/{{source}}/{{batch}}.json",
    log:
        f"{RESULTS}/logs/{{study}}/probes/{{probe}}/{{source}}/{{batch}}.log",
    wildcard_constraints:
        study=any_of(STUDIES),


rule published:
    input:
        card=lambda w: PATHS.card(w.card),
        records=f"{RESULTS}/recordings/found.json",
    output:
        f"{RESULTS}/{{study}}/published/{{card}}.csv",
    log:
        f"{RESULTS}/logs/{{study}}/published/{{card}}.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=published_code,
        files=as_json(lambda w: files_of(PATHS.card(w.card))),
        columns=as_json(lambda w: {"study": w.study, "recording": w.card}),
    shell:
        "rnncompare published --card {input.card} --records {input.records} --out {output}"
        " --columns {params.columns:q} 2>&1 | tee {log}"


rule robustness:
    input:
        weights=weights,
        task=lambda w: PATHS.task(w.study, w.model),
    output:
        f"{RESULTS}/{{study}}/robustness/{{model}}.csv",
    log:
        f"{RESULTS}/logs/{{study}}/robustness/{{model}}.log",
    wildcard_constraints:
        study=UNDIVIDED,
    conda:
        "../envs/rnncompare.yml"
    params:
        code=code("training/robustness", "training/checkpoint"),
        options=as_json(lambda w: CONFIG.robustness),
        columns=as_json(lambda w: columns(w, measure="robustness")),
        networks=networks_of_source,
        seed=CONFIG.seed,
    shell:
        "rnncompare robustness --weights {input.weights} --task {input.task} --out {output}"
        " --seed {params.seed} --options {params.options:q} --columns {params.columns:q} {params.networks} 2>&1 | tee {log}"


use rule robustness as robustness_batch with:
    output:
        f"{RESULTS}/{{study}}/robustness/{{model}}/{{batch}}.json",
    log:
        f"{RESULTS}/logs/{{study}}/robustness/{{model}}/{{batch}}.log",
    wildcard_constraints:
        study=any_of(STUDIES),


rule mechanism:
    input:
        weights=weights,
        activities=activities,
        task=lambda w: PATHS.task(w.study, w.model),
    output:
        f"{RESULTS}/{{study}}/mechanisms/{{mechanism}}/{{model}}.csv",
    log:
        f"{RESULTS}/logs/{{study}}/mechanisms/{{mechanism}}/{{model}}.log",
    wildcard_constraints:
        study=UNDIVIDED,
    conda:
        "../envs/rnncompare.yml"
    params:
        code=lambda w: code(
            f"mechanisms/{CONFIG.mechanisms[w.mechanism].use}",
            "training/checkpoint",
        ),
        options=as_json(lambda w: contents.entry(CONFIG.mechanisms[w.mechanism])),
        columns=as_json(lambda w: columns(w, measure=w.mechanism)),
        networks=networks_of_source,
        seed=CONFIG.seed,
    shell:
        "rnncompare mechanism --weights {input.weights} --activities {input.activities} --task {input.task}"
        " --out {output} --seed {params.seed} --options {params.options:q} --columns {params.columns:q}"
        " {params.networks} 2>&1 | tee {log}"


use rule mechanism as mechanism_batch with:
    output:
        f"{RESULTS}/{{study}}/mechanisms/{{mechanism}}/{{model}}/{{batch}}.json",
    log:
        f"{RESULTS}/logs/{{study}}/mechanisms/{{mechanism}}/{{model}}/{{batch}}.log",
    wildcard_constraints:
        study=any_of(STUDIES),


rule view:
    input:
        activities=lambda w: [
            path for paths in PATHS.shown(w.study, w.view).values() for path in paths
        ],
        task=lambda w: PATHS.task(w.study) if study(w).task else [],
        weights=lambda w: [
            path
            for paths in PATHS.shown_weights(w.study, w.view).values()
            for path in paths
        ],
    output:
        f"{RESULTS}/{{study}}/views/{{view}}.csv",
    log:
        f"{RESULTS}/logs/{{study}}/views/{{view}}.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=lambda w: code(f"views/{CONFIG.views[w.view].use}"),
        options=as_json(lambda w: contents.entry(CONFIG.views[w.view])),
        sources=as_json(lambda w: PATHS.shown(w.study, w.view)),
        columns=as_json(lambda w: {"study": w.study}),
        networks=lambda w: some_networks(PATHS.shown_networks(w.study, w.view)),
        task=lambda w, input: f"--task {input.task}" if input.task else "",
        weights=lambda w, input: (
            f"--weights '{json.dumps(PATHS.shown_weights(w.study, w.view))}'"
            if input.weights
            else ""
        ),
    shell:
        "rnncompare view --sources {params.sources:q} {params.task} {params.weights} --out {output}"
        " {params.networks} --options {params.options:q} --columns {params.columns:q} 2>&1 | tee {log}"
