"""Options of a config in words: names with units and values, without loss of a digit."""

import ast
import functools

from rnncompare.plugins import PACKAGE, available

EVERYWHERE = (
    "window",
    "bin",
    "smooth",
    "lag",
    "lags",
    "tau",
    "tau_x",
    "tau_u",
    "width",
    "step",
)  # options in seconds of all members
OF_TASKS = (
    *("delays", "reference_delay", "reaction_time", "fixation", "go_width", "smoothing", "latency", "alone"),
    *(
        "both",
        "after",
        "early",
        "catch_duration",
        "cue",
        "stimulus",
        "delay",
        "decision",
        "test_stimulus",
        "test_delay",
        "onset",
        "duration",
        "reaction",
        "test_onset",
        "test_fixation",
        "test_decision",
        "intervals",
        "test_delays",
        "pulse",
        "sample",
        "test",
    ),
    *("dt", "mean", "sd"),
)
RATES = {"minimum_rate": "spikes/s", "mean_rate": "spikes/s"}
UNITS = dict.fromkeys(EVERYWHERE, "s") | RATES
TASK_UNITS = UNITS | dict.fromkeys(OF_TASKS, "s")
ALWAYS_NUMBERS = ("window",)  # of two numbers
# Options of a training in words, with a place for the value.
TRAINING = {
    "rule": "rule {}",
    "optimiser": "optimiser {}",
    "products": "at most {} products with the Gauss-Newton matrix in an update",
    "damping": "initial damping {}",
    "learning_rate": "learning rate {}",
    "decay": "decay of the learning rate {}",
    "steps": "at most {} updates",
    "batch": "{} trials in each update",
    "clip": "largest norm of the gradient {}",
    "delays": "trained delays {}",
    "weights": "penalty on weights {}",
    "rates": "penalty on rates {}",
    "dynamics": "penalty on dynamics {}",
    "mean_weights": "penalty on mean weights {}",
    "vanishing": "penalty on vanishing gradients {}",
    "wiring": "penalty on recurrent weights times distances {}",
    "absolute_weights": "penalty on absolute recurrent weights {}",
    "matrices": "penalties on mean absolute (l1) and squared (l2) weights of matrices {}",
    "fixed": "weights that are not trained {}",
    "stop_at": "end at a normalised error of {}",
    "stop_correct": "end at a share of correct decisions of {}",
    "stop_over": "both as means over the last {} checks",
    "check_every": "a check every {} updates",
    "at_least": "at least {} updates",
    "validation": "{} conditions (for tasks with sets: trials of each condition) held out for validation",
    "patience": "end after {} updates without a lower validation error",
    "device": "device {}",
}
RECORDED = {  # of the activity of a recording that networks are trained on
    "weight": "weight {}",
    "task": "weight of the error of the task {}",
    "source": "source {}",
    "units": "units {}",
    "soft_normalise": "soft normalisation {}",
    "readout_penalty": "penalty on the readout {}",
    "shuffle": "conditions exchanged with seed {}",
}
TEACHER = {  # of the rule full_force
    "amplitude": "amplitude of its weights from the targets {}",
    "between": "targets at times without a weight {}",
    "ridge": "ridge penalty {}",
}
NOT_SET = "not set"
NONE = {"shuffle": "conditions not exchanged"}  # options whose absence has words of its own


def words(name: str) -> str:
    """A key of a config as words."""
    return name.replace("_", " ")


def value(found: object, unit: str = "", units: dict[str, str] = UNITS) -> str:
    """A value of a config in words; numbers with all their digits, lists in brackets, mappings in parentheses."""
    after = f" {unit}" if unit else ""
    if found is None:
        return NOT_SET
    if isinstance(found, bool):
        return "yes" if found else "no"
    if isinstance(found, int | float):
        return f"{float(found):.15g}{after}"
    if isinstance(found, str):
        return words(found) if found.isidentifier() else found
    if isinstance(found, dict):
        return f"({options(found, (), units)})"
    return f"[{', '.join(value(each, '', units) for each in found)}]{after if found else ''}"


def window(found: object) -> str:
    """A window in s; null is the whole time."""
    return "all times" if found is None else f"{value(found[0])} to {value(found[1], 's')}"


def options(found: dict, leave_out: tuple[str, ...] = ("use",), units: dict[str, str] = UNITS) -> str:
    """All options of a mapping: 'units 100, tau 0.05 s'."""
    return ", ".join(option(name, given, units) for name, given in found.items() if name not in leave_out)


def option(name: str, given: object, units: dict[str, str] = UNITS) -> str:
    """One option: its name and its value."""
    if name in ALWAYS_NUMBERS and isinstance(given, list | tuple) and len(given) == 2:
        return f"{words(name)} {window(given)}"
    return f"{words(name)} {value(given, units.get(name, ''), units)}"


def training(found: dict) -> str:
    """The options of a training in words."""
    more = {name: given for name, given in found.items() if name not in TRAINING}
    recorded, teacher = more.pop("recorded", None), more.pop("teacher", None)
    stages = [_stage(stage) for stage in found.get("curriculum") or []]
    if stages:
        more.pop("curriculum")
    texts = _phrases(TRAINING, found) + [option(name, given) for name, given in more.items()] + stages
    texts += [f"least squares on a teacher ({', '.join(_phrases(TEACHER, teacher))})"] if teacher else []
    texts += [f"recorded activity in the loss ({', '.join(_phrases(RECORDED, recorded))})"] if recorded else []
    return ", ".join(texts)


def _phrases(phrases: dict[str, str], found: dict) -> list[str]:
    """Options in words, in the order of the phrases."""
    return [
        NONE.get(name, option(name, None)) if found[name] is None else phrase.format(value(found[name]))
        for name, phrase in phrases.items()
        if name in found
    ]


def _stage(stage: dict) -> str:
    """A stage of a curriculum in words."""
    task, share = options(stage["task"], (), TASK_UNITS), stage["until"]["correct"]
    what = f"the task with {task}" if task else "the task"
    end = "of as many updates" if share is None else f"until a share of correct decisions of {value(share)}"
    return f"a preceding stage of {what} {end}"


def of_member(folder: str, entry: dict, units: dict[str, str] = UNITS) -> str:
    """A member in words: its name, what it does according to its docstring, and its options, which `entry` contains."""
    line, inside = first_line(folder, entry["use"]), options(entry, ("use",), units)
    return words(entry["use"]) + (f" ({line})" if line else "") + (f", with {inside}" if inside else "")


def named(name: str, member: str) -> str:
    """A member in words (`of_member`) with the name that it has in the config, if that is another."""
    return member if member.startswith(words(name)) else f"{words(name)} is {member}"


def listed(names: list[str]) -> str:
    """Names in words as a list in a sentence."""
    names = [words(name) for name in names]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else "none"


@functools.cache
def first_line(folder: str, name: str) -> str:
    """The first sentence of the docstring of a member, from the text of its file; '' if there is no such member."""
    if name not in available(folder):
        return ""
    for node in ast.parse((PACKAGE / folder / f"{name}.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            line = (ast.get_docstring(node) or "").partition("\n")[0].partition(" Raises ")[0]
            return line.rstrip(".").replace("`", "")
    return ""
