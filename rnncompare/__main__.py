"""The command line: `rnncompare STEP [VALUE ...] --NAME VALUE ...`, one step for each function of steps.py."""

from rnncompare import processor

processor.pin()  # before anything imports numpy

import argparse  # noqa: E402
import errno  # noqa: E402
import inspect  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable  # noqa: E402
from pathlib import Path  # noqa: E402

from rnncompare import __version__, steps  # noqa: E402

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
WORDS = {dict: "object", list: "list"}  # of JSON


def as_json(kind: type) -> Callable[[str], object]:
    """What an option given as JSON is read by; it must be of this kind."""

    def read(text: str) -> object:
        try:
            found = json.loads(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"found {text!r}, wanted JSON: {error}") from None
        if not isinstance(found, kind):
            raise argparse.ArgumentTypeError(f"found {text!r}, wanted a JSON {WORDS[kind]}")
        return found

    return read


def parser() -> argparse.ArgumentParser:
    """A sub-command for each step, an option for each of its parameters; one that is positional only has no name."""
    top = argparse.ArgumentParser(prog="rnncompare", description=__doc__)
    top.add_argument("--version", action="version", version=__version__)
    commands = top.add_subparsers(dest="step", required=True, metavar="STEP")
    for name, function in steps.STEPS.items():
        command = commands.add_parser(
            name, help=inspect.getdoc(function).split("\n")[0], description=inspect.getdoc(function)
        )
        command.set_defaults(function=function)
        for option, parameter in inspect.signature(function).parameters.items():
            kind = parameter.annotation
            needed = parameter.default is parameter.empty
            how = {
                "default": None if needed else parameter.default,
                "type": Path if kind == list[Path] else as_json(kind) if kind in WORDS else kind,
                "nargs": "*" if kind == list[Path] else None,
                "help": f"JSON {WORDS[kind]}" if kind in WORDS else None,
            }
            if parameter.kind is parameter.POSITIONAL_ONLY:
                command.add_argument(option, metavar=option.upper(), **how | ({} if needed else {"nargs": "?"}))
            else:
                command.add_argument(f"--{option.replace('_', '-')}", dest=option, required=needed, **how)
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run one step. An input that cannot be used ends in a message and status 1, without a traceback."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # a job that is stopped takes its unfinished files along
    options = vars(parser().parse_args(arguments))
    options.pop("step")
    function = options.pop("function")
    parameters = inspect.signature(function).parameters
    unnamed = [options.pop(name) for name, p in parameters.items() if p.kind is p.POSITIONAL_ONLY]
    try:
        function(*unnamed, **options)
    except KeyboardInterrupt:
        print("rnncompare: interrupted", file=sys.stderr)
        return 130
    except (ValueError, OSError) as error:
        if os.environ.get("RNNCOMPARE_TRACEBACK"):
            raise
        print(
            f"rnncompare: {in_words(error, options)}\n(set RNNCOMPARE_TRACEBACK=1 to see where it was raised)",
            file=sys.stderr,
        )
        return 1
    return 0


def in_words(error: Exception, options: dict) -> str:
    """The message of an error; a full disk does not say of itself what was being written."""
    written = [str(options[name]) for name in ("out", "rows", "summary") if isinstance(options.get(name), Path)]
    full = isinstance(error, OSError) and error.errno in FULL and written
    return f"{error}, while writing {' and '.join(written)}" if full else str(error)


if __name__ == "__main__":
    sys.exit(main())
