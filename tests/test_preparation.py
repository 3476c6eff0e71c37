import numpy as np
import pytest

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.preparation import prepare, soft_normalised


def test_without_a_constant_rates_stay_as_they_are(made_up):
    x, _ = prepare(made_up(1), made_up(2), None, None)
    assert (x == made_up(1).rate.values).all()


def test_a_unit_is_divided_by_its_range_and_a_share_of_the_median_range(made_up):
    rate = made_up(1).rate.values
    span = np.ptp(rate, axis=(0, 1))
    assert np.ptp(soft_normalised(rate, 0.5), axis=(0, 1)) == pytest.approx(span / (span + 0.5 * np.median(span)))


def test_normalisation_knows_no_units(made_up):
    rate = made_up(1).rate.values
    assert soft_normalised(1000 * rate, 0.1) == pytest.approx(soft_normalised(rate, 0.1))


def test_a_silent_unit_stays_silent_where_most_are(made_up):
    rate = made_up(1, units=5).rate.values * [1, 0, 0, 0, 0]
    found = soft_normalised(rate, 0.1)
    assert np.isfinite(found).all()
    assert np.ptp(found, axis=(0, 1)).tolist() == [pytest.approx(1.0), 0, 0, 0, 0]


def test_a_window_keeps_both_its_ends(made_up):
    x, y = prepare(made_up(1), made_up(2), (-0.1, 0.05), None)
    assert x.shape == y.shape == (8, 16, 20)
    assert (x == made_up(1).rate.sel(time=slice(-0.1001, 0.0501)).values).all()


def test_an_empty_window_is_refused(made_up):
    with pytest.raises(
        BadActivity, match=r"window 3 to 4 s: found 0 of the shared times in it .-0.2 to 0.19 s., wanted"
    ):
        prepare(made_up(1), made_up(2), (3.0, 4.0), None)


def flat(data, rate):
    names = data.unit.values.tolist()
    return activity.build(
        rate, time=data.time.values, unit=names, condition=data.condition.values.tolist(), source="flat one"
    )


@pytest.mark.parametrize("kind", ["silent", "constant", "same in all conditions"])
def test_an_activity_that_does_not_depend_on_the_condition_is_refused_by_name(kind, made_up):
    x = made_up(1)
    rate = {
        "silent": np.zeros(x.rate.shape),
        "constant": np.full(x.rate.shape, 0.1),
        "same in all conditions": 1e3 + np.broadcast_to(x.rate.values[:1], x.rate.shape) + 1e-12 * x.rate.values,
    }[kind]
    for pair in ((flat(x, rate), made_up(2)), (made_up(2), flat(x, rate))):
        with pytest.raises(BadActivity, match="flat one: found rates that are the same in all 8 conditions, wanted a"):
            prepare(*pair, None, 0.1)


def test_two_conditions_are_too_few(made_up):
    with pytest.raises(BadActivity, match=r"found 2 conditions in common .* wanted at least 3"):
        prepare(made_up(1, conditions=2), made_up(2, conditions=2), None, None)
