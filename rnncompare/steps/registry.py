"""Registry of the sub-commands of the command line: commands for users, and steps that rules run."""

from collections.abc import Callable

COMMANDS: dict[str, Callable] = {}  # for users
STEPS: dict[str, Callable] = {}  # of the workflow, one for each rule


def command(function: Callable) -> Callable:
    """Register a function as a sub-command for users."""
    COMMANDS[function.__name__] = function
    return function


def step(function: Callable) -> Callable:
    """Register a function as a sub-command that a rule runs."""
    STEPS[function.__name__] = function
    return function
