# Rules for activities: recordings, trained and untrained networks, controls.


rule fetch:
    input:
        cards=PATHS.cards(),
    output:
        f"{RESULTS}/recordings/found.json",
    log:
        f"{RESULTS}/logs/fetch.log",
    localrule: True  # compute nodes often have no access to the internet
    conda:
        "../envs/rnncompare.yml"
    params:
        code=simulator_code,
        files=as_json(
            lambda w: {places.label(path): files_of(path) for path in PATHS.cards()}
        ),
        folder=lambda w, output: os.path.dirname(output[0]),
    shell:
        "rnncompare fetch --cards {input.cards} --folder {params.folder} --out {output} 2>&1 | tee {log}"


rule load:
    input:
        card=card,
        records=f"{RESULTS}/recordings/found.json",
    output:
        f"{RESULTS}/{{study}}/activity/{{recording}}/0.nc",
    log:
        f"{RESULTS}/logs/{{study}}/load/{{recording}}.log",
    conda:
        "../envs/rnncompare.yml"
    resources:
        mem_mb=times(4000),  # 1,000 units, 50 million spikes and 5,000 trials require 3.4 GB
    params:
        code=reader_code,
        files=as_json(lambda w: files_of(card(w))),
        options=as_json(lambda w: contents.recordings(study(w))[w.recording].options),
        choice=as_json(
            lambda w: contents.recordings(study(w))[w.recording].model_dump(
                include={"only", "pool"}
            )
        ),
    shell:
        "rnncompare load --card {input.card} --records {input.records} --out {output}"
        " --options {params.options:q} --choice {params.choice:q} 2>&1 | tee {log}"


rule task:
    input:
        recording=lambda w: (
            PATHS.activities(w.study, "recording") if study(w).recording else []
        ),
        muscles=lambda w: (
            []
            if study(w).muscles is None
            else PATHS.activities(w.study, study(w).muscles)
        ),
    output:
        f"{RESULTS}/{{study}}/task.nc",
    log:
        f"{RESULTS}/logs/{{study}}/task.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=lambda w: code(f"tasks/{task_options(study(w), w.get('model'))['use']}"),
        options=as_json(lambda w: task_options(study(w), w.get("model"))),
        given=lambda w, input: " ".join(
            f"--{name} {input[name]}"
            for name in ("recording", "muscles")
            if input[name]
        ),
        sets=lambda w: sets_argument(
            "input-sets",
            model_networks.all_input_sets(study(w), w.get("model")),
        ),
        # Snakemake does not compare functions of `input` with the last run: a task does not depend on the window that is
        # checked here, and a new window must not train all networks again.
        simulation=lambda w, input: json.dumps(
            study(w).simulation.model_dump() if study(w).simulation else {}
        ),
    shell:
        "rnncompare task {params.given} --out {output} --options {params.options:q}"
        " {params.sets} --simulation {params.simulation:q} 2>&1 | tee {log}"


# The task of models whose options differ from those of the study.
use rule task as model_task with:
    output:
        f"{RESULTS}/{{study}}/tasks/{{model}}.nc",
    log:
        f"{RESULTS}/logs/{{study}}/tasks/{{model}}.log",


# Models that are not trained have one job each, because importing the packages takes longer than creating a network. The
# number of output files depends on the model, so that each model has a rule. The jobs of a model that is divided are
# those of its batches, each with one file.
for name, s in STUDIES.items():
    for model in model_networks.simulated(s):
        if model_networks.model_options(s, model)["training"] is None:

            rule:
                name:
                    f"initialise_{name}-{model}"  # names contain no hyphen, so that rule names are unique
                input:
                    task=PATHS.task(name, model),
                output:
                    by_batch(PATHS.weights, name, model),
                log:
                    log_by_batch(name, "initialise", model),
                conda:
                    "../envs/rnncompare.yml"
                params:
                    code=network_code(s, model),
                    files=as_json(lambda w, s=s, model=model: model_files(s, model)),
                    options=as_json(
                        lambda w, s=s, model=model: model_networks.model_options(
                            s, model
                        )
                    ),
                    seeds=seeds_by_batch(name, model),
                    label=f"{name}/{model}",
                shell:
                    "rnncompare initialise --task {input.task} --out {output} --seeds {params.seeds:q}"
                    " --label {params.label} --options {params.options:q} 2>&1 | tee {log}"

        elif batches.batches(CONFIG, name, model):

            rule:
                name:
                    f"train_{name}-{model}"
                input:
                    task=PATHS.task(name, model),
                    start=start_by_batch(name, model),
                    recording=PATHS.trained_on(name, model),
                output:
                    by_batch(PATHS.weights, name, model),
                log:
                    log_by_batch(name, "train", model),
                conda:
                    "../envs/rnncompare.yml"
                resources:
                    runtime=times(50 + 10 * CONFIG.batch),
                params:
                    code=training_code(s, model),
                    files=as_json(lambda w, s=s, model=model: model_files(s, model)),
                    options=as_json(
                        lambda w, s=s, model=model: model_networks.model_options(
                            s, model
                        )
                    ),
                    label=f"{name}/{model}",
                    seeds=seeds_by_batch(name, model),
                    sets=sets_by_batch(name, model),
                    start=start_argument,
                    recorded=recorded_activity(s),
                shell:
                    "rnncompare train_batch --task {input.task} --out {output} --seeds {params.seeds:q}"
                    " --label {params.label} --options {params.options:q} {params.sets} {params.start}"
                    " {params.recorded} 2>&1 | tee {log}"

        else:

            rule:
                name:
                    f"train_{name}-{model}"
                input:
                    task=PATHS.task(name, model),
                    start=start_by_batch(name, model),
                    recording=PATHS.trained_on(name, model),
                output:
                    f"{RESULTS}/{name}/weights/{model}/{{seed}}.pt",
                log:
                    f"{RESULTS}/logs/{name}/train/{model}/{{seed}}.log",
                conda:
                    "../envs/rnncompare.yml"
                resources:
                    # minutes; networks of three areas took 2 to 9 on one core (docs/deciding.md)
                    runtime=times(60),
                params:
                    code=training_code(s, model),
                    files=as_json(lambda w, s=s, model=model: model_files(s, model)),
                    options=as_json(
                        lambda w, s=s, model=model: model_networks.model_options(
                            s, model
                        )
                    ),
                    label=f"{name}/{model}",
                    input_set=lambda w, s=s, model=model: sets_argument(
                        "input-set", model_networks.input_set(s, model, int(w.seed))
                    ),
                    start=start_argument,
                    recorded=recorded_activity(s),
                shell:
                    "rnncompare train --task {input.task} --out {output} --seed {wildcards.seed}"
                    " --label {params.label}/{wildcards.seed}"
                    " --options {params.options:q} {params.input_set} {params.start} {params.recorded} 2>&1 | tee {log}"


# One job for each model, for the same reasons.
for name, s in STUDIES.items():
    for model in model_networks.simulated(s):

        rule:
            name:
                f"simulate_{name}-{model}"
            input:
                weights=by_batch(PATHS.weights, name, model),
                task=PATHS.task(name, model),
            output:
                by_batch(PATHS.activities, name, model),
            log:
                log_by_batch(name, "simulate", model),
            conda:
                "../envs/rnncompare.yml"
            params:
                code=code("training/simulate", "training/checkpoint"),
                smooth=s.smooth,
                simulation=as_json(
                    lambda w, s=s: s.simulation.model_dump() if s.simulation else {}
                ),
                sets=sets_by_batch(name, model),
            shell:
                "rnncompare simulate --weights {input.weights} --task {input.task} --out {output}"
                " --smooth {params.smooth} --simulation {params.simulation:q} {params.sets} 2>&1 | tee {log}"


# Networks that were trained elsewhere: their hidden states are files, and nothing is trained or simulated.
for name, s in STUDIES.items():
    for model in model_networks.imported(s):

        rule:
            name:
                f"import_{name}-{model}"
            input:
                recording=PATHS.activities(name, "recording") if s.recording else [],
            output:
                by_batch(PATHS.activities, name, model),
            log:
                log_by_batch(name, "import", model),
            conda:
                "../envs/rnncompare.yml"
            params:
                code=code("imported/hidden_states", "imported/agreement"),
                files=as_json(
                    lambda w, of=(name, model), files=s.models[model].activities: (
                        checksums(
                            [
                                files[k]
                                for k in batches.positions(CONFIG, *of, w.get("batch"))
                            ]
                        )
                    )
                ),
                options=as_json(
                    lambda w, s=s, model=model: model_networks.reading_options(
                        s, model
                    )
                ),
                recording=lambda w, input: (
                    f"--recording {input.recording}" if input.recording else ""
                ),
                first=lambda w, of=(name, model): first_seed_argument(w, *of),
            shell:
                "rnncompare import_networks --files {params.files:q} {params.recording} --out {output}"
                " {params.first} --options {params.options:q} 2>&1 | tee {log}"


# All seeds of a control, for the same reasons.
for name, s in STUDIES.items():
    for control, made in s.controls.items():

        rule:
            name:
                f"control_{name}-{control}"
            input:
                recording=PATHS.activities(name, "recording"),
                task=PATHS.task(name) if s.task else [],
            output:
                by_batch(PATHS.activities, name, control),
            log:
                log_by_batch(name, "control", control),
            conda:
                "../envs/rnncompare.yml"
            params:
                code=code(f"controls/{made.use}"),
                options=as_json(lambda w, made=made: contents.entry(made)),
                seeds=seeds_by_batch(name, control),
                task=lambda w, input: f"--task {input.task}" if input.task else "",
            shell:
                "rnncompare control --recording {input.recording} {params.task} --out {output}"
                " --seeds {params.seeds:q} --options {params.options:q} 2>&1 | tee {log}"
