"""Drafts of cards: guessed values with the reason for each guess, and what could not be determined."""

from dataclasses import dataclass, field
from typing import Any

from rnncompare.files import plain_yaml

UNKNOWN = "unknown"
FORMS = """Supported formats, with a line of Python that writes each (docs/adding.md, arrays or spike times):
  numpy.savez("mine.npz", counts=TRIAL_TIME_UNIT, t=TIMES, condition=EACH_TRIALS)
  numpy.savez("mine.npz", spike_times=SECONDS, clusters=UNIT_OF_EACH, move_onset=EACH_TRIALS, condition=EACH_TRIALS)"""


@dataclass(frozen=True)
class Guess:
    """A value with the reason for its choice; sure: whether anything in the file supports it.

    A value that the file or its source states has no reason.
    """

    value: Any
    because: str = ""
    sure: bool = True


@dataclass(frozen=True)
class Draft:
    """A reader's draft of a card, with all keys except name, files, source and facts.

    about: title, animal, area, task, licence, citation. reader: its options, in order; an option that is a dictionary
    of guesses has a line for each. unused: contents of the file that are not used, a line each. measured: facts.
    undetermined: sentences on what could not be determined and what to edit. conditions: new name and coordinates of
    each condition.
    """

    about: dict[str, Guess]
    reader: dict[str, Guess | dict[str, Guess]]
    unused: list[str]
    measured: list[str]
    undetermined: list[str]
    conditions: dict[str, Guess] = field(default_factory=dict)


def card_text(name: str, draft: Draft, file: dict[str, Any], source: str) -> str:
    """The card as YAML text, with the reason of each guess as a comment. file: the entry of `files`."""
    guessed = [key for key, found in draft.reader.items() if isinstance(found, dict) or found.because]
    guessed += ["conditions"] if draft.conditions else []
    unconfirmed = f"{', '.join(guessed)}: guessed from the file's names and values, not confirmed"
    unsure = [key for key, found in draft.reader.items() if isinstance(found, Guess) and not found.sure]
    unconfirmed += f"; least certain: {', '.join(unsure)}" if unsure else ""
    lines = [
        "# Drafted by `rnncompare add`. Please check each line with 'guessed', and first those with 'guessed, unsure',",
        "# which nothing in the file supports. Correct what is wrong, and then remove the inferred fact below: until",
        "# then, it is shown wherever the recording is used.",
        _entry("name", Guess(name)),
        *(_entry(key, draft.about[key]) for key in ("title", "animal", "area", "task")),
        "reader:",
    ]
    for key, found in draft.reader.items():
        if isinstance(found, dict):
            lines += [f"  {key}:", *("    " + _entry(inner, guess) for inner, guess in found.items())]
        else:
            lines.append("  " + _entry(key, found))
    lines += [f"  # {one_line(text)}" for text in draft.unused]
    lines += ["conditions:", *("  " + _entry(*each) for each in draft.conditions.items())] if draft.conditions else []
    lines += ["files:", *(f"  {'-' if k == 0 else ' '} {_entry(*each)}" for k, each in enumerate(_guesses(file)))]
    lines += [*(_entry(key, draft.about[key]) for key in ("licence", "citation")), _entry("source", Guess(source))]
    facts = [{"fact": text, "status": "measured"} for text in draft.measured]
    facts.append({"fact": unconfirmed, "status": "inferred"})
    return "\n".join([*lines, "facts:", *(f"  - {_flow(fact)}" for fact in facts)]) + "\n"


def one_line(text: object) -> str:
    """Text from a file or server as one printable line, for a comment or a terminal."""
    words = " ".join(str("" if text is None else text).split())[:500]
    return "".join(c if c.isprintable() else "?" for c in words)


def _guesses(entries: dict[str, Any]) -> list[tuple[str, Guess]]:
    return [(key, Guess(value)) for key, value in entries.items()]


def _entry(key: str, guess: Guess) -> str:
    how = "unknown" if guess.value == UNKNOWN else "guessed" if guess.sure else "guessed, unsure"
    comment = f"  # {how}: {one_line(guess.because)}" if guess.because else ""
    return f"{_flow(key)}: {_flow(guess.value)}{comment}"


def _flow(value: Any) -> str:
    """A value as YAML on one line, also if it contains line breaks."""
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_flow(key)}: {_flow(inner)}' for key, inner in value.items())}}}"
    if isinstance(value, str) and not value.isprintable():
        return plain_yaml.dump(value, default_style='"', width=float("inf")).strip()
    return plain_yaml.dump([value], default_flow_style=True, width=float("inf"), allow_unicode=True).strip()[1:-1]
