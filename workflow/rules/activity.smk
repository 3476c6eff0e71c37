# Rules for activities: recordings, trained and untrained networks, controls.


rule fetch:
    input:
        cards=PATHS.cards(),
    output:
        f"{RESULTS}/recordings/found.json",
    log:
        f"{RESULTS}/logs/fetch.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=simulator_code,
        files=as_json(lambda w: {path: files_of(path) for path in PATHS.cards()}),
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
        mem_mb=4000,  # 1,000 units, 50 million spikes and 5,000 trials require 3.4 GB
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
            contents.all_input_sets(study(w), w.get("model")),
        ),
    shell:
        "rnncompare task {params.given} --out {output}"
        " --options {params.options:q} {params.sets} 2>&1 | tee {log}"


# The task of models whose options differ from those of the study.
use rule task as model_task with:
    output:
        f"{RESULTS}/{{study}}/tasks/{{model}}.nc",
    log:
        f"{RESULTS}/logs/{{study}}/tasks/{{model}}.log",


rule train:
    input:
        task=lambda w: PATHS.task(w.study, w.model),
    output:
        f"{RESULTS}/{{study}}/weights/{{model}}/{{seed}}.pt",
    log:
        f"{RESULTS}/logs/{{study}}/train/{{model}}/{{seed}}.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=lambda w: code(
            "training/train",
            "training/checkpoint",
            "training/published_weights",
            f"models/{contents.model_options(study(w), w.model)['network']['use']}",
        ),
        files=as_json(published_weights),
        options=as_json(lambda w: contents.model_options(study(w), w.model)),
        input_set=lambda w: sets_argument(
            "input-set", contents.input_set(study(w), w.model, int(w.seed))
        ),
    shell:
        "rnncompare train --task {input.task} --out {output} --seed {wildcards.seed}"
        " --label {wildcards.study}/{wildcards.model}/{wildcards.seed}"
        " --options {params.options:q} {params.input_set} 2>&1 | tee {log}"


# One job for each model, because importing the packages takes longer than simulating a network. The number of output
# files depends on the model, so that each model has a rule.
for name, s in STUDIES.items():
    for model in contents.simulated(s):

        rule:
            name:
                f"simulate_{name}-{model}"  # names contain no hyphen, so that rule names are unique
            input:
                weights=PATHS.weights(name, model),
                task=PATHS.task(name, model),
            output:
                PATHS.activities(name, model),
            log:
                f"{RESULTS}/logs/{name}/simulate/{model}.log",
            conda:
                "../envs/rnncompare.yml"
            params:
                code=code("training/simulate", "training/checkpoint"),
                smooth=s.smooth,
                simulation=as_json(
                    lambda w, s=s: s.simulation.model_dump() if s.simulation else {}
                ),
                sets=sets_argument("input-sets", contents.input_sets(s, model)),
            shell:
                "rnncompare simulate --weights {input.weights} --task {input.task} --out {output}"
                " --smooth {params.smooth} --simulation {params.simulation:q} {params.sets} 2>&1 | tee {log}"


# Networks that were trained elsewhere: their hidden states are files, and nothing is trained or simulated.
for name, s in STUDIES.items():
    for model in contents.imported(s):

        rule:
            name:
                f"import_{name}-{model}"
            input:
                recording=PATHS.activities(name, "recording") if s.recording else [],
            output:
                PATHS.activities(name, model),
            log:
                f"{RESULTS}/logs/{name}/import/{model}.log",
            conda:
                "../envs/rnncompare.yml"
            params:
                code=code("imported/hidden_states", "imported/agreement"),
                files=as_json(
                    lambda w, files=s.models[model].activities: checksums(files)
                ),
                options=as_json(
                    lambda w, s=s, model=model: contents.reading_options(s, model)
                ),
                recording=lambda w, input: (
                    f"--recording {input.recording}" if input.recording else ""
                ),
            shell:
                "rnncompare import_networks --files {params.files:q} {params.recording} --out {output}"
                " --options {params.options:q} 2>&1 | tee {log}"


rule control:
    input:
        recording=f"{RESULTS}/{{study}}/activity/recording/0.nc",
        task=lambda w: PATHS.task(w.study) if study(w).task else [],
    output:
        f"{RESULTS}/{{study}}/activity/{{control}}/{{seed}}.nc",
    log:
        f"{RESULTS}/logs/{{study}}/control/{{control}}/{{seed}}.log",
    conda:
        "../envs/rnncompare.yml"
    params:
        code=lambda w: code(f"controls/{study(w).controls[w.control].use}"),
        options=as_json(lambda w: contents.entry(study(w).controls[w.control])),
        task=lambda w, input: f"--task {input.task}" if input.task else "",
    shell:
        "rnncompare control --recording {input.recording} {params.task} --out {output}"
        " --seed {wildcards.seed} --options {params.options:q} 2>&1 | tee {log}"
