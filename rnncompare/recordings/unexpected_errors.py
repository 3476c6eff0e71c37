"""Distinction of errors written for users from unexpected errors, such as those of libraries about arrays."""

import traceback
from pathlib import Path


def is_user_error(error: Exception) -> bool:
    """Whether an error was written for users: of a class of rnncompare, or with what was found and what was wanted."""
    return type(error).__module__.split(".")[0] == "rnncompare" or "wanted" in str(error)


def describe_failure(error: Exception) -> str:
    """A description of an unexpected error: its class and where it was raised, without the library's message."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "rnncompare" in Path(frame.filename).parts] or frames
    place = f" ({Path(own[-1].filename).name}, line {own[-1].lineno})" if own else ""
    return f"failed: {type(error).__name__}{place}"
