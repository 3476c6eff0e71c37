"""All numbers of an annotation: their places in a value, and their ranges."""

import dataclasses
import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel

from rnncompare.options.ranges import Range


class Leaf(NamedTuple):
    """A number: its range, or None; the keys that lead to it; and a value with another number in its place."""

    range: Range | None
    whole: bool
    place: tuple[str, ...]
    holding: Any  # a function of a number that returns a value of the annotation with this number


def leaves(annotation: Any, metadata: tuple = ()) -> Iterator[Leaf]:
    """The numbers that a value of this annotation may contain; the key of a mapping with arbitrary keys is 'key'."""
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from leaves(inside[0], inside[1:])
    elif annotation in (int, float):
        ranges = [m for m in metadata if isinstance(m, Range)]
        yield Leaf(ranges[0] if ranges else None, annotation is int, (), lambda number: number)
    elif origin in (Union, types.UnionType):
        for part in inside:
            yield from leaves(part)
    elif origin is list:
        for leaf in leaves(inside[0]):
            yield leaf._replace(place=("0", *leaf.place), holding=lambda n, leaf=leaf: [leaf.holding(n)])
    elif origin is tuple:
        for k, part in enumerate(inside):
            for leaf in leaves(part):
                yield leaf._replace(
                    place=(str(k), *leaf.place),
                    holding=lambda n, k=k, leaf=leaf: [
                        leaf.holding(n) if j == k else 0.5 * j for j in range(len(inside))
                    ],
                )
    elif origin is dict:
        names = get_args(inside[0]) if get_origin(inside[0]) is Literal else ("key",)
        for name in names:
            for leaf in leaves(inside[1]):
                yield leaf._replace(
                    place=(name, *leaf.place), holding=lambda n, name=name, leaf=leaf: {name: leaf.holding(n)}
                )
    elif dataclasses.is_dataclass(annotation):
        for field in dataclasses.fields(annotation):
            for leaf in leaves(field.type):
                yield leaf._replace(
                    place=(field.name, *leaf.place), holding=lambda n, f=field, leaf=leaf: {f.name: leaf.holding(n)}
                )
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            for leaf in leaves(field.annotation, tuple(field.metadata)):
                yield leaf._replace(
                    place=(name, *leaf.place), holding=lambda n, name=name, leaf=leaf: {name: leaf.holding(n)}
                )


def outside(leaf: Leaf) -> list[float]:
    """Invalid values of the number: NaN, infinite, slightly too small, slightly too large."""
    least, most = leaf.range.least, leaf.range.most
    if leaf.whole:
        near = [least if leaf.range.above else least - 1, most if leaf.range.below else most + 1]
    else:
        step = max(abs(least), abs(most)) * 1e-6
        near = [least if leaf.range.above else least - step, most if leaf.range.below else most + step]
        near += [least / 2] if least > 0 else []
    return [float("nan"), float("inf"), -float("inf"), *near]
