"""The comparison of activities and its statistics in plain sentences, from the config of a study."""

import inspect

from rnncompare.comparison.claimed_rows import place
from rnncompare.comparison.primary_statistics import number_of
from rnncompare.report.option_words import first_line, listed, options, value, window, words
from rnncompare.statistics.intervals import hierarchical_interval

LEVEL = inspect.signature(hierarchical_interval).parameters["level"].default
CORRECTIONS = {
    "max_t": "max-T (Westfall and Young 1993)",
    "holm": "the step-down method of Holm (1979)",
}
ORDERS = {"conditions": "other pairings of conditions", "ring_orders": "turned and mirrored orders of the directions"}
PAIRED = (
    "paired by the seeds of networks (or by sets of random inputs) with a two-sided sign-flip test, or, for models "
    "that share no seeds, with a permutation test"
)
KINDS = {  # key of a study: what is done with its options
    "within": "The networks of each model are compared with each other",
    "recovery": "Two models are compared with simulated recordings of their own networks",
    "generalisation": "Networks are compared with the recording in conditions on which they were not trained",
    "distances": "All networks are compared with each other, within and between models",
    "sweep": "Sources are compared again with all combinations of alternative choices",
}


def comparison(study: dict) -> str:
    """How activities are compared, and the statistics."""
    given = study.get("comparison") or {}
    parts = {"preparation": _preparation, "folds": _folds, "units": _units, "nulls": _nulls, "intervals": _intervals}
    parts["correction"] = _correction
    return " ".join(in_words(given[name]) for name, in_words in parts.items() if given.get(name))


def further_comparisons(study: dict) -> str:
    """Contrasts, the claim, and the comparisons between networks."""
    sentences = []
    if study.get("contrasts"):
        pairs = [f"{one} minus {other}" for one, other in study["contrasts"]]
        sentences.append(f"Differences between models are tested for {listed(pairs)}: {PAIRED}.")
    if study.get("claim"):
        sentences.append(_claim(study["claim"]))
    sentences += [f"{text}: {options(study[key])}." for key, text in KINDS.items() if study.get(key)]
    return " ".join(sentences)


def _claim(claim: dict) -> str:
    first, second = (words(name) for name in claim["contrast"])
    text = f"The claim is that {first} networks are more similar to the recording than {second} networks"
    if claim.get("statistics"):
        parts = [_claimed(statistic) for statistic in claim["statistics"]]
        text = f"The claim is that {first} networks have, in comparison with {second} networks, {listed(parts)}"
    if claim.get("correction"):
        text += f", with p corrected over these statistics by {_method(claim['correction'])}"
    if claim.get("recorded"):
        source = "" if claim["recorded"] == "recording" else f" of {words(claim['recorded'])}"
        text += f", beside the recorded values{source}"
    if claim.get("controls"):
        text += f", with the controls {listed(claim['controls'])}"
    if claim.get("measures"):
        text += f", by {listed(claim['measures'])} first"
    return f"{text}."


def _claimed(statistic: dict) -> str:
    """'less decoding (accuracy) of colour in the last area'."""
    where = place(statistic.get("at", {}))
    return f"{statistic['claimed']} {words(statistic['probe'])} ({words(statistic['statistic'])}) {where}".rstrip()


def _preparation(how: dict) -> str:
    times = window(how.get("window"))
    return f"Both activities are compared from {times}, with {options(how, ('window',))}."


def _folds(folds: dict) -> str:
    sets = "one at a time" if folds.get("groups") is None else f"in {folds['groups']} groups"
    return f"Fitted measures are cross-validated: each {words(folds['by'])} is left out, {sets}."


def _units(units: dict) -> str:
    count = units.get("count")
    used = "All units are used" if count is None else f"At most {count} units of each side are used"
    return f"{used}, and scores are averaged over {number_of(units['repeats'], 'draw')} of units."


def _nulls(nulls: dict) -> str:
    found = []
    for name, null in nulls.items():
        about = ORDERS.get(null["use"]) or first_line("surrogates", null["use"]) or null["use"]
        text = f"Null distribution {words(name)}: {words(null['use'])} ({about})"
        text += f", {options(null['options'], ())}" if null.get("options") else ""
        text += f", at most {number_of(null['draws'], 'draw')}"
        found.append(f"{text}, for {listed(null['measures'])} only." if null.get("measures") else f"{text}.")
    return " ".join(found)


def _intervals(intervals: dict) -> str:
    alone, draws = intervals.get("units_alone"), number_of(intervals["draws"], "draw")
    text = f"{value(100 * LEVEL)} % intervals of means are bootstrap intervals ({draws})"
    text += f" over networks and over {number_of(intervals['units'], 'resample')} of the recording's units"
    return f"{text}{'' if alone is None else f' ({alone} for a source with one activity)'}."


def _correction(correction: dict) -> str:
    family = correction.get("family")
    which = "all measures that are not scored in sample" if family is None else listed(family)
    return f"p values are one-sided and are corrected over {which} by {_method(correction['method'])}."


def _method(correction: str) -> str:
    return CORRECTIONS.get(correction, words(correction))
