"""Turns and mirrorings of directions: the pairings of conditions that leave an evenly spaced ring as it is.

A source whose conditions form a ring, and nothing else, is as similar to the recording in each of these orders as in
the true one. They are therefore the null distribution of whether a source has the right directions.
"""

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.activity.selection import directions
from rnncompare.comparison.permutations import RING
from rnncompare.comparison.preparation import Prepared
from rnncompare.plugins import BadOption

TOLERANCE = 0.1  # of 360 / n degrees, by which the angles between n neighbouring directions may differ from it
SAME = 1e-6  # degrees


def orders_of_directions(side: Prepared, draws: int) -> np.ndarray:
    """`ring_orders` of the directions of a recording's conditions, of which there are at most 1 + draws.

    Raises BadOption, BadActivity.
    """
    where = f"null {RING} of {side.described.attrs.get('source', 'the recording')}"
    count = len(side.labels)
    if len(np.unique(side.groups)) < count:
        raise BadOption(
            f"{where}: found folds that leave out several conditions together, which a turn would separate, wanted one "
            "condition at a time or trials"
        )
    orders = ring_orders(directions(side.described, where), side.labels, where)
    if draws < len(orders) - 1:
        raise BadOption(
            f"{where}: found draws {draws}, wanted at least {len(orders) - 1}, because all other turns and mirrorings "
            f"of {count} directions are used"
        )
    return orders


def ring_orders(angle: np.ndarray, labels: list[str], where: str) -> np.ndarray:
    """(2n, condition) the turns of n evenly spaced directions, the true order first, and then their mirrorings.

    angle: (condition,) deg, in any order; labels: names of the conditions, for errors. Turn k pairs each condition of
    the source with the condition of the recording that is k directions further. Raises BadActivity.
    """
    count = len(angle)
    if count < 3:
        raise BadActivity(
            f"{where}: found {count} conditions, wanted at least 3: a ring of fewer has no turn that is not a mirroring"
        )
    around = np.argsort(angle % 360, kind="stable")  # conditions in the order of their directions
    _check_spacing(angle[around] % 360, [labels[k] for k in around], where)
    place = np.argsort(around)  # of each condition on the ring
    steps = np.arange(count)[:, None]
    return around[np.concatenate([place + steps, steps - place]) % count]


def _check_spacing(angle: np.ndarray, labels: list[str], where: str) -> None:
    """Raise BadActivity unless rising directions (deg) are different and evenly spaced."""
    gaps, even = np.diff(angle, append=angle[0] + 360), 360 / len(angle)
    if gaps.min() < SAME:
        k = int(gaps.argmin())
        raise BadActivity(
            f"{where}: found conditions '{labels[k]}' and '{labels[(k + 1) % len(labels)]}' with the same direction, "
            f"{angle[k]:g} deg, wanted a direction of its own for each condition"
        )
    if np.abs(gaps - even).max() > TOLERANCE * even:
        raise BadActivity(
            f"{where}: found directions {', '.join(f'{a:.3g}' for a in angle)} deg, {gaps.min():.3g} to "
            f"{gaps.max():.3g} deg apart, wanted {even:.3g} deg between neighbours, to within {TOLERANCE * even:.2g}: "
            "if directions are uneven, a turn of them is another set of directions"
        )
