"""Errors that nobody wrote for a user: a library's sentence about arrays says nothing of a file or an option."""

import traceback
from pathlib import Path


def is_ours(error: Exception) -> bool:
    """Whether an error was raised to be read by a user: of our own kind, or with what was found and what was wanted."""
    return type(error).__module__.split(".")[0] == "rnncompare" or "wanted" in str(error)


def broke(error: Exception) -> str:
    """An error that is not ours: its kind and where it was raised, without the library's own sentence."""
    frames = traceback.extract_tb(error.__traceback__)
    here = [frame for frame in frames if "rnncompare" in Path(frame.filename).parts] or frames
    place = f" ({Path(here[-1].filename).name}, line {here[-1].lineno})" if here else ""
    return f"broke: {type(error).__name__}{place}"
