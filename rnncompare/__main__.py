"""The command line, `rnncompare COMMAND [VALUE ...] --NAME VALUE ...`, with a command for each function of steps/."""

from rnncompare.reproducibility import processor

processor.pin()  # before anything imports numpy

import argparse  # noqa: E402
import contextlib  # noqa: E402
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
from rnncompare.files import records  # noqa: E402
from rnncompare.plugins import nearest  # noqa: E402
from rnncompare.reproducibility import job  # noqa: E402
from rnncompare.steps import COMMANDS, STEPS  # noqa: E402

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
SYSTEM_ERRORS = {  # messages for errors of the operating system
    errno.ENOENT: "found no such file or folder, wanted an existing one",
    errno.EISDIR: "found a folder, wanted a file",
    errno.ENOTDIR: "found a file where the path has a folder, wanted a folder",
    errno.EEXIST: "found a file where a folder is to be created, wanted none",
    errno.EACCES: "found no permission to read or write, wanted permission",
    errno.EPERM: "found an operation that the system does not permit, wanted a place where it is permitted",
    errno.EROFS: "found a read-only file system, wanted another place",
    errno.ENAMETOOLONG: "found a name that is too long for the system, wanted a shorter one",
    errno.ELOOP: "found a loop of symbolic links, wanted a file",
}
WORDS = {dict: "object", list: "list"}  # JSON types


def as_json(kind: type) -> Callable[[str], object]:
    """Return a parser of an option in JSON, which must be of this type."""

    def read(text: str) -> object:
        try:
            found = json.loads(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"found {text!r}, wanted JSON: {error}") from None
        if not isinstance(found, kind):
            raise argparse.ArgumentTypeError(f"found {text!r}, wanted a JSON {WORDS[kind]}")
        return found

    return read


class _Parser(argparse.ArgumentParser):
    """A parser that reports an error in one line with status 2, without the list of all options."""

    def error(self, message: str):
        self.exit(2, f"{self.prog}: {message} (see `{self.prog} --help`)\n")


def functions() -> dict[str, Callable]:
    """Return all functions of the command line: commands first, then the steps of the workflow."""
    return COMMANDS | STEPS


def overview() -> str:
    """Return the text of `rnncompare --help`: each command with its first line, and the names of the steps."""
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
            "COMMAND --help lists the options of a command.",
        ]
    )


def parser() -> argparse.ArgumentParser:
    """Return the parser: a sub-command for each function, and an option (or position) for each parameter."""
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
            allow_abbrev=False,  # a future option would change the meaning of an abbreviation
        )
        command.set_defaults(function=function)
        for option, parameter in inspect.signature(function).parameters.items():
            kind, about = parameter.annotation, None
            if get_origin(kind) is Annotated:
                kind, about = get_args(kind)
            if kind in WORDS:
                about = f"{about or ''} (JSON {WORDS[kind]})".strip()
            needed = parameter.default is parameter.empty
            how = {
                "default": None if needed else parameter.default,
                "type": Path if kind == list[Path] else as_json(kind) if kind in WORDS else kind,
                "nargs": "*" if kind == list[Path] else None,
                "help": about,
            }
            if parameter.kind is parameter.POSITIONAL_ONLY:
                command.add_argument(option, metavar=option.upper(), **how | ({} if needed else {"nargs": "?"}))
            else:
                command.add_argument(f"--{option.replace('_', '-')}", dest=option, required=needed, **how)
    return top


def parsed(arguments: list[str]) -> dict:
    """Return the function and its options. An invalid command line ends the program with status 2."""
    top = parser()
    if arguments and not arguments[0].startswith("-") and arguments[0] not in functions():
        near = nearest(arguments[0], functions())
        wanted = f"wanted a command ({', '.join(sorted(COMMANDS))}) or a step of the workflow"
        top.error(f"found '{arguments[0]}', {wanted}.{near}".removesuffix("."))
    found, unknown = top.parse_known_args(arguments)
    if unknown:
        known = [f"--{name.replace('_', '-')}" for name in inspect.signature(found.function).parameters]
        near = nearest(unknown[0].split("=")[0], known) if unknown[0].startswith("-") else ""
        top.error(f"{found.step}: found {' '.join(unknown)}, wanted options among {', '.join(known)}.{near}")
    return vars(found)


def main(arguments: list[str] | None = None) -> int:
    """Run one command. An invalid input ends in a message and status 1, without a traceback."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # a stopped job removes its unfinished files
    options = parsed(sys.argv[1:] if arguments is None else arguments)
    options.pop("step")
    function = options.pop("function")
    parameters = inspect.signature(function).parameters
    unnamed = [options.pop(name) for name, p in parameters.items() if p.kind is p.POSITIONAL_ONLY]
    try:
        with _recorded(function, options):
            function(*unnamed, **options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        print(
            "rnncompare: interrupted; unfinished files were removed, and the command can be repeated", file=sys.stderr
        )
        return 130
    except BrokenPipeError:  # the reader of the output has closed the pipe
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


def _recorded(function: Callable, options: dict) -> contextlib.AbstractContextManager:
    """The context in which a step of the workflow runs: what it writes carries a record of what it was made from."""
    if STEPS.get(function.__name__) is not function:
        return contextlib.nullcontext()
    kinds = {name: parameter.annotation for name, parameter in inspect.signature(function).parameters.items()}
    values = {
        name: value for name, value in options.items() if kinds[name] not in (Path, list[Path]) and value is not None
    }
    return records.job(function.__name__, values, lambda: job.description(function.__module__))


def in_words(error: Exception, options: dict) -> str:
    """Return the message of an error; system errors have messages of their own, with the files that were written."""
    outputs = options["out"] if isinstance(options.get("out"), list) else [options.get("out")]
    # `rows` and `summary` are lists of input files in some steps.
    written = [str(path) for path in (*outputs, options.get("rows"), options.get("summary")) if isinstance(path, Path)]
    written = written if len(written) <= 3 else [f"files in {os.path.commonpath(written)}"]
    full = isinstance(error, OSError) and error.errno in FULL and written
    if full:
        return f"{error}, while writing {' and '.join(written)}"
    if isinstance(error, OSError) and error.errno in SYSTEM_ERRORS and error.filename is not None:
        name = error.filename2 if error.filename2 is not None else error.filename
        return f"{os.fsdecode(name)}: {SYSTEM_ERRORS[error.errno]}"
    return str(error)


if __name__ == "__main__":
    sys.exit(main())
