"""Distances within and between groups: beside plain loops, exact enumeration, and groups that are known."""

from itertools import combinations, permutations, product

import numpy as np
import pytest
from scipy import stats

from rnncompare.statistics.clusters import arrangements, clustering, mean_distance

LABELS, BLOCKS = np.repeat([0, 1, 2], 4), np.tile(np.arange(4), 3)


def in_a_plane(labels, apart: float, seed: int = 0) -> np.ndarray:
    """Distances of points that are around places `apart` from each other, a place for each label."""
    rng = np.random.default_rng(seed)
    points = rng.normal(0, 1, (len(labels), 2)) + apart * np.stack([labels, labels % 2], axis=1)
    return np.linalg.norm(points[:, None] - points[None], axis=-1)


def loops(distances, labels, left_out=()) -> dict[str, float]:
    """The statistics by loops over pairs and items; left_out: pairs, the smaller item first."""
    pairs = [pair for pair in combinations(range(len(labels)), 2) if pair not in left_out]
    within = np.mean([distances[i, j] for i, j in pairs if labels[i] == labels[j]])
    between = np.mean([distances[i, j] for i, j in pairs if labels[i] != labels[j]])
    values = []
    for i, own in enumerate(labels):
        used = [j for j in range(len(labels)) if (min(i, j), max(i, j)) in pairs]
        to = {g: [distances[i, j] for j in used if labels[j] == g] for g in np.unique(labels)}
        a, b = np.mean(to[own]), min(np.mean(to[g]) for g in to if g != own)
        values.append((b - a) / max(a, b))
    return {"within": within, "between": between, "ratio": between / within, "silhouette": np.mean(values)}


def test_the_statistics_are_those_of_plain_loops():
    distances = in_a_plane(LABELS, 1.0)
    found = clustering(distances, LABELS, BLOCKS, draws=9, seed=0)
    assert {name: found[name] for name in ("within", "between", "ratio", "silhouette")} == pytest.approx(
        loops(distances, LABELS)
    )


def test_pairs_that_are_left_out_are_in_no_statistic_interval_or_arrangement():
    """Three blocks of one item of each group, without the pairs of groups 0 and 2 in the same block."""
    labels, blocks = np.tile([0, 1, 2], 3), np.repeat([0, 1, 2], 3)
    pairs = [(0, 2), (3, 5), (6, 8)]
    left_out = np.zeros((9, 9), dtype=bool)
    for i, j in pairs:
        left_out[i, j] = left_out[j, i] = True
    distances = in_a_plane(labels, 0.5, seed=4)
    found = clustering(distances, labels, blocks, draws=215, seed=0, left_out=left_out)
    true = loops(distances, labels, pairs)
    assert {name: found[name] for name in true} == pytest.approx(true)
    drawn = [loops(distances, np.ravel(orders), pairs) for orders in product(permutations(range(3)), repeat=3)]
    assert found["p"] == np.mean([d["within"] <= true["within"] + 1e-9 for d in drawn])
    assert found["silhouette_p"] == np.mean([d["silhouette"] >= true["silhouette"] - 1e-9 for d in drawn])
    parts = [np.ix_(k, k) for k in (blocks != block for block in range(3))]
    without = [loops(distances[part], np.tile([0, 1, 2], 2), [(0, 2), (3, 5)])["between"] for part in parts]
    half = stats.t.ppf(0.975, 2) * np.sqrt(2 / 3 * ((np.array(without) - np.mean(without)) ** 2).sum())
    assert found["between_high"] - found["between"] == pytest.approx(half)
    changed = clustering(distances + 5 * left_out, labels, blocks, draws=215, seed=0, left_out=left_out)
    assert changed == found


def test_p_is_that_of_all_permutations_if_there_are_few():
    """Two blocks of three items: 36 arrangements, of which 6 only exchange the names of all three groups."""
    labels, blocks = np.array([0, 1, 2, 0, 1, 2]), np.array([0, 0, 0, 1, 1, 1])
    distances = in_a_plane(labels, 0.5, seed=3)
    drawn = [loops(distances, np.array([*a, *b])) for a, b in product(permutations(range(3)), repeat=2)]
    true, found = loops(distances, labels), clustering(distances, labels, blocks, draws=35, seed=0)
    assert found["p"] == np.mean([d["within"] <= true["within"] + 1e-9 for d in drawn])
    assert found["silhouette_p"] == np.mean([d["silhouette"] >= true["silhouette"] - 1e-9 for d in drawn])
    assert len(arrangements(labels, blocks, 35, 0)) == 36 and len(arrangements(labels, blocks, 34, 0)) == 35


def test_permutations_keep_the_labels_of_each_block():
    labels = np.array([0, 1, 2, 0, 1, 2, 2])
    blocks = np.array([5, 5, 5, 1, 1, 1, 3])
    drawn = arrangements(labels, blocks, 20, 0)
    assert (drawn[0] == labels).all() and len(np.unique(drawn, axis=0)) > 10
    for block in np.unique(blocks):
        assert (np.sort(drawn[:, blocks == block], axis=1) == np.sort(labels[blocks == block])).all()


def test_p_is_uniform_if_labels_of_a_block_are_exchangeable():
    """Items of a block share a place, as networks with the same seed share their initial numbers."""
    rng, found = np.random.default_rng(0), []
    for k in range(400):
        points = rng.normal(0, 1, (4, 2))[BLOCKS] + rng.normal(0, 1, (12, 2))
        distances = np.linalg.norm(points[:, None] - points[None], axis=-1)
        found.append([clustering(distances, LABELS, BLOCKS, draws=99, seed=k)[n] for n in ("p", "silhouette_p")])
    for p in np.transpose(found):
        assert stats.kstest(p - rng.uniform(0, 0.01, 400), "uniform").pvalue > 0.01


def test_two_separate_groups_have_a_silhouette_of_1_and_the_smallest_p():
    labels, blocks = np.repeat([0, 1], 5), np.tile(np.arange(5), 2)
    distances = (labels[:, None] != labels[None]) * 1.0
    found = clustering(distances, labels, blocks, draws=99, seed=0)
    assert (found["within"], found["between"], found["silhouette"]) == (0, 1, 1)
    assert found["p"] == found["silhouette_p"] == 2 / 2**5  # of 32 arrangements, two do not mix the groups
    assert np.isnan(found["ratio"])


def test_networks_that_are_alone_in_their_models_have_no_distance_within():
    found = clustering(in_a_plane(np.arange(3), 1.0), np.arange(3), np.zeros(3), draws=9, seed=0)
    assert found["between"] > 0
    assert np.isnan([found[name] for name in ("within", "ratio", "p", "silhouette", "silhouette_p")]).all()


def test_one_group_has_no_distance_between():
    found = clustering(in_a_plane(np.zeros(4), 1.0), np.zeros(4), np.arange(4), draws=9, seed=0)
    assert (
        found["within"] > 0
        and np.isnan([found[name] for name in ("between", "ratio", "p", "silhouette", "silhouette_p")]).all()
    )


def test_an_item_that_is_alone_in_its_group_has_no_silhouette():
    labels = np.array([0, 0, 1, 1, 2])
    distances = in_a_plane(labels, 2.0)
    found = clustering(distances, labels, np.array([0, 1, 0, 1, 0]), draws=9, seed=0)
    values = []
    for i, j in ((0, 1), (1, 0), (2, 3), (3, 2)):
        a, other = distances[i, j], [2, 3] if i < 2 else [0, 1]
        b = min(distances[i, other].mean(), distances[i, 4])
        values.append((b - a) / max(a, b))
    assert found["silhouette"] == pytest.approx(np.mean(values))


def test_intervals_leave_out_whole_blocks():
    distances = in_a_plane(LABELS, 1.0)
    found = clustering(distances, LABELS, BLOCKS, draws=9, seed=0)
    without = [loops(distances[np.ix_(k, k)], LABELS[k]) for k in (b != BLOCKS for b in range(4))]
    for name in ("within", "between", "ratio", "silhouette"):
        values = np.array([each[name] for each in without])
        half = stats.t.ppf(0.975, 3) * np.sqrt(3 / 4 * ((values - values.mean()) ** 2).sum())
        assert found[f"{name}_high"] - found[name] == pytest.approx(half), name


def test_the_interval_of_a_mean_distance_leaves_out_the_pairs_of_a_block():
    one, other = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 1, 2, 2, 0])
    values = np.arange(6.0)
    found = mean_distance(values, one, other)
    without = np.array([values[(one != k) & (other != k)].mean() for k in range(3)])
    half = stats.t.ppf(0.975, 2) * np.sqrt(2 / 3 * ((without - without.mean()) ** 2).sum())
    assert found["mean"] == 2.5 and found["high"] == pytest.approx(2.5 + half)
    assert np.isnan(list(mean_distance(values[:0], one[:0], other[:0]).values())).all()


@pytest.mark.parametrize(
    "change", [lambda d: d[:5], lambda d: d + np.eye(6), lambda d: d + np.triu(d), lambda d: np.where(d > 1, np.nan, d)]
)
def test_what_are_not_distances_of_all_items_is_refused(change):
    labels = np.array([0, 1, 2, 0, 1, 2])
    with pytest.raises(ValueError, match="clustering: found distances"):
        clustering(change(in_a_plane(labels, 1.0)), labels, labels, draws=9, seed=0)
