"""The view of a decision in its plane, of a system with two stable points and a saddle."""

import numpy as np
import pytest
from linearisation.test_contexts import task
from linearisation.test_decision_plane import DT, Basins

from rnncompare.activity import BadActivity
from rnncompare.linearisation.network import NoisyDynamics
from rnncompare.tabulation import tables
from rnncompare.views.choice_plane import choice_plane

OPTIONS = {"seed": 0, "starts": 60, "jitter": 0.5, "steps": 2000, "searches": None, "grid": 5}
NETWORK = NoisyDynamics(Basins(), np.zeros(4), 0.0, DT)


@pytest.fixture
def table(made_up):
    sources = {"mine": [made_up(1)], "imported": [made_up(2)], "target": [task()]}
    return choice_plane(sources, {"mine": [NETWORK]}, **OPTIONS)


def test_points_trajectories_and_flow_are_those_of_the_system(table):
    assert set(table["source"]) == {"mine"}  # networks without weights are left out
    for _, own in table.groupby("variable"):
        points = own[own["kind"].isin(["stable", "saddle", "unstable", "slow"])]
        assert points["kind"].value_counts().to_dict() == {"stable": 2, "saddle": 1}
        apart = points[points["kind"] == "stable"]["x"].to_numpy()
        fixed = 0.9575040240772687  # x = tanh 2 x
        assert np.ptp(apart) == pytest.approx(2 * fixed, abs=1e-6)
        courses = own[own["kind"] == "trajectory"]
        assert sorted(courses["strength"].unique()) == [-0.5, -0.1, 0.1, 0.5]
        ends = courses[courses["time"] == courses["time"].max()].set_index("strength")["x"]
        assert (np.sign(ends - ends.mean()) == np.sign(ends.index)).all()
        assert len(own[own["kind"] == "flow"]) == 25
        assert own["in_plane"].dropna().between(0, 1 + 1e-12).all()


def test_the_table_is_the_same_after_writing_and_reading_and_with_the_same_seed(table, made_up, tmp_path):
    again = choice_plane({"mine": [made_up(1)], "target": [task()]}, {"mine": [NETWORK]}, **OPTIONS)
    for name, one in (("a", table), ("b", again)):
        tables.write(one, tmp_path / f"{name}.csv")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert len(tables.read(tmp_path / "a.csv")) == len(table)


def test_sources_without_weights_or_without_the_task_are_refused(made_up):
    with pytest.raises(BadActivity, match="found no networks of mine, target, wanted models with weights"):
        choice_plane({"mine": [made_up(1)], "target": [task()]}, {}, **OPTIONS)
    with pytest.raises(BadActivity, match="wanted also 'target', the task"):
        choice_plane({"mine": [made_up(1)]}, {"mine": [NETWORK]}, **OPTIONS)
