# The only place that names wildcards and says which files a study is made of.

import fcntl
import json
import os
import re
from pathlib import Path

from rnncompare.comparison.permutations import PERMUTATION
from rnncompare.files.atomic import unfinished
from rnncompare.plugins import PACKAGE, find, takes
from rnncompare.recordings.card import read_card
from rnncompare.recordings.fingerprints import fingerprint, fingerprint_of
from rnncompare.reproducibility.code import code
from rnncompare.study import config_file, contents
from rnncompare.study.config import read_config
from snakemake.exceptions import WorkflowError

try:
    # Read anew: snakemake's own reader takes yes for true, 2_1 for 21, and the last of two keys.
    CONFIG = read_config(
        config_file.merged(workflow.configfiles, workflow.config_settings.config),
        deep=workflow.is_main_process,  # which has checked what a job's own process reads again
    )
except (ValueError, OSError) as error:
    raise WorkflowError(str(error))

RESULTS = CONFIG.results
STUDIES = CONFIG.studies
HELD = []  # open files; closed when this process ends, however it ends


def claim():
    """Refuse to run twice at once. The system releases this lock of a killed run; snakemake's own would outlive it."""
    os.makedirs(RESULTS, exist_ok=True)
    HELD.append(open(f"{RESULTS}/.running", "w"))
    try:
        fcntl.flock(HELD[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise WorkflowError(
            f"{RESULTS}: found another run at work on it, wanted that to end first"
        )


def sweep():
    """Remove what killed jobs left unfinished: hidden files that files.atomic was to rename, and nothing else."""
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
    """A wildcard constraint: one of these names, or none at all."""
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
    """Options as a shell-quoted JSON argument; a function of wildcards, since braces in a string would be taken for one.

    Names stay in the config's order, which is that of the tables and figures.
    """

    def argument(wildcards):
        return json.dumps(function(wildcards))

    return argument


def study(wildcards):
    return STUDIES[wildcards.study]


def card(wildcards):
    return f"{CONFIG.data}/{contents.recordings(study(wildcards))[wildcards.recording].card}/card.yaml"


def files_of(path):
    """What a card and its files hold now; see rnncompare/recordings/fingerprints.py."""
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
    """The activities of a source of a study, one a seed."""
    return [
        f"{RESULTS}/{name}/activity/{source}/{seed}.nc"
        for seed in contents.seeds(STUDIES[name], source)
    ]


def weights(name, model):
    return [
        f"{RESULTS}/{name}/weights/{model}/{seed}.pt"
        for seed in contents.seeds(STUDIES[name], model)
    ]


def references(wildcards):
    """What a source is compared with: the recording, or the source that its control names."""
    control = study(wildcards).controls.get(wildcards.source)
    against = (
        "recording" if control is None or control.against is None else control.against
    )
    return activities(wildcards.study, against)


def targets(wildcards):
    """Whose behavior is decoded from a source: a recording's own, and the recording's from what has no hand."""
    own = wildcards.source in contents.recordings(study(wildcards))
    own = own or study(wildcards).recording is None
    return activities(wildcards.study, wildcards.source if own else "recording")


def probed_weights(wildcards):
    """The networks of a source, for a probe that measures what their connections pass on."""
    measures_them = takes(find("probes", CONFIG.probes[wildcards.probe].use), "weights")
    return weights(wildcards.study, wildcards.source) if measures_them else []


def recorded(s):
    """The card of what a study's sources are compared with, if there is one."""
    return s.recording.card if s.recording else ""


def columns(wildcards, **more):
    """The labels of a table's rows: the values of its path."""
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
    """Name and options of each similarity measure of a source, in the config's order, which is that of the tables."""
    names = contents.similarity_of(CONFIG, study(wildcards), wildcards.source)
    return [[name, CONFIG.similarity[name]] for name in names]


def swept_measures(wildcards):
    return [[name, CONFIG.similarity[name]] for name in study(wildcards).sweep.measures]


def measure_files(measures):
    return [f"similarity/{options['use']}" for _, options in measures]


def surrogates(wildcards):
    """The files that a comparison's nulls are made by."""
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
    """What `rnncompare calibrate` is to simulate, and how often."""
    of_tables = {"study", "measures", "nulls", "power_share", "chunks", "cited"}
    return {
        k: v for k, v in CONFIG.calibration.model_dump().items() if k not in of_tables
    }


def cites_calibration():
    """Whether the report is to cite a calibration, and there is one."""
    asked = CONFIG.calibration and CONFIG.calibration.cited
    return bool(asked) and os.path.exists(CONFIG.calibration.cited)


def calibrated_measures(wildcards):
    of_study = contents.chosen(CONFIG, STUDIES[CONFIG.calibration.study], "similarity")
    names = CONFIG.calibration.measures or of_study
    return {name: CONFIG.similarity[name] for name in names}


def calibrated_comparison(wildcards):
    """The study's comparison, with the nulls that are calibrated."""
    comparison = STUDIES[CONFIG.calibration.study].comparison.model_dump()
    return comparison | {"nulls": CONFIG.calibration.model_dump()["nulls"]}


def probe_tables():
    probes = [
        f"{RESULTS}/{name}/probes/{probe}/{source}.csv"
        for name, s in STUDIES.items()
        for probe in contents.chosen(CONFIG, s, "probes")
        for source in contents.measured(s, CONFIG.probes[probe])
    ]
    robustness = robustness_tables() if CONFIG.robustness else []
    return probes + robustness + published_tables()


def published_weights(wildcards):
    """What the file holds that a model's weights are read from, where others published them."""
    options = contents.model_options(study(wildcards), wildcards.model)
    return (
        fingerprint_of(options["weights"], f"{RESULTS}/recordings")
        if "weights" in options
        else {}
    )


def trained(s):
    """The models whose networks learnt, here or where their weights were published."""
    options = {m: contents.model_options(s, m) for m in s.models}
    return [
        m for m, o in options.items() if o["training"] is not None or "weights" in o
    ]


def robustness_tables():
    """One table for each trained model of each study whose task has a reference delay: trials of its own have none."""
    return [
        f"{RESULTS}/{name}/robustness/{model}.csv"
        for name, s in STUDIES.items()
        for model in trained(s)
        if s.simulation is None
    ]


def histories():
    """Labels and weights of each trained model of each study."""
    return [
        [
            {"study": name, "recording": recorded(s), "model": model},
            weights(name, model),
        ]
        for name, s in STUDIES.items()
        for model in trained(s)
    ]


def shown(wildcards):
    """Source: its activities, for all that a view shows."""
    entry = CONFIG.views[wildcards.view]
    return {
        source: activities(wildcards.study, source)[: entry.seeds]
        for source in contents.measured(study(wildcards), entry)
    }


def entry(member):
    """A member of a folder and its options, as one mapping."""
    return {"use": member.use, **member.options}


def view_tables(view):
    return [
        f"{RESULTS}/{name}/views/{view}.csv"
        for name, s in STUDIES.items()
        if s.models and contents.measured(s, CONFIG.views[view])
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
