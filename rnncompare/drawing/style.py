"""The colours of all figures: of each source, variable, choice and condition."""

import numpy as np
from matplotlib.colors import to_hex, to_rgb

# Okabe and Ito (2008), distinguishable with any colour vision; four dark colours are added for further networks.
# Black is the recording; grey is a source that is neither a recording nor a network.
NETWORKS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#661100", "#4B0082", "#666600", "#882255")
VARIABLES = ("#3B3B98", "#C2385A", "#3AA88C", "#B8A200")  # decoded or demixed variables, in the order of the tables
CHOICES = ("#1F5FA8", "#B5651D")
ABLATIONS = {"only_": "#56B4E9", "no_": "#E69F00"}
ABLATION_LABELS = {"only_": "one component alone", "no_": "one component removed"}
RECORDING, OTHER, NULL, GUIDE = "#000000", "#6E6E6E", "#D8D8D8", "#EEEEEE"

# From Oklab to the cube roots of cone responses, and from cone responses to linear red, green, blue (Ottosson 2020).
TO_CONES = np.array(
    [[1, 0.3963377774, 0.2158037573], [1, -0.1055613458, -0.0638541728], [1, -0.0894841775, -1.2914855480]]
)
FROM_CONES = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)


def ablation(name: str) -> str:
    """Return the kind of ablation by a model's name: 'only_' (one component alone), 'no_' (one removed) or ''."""
    return next((prefix for prefix in ABLATIONS if name.startswith(prefix)), "")


def colours(sources: list[str], networks: list[str]) -> dict[str, str]:
    """Return a colour for each source, which is the same in all figures of a study.

    sources: in the order of the tables; networks: those of them that are networks.
    """
    main = [n for n in networks if not ablation(n)]
    chosen = {name: OTHER for name in sources}
    chosen |= {name: NETWORKS[i % len(NETWORKS)] for i, name in enumerate(main)}
    chosen |= {name: ABLATIONS[ablation(name)] for name in networks if ablation(name)}
    return chosen | {"recording": RECORDING, "target": RECORDING}


def variable_colours(names: list[str]) -> dict[str, str]:
    """Return a colour for each variable of a probe; `time`, which is not a variable of the task, is grey."""
    of_task = [n for n in names if n != "time"]
    return {name: VARIABLES[i % len(VARIABLES)] for i, name in enumerate(of_task)} | {"time": OTHER}


def shaded(colour: str, share: float) -> str:
    """Return a colour mixed with white: light at share 0, unmixed at 1."""
    return to_hex(1 - (0.3 + 0.7 * share) * (1 - np.array(to_rgb(colour))))


def choice_colours(choices: list[str], strengths: list[float]) -> dict[tuple[str, float], str]:
    """Return a colour for each choice (hue) and strength of the evidence (darker for stronger evidence)."""
    steps = max(len(strengths) - 1, 1)
    return {
        (choice, strength): shaded(CHOICES[i % len(CHOICES)], k / steps)
        for i, choice in enumerate(choices)
        for k, strength in enumerate(sorted(strengths))
    }


def condition_colours(conditions: list[str]) -> dict[str, str]:
    """Return cyclic colours of conditions, in the order given, or by angle if all are directions in degrees.

    Hue changes in equal steps in Oklch (Ottosson 2020). Opposite directions differ in lightness or as blue from yellow,
    and are therefore distinguishable with any colour vision.
    """
    directions = angles(conditions)
    turns = np.arange(len(conditions)) / len(conditions) if directions is None else directions / 360
    return dict(zip(conditions, map(cyclic, turns), strict=True))


def angles(conditions: list[str]) -> np.ndarray | None:
    """Return conditions as degrees, or None if they are not numbers, more than 36, or span less than half a circle."""
    try:
        degrees = np.array([float(c) for c in conditions]) % 360
    except ValueError:
        return None
    return degrees if np.ptp(degrees) >= 180 and len(degrees) <= 36 else None


def cyclic(turn: float) -> str:
    """Return the colour at a position on the circle, 0 to 1, along which hue and lightness vary once."""
    lightness, chroma, hue = 0.60 + 0.15 * np.cos(2 * np.pi * turn), 0.13, 2 * np.pi * (turn - 0.028)
    a, b = chroma * np.cos(hue), chroma * np.sin(hue)
    linear = FROM_CONES @ (TO_CONES @ [lightness, a, b]) ** 3
    linear = np.clip(linear, 0, 1)
    return to_hex(np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055))


def condition_label(conditions: list[str], condition: str) -> str:
    """Return the label of a condition, for example '45°' if all are directions."""
    return condition if angles(conditions) is None else f"{condition}°"
