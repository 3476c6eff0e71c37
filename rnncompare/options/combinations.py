"""Values that options can have only together with some value of another option."""

from rnncompare.plugins import BadOption


def require(name: str, found: object, wanted: object, *, given: str, reason: str) -> None:
    """Raise BadOption unless an option has the value that another one requires.

    found: the value of the option `name`; wanted: the required value, or a tuple of allowed ones; given: in words, what
    requires it, such as "the rule 'full_force'"; reason: why.
    """
    allowed = wanted if isinstance(wanted, tuple) else (wanted,)
    if found not in allowed:
        values = " or ".join(map(in_config, allowed))
        raise BadOption(f"found {name} {in_config(found)} with {given}, wanted {values}: {reason}")


def in_config(value: object) -> str:
    """A value of an option in words, nearly as it is written in a config: null for None, 1 for 1.0."""
    return "null" if value is None else f"{value:.15g}" if isinstance(value, float) else str(value)
