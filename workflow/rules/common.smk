# Wildcards, and the files of a study, for all rules.

import fcntl
import json
import os
import re
from pathlib import Path

from rnncompare.comparison.permutations import PERMUTATION
from rnncompare.files.atomic import unfinished
from rnncompare.plugins import PACKAGE, find, takes
from rnncompare.recordings.card import read_card
from rnncompare.recordings.fingerprints import (
    checksum_of,
    fingerprint,
    fingerprint_of,
)
from rnncompare.reproducibility.code import code
from rnncompare.study import config_file, contents
from rnncompare.study.config import read_config
from snakemake.exceptions import WorkflowError

try:
    # Files are read again, because snakemake's reader accepts yes for true, 2_1 for 21, and duplicate keys.
    CONFIG = read_config(
        config_file.merged(workflow.configfiles, workflow.config_settings.config),
        deep=workflow.is_main_process,  # which has checked what a job's own process reads again
    )
except (ValueError, OSError) as error:
    raise WorkflowError(str(error))

RESULTS = CONFIG.results
STUDIES = CONFIG.studies
HELD = []  # open files, which the system closes when this process ends


def claim():
    """Prevent two simultaneous runs. Unlike snakemake's lock, this lock is released if the process is killed."""
    os.makedirs(RESULTS, exist_ok=True)
    HELD.append(open(f"{RESULTS}/.running", "w"))
    try:
        fcntl.flock(HELD[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise WorkflowError(
            f"{RESULTS}: found another run in this folder, wanted it to end first"
        )


def sweep():
    """Remove unfinished files of killed jobs: only hidden temporary files of files.atomic."""
    for folder in (
        "recordings",
        "tables",
        "figures",
        "report",
        "calibration",
        *STUDIES,
    ):
        for left in unfinished(Path(RESULTS, folder)):
            left.unlink()


def any_of(names):
    """Return a wildcard constraint that matches exactly these names."""
    return "|".join(map(re.escape, sorted(set(names)))) or "(?!)"


wildcard_constraints:
    study=any_of(STUDIES),
    recording=any_of(r for s in STUDIES.values() for r in contents.recordings(s)),
    model=any_of(m for s in STUDIES.values() for m in s.models),
    control=any_of(c for s in STUDIES.values() for c in s.controls),
    source=any_of(x for s in STUDIES.values() for x in contents.sources(s)),
    measure=any_of(CONFIG.similarity),
    probe=any_of(CONFIG.probes),
    view=any_of(CONFIG.views),
    card=any_of(c for s in STUDIES.values() for c in s.published),
    figure=any_of(f for s in STUDIES.values() for f in s.figures),
    seed=r"\d+",


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
    return f"{CONFIG.data}/{contents.recordings(study(wildcards))[wildcards.recording].card}/card.yaml"


def files_of(path):
    """Return the fingerprint of a card and its files; see rnncompare/recordings/fingerprints.py."""
    return fingerprint(read_card(path), f"{RESULTS}/recordings")


def files_of_all(wildcards):
    return {path: files_of(path) for path in cards()}


def cards():
    used = {r.card for s in STUDIES.values() for r in contents.recordings(s).values()}
    used |= {name for s in STUDIES.values() for name in s.published}
    return [f"{CONFIG.data}/{name}/card.yaml" for name in sorted(used)]


def reader_code(wildcards):
    return code(
        "recordings/loading", f"readers/{read_card(card(wildcards)).reader['use']}"
    )


def published_card(wildcards):
    return f"{CONFIG.data}/{wildcards.card}/card.yaml"


def published_code(wildcards):
    return code(
        "recordings/loading",
        f"published/{read_card(published_card(wildcards)).published['use']}",
    )


def published_tables():
    return [
        f"{RESULTS}/{name}/published/{card}.csv"
        for name, s in STUDIES.items()
        for card in s.published
    ]


def simulator_code(wildcards):
    made = [
        f.made_by["use"] for path in cards() for f in read_card(path).files if f.made_by
    ]
    return code(*(f"simulators/{name}" for name in made))


def activities(name, source):
    """Return the activity files of a source of a study, one for each seed."""
    return [
        f"{RESULTS}/{name}/activity/{source}/{seed}.nc"
        for seed in contents.seeds(STUDIES[name], source)
    ]


def weights(name, model):
    return [
        f"{RESULTS}/{name}/weights/{model}/{seed}.pt"
        for seed in contents.seeds(STUDIES[name], model)
    ]


def several_input_sets(sets):
    """Return the argument that names the sets of random inputs; '' if inputs are not random."""
    return f"--input-sets '{json.dumps(sets)}'" if sets else ""


def sets_of_source(wildcards):
    """Return the argument that names the set of random inputs of each network of a source."""
    source = wildcards.get("source") or wildcards.model
    return several_input_sets(contents.input_sets(study(wildcards), source))


def input_set(wildcards):
    """Return the argument that names the set of random inputs of one network."""
    sets = contents.input_sets(study(wildcards), wildcards.model)
    first = study(wildcards).first_seed
    return f"--input-set {sets[int(wildcards.seed) - first]}" if sets else ""


def references(wildcards):
    """Return the files with which a source is compared: the recording, or the source that its control names."""
    control = study(wildcards).controls.get(wildcards.source)
    against = (
        "recording" if control is None or control.against is None else control.against
    )
    return activities(wildcards.study, against)


def targets(wildcards):
    """Return the files whose behavior is decoded from a source: its own if it is a recording, else the recording's."""
    own = wildcards.source in contents.recordings(study(wildcards))
    own = own or study(wildcards).recording is None
    return activities(wildcards.study, wildcards.source if own else "recording")


def probed_weights(wildcards):
    """Return the weight files of a source, for a probe of the connections of networks."""
    of_weights = takes(find("probes", CONFIG.probes[wildcards.probe].use), "weights")
    return weights(wildcards.study, wildcards.source) if of_weights else []


def recorded(s):
    """Return the card of the recording of a study, or '' if it has none."""
    return s.recording.card if s.recording else ""


def columns(wildcards, **more):
    """Return the labels of the rows of a table, from the wildcards of its path."""
    labels = {
        "study": wildcards.study,
        "recording": recorded(study(wildcards)),
        "model": wildcards.get("source") or wildcards.get("model"),
    }
    return {k: v for k, v in (labels | more).items() if v is not None}


def similarity_files(kind):
    return [
        f"{RESULTS}/{name}/similarity/{source}.{kind}"
        for name, s in STUDIES.items()
        for source in contents.compared(s)
    ]


def sweep_tables():
    return [
        f"{RESULTS}/{name}/sweep/{source}.csv"
        for name, s in STUDIES.items()
        if s.sweep
        for source in s.sweep.sources
    ]


def measures(wildcards):
    """Return name and options of each similarity measure of a source, in the order of the config."""
    names = contents.similarity_of(CONFIG, study(wildcards), wildcards.source)
    return [[name, CONFIG.similarity[name]] for name in names]


def swept_measures(wildcards):
    return [[name, CONFIG.similarity[name]] for name in study(wildcards).sweep.measures]


def measure_files(measures):
    return [f"similarity/{options['use']}" for _, options in measures]


def surrogates(wildcards):
    """Return the code files of the null distributions of a comparison."""
    return surrogate_files(
        contents.comparison_of(study(wildcards), wildcards.source)["nulls"]
    )


def surrogate_files(nulls):
    return [f"surrogates/{n['use']}" for n in nulls.values() if n["use"] != PERMUTATION]


def corrections(wildcards):
    return {
        name: s.comparison.correction.model_dump()
        for name, s in STUDIES.items()
        if s.comparison
    }


def calibrated(wildcards):
    """Return the options of `rnncompare calibrate`: what is simulated, and how often."""
    of_tables = {"study", "measures", "nulls", "power_share", "chunks", "cited"}
    return {
        k: v for k, v in CONFIG.calibration.model_dump().items() if k not in of_tables
    }


def cites_calibration():
    """Return whether the config names a calibration for the report to cite, and its table exists."""
    cited = CONFIG.calibration and CONFIG.calibration.cited
    return bool(cited) and os.path.exists(cited)


def calibrated_measures(wildcards):
    of_study = contents.chosen(CONFIG, STUDIES[CONFIG.calibration.study], "similarity")
    names = CONFIG.calibration.measures or of_study
    return {name: CONFIG.similarity[name] for name in names}


def calibrated_comparison(wildcards):
    """Return the comparison of the study with the null distributions that are calibrated."""
    comparison = STUDIES[CONFIG.calibration.study].comparison.model_dump()
    return comparison | {"nulls": CONFIG.calibration.model_dump()["nulls"]}


def probe_tables():
    probes = [
        f"{RESULTS}/{name}/probes/{probe}/{source}.csv"
        for name, s in STUDIES.items()
        for probe in contents.chosen(CONFIG, s, "probes")
        for source in contents.probed(CONFIG, s, probe)
    ]
    robustness = robustness_tables() if CONFIG.robustness else []
    return probes + robustness + published_tables()


def published_weights(wildcards):
    """Return the fingerprint of the file of a model's published weights, or {} if it has none."""
    options = contents.model_options(study(wildcards), wildcards.model)
    return (
        fingerprint_of(options["weights"], f"{RESULTS}/recordings")
        if "weights" in options
        else {}
    )


def trained(s):
    """Return the models that are trained or have published weights."""
    options = {m: contents.model_options(s, m) for m in contents.simulated(s)}
    return [
        m for m, o in options.items() if o["training"] is not None or "weights" in o
    ]


def robustness_tables():
    """Return one table for each trained model of each study whose task has a reference delay."""
    return [
        f"{RESULTS}/{name}/robustness/{model}.csv"
        for name, s in STUDIES.items()
        for model in trained(s)
        if s.simulation is None
    ]


def histories():
    """Return labels and weights of each trained model of each study."""
    return [
        [
            {"study": name, "recording": recorded(s), "model": model},
            weights(name, model),
        ]
        for name, s in STUDIES.items()
        for model in trained(s)
    ]


def imported_networks():
    """Labels and files of each model of each study whose networks were trained elsewhere."""
    return [
        [
            {"study": name, "recording": recorded(s), "model": model},
            s.models[model].activities,
        ]
        for name, s in STUDIES.items()
        for model in contents.imported(s)
    ]


def checksums(files):
    """What files of networks trained elsewhere hold now."""
    return {file: checksum_of(file, f"{RESULTS}/recordings") for file in files}


def shown(wildcards):
    """Return source -> activities, for all sources of a view."""
    entry = CONFIG.views[wildcards.view]
    return {
        source: activities(wildcards.study, source)[: entry.seeds]
        for source in contents.viewed(study(wildcards), entry)
    }


def entry(member):
    """Return the name and options of a member of a folder as one mapping."""
    return {"use": member.use, **member.options}


def view_tables(view):
    return [
        f"{RESULTS}/{name}/views/{view}.csv"
        for name, s in STUDIES.items()
        if contents.viewed(s, CONFIG.views[view])
    ]


TABLES = [
    "similarity",
    "nulls",
    "probes",
    "summary",
    "contrasts",
    "training",
    *CONFIG.views,
]
TABLES += ["sweep", "ranking"] if sweep_tables() else []
TABLES += ["animals", "animal_nearness"] if CONFIG.animals else []
