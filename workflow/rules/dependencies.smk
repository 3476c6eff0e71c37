# What jobs depend on beside their input files: code, and the contents of files that are not results.

import functools

from rnncompare.plugins import available
from rnncompare.recordings import card as cards
from rnncompare.recordings.fingerprints import (
    checksum_of,
    fingerprint,
    fingerprint_of,
)
from rnncompare.reproducibility.code import code
from rnncompare.study.curricula import stage_tasks

FILES = f"{RESULTS}/recordings"  # with the checksums of files that were read before


@functools.cache  # several rules use each
def read_card(path):
    return cards.read_card(path, deep=False)  # it was checked with the config


def reader_code(wildcards):
    reader = read_card(card(wildcards)).reader["use"]
    return code("recordings/loading", f"readers/{reader}")


def published_code(wildcards):
    published = read_card(PATHS.card(wildcards.card)).published["use"]
    return code("recordings/loading", f"published/{published}")


def simulator_code(wildcards):
    files = [file for path in PATHS.cards() for file in read_card(path).files]
    return code(
        *(f"simulators/{file.made_by['use']}" for file in files if file.made_by)
    )


def measure_files(measures):
    return [f"similarity/{options['use']}" for _, options in measures]


def surrogate_files(nulls):
    """Return the code files of null distributions; permutations have none of their own."""
    surrogates = available("surrogates")
    return [f"surrogates/{n['use']}" for n in nulls.values() if n["use"] in surrogates]


def files_of(path):
    """Return the fingerprint of a card and its files; see rnncompare/recordings/fingerprints.py."""
    return fingerprint(read_card(path), FILES)


def network_code(study, model, *more):
    """Return the dependencies on code of a model's networks."""
    options = model_networks.model_options(study, model)
    network = options["network"]["use"]
    files = ["training/checkpoint", "training/published_weights", f"models/{network}"]
    files += ["imported/masks"] if model_networks.mask_files(options) else []
    return code(*more, *files)


def training_code(study, model):
    """Return the dependencies on code of a model's training, with those of a start and the tasks of a curriculum."""
    options = model_networks.model_options(study, model)
    files = {f"tasks/{task['use']}" for task in stage_tasks(options["training"])}
    files |= {"training/starting"} if "start" in options else set()
    return network_code(study, model, "training/curriculum", *sorted(files))


def model_files(study, model):
    """Return the fingerprints of the files of a model's published weights and masks, or {} if it has none."""
    options = model_networks.model_options(study, model)
    found = fingerprint_of(options["weights"], FILES) if "weights" in options else {}
    return found | checksums(model_networks.mask_files(options))


def checksums(files):
    """Return the checksums of files of networks that were trained elsewhere."""
    return {file: checksum_of(file, FILES) for file in files}
