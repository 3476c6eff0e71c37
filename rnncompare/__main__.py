"""The command line: `rnncompare STEP --NAME VALUE ...`, one step for each function of steps.py."""

import os

# One thread a job: threads are part of a network's result, and jobs are the parallelism. Must precede numpy.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import argparse  # noqa: E402
import inspect  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

from rnncompare import __version__, steps  # noqa: E402


def parser() -> argparse.ArgumentParser:
    """A sub-command for each step, an option for each of its parameters."""
    top = argparse.ArgumentParser(prog="rnncompare", description=__doc__)
    top.add_argument("--version", action="version", version=__version__)
    commands = top.add_subparsers(dest="step", required=True, metavar="STEP")
    for name, function in steps.STEPS.items():
        command = commands.add_parser(name, help=inspect.getdoc(function).split("\n")[0], description=inspect.getdoc(function))
        command.set_defaults(function=function)
        for option, parameter in inspect.signature(function).parameters.items():
            many = parameter.annotation == list[Path]
            command.add_argument(
                f"--{option.replace('_', '-')}",
                dest=option,
                required=parameter.default is parameter.empty,
                default=None if parameter.default is parameter.empty else parameter.default,
                type={list[Path]: Path, dict: json.loads, list: json.loads}.get(parameter.annotation, parameter.annotation),
                nargs="+" if many else None,
                help={dict: "JSON object", list: "JSON list"}.get(parameter.annotation),
            )
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run one step. An input that cannot be used ends in a message and status 1, without a traceback."""
    options = vars(parser().parse_args(arguments))
    options.pop("step")
    function = options.pop("function")
    try:
        function(**options)
    except (ValueError, OSError) as error:
        if os.environ.get("RNNCOMPARE_TRACEBACK"):
            raise
        print(f"rnncompare: {error}\n(set RNNCOMPARE_TRACEBACK=1 to see where it was raised)", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
