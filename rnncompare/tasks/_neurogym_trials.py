"""Trials of environments of neurogym, as arrays."""

import importlib.metadata
import importlib.util
import warnings
from typing import Any, NamedTuple

import numpy as np

from rnncompare.plugins import BadOption

NAME = "neurogym"
INSTALL = (
    "pip install 'rnncompare[neurogym]' and then pip install --no-deps neurogym=={version}; --no-deps, because it asks "
    "for a version of numpy that this project cannot use"
)


class Trial(NamedTuple):
    """A trial: observations (time, input), ground truth (time,) or (time, output), periods and numbers or text.

    periods: name: first step, and the step after the last one.
    """

    ob: np.ndarray
    gt: np.ndarray
    periods: dict[str, tuple[int, int]]
    values: dict[str, float | int | bool | str]


def check_installed(version: str) -> None:
    """Raise BadOption unless this version of neurogym is installed."""
    install = INSTALL.format(version=version)
    if importlib.util.find_spec("neurogym") is None:
        raise BadOption(f"{NAME}: found no package neurogym, wanted version {version}: {install}")
    found = importlib.metadata.version("neurogym")
    if found != version:
        raise BadOption(
            f"{NAME}: found version {found} of the package neurogym, wanted {version}, because a task with the same "
            f"name can differ between versions; change the option `version`, or: {install}"
        )


def environment(env: str, kwargs: dict[str, Any]) -> Any:
    """The environment without wrappers. Raises BadOption if it cannot be made, or has no trials."""
    import neurogym

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on metadata that an environment does not have
        try:
            made = neurogym.make(env, **kwargs).unwrapped
        except Exception as error:  # neurogym, gymnasium and the environment raise many kinds
            reason = " ".join(str(error).split())
            raise BadOption(f"{NAME}: found env '{env}' with {kwargs}, which cannot be made: {reason}") from error
    if not hasattr(made, "new_trial"):
        raise BadOption(f"{NAME}: found env '{env}', wanted an environment with new_trial, whose trials can be drawn")
    return made


def same(some: list[Trial], others: list[Trial]) -> bool:
    """Whether trials are equal; NaN equals NaN in observations and targets."""
    arrays = all(
        a.ob.shape == b.ob.shape and np.array_equal(a.ob, b.ob, equal_nan=True) and np.array_equal(a.gt, b.gt)
        for a, b in zip(some, others, strict=True)
    )
    return arrays and repr([t[2:] for t in some]) == repr([t[2:] for t in others])  # text, in which NaN equals NaN


def draw(made: Any, trials: int, seed: list[int]) -> list[Trial]:
    """Trials of an environment, whose random numbers depend on the seed and on how it was made. Raises BadOption.

    What the environment keeps from one trial to the next is removed before each, so that a trial without a ground truth
    or a period does not have those of the trial before. Arrays are copied, because they are written again.
    """
    made.seed(int(np.random.SeedSequence(seed).generate_state(1)[0]))
    return [_drawn(made) for _ in range(trials)]


def _drawn(made: Any) -> Trial:
    for name in ("ob", "gt"):
        vars(made).pop(name, None)
    for name in ("start_t", "end_t", "start_ind", "end_ind"):
        getattr(made, name).clear()
    about = made.new_trial() or {}
    missing = [what for name, what in (("ob", "observations"), ("gt", "ground truth")) if name not in vars(made)]
    if missing:
        raise BadOption(
            f"{NAME}: found a trial of {type(made).__name__} without {' and '.join(missing)}, wanted both: other tasks "
            "are learnt by reward alone"
        )
    periods = {name: (int(first), int(made.end_ind[name])) for name, first in made.start_ind.items()}
    values = {name: value for name, value in ((n, _scalar(v)) for n, v in about.items()) if value is not None}
    return Trial(np.array(made.ob, dtype=np.float32), np.array(made.gt), periods, values)


def _scalar(value: Any) -> float | int | bool | str | None:
    """A number, a truth value or text as a type of Python; None for everything else, such as arrays."""
    value = value.item() if isinstance(value, np.generic) else value
    return value if isinstance(value, float | int | bool | str) else None


def names_of(space: Any, count: int, what: str) -> list[str]:
    """The names of the dimensions of a space, or of its classes: `what` and a number for those without a name."""
    found = [f"{what}_{k}" for k in range(count)]
    for name, place in (getattr(space, "name", None) or {}).items():
        places = np.atleast_1d(np.asarray(place)).tolist()
        for number, k in enumerate(places, start=1):
            found[k] = str(name) if len(places) == 1 else f"{name}_{number}"
    return found
