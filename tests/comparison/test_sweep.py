"""Specification curve: scores under every combination of choices, and the robustness of the ranking of models."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau, ttest_1samp

from rnncompare import plugins
from rnncompare.activity import BadActivity
from rnncompare.comparison.compare import compare
from rnncompare.comparison.measure_card import MeasureCard
from rnncompare.comparison.ranking import by_specification, ranking
from rnncompare.comparison.sweep import in_words, specifications, sweep_measures
from rnncompare.plugins import BadOption
from rnncompare.tabulation import tables

BASE = {
    "preparation": {"window": [-0.2, 0.19], "bin": None, "smooth": 0, "lag": 0, "soft_normalise": 0.2},
    "folds": {"by": "condition", "groups": None},
    "units": {"count": None, "repeats": 1},
}
PREPARATION = {"window": [[-0.2, 0.19], [-0.1, 0.1]], "bin": [None, 0.02], "soft_normalise": [None, 0.2]}


def toy(x, y, *, weight: float, offset: float):
    """A primary statistic that decreases with similarity, its reverse, and a statistic that is not primary."""
    size = float(((x.mean(axis=-1) - y.mean(axis=-1)) ** 2).mean())
    return {"far_a_to_b": weight * size + offset, "far_b_to_a": size, "other": 1.0}


toy.card = MeasureCard(lower_is_better=("far_a_to_b", "far_b_to_a"))
OPTIONS = {"weight": 2.0, "offset": 1.0}


@pytest.fixture(autouse=True)
def toy_is_a_measure(monkeypatch):
    find = plugins.find
    monkeypatch.setattr(
        plugins, "find", lambda folder, name: toy if (folder, name) == ("similarity", "toy") else find(folder, name)
    )


def swept(sources, references, use="toy", options=OPTIONS, preparation=PREPARATION, base=BASE, **measure_options):
    varied = {"preparation": preparation, "measure_options": measure_options}
    return sweep_measures(sources, references, {"a": {"use": use, **options}}, **varied, base=base, seed=0)["a"]


def test_measures_evaluated_together_give_the_same_rows_as_each_alone(made_up):
    sources, y = [made_up(1), made_up(2)], made_up(3)
    both = {
        "a": {"use": "toy", **OPTIONS},
        "b": {"use": "cka", "samples": "times", "kernel": "linear", "bandwidth": None},
    }
    varied = {"preparation": PREPARATION, "measure_options": {"weight": [1.0, 3.0]}, "base": BASE, "seed": 0}
    together = sweep_measures(sources, [y], both, **varied)
    for name, entry in both.items():
        assert together[name] == sweep_measures(sources, [y], {name: entry}, **varied)[name]


def test_a_specification_gives_the_values_of_a_comparison_with_these_choices(made_up):
    sources, y = [made_up(1), made_up(2)], made_up(3)
    rows = swept(sources, [y], weight=[1.0, 2.0])
    assert len(rows) == 2 * 16 * 2
    found = {(r["window"], r["bin"], r["soft_normalise"], r["weight"], r["seed"], r["statistic"]): r for r in rows}
    assert len(found) == len(rows)
    for window, bin, constant, weight in product(*PREPARATION.values(), [1.0, 2.0]):
        chosen = BASE["preparation"] | {"window": window, "bin": bin, "soft_normalise": constant}
        for seed, x in enumerate(sources):
            frame = {"preparation": chosen, "nulls": {"conditions": {"use": "conditions", "draws": 1}}, "seed": 0}
            measure = plugins.bind("similarity", {"use": "toy", "weight": weight, "offset": 1.0}, "test")
            values = {
                r["statistic"]: r["value"]
                for r in compare(x, y, measure, **frame)
                if r["condition_independent"] == "removed"
            }
            words = [in_words("window", window), *(in_words("", v) for v in (bin, constant, weight))]
            for statistic in ("far_a_to_b", "far_b_to_a"):
                assert found[*words, seed, statistic]["value"] == pytest.approx(values[statistic])


def test_rows_are_primary_statistics_and_state_whether_smaller_is_better(made_up):
    rows = swept([made_up(1)], [made_up(2)])
    assert {r["statistic"] for r in rows} == {"far_a_to_b", "far_b_to_a"}
    assert {r["lower_is_better"] for r in rows} == {True}
    cca = swept([made_up(1)], [made_up(2)], "cca_in_sample", {"components": 3})
    assert {(r["statistic"], r["lower_is_better"]) for r in cca} == {("mean", False)}


def test_options_that_a_measure_does_not_have_are_not_varied_for_it(made_up):
    rows = swept([made_up(1)], [made_up(2)], weight=[1.0, 2.0], components=[5, 10])
    assert len(rows) == 16 * 2
    assert "components" not in rows[0]
    assert list(rows[0]) == [
        "seed", "statistic", "value", "lower_is_better", "default", "window", "bin", "soft_normalise", "weight",
    ]  # fmt: skip


def test_the_default_specification_is_marked_and_added_if_it_is_missing(made_up):
    inside = [r for r in swept([made_up(1)], [made_up(2)], weight=[1.0, 2.0]) if r["default"]]
    assert {(r["window"], r["bin"], r["soft_normalise"], r["weight"]) for r in inside} == {
        ("-0.2 to 0.19", "none", "0.2", "2")
    }
    assert len(inside) == 2
    rows = swept([made_up(1)], [made_up(2)], preparation={"bin": [0.02]}, weight=[1.0])
    assert [(r["bin"], r["weight"], r["default"]) for r in rows if r["statistic"] == "far_a_to_b"] == [
        ("0.02", "1", False), ("none", "2", True),
    ]  # fmt: skip


def test_without_varied_options_only_the_default_specification_is_evaluated(made_up):
    rows = swept([made_up(1)], [made_up(2)], preparation={})
    assert [(r["statistic"], r["default"]) for r in rows] == [("far_a_to_b", True), ("far_b_to_a", True)]


def test_each_source_may_have_its_own_reference_and_units_are_subsets(made_up):
    base = BASE | {"units": {"count": 8, "repeats": 2}}
    together = swept([made_up(1), made_up(2)], [made_up(3), made_up(4)], base=base)
    alone = [
        r | {"seed": k} for k in (0, 1) for r in swept([made_up(1 + k)], [made_up(3 + k)], base=base)
    ]  # rows are in the order of specifications, here in the order of sources
    assert sorted(map(str, together)) == sorted(map(str, alone))
    whole = swept([made_up(1), made_up(2)], [made_up(3), made_up(4)])
    assert [r["value"] for r in whole] != [r["value"] for r in together]


@pytest.mark.parametrize(
    ("preparation", "error", "message"),
    [
        (
            {"window": [[-0.2, 0.19], [3.0, 4.0]]},
            BadActivity,
            r"sweep: window 3 to 4, bin none: window 3 to 4 s: found 0",
        ),
        (
            {"bin": [None, 0.015]},
            BadOption,
            r"sweep: window .*, bin 0.015: bin 0.015 s: found made up in steps of 0.01",
        ),
    ],
)
def test_an_impossible_specification_is_named_before_anything_is_evaluated(
    preparation, error, message, monkeypatch, made_up
):
    monkeypatch.setattr("rnncompare.comparison.sweep.score", lambda *_, **__: pytest.fail("evaluated"))
    with pytest.raises(error, match=message):
        swept([made_up(1)], [made_up(2)], preparation={"window": [[-0.2, 0.19]], "bin": [None]} | preparation)


def test_a_value_of_the_wrong_type_is_named_before_anything_is_evaluated(monkeypatch, made_up):
    monkeypatch.setattr("rnncompare.comparison.sweep.score", lambda *_, **__: pytest.fail("evaluated"))
    with pytest.raises(BadOption, match=r"sweep: bin none, weight much: toy.weight: .*'much'"):
        swept([made_up(1)], [made_up(2)], preparation={"bin": [None]}, weight=[1.0, "much"])


def test_the_error_of_a_later_source_names_the_specification(made_up):
    with pytest.raises(BadActivity, match=r"sweep: bin 0.02: .*found rates that are the same in all 8 conditions"):
        flat = made_up(2).assign(rate=0 * made_up(2).rate)
        swept([made_up(1), flat], [made_up(3)], preparation={"bin": [0.02]})


@pytest.mark.parametrize(
    ("preparation", "options", "message"),
    [
        ({"bins": [None]}, {}, r"found preparation 'bins', wanted one of window, bin, .* Did you mean 'bin'"),
        ({"bin": []}, {}, r"found preparation bin with values \[\], wanted at least one value and each value once"),
        (
            {"smooth": [0, 0.0]},
            {},
            r"found preparation smooth with values \[0, 0.0\], wanted at least one value and each value once",
        ),
        ({"bin": [None]}, {"weigth": [1]}, r"found option 'weigth', wanted one of weight, offset. Did you mean"),
        ({"bin": [None]}, {"bin": [1]}, r"found 'bin' in both preparation and options, wanted it in one of them"),
    ],
)
def test_invalid_choices_are_refused(preparation, options, message):
    own = OPTIONS | {"bin": 1} if "bin" in options else OPTIONS
    with pytest.raises(BadOption, match=message):
        specifications(preparation, options, BASE["preparation"], own)


def test_specifications_are_all_combinations_without_repetition():
    found = specifications(PREPARATION, {"weight": [1, 2, 3]}, BASE["preparation"], OPTIONS)
    assert len(found) == len({str(s) for s in found}) == 24
    assert found[0] == {"window": [-0.2, 0.19], "bin": None, "soft_normalise": None, "weight": 1}
    assert [s["weight"] for s in found[:4]] == [1, 2, 3, 1]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("bin", None, "none"), ("bin", 0.02, "0.02"), ("components", 10, "10"), ("window", (-0.8, 0.4), "-0.8 to 0.4"),
        ("penalties", [0.1, 1.0], "0.1, 1"), ("compare", "spearman", "spearman"), ("time_resolved", True, "yes"),
        ("time_resolved", False, "no"), ("smooth", 0.0, "0"), ("alpha", 1e-5, "1e-05"),
    ],
)  # fmt: skip
def test_choices_as_text(name, value, words):
    assert in_words(name, value) == words


# Ranking


def table_of(values, lower=False, default=(0,), **choices):
    """Sweep rows: values model -> (specification, seed), the choices of each specification."""
    count = len(next(iter(values.values())))
    return pd.DataFrame(
        {"study": "s", "recording": "r", "measure": "m", "statistic": "t", "model": model, "seed": seed}
        | {"value": score, "lower_is_better": lower, "default": k in default}
        | {name: words[k] for name, words in choices.items()}
        for model, scores in values.items()
        for k in range(count)
        for seed, score in enumerate(scores[k])
    )


@pytest.fixture
def scores():
    rng = np.random.default_rng(0)
    return {model: rng.normal(level, 1.0, (12, 6)) for model, level in {"a": 0.8, "b": 0.3, "c": 0.0}.items()}


CHOICES = {
    "bin": ["none", "0.02"] * 6,
    "lag": ["0", "0", "0.05", "0.05", "0.1", "0.1"] * 2,
    "window": ["-0.8 to 0.4"] * 6 + ["-0.4 to 0.4"] * 6,
    "one": ["1"] * 12,
}


def overall(found, model="a", minus="b"):
    return found[(found.model == model) & (found.minus == minus) & found.choice.isna()].iloc[0]


@pytest.mark.parametrize("lower", [False, True])
def test_fractions_are_counts_over_specifications(lower, scores):
    found = ranking(table_of(scores, lower, default=(3,), **CHOICES), {"s": [("a", "b"), ("b", "c")]})
    sign = -1 if lower else 1
    for one, other in (("a", "b"), ("b", "c")):
        differences = scores[one] - scores[other]
        means = differences.mean(axis=1)
        intervals = [ttest_1samp(d, 0).confidence_interval(0.95) for d in differences]
        row = overall(found, one, other)
        assert row.specifications == 12
        assert row.difference_default == pytest.approx(means[3])
        assert [row.difference_median, row.difference_min, row.difference_max] == pytest.approx(
            [np.median(means), means.min(), means.max()]
        )
        assert row.better == pytest.approx((sign * means > 0).mean())
        assert row.same_sign == pytest.approx((np.sign(means) == np.sign(means[3])).mean())
        above, below = np.mean([i.low > 0 for i in intervals]), np.mean([i.high < 0 for i in intervals])
        assert [row.significantly_better, row.significantly_worse] == pytest.approx(
            [below, above] if lower else [above, below]
        )


def test_each_choice_has_the_fractions_for_each_of_its_values(scores):
    found = ranking(table_of(scores, **CHOICES), {"s": [("a", "b")]})
    means = (scores["a"] - scores["b"]).mean(axis=1)
    pairs = found[(found.model == "a") & found.choice.notna()].set_index(["choice", "chosen"])
    assert list(pairs.index) == [(n, at) for n, values in CHOICES.items() if n != "one" for at in dict.fromkeys(values)]
    for (choice, at), row in pairs.iterrows():
        here = means[[k for k in range(12) if CHOICES[choice][k] == at]]
        assert (row.specifications, row.better) == (len(here), pytest.approx((here > 0).mean()))
        assert row.difference_default == pytest.approx(means[0])
        assert row.same_sign == pytest.approx((np.sign(here) == np.sign(means[0])).mean())


def test_a_choice_that_determines_the_order_is_distinguished_from_one_that_does_not():
    flipped = np.repeat(np.where(np.arange(12) < 6, 1.0, -1.0)[:, None], 4, axis=1)
    flipped += 1e-3 * np.random.default_rng(0).standard_normal(flipped.shape)
    found = ranking(table_of({"a": flipped, "b": 0 * flipped}, **CHOICES), {"s": [("a", "b")]})
    better = found[found.model == "a"].set_index(["choice", "chosen"])["better"]
    assert better["window", "-0.8 to 0.4"] == 1 and better["window", "-0.4 to 0.4"] == 0
    assert better["bin", "none"] == better["bin", "0.02"] == 0.5


def test_the_order_of_all_models_is_compared_with_the_default_order(scores):
    found = ranking(table_of(scores, default=(5,), **CHOICES), {})
    means = np.stack([s.mean(axis=1) for s in scores.values()], axis=1)
    row = found[found.choice.isna()].iloc[0]
    assert row.same_order == pytest.approx(np.mean([(np.argsort(m) == np.argsort(means[5])).all() for m in means]))
    assert row.tau == pytest.approx(np.mean([kendalltau(m, means[5]).statistic for m in means]))
    assert 0 < row.same_order < 1
    at = found[found.chosen == "-0.4 to 0.4"].iloc[0]
    assert at.tau == pytest.approx(np.mean([kendalltau(m, means[5]).statistic for m in means[6:]]))


def test_the_ranking_does_not_depend_on_the_order_of_rows(scores):
    rows = table_of(scores, **CHOICES)
    shuffled = rows.sample(frac=1, random_state=0)
    one, other = (ranking(r, {"s": [("a", "b")]}) for r in (rows, shuffled))
    for name in ("better", "significantly_better", "same_sign", "difference_median"):
        assert overall(one)[name] == pytest.approx(overall(other)[name])
    assert one.tau.max() == pytest.approx(other.tau.max())


def test_a_single_network_has_a_sign_but_no_interval(scores):
    few = {"a": scores["a"], "b": scores["b"][:, :1]}
    row = overall(ranking(table_of(few, **CHOICES), {"s": [("a", "b")]}))
    assert row.better == ((scores["a"] - scores["b"])[:, 0] > 0).mean()
    assert np.isnan([row.significantly_better, row.significantly_worse]).all()


def test_the_choices_of_a_measure_are_those_that_are_varied_for_it(scores):
    one = table_of(scores, **CHOICES)
    two = table_of(
        {m: s[:4] for m, s in scores.items()}, **{n: w[:4] for n, w in CHOICES.items()}, components=[5, 5, 10, 10]
    )
    two = two.assign(measure="other")
    found = ranking(pd.concat([one, two], ignore_index=True), {"s": [("a", "b")]})
    choices = found.groupby("measure").choice.unique()
    assert "components" in choices["other"] and "components" not in choices["m"]
    assert set(found[found.choice == "components"]["chosen"]) == {"5", "10"}


def test_pairs_of_models_without_scores_have_no_rows(scores):
    assert ranking(table_of(scores, **CHOICES), {"s": [("a", "z")], "t": [("a", "b")]}).model.isna().all()


@pytest.mark.parametrize("default", [(), (1, 2)])
def test_there_must_be_exactly_one_default_specification(default, scores):
    with pytest.raises(ValueError, match=f"sweep: found {len(default)} default specifications, wanted 1"):
        ranking(table_of(scores, default=default, **CHOICES), {})


def test_rows_are_the_same_after_writing_and_reading_a_table(tmp_path, made_up):
    sources, y = [made_up(1), made_up(2)], [made_up(3)]
    parts = [
        tables.label(
            swept(sources[:n], y, weight=[1.0, 2.0]), {"study": "s", "recording": "r", "model": m, "measure": "toy"}
        )
        for m, n in (("a", 2), ("b", 1))
    ]
    cca = swept(sources, y, "cca_in_sample", {"components": 3}, components=[2, 3])
    parts.append(tables.label(cca, {"study": "s", "recording": "r", "model": "a", "measure": "cca"}))
    rows = pd.concat(parts, ignore_index=True)
    tables.write(rows, tmp_path / "sweep.csv")
    pairs = {"s": [("a", "b")]}
    direct, read = (ranking(table, pairs) for table in (rows, tables.read(tmp_path / "sweep.csv")))
    pd.testing.assert_frame_equal(direct, read, check_dtype=False)
    found = by_specification(rows[(rows.measure == "cca")])
    assert list(found.choices) == ["window", "bin", "soft_normalise", "components", "default"]
    assert found.scores.shape == (16, 2)
