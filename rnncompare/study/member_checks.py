"""Check a name of a config against those that exist, and the options of a member against its function."""

from collections.abc import Callable, Iterable

from rnncompare import plugins
from rnncompare.options.values import check_values
from rnncompare.plugins import BadOption


def check_known(name: str, names: Iterable[str], where: str, kind: str) -> None:
    """Raise BadOption with the nearest of `names` if the name is not among them."""
    if name not in names:
        raise BadOption(
            f"{where}: found '{name}', wanted a {kind} among {', '.join(names) or 'none'}."
            f"{plugins.nearest(name, names)}"
        )


def check_member(folder: str, entry: dict, where: str, given: tuple = ()) -> None:
    """Raise BadOption if `use` names no member of the folder, or if an option is not valid for it.

    given: options that the program sets, not the config.
    """
    options = dict(entry)
    if "use" not in options:
        raise BadOption(f"{where}: found no 'use', wanted one of {', '.join(plugins.available(folder))}")
    name = options.pop("use")
    try:
        function = plugins.find(folder, name)
    except BadOption as error:
        raise BadOption(f"{where}: {error}") from None
    check_options(function, options, where, given=given)


def check_options(function: Callable, options: dict, where: str, given: tuple = ()) -> None:
    """Raise BadOption for an option that the function does not have, or a value that is not valid for it."""
    plugins.check(function, options, where, given=given)
    check_values(function, options, where)
