"""Summaries of sources that were compared in batches equal those of all sources together."""

import numpy as np
import pytest

from rnncompare import plugins
from rnncompare.comparison.compare import compare_measures
from rnncompare.comparison.measure_card import card_of
from rnncompare.comparison.summaries import Joined, Scored, summarise

MEASURES = {
    "rsa": {
        "use": "rsa", "distance": "sqeuclidean", "compare": "spearman", "average": "dissimilarities",
        "trial_folds": None, "time_resolved": False,
    },
    "ridge": {"use": "ridge", "components": 3, "penalties": [0.1, 1.0]},
}  # fmt: skip
FRAME = {
    "preparation": {"window": None, "bin": None, "smooth": 0, "lag": 0, "soft_normalise": 0.2},
    "folds": {"by": "condition", "groups": None},
    "units": {"count": None, "repeats": 1},
    "nulls": {
        "conditions": {"use": "conditions", "draws": 30},
        "entropy": {"use": "tensor_maximum_entropy", "draws": 3, "options": {"keep": ["times", "units"]}},
    },
    "intervals": {"draws": 50, "units": 4},
    "seed": 3,
}
SETS = [0, 1, 0, 1, 0]


@pytest.fixture(scope="module")
def compared():
    """A function of a list of batches: measure -> the comparison of each batch."""
    from conftest import make_activity

    recording, sources = make_activity(0, times=20), [make_activity(k, times=20, units=12) for k in range(1, 6)]
    bound = {name: plugins.bind("similarity", options, name) for name, options in MEASURES.items()}

    def of(batches):
        each = [
            compare_measures(
                [sources[k] for k in batch], [recording], bound, input_sets=[SETS[k] for k in batch], **FRAME
            )
            for batch in batches
        ]
        return {name: [found[name] for found in each] for name in bound}, bound

    return of


def joined(batches: list[list[Scored]]) -> list[Scored]:
    found = Joined()
    for batch in batches:
        found.add(batch)
    return found.scores()


def test_two_batches_give_the_summary_of_one(compared):
    whole, bound = compared([range(5)])
    parts, _ = compared([[0, 1, 2], [3, 4]])
    for name, measure in bound.items():
        one = whole[name][0]
        scored = joined([part.scored for part in parts[name]])
        options = {"input_sets": SETS, "bootstrap": FRAME["intervals"]["draws"], "seed": FRAME["seed"]}
        summary, nulls, draws = summarise(card_of(measure), scored, one.draws.attrs["conditions"], **options)
        for mine, theirs in ((summary, one.summary), (nulls, one.nulls)):
            assert len(mine) == len(theirs)
            for row, wanted in zip(mine, theirs, strict=True):
                assert [*row] == [*wanted]
                for column, value in wanted.items():
                    assert row[column] == (
                        pytest.approx(value, rel=1e-12, nan_ok=True) if isinstance(value, float) else value
                    )
        assert set(draws) == set(one.draws)
        for variable in draws:
            assert draws[variable].dims == one.draws[variable].dims
            assert draws[variable].values == pytest.approx(one.draws[variable].values, rel=1e-12)
        rows = sorted((row for part in parts[name] for row in part.rows), key=place)
        assert [{**row, "seed": 0} for row in rows] == [{**row, "seed": 0} for row in sorted(one.rows, key=place)]


def place(row: dict) -> tuple:
    return row["statistic"], row["condition_independent"], row["value"]


def test_batches_of_different_comparisons_are_refused(compared):
    parts, _ = compared([[0, 1]])
    with pytest.raises(ValueError, match="wanted batches of the same comparison"):
        joined([parts["rsa"][0].scored, parts["ridge"][0].scored[: len(parts["rsa"][0].scored)]])


def test_what_one_batch_lacks_all_sources_lack(compared):
    scored = compared([[0, 1]])[0]["rsa"][0].scored
    without = [one._replace(left_out=None, needed=[None, None]) for one in scored]
    found = joined([scored, without])
    assert all(one.left_out is None for one in found)
    assert all(len(one.values) == len(one.needed) == 4 for one in found)
    assert np.isfinite(found[0].resampled).all() and found[0].resampled.shape == (4, 4)
