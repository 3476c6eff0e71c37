"""Check the comparison of a study, its null distributions, and its multiverse analysis."""

from pydantic import ValidationError

from rnncompare import plugins
from rnncompare.comparison.permutations import PERMUTATION
from rnncompare.options.values import in_words, most_specific, place
from rnncompare.plugins import BadOption
from rnncompare.study.comparison_keys import Preparation
from rnncompare.study.contents import chosen, compared, compared_within, seeds, unpaired, within_measures
from rnncompare.study.member_checks import check_known, check_member, check_options
from rnncompare.study.model import Config, Study


def check_comparison(config: Config, study: Study, where: str) -> None:
    """Raise BadOption for a null distribution, a number of folds or a family of measures that is not valid."""
    comparison = study.comparison
    check_nulls(comparison.nulls, f"{where}.nulls")
    if comparison.folds.by == "trial" and comparison.folds.groups is None:
        raise BadOption(f"{where}.folds: found no number of groups of trials, wanted at least 2")
    for name in comparison.correction.family or []:
        check_known(name, chosen(config, study, "similarity"), f"{where}.correction.family", "similarity measure")


def check_nulls(nulls: dict, where: str) -> None:
    """Raise BadOption unless every null distribution is a surrogate or, as the first one, permuted conditions."""
    for name, null in nulls.items():
        here = f"{where}.{name}"
        if null.use != PERMUTATION:
            check_known(null.use, [PERMUTATION, *plugins.available("surrogates")], here, "null")
            check_member("surrogates", {"use": null.use, **null.options}, here, given=("draws", "seed"))
        elif null.options or name != next(iter(nulls)):
            raise BadOption(
                f"{here}: found {PERMUTATION} with options or after another null, wanted it first and without options"
            )


def check_sweep(config: Config, study: Study, where: str) -> None:
    """Raise BadOption for a source, a measure or a combination of choices that is not valid."""
    for source in study.sweep.sources:
        check_known(source, compared(study), f"{where}.sources", "compared source")
    taken = set()
    for measure in study.sweep.measures:
        check_known(measure, chosen(config, study, "similarity"), f"{where}.measures", "similarity measure")
        taken |= _check_swept_measure(config, study, measure, where)
    _check_swept_preparation(study, f"{where}.preparation")
    for option in study.sweep.options:
        if option not in taken:
            raise BadOption(
                f"{where}.options: found '{option}', wanted an option of one of {', '.join(study.sweep.measures)}"
            )


def _check_swept_measure(config: Config, study: Study, measure: str, where: str) -> set[str]:
    """Check all combinations of the options of a measure; return the names of its options that are varied."""
    from rnncompare.comparison.sweep import combinations, specifications

    entry = dict(config.similarity[measure])
    function = plugins.find("similarity", entry.pop("use"))
    varied = {n: v for n, v in study.sweep.options.items() if n in plugins.options_of(function)}
    own = study.comparison.preparation.model_dump()
    try:
        specifications(study.sweep.preparation, varied, own, entry)
    except BadOption as error:
        raise BadOption(f"{where}: {error}") from None
    for part in combinations(varied):
        check_options(function, entry | part, f"{where}: {measure}")
    return set(varied)


def _check_swept_preparation(study: Study, where: str) -> None:
    from rnncompare.comparison.sweep import combinations

    own = study.comparison.preparation.model_dump()
    for part in combinations(study.sweep.preparation):
        try:
            Preparation.model_validate(own | part)
        except ValidationError as error:
            found = ", ".join(f"{n} {v}" for n, v in part.items())
            complaint = most_specific(error)
            raise BadOption(f"{place(where, complaint['loc'], own | part)}: {in_words(complaint)} ({found})") from None


def check_within(config: Config, study: Study, where: str) -> None:
    """Raise BadOption for a measure or a number of pairs that is not valid, and without a model of two networks."""
    from rnncompare.comparison.within import fewest_pairs

    for name in study.within.measures or []:
        check_known(name, chosen(config, study, "similarity"), f"{where}.measures", "similarity measure of the study")
    counts = {model: len(seeds(study, model)) for model in study.models}
    models = compared_within(study)
    if not models:
        found = ", ".join(f"{count} of {model}" for model, count in counts.items()) or "no models"
        raise BadOption(f"{where}: found {found}, wanted at least 2 networks of one model, which are compared")
    if not any(within_measures(config, study, model) for model in models):
        raise BadOption(f"{where}: found no measures of {', '.join(models)}, wanted at least one of the study")
    for model in models:
        fewest = fewest_pairs(counts[model])
        if study.within.pairs < fewest:
            raise BadOption(
                f"{where}.pairs: found {study.within.pairs} and {counts[model]} networks of {model}, wanted at least "
                f"{fewest}, because every network is in equally many pairs, and in at least 4 if it is not in all"
            )


def check_swept_pair(study: Study, pair: tuple[str, str], where: str) -> None:
    """A sweep ranks the models of a contrast network by network, so that both have to have the same seeds."""
    swept = study.sweep.sources if study.sweep else []
    lone = [model for model in pair if model in unpaired(study)]
    if lone and set(pair) <= set(swept):
        raise BadOption(
            f"{where}: found {list(pair)}, both swept, of which {lone[0]} shares its seeds with no model, wanted "
            "one of them not among sweep.sources, whose ranking pairs networks by seed; or, where file k is of the "
            "network that has seed k, `shares_seeds: true`"
        )
