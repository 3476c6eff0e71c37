"""Requirements of every surrogate in surrogates/; new files are tested automatically."""

from itertools import islice

import numpy as np
import pytest

from rnncompare import plugins

OPTIONS = {"keep": ["times", "units", "conditions"]}
SURROGATES = plugins.available("surrogates")


def made(name, data, **changes):
    function = plugins.find("surrogates", name)
    options = {k: v for k, v in OPTIONS.items() if k in plugins.options_of(function)}
    return function(data, **({"draws": 3, "seed": 0} | options | changes))


@pytest.mark.parametrize("name", SURROGATES)
def test_no_option_has_a_default_and_draws_and_seed_are_options(name):
    options = plugins.options_of(plugins.find("surrogates", name))
    assert {"draws", "seed"} <= set(options) and all(p.default is p.empty for p in options.values())


@pytest.mark.parametrize("name", SURROGATES)
def test_surrogates_have_the_given_number_and_the_shape_of_the_data(name, hard):
    before = hard.copy()
    found = list(made(name, hard, draws=3))
    assert len(found) == 3
    assert all(draw.shape == hard.shape and draw.dtype == float and np.isfinite(draw).all() for draw in found)
    assert (hard == before).all()


@pytest.mark.parametrize("name", SURROGATES)
def test_a_draw_depends_on_the_seed_and_not_on_the_number_of_draws(name, smooth):
    few, many, other = (list(made(name, smooth(1), draws=d, seed=s)) for d, s in ((2, 7), (6, 7), (2, 8)))
    assert all((a == b).all() for a, b in zip(few, many[:2], strict=True))
    assert len({draw.tobytes() for draw in [*many, *other]}) == 8


@pytest.mark.parametrize("name", SURROGATES)
def test_surrogates_are_generated_one_at_a_time(name, smooth):
    assert len(list(islice(made(name, smooth(1), draws=10**12), 2))) == 2


@pytest.mark.parametrize("name", SURROGATES)
def test_a_surrogate_agrees_less_with_the_data_than_the_data_with_themselves(name, smooth):
    data = smooth(1)
    removed = data - data.mean(axis=0)
    agreement = [
        abs(((draw - draw.mean(axis=0)) * removed).sum()) / (removed**2).sum() for draw in made(name, data, draws=50)
    ]
    assert np.mean(agreement) < 0.5
