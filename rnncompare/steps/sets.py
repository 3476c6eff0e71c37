"""The sets of random inputs of networks."""

from collections.abc import Iterable, Iterator
from itertools import repeat


def with_sets(networks: Iterable, input_sets: list[int] | None) -> Iterator[tuple]:
    """Each network with the number of its set of random inputs; with None, if inputs are not random."""
    return zip(networks, input_sets, strict=True) if input_sets else zip(networks, repeat(None), strict=False)
