# The config, and the wildcards of all rules.

import json
import os
import re
import sys

from rnncompare.cluster import failures, scheduler
from rnncompare.files import records
from rnncompare.files.atomic import unfinished
from rnncompare.files.claim import Claimed, claim
from rnncompare.recordings.finding import DOWNLOADS
from rnncompare.reproducibility import job
from rnncompare.study import (
    batches,
    check_record,
    config_file,
    contents,
    model_networks,
    model_sizes,
    network_distances,
    places,
    recorded_training,
)
from rnncompare.study.claims import claimed_statistics, claims
from rnncompare.study.config import read_config
from rnncompare.study.model_tasks import task_options
from rnncompare.study.paths import Paths
from snakemake.exceptions import WorkflowError

# Cards that the current folder lacks, and installations of the project by conda, are in the folder of the workflow.
FOLDER = workflow.current_basedir.join("../..").get_path_or_uri(secret_free=True)
LOCAL = os.path.isdir(
    f"{FOLDER}/workflow"
)  # otherwise, the workflow is read from an address
os.environ.setdefault(
    places.PROJECT, os.path.abspath(FOLDER) if LOCAL else str(places.project())
)


def given_config():
    """Return the config of a module, or of files and the command line.

    Files are read again, because snakemake's reader accepts yes for true, 2_1 for 21, and duplicate keys.
    """
    if not workflow.modifier.is_main_snakefile():
        return config
    return config_file.merged(
        workflow.configfiles, config_file.given(workflow.config_settings.config_args)
    )


try:
    CONFIG = places.moved(read_config(given_config(), deep=False))
    # The main process has checked what a job's own process reads again.
    CHECKED = check_record.check_once(CONFIG) if workflow.is_main_process else ""
except (ValueError, OSError) as error:
    raise WorkflowError(str(error))

RESULTS = CONFIG.results
STUDIES = CONFIG.studies
PATHS = Paths(CONFIG)
if not places.own_cards(CONFIG.data, PATHS.cards()):
    os.environ.setdefault(DOWNLOADS, CONFIG.data)
HELD = []  # claims, which end with this process


def begin():
    """Prevent two simultaneous runs, remove files.atomic's unfinished files of killed jobs, and record check and code.

    Unlike snakemake's lock, the claim is released if this process is killed. Jobs of a killed run that go on on a cluster
    prevent a new run until they have ended. A Snakefile that imports this workflow as a module calls this at its start.
    """
    try:
        HELD.append(
            claim(RESULTS, jobs=scheduler.run_name(workflow), active=scheduler.active)
        )
    except Claimed as error:
        raise WorkflowError(str(error))
    scheduler.correct(workflow)
    for folder in PATHS.folders():
        for left in unfinished(folder):
            left.unlink()
    check_record.remember(CHECKED, RESULTS)
    records.begin(RESULTS, job.state_of_the_code())


def explain(logs):
    """Name what ended jobs of this run: memory, time, a node; and what to do."""
    for log in [logs] if isinstance(logs, str) else logs:
        for line in failures.explained(log):
            print(line, file=sys.stderr)


def any_of(names):
    """Return a wildcard constraint that matches exactly these names."""
    return "|".join(map(re.escape, sorted(set(names)))) or "(?!)"


# Studies in paths to the rows of a source that is divided in batches, and in those of one that is not.
BEFORE_DIVIDED = "|".join(
    rf"{name}/(?:[^/]+/)+(?:{any_of(sources)})\."
    for name, sources in batches.divided(CONFIG).items()
)
DIVIDED = rf"(?={BEFORE_DIVIDED or '(?!)'})(?:{any_of(STUDIES)})"
UNDIVIDED = rf"(?!{BEFORE_DIVIDED or '(?!)'})(?:{any_of(STUDIES)})"


wildcard_constraints:
    study=any_of(STUDIES),
    recording=any_of(r for s in STUDIES.values() for r in contents.recordings(s)),
    model=any_of(m for s in STUDIES.values() for m in s.models),
    source=any_of(x for s in STUDIES.values() for x in contents.sources(s)),
    measure=any_of(CONFIG.similarity),
    probe=any_of(CONFIG.probes),
    mechanism=any_of(CONFIG.mechanisms),
    view=any_of(CONFIG.views),
    card=any_of(c for s in STUDIES.values() for c in s.published),
    figure=any_of(f for s in STUDIES.values() for f in s.figures),
    composed=any_of(f for s in STUDIES.values() for f in s.composed),
    seed=r"\d+",
    batch=r"batch_\d+",
    kind=any_of(
        [
            *("sweep", "robustness", "generalisation"),
            *(f"probes/{probe}" for probe in CONFIG.probes),
            *(f"mechanisms/{mechanism}" for mechanism in CONFIG.mechanisms),
        ]
    ),


def times(amount):
    """Return a function that gives a resource of a job: this amount, twice this when it is repeated, and so on."""

    def needed(wildcards, attempt):
        return amount * attempt

    return needed


def as_json(function):
    """Return a function of wildcards that gives options as JSON; braces in a string would be taken for wildcards.

    Names keep the order of the config, which is the order of the tables and figures.
    """

    def argument(wildcards):
        return json.dumps(function(wildcards))

    return argument


def study(wildcards):
    return STUDIES[wildcards.study]


def card(wildcards):
    return PATHS.card(contents.recordings(study(wildcards))[wildcards.recording].card)


def columns(wildcards, **more):
    """Return the labels of the rows of a table, from the wildcards of its path."""
    model = wildcards.get("source") or wildcards.get("model")
    return contents.labels(CONFIG, wildcards.study, model=model, **more)


def measures(wildcards):
    """Return name and options of each similarity measure of a source, in the order of the config."""
    names = contents.similarity_of(CONFIG, study(wildcards), wildcards.source)
    return contents.with_options(CONFIG, names)


def swept_measures(wildcards):
    return contents.with_options(CONFIG, study(wildcards).sweep.measures)


def within_measures(wildcards):
    names = contents.within_measures(CONFIG, study(wildcards), wildcards.model)
    return contents.with_options(CONFIG, names)


def recovery_measures(wildcards):
    names = contents.recovery_measures(CONFIG, study(wildcards))
    return contents.with_options(CONFIG, names)


def distance_measures(wildcards):
    return contents.with_options(CONFIG, study(wildcards).distances.measures)


def generalisation_measures(wildcards):
    names = contents.generalisation_measures(CONFIG, study(wildcards))
    return contents.with_options(CONFIG, names)


def distance_studies(function):
    """Return the value of a function for each study whose networks are compared with each other."""
    return {n: function(s) for n, s in STUDIES.items() if s.distances}


def sets_argument(name, sets):
    """Return the argument that names sets of random inputs; '' if inputs are not random."""
    return "" if sets is None else f"--{name} '{json.dumps(sets)}'"


def networks_of_source(wildcards):
    """Return the arguments on networks: the sets of random inputs, and the place of a batch in its source."""
    source = wildcards.get("source") or wildcards.model
    sets = sets_by_batch(wildcards.study, source)(wildcards)
    first = batches.positions(
        CONFIG, wildcards.study, source, wildcards.get("batch")
    ).start
    return sets + (f" --first {first}" if first else "")


def by_batch(files, name, source):
    """Return the files of a source, or, if it is divided, their pattern with the wildcard of a batch.

    files: a function of Paths.
    """
    divided = batches.batches(CONFIG, name, source)
    return files(name, source, "{batch}") if divided else files(name, source)


def log_by_batch(name, job, source):
    """Return the path of the log of a job of a source, or of the jobs of its batches."""
    divided = batches.batches(CONFIG, name, source)
    place = f"{source}/{{batch}}" if divided else source
    return f"{RESULTS}/logs/{name}/{job}/{place}.log"


def seeds_by_batch(name, source):
    """Return a function that gives the seeds of the networks of a job as JSON."""
    seeds = model_networks.seeds(STUDIES[name], source)
    return lambda w: json.dumps(
        [seeds[k] for k in batches.positions(CONFIG, name, source, w.get("batch"))]
    )


def sets_by_batch(name, source):
    """Return a function that gives the argument on the sets of random inputs of the networks of a job."""
    sets = model_networks.input_sets(STUDIES[name], source)

    def argument(w):
        chosen = batches.positions(CONFIG, name, source, w.get("batch"))
        return sets_argument("input-sets", sets and [sets[k] for k in chosen])

    return argument


def start_by_batch(name, model):
    """Return a function that gives the file of the networks with whose weights those of a job begin, if there is one."""
    seeds = model_networks.seeds(STUDIES[name], model)

    def files(w):
        batch = w.get("batch")
        position = (
            batches.positions(CONFIG, name, model, batch).start
            if batch
            else seeds.index(int(w.seed))
        )
        return PATHS.start(name, model, position)

    return files


def start_argument(wildcards, input):
    """Return the argument that names that file."""
    return f"--start {input.start}" if input.start else ""


def first_seed_argument(wildcards, name, source):
    """Return the argument that gives the seed of the first network of a batch; '' for a source that is not divided."""
    if not wildcards.get("batch"):
        return ""
    chosen = batches.positions(CONFIG, name, source, wildcards.batch)
    return f"--first-seed {model_networks.seeds(STUDIES[name], source)[chosen.start]}"


def compared_sets(wildcards, model):
    """Return the sets of random inputs of the networks of a model that are compared with each other."""
    sets = model_networks.input_sets(study(wildcards), model)
    chosen = batches.compared_with_each_other(CONFIG, wildcards.study, model)
    return sets and [sets[k] for k in chosen]


def recorded_activity(study):
    """Return a function that gives the arguments on the recorded activity of a training; '' if there is none."""

    def arguments(wildcards, input):
        recording = input.get("recording")
        return f"--recording {recording} --smooth {study.smooth}" if recording else ""

    return arguments


def trained_units(wildcards):
    """Return the argument on the recorded units on which models of a generalisation were trained; '' for none."""
    found = recorded_training.units_of_generalisation(study(wildcards))
    return f"--trained-units '{json.dumps(found)}'" if found else ""


def some_networks(counts):
    """Return the argument that gives the number of networks of sources of which not all are used."""
    return f"--networks '{json.dumps(counts)}'" if counts else ""


def activities(wildcards):
    """Return the activities of a source, or of a batch of it."""
    source = wildcards.get("source") or wildcards.model
    return PATHS.activities(wildcards.study, source, wildcards.get("batch"))


def weights(wildcards):
    """Return the weights of a model, or of a batch of it."""
    return PATHS.weights(wildcards.study, wildcards.model, wildcards.get("batch"))


def references(wildcards):
    """Return the activities with which a source, or a batch of it, is compared."""
    return PATHS.references(wildcards.study, wildcards.source, wildcards.get("batch"))
