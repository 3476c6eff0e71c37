from functools import partial

import numpy as np
import pytest

from rnncompare import activity, plugins
from rnncompare.activity import BadActivity
from rnncompare.comparison import components_needed, null_distributions
from rnncompare.comparison.compare import compare, compare_measures, compare_seeds, score_seeds
from rnncompare.comparison.evaluation import evaluate, subsets
from rnncompare.comparison.measure_card import MeasureCard
from rnncompare.comparison.pair import Pair
from rnncompare.comparison.permutations import condition_orders
from rnncompare.comparison.preparation import prepare
from rnncompare.statistics.intervals import hierarchical_interval
from rnncompare.statistics.jackknife import condition_interval, jackknife_error
from rnncompare.statistics.resampled_units import resample_units

CONDITIONS = {"conditions": {"use": "conditions", "draws": 50}}
TWO = CONDITIONS | {"tiny": {"use": "tiny", "draws": 7, "options": {"size": 2.0}}}
FRAME = {"preparation": {"window": None, "soft_normalise": None}, "nulls": CONDITIONS, "seed": 0}
WHOLE = FRAME | {
    "folds": {"by": "condition", "groups": None},
    "units": {"count": None, "repeats": 1},
    "intervals": {"draws": 200, "units": 0},
}
SURROGATE_OPTIONS = {"keep": ["times", "units", "conditions"]}  # a new option of a surrogate needs an entry here
CCA = plugins.bind("similarity", {"use": "cca", "components": 3, "curve": []}, "test")
ANGLE = plugins.bind("similarity", {"use": "shape", "alpha": 1.0, "components": 3}, "test")


def overlap(x, y):
    """A measure that is a plain function of two arrays."""
    return {"overlap": float((x * y.mean(axis=-1, keepdims=True)).sum())}


def overlap_at_once(pair):
    """The same measure for all pairings at once."""
    x, y = pair.centred()
    return {"overlap": [(x * y[order].mean(axis=-1, keepdims=True)).sum() for order in pair.orders]}


def distance(x, y, *, scale):
    """Decreases with similarity."""
    return {"distance": scale * float(((x - y) ** 2).sum())}


distance.card = MeasureCard(lower_is_better=("distance",))


def size(pair):
    """A statistic that depends on the pairing, one that does not, and one that only describes the input."""
    x, y = pair.centred()
    draws = [abs(float((x[:, :, 0] * y[order][:, :, 0]).sum())) for order in pair.orders]
    return {"paired": draws, "blind": (y**2).sum(), "units": y.shape[-1]}


size.card = MeasureCard(condition_blind=("blind",))


def tiny(data, *, draws, seed, size):
    """A surrogate: independent noise of the given size in each draw."""
    for draw in range(draws):
        yield size * np.random.default_rng([seed, draw]).standard_normal(data.shape)


@pytest.fixture
def surrogate(monkeypatch):
    """Every surrogate that is looked up is `tiny`."""
    find = plugins.find
    monkeypatch.setattr(plugins, "find", lambda folder, name: tiny if folder == "surrogates" else find(folder, name))


def copy_of(data, noise, seed=0):
    """The activity with added noise that is as smooth as the made-up rates."""
    rng = np.random.default_rng(seed)
    kernel = np.exp(-0.5 * (np.arange(-15, 16) / 5.0) ** 2)
    white = rng.standard_normal((8, data.sizes["time"] + 30, data.sizes["unit"]))
    smooth = np.apply_along_axis(np.convolve, 1, white, kernel, "valid")
    return data.assign(rate=data.rate + noise * smooth)


def test_a_plain_measure_is_evaluated_for_each_pairing_and_equals_the_evaluation_at_once(made_up):
    x, y = made_up(1), made_up(2)
    looped, at_once = (compare(x, y, m, **FRAME) for m in (overlap, overlap_at_once))
    for row, same in zip(looped, at_once, strict=True):
        assert row == pytest.approx(same)


def test_smaller_values_are_better_if_the_card_of_the_measure_says_so(made_up):
    x = made_up(1)
    rows = compare(x, x, partial(distance, scale=2.0), **FRAME)
    assert [r["p"] for r in rows] == [1 / 51, 1 / 51]
    assert all(r["value"] == 0 < r["null_95"] < r["null_mean"] for r in rows)
    assert all(r["p"] == 1 / 51 for r in compare(x, x, ANGLE, **FRAME) if r["p"])


def test_a_row_gives_the_numbers_of_conditions_times_and_units(made_up):
    preparation = {"window": (-0.1, 0.1), "soft_normalise": None}
    rows = compare(made_up(1, units=12), made_up(2), CCA, **FRAME | {"preparation": preparation})
    assert list(rows[0]) == [
        "statistic", "condition_independent", "value", "null_mean", "null_95", "p", "draws", "low", "high",
        "jackknife_se", "components_needed", "conditions", "times", "units_source", "units_recording",
    ]  # fmt: skip
    assert {r["condition_independent"] for r in rows} == {"removed", "kept"}
    assert {(r["conditions"], r["times"], r["units_source"], r["units_recording"]) for r in rows} == {(8, 21, 12, 20)}
    assert {r["draws"] for r in rows} == {50, 0}
    assert all(type(v) in (float, int, str, type(None)) for r in rows for v in r.values())


def test_conditions_of_only_one_side_are_listed_in_rows_and_summary(made_up):
    whole, part = made_up(0, conditions=6), made_up(1, conditions=6).isel(trial=slice(4))
    found = compare_seeds([part], [whole], overlap, **WHOLE)
    note = "conditions only of the recording: 240, 300"
    assert {row["note"] for row in [*found.rows, *found.summary]} == {note}
    assert found.rows[0]["conditions"] == 4
    assert all("note" not in row for row in compare_seeds([whole], [whole], overlap, **WHOLE).rows)


def test_the_preparation_options_are_passed_to_prepare(made_up):
    x, y = made_up(1), made_up(2)
    prepared = {"window": None, "soft_normalise": None, "bin": 0.02, "smooth": 0.02, "lag": 0.04}
    side = prepare(x, y, **prepared)
    (row, _) = compare(x, y, overlap, **FRAME | {"preparation": prepared})
    true = Pair(side.x, side.y, np.arange(8)[None], "removed")
    assert row["value"] == pytest.approx(evaluate(overlap, true).values["overlap"][0])
    assert row["times"] == side.x.shape[1] < 20


def test_with_four_conditions_the_test_is_exact(made_up):
    rows = compare(made_up(1, conditions=4), made_up(1, conditions=4), CCA, **FRAME)
    assert {(r["draws"], r["p"]) for r in rows if r["p"]} == {(23, 1 / 24)}


def test_the_same_seed_gives_the_same_rows_and_another_seed_another_null(made_up):
    x, y = made_up(1), made_up(2)
    first, again, other = (compare(x, y, CCA, **FRAME | {"seed": s}) for s in (0, 0, 1))
    assert first == again
    assert [r["value"] for r in first] == pytest.approx([r["value"] for r in other])
    assert [r["null_mean"] for r in first] != [r["null_mean"] for r in other]


def test_with_too_few_remaining_conditions_there_is_a_value_but_no_jackknife_error(made_up):
    def of_three(x, y):
        if len(x) < 3:
            raise BadActivity("of_three: found 2 conditions, wanted 3")
        return overlap(x, y)

    for conditions, wanted in ((3, {type(None)}), (4, {float})):
        rows = compare(made_up(1, conditions=conditions), made_up(2, conditions=conditions), of_three, **FRAME)
        assert all(np.isfinite(r["value"]) for r in rows)
        removed, kept = rows  # the jackknife is computed for the primary analysis only
        assert {type(removed["jackknife_se"])} == wanted
        assert kept["jackknife_se"] is None


def test_the_null_of_the_mean_over_seeds_is_the_mean_of_the_draws(made_up):
    sources, y = [made_up(k) for k in (1, 2, 3)], made_up(4)
    found = compare_seeds(sources, [y], overlap, **WHOLE)
    assert [r["seed"] for r in found.rows] == [0, 1, 2] * 2
    orders = condition_orders(8, permutations=50, seed=0)
    pairs = [Pair(x.rate.values, y.rate.values, orders, "removed") for x in sources]
    each = np.array([evaluate(overlap, pair).values["overlap"] for pair in pairs])
    draws = each.mean(axis=0)
    row = found.summary[0]
    assert row["mean"] == pytest.approx(draws[0])
    assert row["null_95"] == pytest.approx(np.quantile(draws[1:], 0.95))
    assert row["p"] == (1 + (draws[1:] >= draws[0]).sum()) / 51
    assert row["low"] < row["mean"] < row["high"]
    assert row["seeds"] == 3
    assert found.draws["null|overlap|removed"].values == pytest.approx(draws)
    assert "resampled|overlap|removed" not in found.draws


def test_each_seed_alone_gives_the_same_row(made_up):
    sources, y = [made_up(k) for k in (1, 2)], made_up(4)
    rows = compare_seeds(sources, [y], CCA, **WHOLE).rows
    alone = [{**r, "seed": k} for k, x in enumerate(sources) for r in compare(x, y, CCA, **WHOLE)]
    assert sorted(rows, key=str) == sorted(alone, key=str)


def test_measures_evaluated_together_give_the_same_results_as_each_alone(surrogate, made_up):
    sources, references = [made_up(1), made_up(2), made_up(3)], [made_up(4), made_up(5), made_up(4)]
    frame = WHOLE | {"nulls": TWO, "intervals": {"draws": 20, "units": 3}}
    measures = {"cca": CCA, "angle": ANGLE, "overlap": overlap, "size": size}
    together = compare_measures(sources, references, measures, **frame)
    for name, measure in measures.items():
        alone = compare_seeds(sources, references, measure, **frame)
        assert together[name][:3] == alone[:3]
        assert together[name].draws.identical(alone.draws)


def test_each_source_may_have_its_own_reference(made_up):
    x, y = [made_up(1), made_up(2)], [made_up(3), made_up(4)]
    rows = compare_seeds(x, y, overlap, **WHOLE).rows
    assert [r["value"] for r in rows if r["seed"] == 1] == [r["value"] for r in compare(x[1], y[1], overlap, **FRAME)]
    with pytest.raises(ValueError, match="found 2 references for 3 sources, wanted one reference or one"):
        compare_seeds([*x, x[0]], y, overlap, **WHOLE)


def test_sources_with_different_conditions_are_not_averaged(made_up):
    with pytest.raises(BadActivity, match="found 6 and 8 conditions shared"):
        compare_seeds([made_up(1), made_up(2).isel(trial=slice(6))], [made_up(3)], overlap, **WHOLE)


def test_the_error_for_nan_names_the_measure(made_up):
    def broken(x, y):
        return {"value": float("nan")}

    with pytest.raises(ValueError, match="broken: found 51 of 51 values of value not finite, wanted none"):
        compare(made_up(1), made_up(2), broken, **FRAME)


def test_score_seeds_gives_the_values_of_the_whole_comparison(made_up):
    sources, y = [made_up(1, units=30), made_up(2)], [made_up(4)]
    frame = {name: WHOLE[name] for name in ("preparation", "folds", "seed")} | {"units": {"count": 9, "repeats": 3}}
    rows = compare_seeds(sources, y, CCA, **WHOLE | frame).rows
    scores = score_seeds(sources, y, CCA, **frame)
    wanted = {(r["seed"], r["statistic"], r["condition_independent"]): r["value"] for r in rows}
    assert {(r["seed"], r["statistic"], r["condition_independent"]): r["value"] for r in scores} == pytest.approx(
        wanted
    )
    removed = score_seeds(sources, y, CCA, **frame, signals=("removed",))
    assert removed == [r for r in scores if r["condition_independent"] == "removed"]


def test_describe_does_not_change_the_other_columns(made_up):
    x, y = [made_up(1)], [made_up(2)]
    described, bare = (compare_seeds(x, y, CCA, **WHOLE, describe=d) for d in (True, False))
    more = {"jackknife_se", "components_needed"}
    for a, b in zip(described.rows, bare.rows, strict=True):
        assert {b[name] for name in more} == {None}
        assert {n: v for n, v in a.items() if n not in more} == {n: v for n, v in b.items() if n not in more}


# Conditions that are left out


@pytest.mark.parametrize("input_sets", [None, [0, 1, 0]])
def test_the_draws_have_the_values_without_each_condition_and_the_summary_their_interval(input_sets, made_up):
    sources, y = [made_up(k) for k in (1, 2, 3)], made_up(4)
    found = compare_seeds(sources, [y], overlap, **WHOLE, input_sets=input_sets)
    kept = [np.delete(np.arange(8), c) for c in range(8)]
    pairs = [[Pair(x.rate.values[k], y.rate.values[k], np.arange(7)[None], "removed") for x in sources] for k in kept]
    wanted = np.array([[evaluate(overlap, pair).values["overlap"][0] for pair in row] for row in pairs])
    assert found.draws["jackknifed|overlap|removed"].values == pytest.approx(wanted)
    rows = [r for r in found.rows if r["condition_independent"] == "removed"]
    assert [r["jackknife_se"] for r in rows] == pytest.approx([jackknife_error(each) for each in wanted.T])
    values = np.array([r["value"] for r in rows])
    if input_sets:
        values, wanted = (np.stack([(v[..., 0] + v[..., 2]) / 2, v[..., 1]], axis=-1) for v in (values, wanted))
    interval = condition_interval(values, deleted=wanted.mean(axis=1))
    assert {n: found.summary[0][n] for n in interval} == pytest.approx(interval)
    assert "jackknifed|overlap|kept" not in found.draws and np.isnan(found.summary[1]["condition_low"])


def test_groups_of_conditions_are_left_out_together(made_up):
    frame = WHOLE | {"folds": {"by": "condition", "groups": 4}}
    found = compare_seeds([made_up(1), made_up(2)], [made_up(3)], CCA, **frame)
    assert found.draws["jackknifed|mean|removed"].shape == (4, 2)
    errors = [r["jackknife_se"] for r in found.rows if (r["statistic"], r["condition_independent"]) == ("mean", "kept")]
    deleted = found.draws["jackknifed|mean|kept"].values
    assert errors == pytest.approx([jackknife_error(each) for each in deleted.T])


def test_without_conditions_in_common_or_description_or_with_folds_of_trials_no_condition_is_left_out(made_up):
    def names(sources, references, **more):
        found = compare_seeds(sources, references, CCA, **WHOLE | more)
        assert all(np.isnan(row["condition_low"]) for row in found.summary)
        return [name for name in found.draws if name.startswith("jackknifed")], found.rows

    y = made_up(3, trials=4)
    some = [made_up(1).isel(trial=slice(7)), made_up(2).isel(trial=slice(1, 8))]
    by_trial = {"folds": {"by": "trial", "groups": 2}}
    for given in ((some, [made_up(3)], {}), (some[:1] * 2, [y], {"describe": False}), (some[:1] * 2, [y], by_trial)):
        left_out, rows = names(given[0], given[1], **given[2])
        assert left_out == []
        assert (rows[0]["jackknife_se"] is None) == ("describe" in given[2])


# Nulls


def test_every_null_has_rows_and_the_first_null_is_in_the_summary(surrogate, made_up):
    found = compare_seeds([made_up(1), made_up(2)], [made_up(3)], overlap, **WHOLE | {"nulls": TWO})
    assert [(r["null"], r["condition_independent"], r["draws"]) for r in found.nulls] == [
        ("conditions", "removed", 50), ("tiny", "removed", 7), ("conditions", "kept", 50),
    ]  # fmt: skip
    for name in ("null_mean", "null_95", "p", "draws"):
        assert found.summary[0][name] == found.nulls[0][name]
        assert found.nulls[0][name] != found.nulls[1][name]
    other = compare_seeds([made_up(1), made_up(2)], [made_up(3)], overlap, **WHOLE | {"nulls": {"tiny": TWO["tiny"]}})
    assert other.summary[0]["p"] == found.nulls[1]["p"]
    assert len(other.draws["null|overlap|removed"]) == 8


def test_a_surrogate_null_is_the_measure_with_surrogates_instead_of_the_recording(surrogate, made_up):
    x, y = made_up(1), made_up(2)
    found = compare_seeds([x], [y], CCA, **WHOLE | {"nulls": {"tiny": TWO["tiny"]}})
    drawn = tiny(y.rate.values, draws=7, seed=0, size=2.0)
    pairs = [Pair(x.rate.values, s, np.arange(8)[None], "removed") for s in (y.rate.values, *drawn)]
    wanted = [evaluate(CCA, pair).values["mean"][0] for pair in pairs]
    assert found.draws["null|mean|removed"].values == pytest.approx(wanted)
    row = next(r for r in found.rows if (r["statistic"], r["condition_independent"]) == ("mean", "removed"))
    assert row["p"] == (1 + sum(w >= wanted[0] for w in wanted[1:])) / 8
    assert {r["p"] for r in found.rows if r["condition_independent"] == "kept"} == {
        None
    }  # surrogates are used for the primary analysis only


def test_sources_with_the_same_recording_share_its_surrogates(surrogate, monkeypatch, made_up):
    used = []
    monkeypatch.setattr(null_distributions, "with_recording", lambda pair, y: used.append(y.tobytes()) or pair)
    nulls = {"nulls": {"tiny": TWO["tiny"] | {"draws": 3}}}
    compare_seeds([made_up(1), made_up(2)], [made_up(3)], overlap, **WHOLE | nulls)
    assert len(used) == 6  # sources x draws
    assert len(set(used)) == 3
    used.clear()
    compare_seeds([made_up(1), made_up(2)], [made_up(3), made_up(4, units=12)], overlap, **WHOLE | nulls)
    assert len(set(used)) == 6


def test_a_condition_blind_statistic_is_tested_against_surrogates_only(surrogate, made_up):
    found = compare_seeds([made_up(1)], [made_up(2)], size, **WHOLE | {"nulls": TWO})
    by = {(r["null"], r["statistic"]): r for r in found.nulls if r["condition_independent"] == "removed"}
    assert set(by) == {("conditions", "paired"), ("tiny", "paired"), ("tiny", "blind")}
    rows = {r["statistic"]: r for r in found.rows if r["condition_independent"] == "removed"}
    assert (rows["paired"]["draws"], rows["blind"]["draws"], rows["units"]["draws"]) == (50, 7, 0)
    assert rows["blind"]["p"] == by["tiny", "blind"]["p"] == 1 / 8  # the noise is small
    assert rows["units"] | {"p": None, "components_needed": None} == pytest.approx(rows["units"])
    alone = compare_seeds([made_up(1)], [made_up(2)], size, **WHOLE)
    assert {r["p"] for r in alone.rows if r["statistic"] == "blind"} == {None}
    assert set(alone.draws) == {"null|paired|removed", "null|paired|kept", "jackknifed|paired|removed"}


@pytest.mark.parametrize("name", plugins.available("surrogates"))
def test_every_surrogate_of_the_package_can_be_a_null(name, made_up):
    wanted = plugins.options_of(plugins.find("surrogates", name))
    options = {n: SURROGATE_OPTIONS[n] for n in wanted if n in SURROGATE_OPTIONS}
    nulls = {"surrogates": {"use": name, "draws": 5, "options": options}}
    first, again = (compare(made_up(1, units=5), made_up(2, units=5), CCA, **FRAME | {"nulls": nulls}) for _ in "ab")
    assert first == again
    assert {r["draws"] for r in first if r["p"]} == {5}
    assert all(0 < r["p"] <= 1 for r in first if r["p"])


# Folds, units, intervals


def test_conditions_that_are_left_out_together_are_permuted_together(made_up):
    frame = FRAME | {"folds": {"by": "condition", "groups": 4}, "nulls": {"all": {"use": "conditions", "draws": 1000}}}
    rows = compare(made_up(1), made_up(1), CCA, **frame)
    assert {r["draws"] for r in rows if r["p"]} == {
        383
    }  # there are 4! orders of the pairs and 2 orders within each pair
    assert {r["p"] for r in rows if r["p"]} == {1 / 384}


def test_crossed_conditions_are_relabelled_in_the_same_way_at_all_delays(made_up):
    def at_delays(data):
        rate = np.concatenate([data.rate.values, 0.5 * data.rate.values + 1])
        names = data.unit.values.tolist()
        return activity.build(
            rate, time=data.time.values, unit=names, condition=data.condition.values.tolist() * 2,
            per_trial={"delay": np.repeat([0.4, 0.6], data.sizes["trial"])},
        )  # fmt: skip

    x, y = (at_delays(made_up(k, conditions=3)) for k in (1, 2))
    rows = compare(x, y, overlap, **FRAME | {"folds": {"by": "delay", "groups": None}})
    assert {r["conditions"] for r in rows} == {6}
    assert {r["draws"] for r in rows} == {5}  # the other orders of three conditions


def test_trials_can_be_left_out(made_up):
    x, y = made_up(1, trials=4), made_up(1, trials=6)
    by_trial = compare(x, y, CCA, **FRAME | {"folds": {"by": "trial", "groups": 2}})
    assert {r["draws"] for r in by_trial if r["p"]} == {50}
    assert {r["conditions"] for r in by_trial} == {8}


def test_both_sides_have_equal_numbers_of_units_and_scores_are_means_over_subsets(made_up):
    x, y = made_up(1, units=30), made_up(2, units=14)
    frame = FRAME | {"units": {"count": 9, "repeats": 4}}
    (row, _) = compare(x, y, overlap, **frame)
    assert (row["units_source"], row["units_recording"]) == (9, 9)
    values = []
    for source, recording in subsets(30, 14, count=9, repeats=4, seed=0):
        (one, _) = compare(x.isel(unit=source), y.isel(unit=recording), overlap, **FRAME)
        values.append(one["value"])
    assert row["value"] == pytest.approx(np.mean(values))
    assert np.std(values) > 0


def test_intervals_are_made_from_resampled_units_of_the_recording(made_up):
    sources, y = [made_up(k) for k in (1, 2, 3)], made_up(4, units=12)
    found = compare_seeds(sources, [y], CCA, **WHOLE | {"intervals": {"draws": 500, "units": 9}})
    again = [y.rate.values[..., units] for units in resample_units(np.zeros(12), draws=9, seed=0)]
    pairs = [[Pair(x.rate.values, b, np.arange(8)[None], "removed") for x in sources] for b in again]
    wanted = np.array([[evaluate(CCA, pair).values["mean"][0] for pair in row] for row in pairs])
    assert found.draws["resampled|mean|removed"].values == pytest.approx(wanted)
    rows = [r for r in found.rows if (r["statistic"], r["condition_independent"]) == ("mean", "removed")]
    for k, row in enumerate(rows):
        interval = hierarchical_interval([row["value"]], resampled=wanted[:, [k]], seed=0, draws=500)
        assert (row["low"], row["high"]) == pytest.approx(interval)
    interval = hierarchical_interval([r["value"] for r in rows], resampled=wanted, seed=0, draws=500)
    assert (found.summary[0]["low"], found.summary[0]["high"]) == pytest.approx(interval)
    assert (found.summary[0]["statistic"], found.summary[0]["condition_independent"]) == ("mean", "removed")


def test_a_statistic_without_a_null_has_no_interval_over_units(made_up):
    rows = compare(made_up(1), made_up(2), CCA, **FRAME | {"intervals": {"draws": 9, "units": 2}})
    assert {(r["low"], r["high"]) for r in rows if r["p"] is None} == {(None, None)}
    for row in rows:
        if row["p"]:
            assert (row["low"] is None) == (row["condition_independent"] == "kept")  # only in the primary analysis


def test_single_networks_have_no_interval_if_units_are_not_resampled(made_up):
    found = compare_seeds([made_up(1), made_up(2)], [made_up(3)], overlap, **WHOLE)
    assert {(r["low"], r["high"]) for r in found.rows} == {(None, None)}
    assert all(r["low"] < r["high"] for r in found.summary)


def test_sessions_are_resampled_before_their_units(made_up):
    y = made_up(2)
    apart = y.assign_coords(session=("unit", np.repeat(["a", "b"], 10)))
    frame = WHOLE | {"intervals": {"draws": 50, "units": 30}}
    one, two = (compare_seeds([made_up(1)], [side], overlap, **frame).draws for side in (y, apart))
    found = [d["resampled|overlap|removed"].values.std() for d in (one, two)]
    assert found[0] != pytest.approx(found[1])


def test_the_spearman_brown_formula_is_applied_to_correlations_only(made_up):
    found = compare_seeds([made_up(1), made_up(2)], [made_up(3)], unit_correlation, **WHOLE)
    with_length = {r["statistic"]: r.get("spearman_brown") for r in found.summary[:2]}
    mean = found.summary[0]["mean"]
    assert with_length["correlation"] == pytest.approx(2 * mean / (1 + mean) if mean > 0 else mean)
    assert with_length["distance"] is None


def unit_correlation(x, y):
    return {"correlation": float(np.corrcoef(x.ravel(), y.ravel())[0, 1]), "distance": float(((x - y) ** 2).sum())}


unit_correlation.card = MeasureCard(correlations=("correlation",), lower_is_better=("distance",))


# Components needed


@pytest.mark.parametrize("measure", [CCA, unit_correlation], ids=["cca", "correlation"])
def test_a_higher_score_needs_at_least_as_many_components(measure, made_up):
    y = made_up(4)
    sources = [copy_of(y, noise, k) for k, noise in enumerate((3.0, 1.5, 0.8, 0.4, 0.2, 0.0))]
    found = compare_seeds(sources, [y], measure, **WHOLE)
    for statistic in {r["statistic"] for r in found.rows if r["p"]}:
        rows = [r for r in found.rows if (r["statistic"], r["condition_independent"]) == (statistic, "removed")]
        better = sorted(rows, key=lambda r: r["value"], reverse=statistic == "distance")
        needed = [r["components_needed"] for r in better]
        assert needed == sorted(needed)
        assert needed[0] < needed[-1] <= 20


def test_the_score_of_the_recording_itself_needs_all_components_by_a_measure_of_all_units(made_up):
    y = made_up(4, units=6)
    (row, *_) = compare(y, y, unit_correlation, **FRAME)
    assert row["components_needed"] == 6


def test_a_score_that_permuted_conditions_reach_needs_no_component(made_up):
    x = made_up(1)
    opposite = x.assign(rate=-x.rate)
    rows = compare(opposite, x, unit_correlation, **FRAME)
    assert {r["components_needed"] for r in rows if r["condition_independent"] == "removed"} == {0}


def test_components_needed_is_missing_if_more_are_needed_than_were_tried(monkeypatch, made_up):
    monkeypatch.setattr(components_needed, "COMPONENTS_TRIED", 3)
    y = made_up(4)
    found = compare_seeds([copy_of(y, 0.05), made_up(1)], [y], unit_correlation, **WHOLE)
    needed = [r["components_needed"] for r in found.rows if r["statistic"] == "correlation"]
    assert needed[0] is None and needed[1] is not None
    assert found.summary[0]["components_needed"] is None
