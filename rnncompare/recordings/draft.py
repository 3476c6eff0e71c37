"""A card as a program drafts it: each value with how it was come by, and what could not be told, in words."""

from dataclasses import dataclass, field
from typing import Any

from rnncompare.files import plain_yaml

UNKNOWN = "unknown"
FORMS = """Forms that are read, and a line of Python that makes them (docs/adding.md, arrays or spike times):
  numpy.savez("mine.npz", counts=TRIAL_TIME_UNIT, t=TIMES, condition=EACH_TRIALS)
  numpy.savez("mine.npz", spike_times=SECONDS, clusters=UNIT_OF_EACH, move_onset=EACH_TRIALS, condition=EACH_TRIALS)"""


@dataclass(frozen=True)
class Guess:
    """A value, why it was chosen, and whether anything speaks for it; what the file or its source states has none."""

    value: Any
    because: str = ""
    sure: bool = True


@dataclass(frozen=True)
class Draft:
    """What a reader makes of a file. Every key of a card but name, files, source and facts.

    about: title, animal, area, task, licence, citation. reader: its options, in order; one that is a dictionary of
    guesses has a line for each. also: what was seen and not used, a line each. measured: facts. untold: what could not
    be told, and what to edit, a sentence each. conditions: each one's other name and coordinates.
    """

    about: dict[str, Guess]
    reader: dict[str, Guess | dict[str, Guess]]
    also: list[str]
    measured: list[str]
    untold: list[str]
    conditions: dict[str, Guess] = field(default_factory=dict)


def card_text(name: str, draft: Draft, file: dict[str, Any], source: str) -> str:
    """The card as YAML, with a comment beside each guess. file: the one entry of `files`."""
    guessed = [key for key, found in draft.reader.items() if isinstance(found, dict) or found.because]
    guessed += ["conditions"] if draft.conditions else []
    unconfirmed = f"{', '.join(guessed)}: guessed from the file's names and values, confirmed by nobody"
    unsure = [key for key, found in draft.reader.items() if isinstance(found, Guess) and not found.sure]
    unconfirmed += f"; least sure: {', '.join(unsure)}" if unsure else ""
    lines = [
        "# Drafted by `rnncompare add`. Look at each line that says 'guessed', first where it says 'guessed, unsure':",
        "# nothing in the file speaks for that. Correct what is wrong, and take the inferred fact away once you have:",
        "# until then it is shown wherever the recording is.",
        _entry("name", Guess(name)),
        *(_entry(key, draft.about[key]) for key in ("title", "animal", "area", "task")),
        "reader:",
    ]
    for key, found in draft.reader.items():
        if isinstance(found, dict):
            lines += [f"  {key}:", *("    " + _entry(inner, guess) for inner, guess in found.items())]
        else:
            lines.append("  " + _entry(key, found))
    lines += [f"  # {one_line(text)}" for text in draft.also]
    lines += ["conditions:", *("  " + _entry(*each) for each in draft.conditions.items())] if draft.conditions else []
    lines += ["files:", *(f"  {'-' if k == 0 else ' '} {_entry(*each)}" for k, each in enumerate(_guesses(file)))]
    lines += [*(_entry(key, draft.about[key]) for key in ("licence", "citation")), _entry("source", Guess(source))]
    facts = [{"fact": text, "status": "measured"} for text in draft.measured]
    facts.append({"fact": unconfirmed, "status": "inferred"})
    return "\n".join([*lines, "facts:", *(f"  - {_flow(fact)}" for fact in facts)]) + "\n"


def one_line(text: object) -> str:
    """Words of somebody else's as one line that can stand in a comment or on a screen."""
    words = " ".join(str("" if text is None else text).split())[:500]
    return "".join(c if c.isprintable() else "?" for c in words)


def _guesses(entries: dict[str, Any]) -> list[tuple[str, Guess]]:
    return [(key, Guess(value)) for key, value in entries.items()]


def _entry(key: str, guess: Guess) -> str:
    how = "unknown" if guess.value == UNKNOWN else "guessed" if guess.sure else "guessed, unsure"
    comment = f"  # {how}: {one_line(guess.because)}" if guess.because else ""
    return f"{_flow(key)}: {_flow(guess.value)}{comment}"


def _flow(value: Any) -> str:
    """YAML on one line, whatever a text holds."""
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_flow(key)}: {_flow(inner)}' for key, inner in value.items())}}}"
    if isinstance(value, str) and not value.isprintable():
        return plain_yaml.dump(value, default_style='"', width=float("inf")).strip()
    return plain_yaml.dump([value], default_flow_style=True, width=float("inf"), allow_unicode=True).strip()[1:-1]
