"""Specification curve: every score under alternative choices of preprocessing and of the measure's options.

A specification is one combination of choices. `ranking` examines whether the order of models is the same under all
specifications (specification curve analysis: Simonsohn, Simmons and Nelson 2020).
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

from rnncompare import plugins
from rnncompare.activity import BadActivity
from rnncompare.comparison.compare import score
from rnncompare.comparison.preparation import Prepared, prepare
from rnncompare.comparison.primary_statistics import primary_values
from rnncompare.options.ranges import MOST_SPECIFICATIONS
from rnncompare.options.values import check_values
from rnncompare.plugins import BadOption

Specification = dict[str, Any]  # name of a varied option -> its value


class Plan(NamedTuple):
    """One measure, and the specifications under which it is evaluated."""

    function: Callable
    options: dict  # as in the study
    varied: dict[str, list]
    default: Specification  # the study's own, as text
    by_preparation: dict[tuple, list[Specification]]  # specifications by their preparation as text


def sweep_measures(
    sources: list[xr.Dataset],
    references: list[xr.Dataset],
    measures: dict[str, dict],
    *,
    preparation: dict[str, list],
    measure_options: dict[str, list],
    base: dict,
    seed: int,
) -> dict[str, list[dict]]:
    """Measure -> rows of the primary statistics of each source under every specification.

    The condition-independent signal is removed. measures: name -> {use, options}, as in the study; base: the study's
    comparison (preparation, folds, units). preparation, measure_options: name -> values; all combinations are
    evaluated, and the default specification (the study's own) if it is not among them. Options that a measure does not
    have are not varied for it.

    The columns of a row are: seed (the position of the source), statistic, value, lower_is_better, default (whether the
    specification is the default one), and one column of text for each choice (`in_words`). Raises BadOption or
    BadActivity with the specification; if the first source cannot be prepared, before anything is evaluated.
    """
    references = list(references) * len(sources) if len(references) == 1 else list(references)
    plans = {name: _plan(entry, preparation, measure_options, base) for name, entry in measures.items()}
    prepared = {key: alike[0] for plan in plans.values() for key, alike in plan.by_preparation.items()}
    for specification in prepared.values():
        _prepared(sources[0], references[0], specification, preparation, base)
    rows = {name: [] for name in measures}
    for key, specification in prepared.items():
        recording = None
        for k, (x, y) in enumerate(zip(sources, references, strict=True)):
            side = _prepared(x, y, specification, preparation, base)
            # Equal recordings share one array, so that measures decompose it only once.
            recording = recording if np.array_equal(side.y, recording) else side.y
            side = side._replace(y=recording)
            for name, plan in plans.items():
                rows[name] += [
                    {"seed": k} | row
                    for s in plan.by_preparation.get(key, [])
                    for row in _rows(side, plan, s, base["units"], seed)
                ]
    return rows


def _plan(entry: dict, preparation: dict[str, list], measure_options: dict[str, list], base: dict) -> Plan:
    """The specifications of one measure. Raises BadOption with the first specification that the measure refuses."""
    options = dict(entry)
    use = options.pop("use")
    function = plugins.find("similarity", use)
    varied = {name: values for name, values in measure_options.items() if name in plugins.options_of(function)}
    by_preparation = {}
    everything = specifications(preparation, varied, base["preparation"], options)
    for specification in everything:
        with _named(specification):
            bound = options | _part(specification, varied)
            plugins.check(function, bound, use)
            check_values(function, bound, use)
        by_preparation.setdefault(tuple(_words(_part(specification, preparation)).items()), []).append(specification)
    return Plan(function, options, varied, _words(everything[0], base["preparation"] | options), by_preparation)


def _rows(side: Prepared, plan: Plan, specification: Specification, units: dict, seed: int) -> list[dict]:
    """Rows of the primary statistics of one source under one specification."""
    measure = partial(plan.function, **plan.options | _part(specification, plan.varied))
    choices = _words(specification)
    with _named(specification):
        values = score(side, measure, units=units, signal="removed", seed=seed)
    return [row | {"default": choices == plan.default} | choices for row in primary_values(measure, values)]


def specifications(
    preparation: dict[str, list], measure_options: dict[str, list], own_preparation: dict, own_options: dict
) -> list[Specification]:
    """All combinations of values, with the last name varying fastest, followed by the default if it is not among them.

    Raises BadOption for a name that the study does not set, a name that occurs twice, and for missing or repeated
    values.
    """
    for names, own, what in ((preparation, own_preparation, "preparation"), (measure_options, own_options, "option")):
        for name, values in names.items():
            if name not in own:
                raise BadOption(
                    f"sweep: found {what} '{name}', wanted one of {', '.join(own)}.{plugins.nearest(name, own)}"
                )
            words = [in_words(name, value) for value in values]
            if not words or len(set(words)) < len(words):
                raise BadOption(
                    f"sweep: found {what} {name} with values {values}, wanted at least one value and each value once"
                )
    both = sorted(set(preparation) & set(measure_options))
    if both:
        raise BadOption(f"sweep: found '{both[0]}' in both preparation and options, wanted it in one of them")
    varied = preparation | measure_options
    count = math.prod(len(values) for values in varied.values())
    if count > MOST_SPECIFICATIONS:
        raise BadOption(
            f"sweep: found {count:,} combinations of the values of {', '.join(varied)}, wanted at most "
            f"{MOST_SPECIFICATIONS:,}: every source is evaluated under each of them"
        )
    found = combinations(varied)
    own = {name: (own_preparation | own_options)[name] for name in varied}
    return found if _words(own) in [_words(s) for s in found] else [*found, own]


def combinations(varied: dict[str, list]) -> list[Specification]:
    """All combinations of one value for each name, with the last name varying fastest."""
    return [dict(zip(varied, values, strict=True)) for values in product(*varied.values())]


def in_words(name: str, value: Any) -> str:
    """A choice as text in a table: 'none', '0.02', '-0.8 to 0.4' (a window), '1, 10' (any other list)."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return (" to " if name == "window" else ", ").join(in_words(name, v) for v in value)
    return value if isinstance(value, str) else f"{value:g}"


def _words(names: Specification, values: dict | None = None) -> dict[str, str]:
    """A specification as text; with `values`, the values that these have for its names."""
    return {name: in_words(name, (values or names)[name]) for name in names}


def _part(specification: Specification, names: dict) -> Specification:
    return {name: specification[name] for name in names}


def _prepared(x: xr.Dataset, y: xr.Dataset, specification: Specification, names: dict, base: dict) -> Prepared:
    with _named(specification):
        return prepare(x, y, **base["preparation"] | _part(specification, names), **base["folds"])


@contextmanager
def _named(specification: Specification) -> Iterator[None]:
    """Errors are raised again with the specification at the beginning of the message."""
    try:
        yield
    except (BadActivity, BadOption) as error:
        where = ", ".join(f"{name} {word}" for name, word in _words(specification).items())
        raise type(error)(f"sweep: {where or 'nothing varied'}: {error}") from error
