"""Names of panels and axes: the measure in the title, the quantity and its unit at the axis; proportions."""

import re
import textwrap

from matplotlib.axes import Axes

from rnncompare.comparison.measure_card import in_sample
from rnncompare.comparison.primary_statistics import reverse, title, words

SHADE = "#FBF1EE"  # behind panels of measures that are scored in sample
QUANTITIES = {  # statistic: quantity at the axis, where the name of the statistic alone would not say it
    "mean": "mean correlation",
    "mean_in_sample": "mean correlation",
    "first": "first correlation",
    "cka": "alignment",
    "rdm": "RDM agreement",
}


def panel_title(measure: str, statistic: str) -> str:
    """Return the name of a measure; that of a prediction names what is predicted, as 'Ridge, to recording'."""
    directed = reverse(statistic) != statistic
    return title(measure) + (f", to {words(statistic.rsplit('_to_')[-1])}" if directed else "")


def quantity(statistic: str) -> str:
    """Return the quantity on the axis of a statistic, with its unit; the direction of a prediction is in the title."""
    if statistic in QUANTITIES:
        return QUANTITIES[statistic]
    name = words(re.sub(r"_[a-z]+_to_[a-z]+$", "", statistic) if reverse(statistic) != statistic else statistic)
    return f"{name} (rad)" if "angle" in statistic else name


def set_title(axis: Axes, measure: str, statistic: str, across: int) -> None:
    """Set the title of a panel, in bold and at most `across` characters wide; shade a panel that is in sample."""
    within = in_sample(measure, statistic)
    heading = textwrap.fill(panel_title(measure, statistic), across, break_long_words=False)
    axis.set_title(heading + ("\n(in sample)" if within and "in sample" not in heading.replace("\n", " ") else ""))
    axis.title.set_fontweight("bold")
    if within:
        axis.set_facecolor(SHADE)


def proportion(axis: Axes, which: str, chance: float) -> None:
    """Begin an axis of proportions at chance, or below it if there are values below, and end it just above 1."""
    low = getattr(axis, f"get_{which}lim")()[0]
    margin = 0.04 * (1 - chance)
    getattr(axis, f"set_{which}lim")(chance - margin if low > chance - margin else max(low, -margin), 1 + margin)
