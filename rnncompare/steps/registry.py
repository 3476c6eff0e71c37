"""Which functions are sub-commands of the command line: those for a person, and those that rules run."""

from collections.abc import Callable

COMMANDS: dict[str, Callable] = {}  # a person's
STEPS: dict[str, Callable] = {}  # the workflow's, one a rule


def command(function: Callable) -> Callable:
    """Make a function a sub-command that a person asks for."""
    COMMANDS[function.__name__] = function
    return function


def step(function: Callable) -> Callable:
    """Make a function a sub-command that a rule runs."""
    STEPS[function.__name__] = function
    return function
