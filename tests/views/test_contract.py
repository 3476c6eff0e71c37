"""Requirements on every view in views/; a new file is tested without a new test."""

import numpy as np
import pandas as pd
import pytest
from views.small_study import sources

from rnncompare import plugins
from rnncompare.tabulation import tables
from rnncompare.tabulation.digits import shortened

OPTIONS = {"units": 5, "window": [-0.2, 0.15], "soft_normalise": 0.1, "components": 3, "seeds": None, "alpha": 0.5}
OPTIONS |= {"choice": "choice", "strength": "|coherence|", "leave_out": ["undecided"], "align": None, "min_trials": 1}
OPTIONS |= {"trials": 16, "channels": 2}
OPTIONS |= {"condition_independent": "kept", "condition": None, "events": ["delay"]}
# Views of the dynamics of networks have tests of their own.
VIEWS = [v for v in plugins.available("views") if not plugins.takes(plugins.find("views", v), "networks")]
OF_THE_TASK = ("outputs", "example_trial")  # networks and their task, with one trial for each condition
OF_TRIALS = ("overview",)  # single trials
LABELS = (
    "source",
    "seed",
    "area",
    "unit",
    "condition",
    "other",
    "other_seed",
    "choice",
    "strength",
    "kind",
    "channel",
    "trial",
)


def view(name, data):
    wanted = plugins.options_of(plugins.find("views", name))
    return plugins.bind("views", {"use": name} | {k: v for k, v in OPTIONS.items() if k in wanted}, name)(data)


@pytest.mark.parametrize("name", VIEWS)
def test_no_option_has_a_default(name):
    assert all(p.default is p.empty for p in plugins.options_of(plugins.find("views", name)).values())


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_a_tidy_table_without_gaps_or_repeats(name, made_up):
    table = view(name, sources(made_up))
    assert table.notna().all(axis=None)
    numbers = table.select_dtypes("number").to_numpy()
    assert np.isfinite(numbers).all()
    assert not table.duplicated([c for c in (*LABELS, "time", "output") if c in table]).any()


@pytest.mark.parametrize("name", VIEWS)
def test_sources_keep_their_order_and_the_task_is_not_a_network(name, made_up):
    found = list(dict.fromkeys(view(name, sources(made_up))["source"]))
    assert found == (["target", "regularized"] if name in OF_THE_TASK else ["recording", "regularized"])


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_the_same_after_writing_and_reading(name, made_up, tmp_path):
    table = view(name, sources(made_up))
    tables.write(table, tmp_path / "view.csv")
    back = tables.read(tmp_path / "view.csv")
    written = shortened(table)  # rounded as in tables
    for column in table:
        if table[column].dtype.kind == "f":
            written[column] = pd.to_numeric(written[column])
    pd.testing.assert_frame_equal(back[table.columns], written, check_dtype=False, rtol=1e-9)


@pytest.mark.parametrize("name", [v for v in VIEWS if v not in (*OF_THE_TASK, *OF_TRIALS)])
def test_single_trials_are_averaged(name, made_up):
    one = sources(made_up)
    twice = one | {"recording": [one["recording"][0].isel(trial=np.repeat(np.arange(8), 2))]}
    pd.testing.assert_frame_equal(view(name, twice), view(name, one))


@pytest.mark.parametrize("name", VIEWS)
def test_variables_of_synapses_are_not_shown_as_units(name, made_up):
    one = sources(made_up)
    areas = [with_areas(data, units) for data, units in zip(one["regularized"], (12, 30), strict=True)]
    alone = [data.isel(unit=data.area.values == "rates") for data in areas]
    found, wanted = (view(name, one | {"regularized": networks}) for networks in (areas, alone))
    pd.testing.assert_frame_equal(found, wanted)


def with_areas(data, units):
    """A network whose first `units` variables are rates, and the others synapses."""
    areas = np.where(np.arange(data.sizes["unit"]) < units, "rates", "synapses")
    return data.assign_coords(area=("unit", areas)).assign_attrs(dynamical=0)


@pytest.mark.parametrize("name", VIEWS)
def test_a_source_without_activities_is_refused(name, made_up):
    with pytest.raises(ValueError, match="view: found no activity of regularized, wanted at least one"):
        view(name, sources(made_up) | {"regularized": []})
