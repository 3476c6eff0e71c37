"""The command line: `rnncompare COMMAND [VALUE ...] --NAME VALUE ...`, one for each function of steps/."""

from rnncompare.reproducibility import processor

processor.pin()  # before anything imports numpy

import argparse  # noqa: E402
import errno  # noqa: E402
import inspect  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
import textwrap  # noqa: E402
from collections.abc import Callable  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Annotated, get_args, get_origin  # noqa: E402

from rnncompare import __doc__ as package  # noqa: E402
from rnncompare import __version__  # noqa: E402
from rnncompare.plugins import nearest  # noqa: E402
from rnncompare.steps import COMMANDS, STEPS  # noqa: E402

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
SYSTEM_ERRORS = {  # messages for errors of the operating system
    errno.ENOENT: "found no such file or folder, wanted an existing one",
    errno.EISDIR: "found a folder, wanted a file",
    errno.ENOTDIR: "found a file where the path has a folder, wanted a folder",
    errno.EEXIST: "found a file where a folder is to be created, wanted no file of that name",
    errno.EACCES: "found no permission to read or write it, wanted a file or folder with permission",
    errno.EPERM: "found that the system does not permit the operation, wanted a place where it does",
    errno.EROFS: "found a read-only file system, wanted a place that can be written to",
    errno.ENAMETOOLONG: "found a name that is too long for the system, wanted a shorter one",
    errno.ELOOP: "found a loop of symbolic links, wanted a file",
}
JSON_TYPES = {dict: "object", list: "list"}


def as_json(kind: type) -> Callable[[str], object]:
    """A parser of command-line values in JSON; it raises ArgumentTypeError for values of another type than `kind`."""

    def read(text: str) -> object:
        try:
            found = json.loads(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"found {text!r}, wanted JSON: {error}") from None
        if not isinstance(found, kind):
            raise argparse.ArgumentTypeError(f"found {text!r}, wanted a JSON {JSON_TYPES[kind]}")
        return found

    return read


class _Parser(argparse.ArgumentParser):
    """Parser that reports an error in one line, without the list of all options, and exits with status 2."""

    def error(self, message: str):
        self.exit(2, f"{self.prog}: {message}; see `{self.prog} --help`\n")


def functions() -> dict[str, Callable]:
    """All functions of the command line: the commands, then the steps that the rules of the workflow run."""
    return COMMANDS | STEPS


def overview() -> str:
    """The list of commands, with the first line of each docstring, and of steps for `rnncompare --help`."""
    width = max(map(len, COMMANDS)) + 2
    lines = [f"  {name:<{width}}{inspect.getdoc(COMMANDS[name]).splitlines()[0]}" for name in sorted(COMMANDS)]
    steps = textwrap.fill(", ".join(sorted(STEPS)), width=96, initial_indent="  ", subsequent_indent="  ")
    return "\n".join(
        [
            "commands:",
            *lines,
            "",
            "steps, which the rules of the workflow run:",
            steps,
            "",
            "`rnncompare COMMAND --help` lists the options of a command.",
        ]
    )


def parser() -> argparse.ArgumentParser:
    """The parser, with a sub-command for each function and an option for each of its parameters.

    Positional-only parameters become positional arguments.
    """
    top = _Parser(
        prog="rnncompare",
        usage="rnncompare [-h] [--version] COMMAND ...",
        description=package,
        epilog=overview(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=__version__)
    sub = top.add_subparsers(dest="step", required=True, metavar="COMMAND", help=argparse.SUPPRESS)
    for name, function in functions().items():
        command = sub.add_parser(
            name,
            prog=f"{top.prog} {name}",
            description=inspect.getdoc(function),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,  # an option that is added later could change the meaning of an abbreviation
        )
        command.set_defaults(function=function)
        for option, parameter in inspect.signature(function).parameters.items():
            kind, about = parameter.annotation, None
            if get_origin(kind) is Annotated:
                kind, about = get_args(kind)
            if kind in JSON_TYPES:
                about = f"{about or ''} (JSON {JSON_TYPES[kind]})".strip()
            needed = parameter.default is parameter.empty
            how = {
                "default": None if needed else parameter.default,
                "type": Path if kind == list[Path] else as_json(kind) if kind in JSON_TYPES else kind,
                "nargs": "*" if kind == list[Path] else None,
                "help": about,
            }
            if parameter.kind is parameter.POSITIONAL_ONLY:
                command.add_argument(option, metavar=option.upper(), **how | ({} if needed else {"nargs": "?"}))
            else:
                command.add_argument(f"--{option.replace('_', '-')}", dest=option, required=needed, **how)
    return top


def parsed(arguments: list[str]) -> dict:
    """The function of the command and its options. Exits with status 2 if the arguments are invalid."""
    top = parser()
    if arguments and not arguments[0].startswith("-") and arguments[0] not in functions():
        near = nearest(arguments[0], functions())
        wanted = f"wanted a command ({', '.join(sorted(COMMANDS))}) or a step of the workflow"
        top.error(f"found '{arguments[0]}', {wanted}.{near}".removesuffix("."))
    found, unknown = top.parse_known_args(arguments)
    if unknown:
        known = [f"--{name.replace('_', '-')}" for name in inspect.signature(found.function).parameters]
        near = nearest(unknown[0].split("=")[0], known) if unknown[0].startswith("-") else ""
        top.error(f"{found.step}: found {' '.join(unknown)}, wanted only options of {', '.join(known)}.{near}")
    return vars(found)


def main(arguments: list[str] | None = None) -> int:
    """Run one command or step and return its exit status. An invalid input prints a message, without a traceback."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a terminated job removes its temporary files
    options = parsed(sys.argv[1:] if arguments is None else arguments)
    options.pop("step")
    function = options.pop("function")
    parameters = inspect.signature(function).parameters
    unnamed = [options.pop(name) for name, p in parameters.items() if p.kind is p.POSITIONAL_ONLY]
    try:
        function(*unnamed, **options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        print(
            "rnncompare: interrupted; incomplete files were removed: run the command again to continue", file=sys.stderr
        )
        return 130
    except BrokenPipeError:  # the program that read the output has ended
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
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
    """The message of an error, rephrased for errors of the operating system.

    For a full disk, the output files are added, because the system's message does not name them.
    """
    written = [str(options[name]) for name in ("out", "rows", "summary") if isinstance(options.get(name), Path)]
    full = isinstance(error, OSError) and error.errno in FULL and written
    if full:
        return f"{error}, while writing {' and '.join(written)}"
    if isinstance(error, OSError) and error.errno in SYSTEM_ERRORS and error.filename is not None:
        name = error.filename2 if error.filename2 is not None else error.filename
        return f"{os.fsdecode(name)}: {SYSTEM_ERRORS[error.errno]}"
    return str(error)


if __name__ == "__main__":
    sys.exit(main())
