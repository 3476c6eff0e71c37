"""Check the number of sets of random inputs of a study."""

from rnncompare.plugins import BadOption
from rnncompare.study.config_keys import Study
from rnncompare.study.model_networks import seeds, simulated
from rnncompare.study.model_tasks import has_random_inputs


def check_input_sets(study: Study, where: str) -> None:
    """Raise BadOption unless random inputs have several sets, of which each has equally many networks."""
    random = [name for name in simulated(study) if has_random_inputs(study, name)]
    of_study = has_random_inputs(study)
    if (random or of_study) and (study.input_sets is None or study.input_sets < 2):
        place = where if of_study else f"{where}.models.{random[0]}"
        raise BadOption(
            f"{where}.input_sets: found {study.input_sets} for random inputs of {place}.task, wanted at least 2: the "
            "result of one set of vectors is that of these vectors, and sets differ as much as networks do"
        )
    if study.input_sets is not None and not (random or of_study):
        raise BadOption(
            f"{where}.input_sets: found {study.input_sets} for a task whose inputs are not random, wanted null"
        )
    for name in random:
        count = len(seeds(study, name))
        if count > study.input_sets and count % study.input_sets:
            raise BadOption(
                f"{where}.models.{name}: found {count} networks and {study.input_sets} input sets, wanted at most "
                "one network for each set, or the same number for each"
            )
