"""Named types with the valid range of each kind of number in a config, a card or a command.

Members use them as annotations in their signatures (`bin: Bin`, `draws: Draws`), configs and cards in their fields;
`options.values.check_values` and pydantic check every value before any job runs. Upper limits are far above any useful
value: they refuse computations that would not finish or would not fit into memory, and the error says why.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, GetCoreSchemaHandler, Strict
from pydantic_core import CoreSchema, core_schema

from rnncompare.plugins import BadOption

SHOWN = 60  # number of characters of a value that an error shows
SEED_LIMIT = 2**32  # numpy, torch and scikit-learn all accept seeds below it
MOST_TIMES = 100_000  # time points of one window; with 100 units and 100 trials they take 8 GB
MOST_SPECIFICATIONS = 10_000  # of a sweep; at 1 s for each score, three hours for each source and measure


@dataclass(frozen=True)
class Range:
    """The numbers from `least` to `most`, both included unless `above` and `below` say otherwise.

    what: name of the quantity, for errors; unit: unit of the numbers; why: the reason for the upper limit.
    """

    what: str
    least: float
    most: float
    above: bool = False
    below: bool = False
    unit: str = ""
    why: str = ""

    def holds(self, value: float) -> bool:
        """Whether a number is in the range; NaN is not."""
        low = self.least < value if self.above else self.least <= value
        return low and (value < self.most if self.below else value <= self.most)

    def checked(self, value: float) -> float:
        """Return the number. Raises ValueError if it is outside the range."""
        if self.holds(value):
            return value
        why = f": {self.why}" if self.why and value > self.most else ""
        raise ValueError(f"found {repr(value)[:SHOWN]}, wanted {self.in_words}{why}")

    @property
    def in_words(self) -> str:
        """A description of the range, such as 'a share above 0 and at most 1'."""
        unit = f" {self.unit}" if self.unit else ""
        low = f"{'above' if self.above else 'of at least'} {shown(self.least)}"
        return f"{self.what} {low} and {'below' if self.below else 'at most'} {shown(self.most)}{unit}"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.checked, handler(source))


def shown(number: float) -> str:
    """A limit as text for an error: 1,000,000 or 1e-05."""
    return f"{number:,}" if isinstance(number, int) else f"{number:g}"


def _rising(window: tuple[float, float]) -> tuple[float, float]:
    if not window[0] < window[1]:
        raise ValueError(f"found {list(window)}, wanted the start before the end")
    return window


def _not_falling(window: tuple[float, float]) -> tuple[float, float]:
    if not window[0] <= window[1]:
        raise ValueError(f"found {list(window)}, wanted the start before the end, or the same time twice for one bin")
    return window


def _some(values: list) -> list:
    if not values:
        raise ValueError(f"found {values}, wanted at least one")
    return values


def _different(values: list) -> list:
    if len(set(_some(values))) < len(values):
        raise ValueError(f"found {values}, wanted each once")
    return values


def _first_and_end(samples: tuple[int, int]) -> tuple[int, int]:
    if not samples[0] < samples[1]:
        raise ValueError(f"found {list(samples)}, wanted the first sample before the end")
    return samples


def _milliseconds(time: float) -> float:
    if abs(time * 1000 - round(time * 1000)) > 1e-6:
        raise ValueError(f"found {time}, wanted a multiple of 0.001 s")
    return time


def _start_and_step(clock: dict[str, float]) -> dict[str, float]:
    if set(clock) != {"start", "step"} or not clock["step"] > 0:
        raise ValueError(f"found {clock}, wanted a start and a step above 0")
    return clock


def _sliding(windows: dict[str, float]) -> dict[str, float]:
    keys = set(windows)
    if keys not in ({"width", "step"}, {"width", "step", "start", "stop"}):
        raise ValueError(f"found {windows}, wanted a width and a step, s, and a start and a stop or neither")
    LONG.checked(windows["width"])
    SLIDE.checked(windows["step"])
    if "start" in keys and not windows["start"] < windows["stop"]:
        raise ValueError(f"found {windows}, wanted the start before the stop")
    return windows


Some = AfterValidator(_some)  # for a list with at least one value
Different = AfterValidator(_different)  # for a list with at least one value, each value once

# Times in s. 1e6 s are about eleven days.
LONG = Range("a time", 0.0, 1e6, unit="s")
SLIDE = Range("a step", 1e-3, 1e6, unit="s")  # of sliding windows; firing rates are not resolved more finely
Seconds = Annotated[float, Range("a time", -1e6, 1e6, unit="s")]
Duration = Annotated[float, LONG]
PositiveSeconds = Annotated[float, Range("a time", 0.0, 1e6, above=True, unit="s")]
Bin = Annotated[float, Range("a width", 1e-5, 1e4, unit="s")]  # no recording system samples more finely
TimeStep = Annotated[float, Range("a time step", 1e-4, 10.0, unit="s")]
TimeConstant = Annotated[float, Range("a time constant", 1e-4, 1e3, unit="s")]
Smoothing = Annotated[float, Range("the SD of a Gaussian", 0.0, 1e3, unit="s")]
Window = Annotated[tuple[Seconds, Seconds], Strict(False), AfterValidator(_rising)]
ReadWindow = Annotated[tuple[Seconds, Seconds], Strict(False), AfterValidator(_not_falling)]  # of bins' centres
SlidingWindows = Annotated[dict[Literal["width", "step", "start", "stop"], Seconds], AfterValidator(_sliding)]

# Other numbers with a fraction.
Number = Annotated[float, Range("a number", -1e9, 1e9)]
SampleClock = Annotated[dict[Literal["start", "step"], Number], AfterValidator(_start_and_step)]
Positive = Annotated[float, Range("a number", 1e-12, 1e9)]
NotNegative = Annotated[float, Range("a number", 0.0, 1e9)]
Penalty = Annotated[float, Range("a penalty", 0.0, 1e9)]
PositivePenalty = Annotated[float, Range("a penalty", 1e-12, 1e9)]
Share = Annotated[float, Range("a share", 0.0, 1.0)]
PositiveShare = Annotated[float, Range("a share", 0.0, 1.0, above=True)]
Level = Annotated[float, Range("a share", 0.0, 1.0, above=True, below=True)]  # significance or confidence level
MinimumRate = Annotated[float, Range("a rate", 0.0, 1e9, unit="spikes/s, or the file's units")]
Hertz = Annotated[float, Range("a rate", 0.0, 1e9, above=True, unit="Hz")]
LearningRate = Annotated[float, Range("a learning rate", 1e-12, 1e3)]
SampledEvery = Annotated[
    float, Range("a time", 1e-3, 1e3, unit="s"), AfterValidator(_milliseconds)
]  # of files sampled at 1 ms
Degrees = Annotated[float, Range("an angle", -360.0, 360.0, unit="degrees")]
Radians = Annotated[float, Range("an angle", -10.0, 10.0, unit="rad")]

# Whole numbers.
Areas = Annotated[int, Range("a number of areas", 1, 100)]
Seed = Annotated[int, Range("a seed", 0, SEED_LIMIT - 1)]
FirstSeed = Annotated[int, Range("a seed", 0, SEED_LIMIT // 2)]  # the first of several consecutive seeds
Networks = Annotated[int, Range("a number of seeds", 1, 10_000, why="each is made and measured for seconds at least")]
Batch = Annotated[
    int, Range("a number of networks in a batch", 1, 500, why="the records of a job grow with the square of its files")
]
Repeats = Annotated[int, Range("a number of repeats", 1, 10_000, why="everything is done once for each")]
DRAWS_WHY = "a million draws resolve p values of 1e-6, and each draw is held in memory or measured separately"
Draws = Annotated[int, Range("a number of draws", 1, 1_000_000, why=DRAWS_WHY)]
DrawsOrNone = Annotated[int, Range("a number of draws", 0, 1_000_000, why=DRAWS_WHY)]
Resamples = Annotated[int, Range("a number of resamples", 0, 10_000, why="everything is measured once for each")]
TrialCount = Annotated[int, Range("a number of trials", 1, 1_000_000, why="all are held in memory")]
TrialCountOrNone = Annotated[int, Range("a number of trials", 0, 1_000_000, why="all are held in memory")]
UNITS_WHY = "weights of 20,000 units, their gradient and the optimiser's moments take 6 GB"
NetworkUnits = Annotated[int, Range("a number of units", 1, 20_000, why=UNITS_WHY)]
UnitCount = Annotated[int, Range("a number of units", 1, 1_000_000)]
Components = Annotated[int, Range("a number of components", 1, 10_000, why="no recording has as many dimensions")]
Updates = Annotated[int, Range("a number of updates", 1, 100_000_000, why="at 10 ms each they take eleven days")]
UpdatesOrNone = Annotated[int, Range("a number of updates", 0, 100_000_000, why="at 10 ms each they take eleven days")]
Products = Annotated[int, Range("a number of products", 1, 100_000, why="each takes as long as a gradient")]
Checks = Annotated[int, Range("a number of checks", 1, 10_000, why="a training ends only after as many")]
Groups = Annotated[int, Range("a number of groups", 2, 10_000, why="each is left out and fitted without in turn")]
Pairs = Annotated[int, Range("a number of recordings", 0, 1_000_000, why="each is simulated and measured")]
NetworkPairs = Annotated[int, Range("a number of pairs", 1, 1_000_000, why="every measure is computed for each")]
Jobs = Annotated[int, Range("a number of jobs", 1, 10_000, why="each costs seconds before it does anything")]
Count = Annotated[int, Range("a whole number", 1, 1_000_000)]
CountOrNone = Annotated[int, Range("a whole number", 0, 1_000_000)]
Directions = Annotated[int, Range("a number of directions", 2, 360)]
RingDirections = Annotated[int, Range("a number of directions", 5, 360)]  # four remain if one is left out
HARMONICS_WHY = "at n evenly spaced directions, a harmonic above n / 2 has the values of a lower one"
Harmonics = Annotated[int, Range("a number of harmonics", 1, 180, why=HARMONICS_WHY)]
PlaneComponents = Annotated[int, Range("a number of components", 2, 10_000, why="no recording has as many dimensions")]
SpreadRepeats = Annotated[
    int, Range("a number of repeats", 2, 10_000, why="everything is done once for each")
]  # for an SD
Delays = Annotated[int, Range("a number of time steps", 1, 1_000, why="the dimension of the state is multiplied by it")]
Starts = Annotated[int, Range("a number of starts", 1, 1_000, why="the search is repeated from each")]
Iterations = Annotated[int, Range("a number of steps", 0, 100_000, why="each takes a millisecond for every score")]
SampleSpan = Annotated[tuple[CountOrNone, CountOrNone], Strict(False), AfterValidator(_first_and_end)]
Bytes = Annotated[int, Range("a number of bytes", 1, 2**63 - 1)]


def bins_in_window(*, window: tuple[float, float], bin: float, smooth: float = 0.0) -> None:
    """Raise BadOption if a window of bin centres (s) is shorter than one bin or has too many bins to fit into memory.

    bin: width in s; smooth: SD of the smoothing Gaussian in s, whose kernel extends 4 SD beyond both ends.
    """
    length, around = window[1] - window[0], window[1] - window[0] + 8 * smooth
    if 0 < length < bin * (1 - 1e-9):
        raise BadOption(f"found window {list(window)} s and bin {bin:g} s, wanted a window of one bin or more")
    if around / bin >= MOST_TIMES:
        beyond = f" and smooth {smooth:g} s, which needs {8 * smooth:g} s more" if smooth else ""
        raise BadOption(
            f"found window {list(window)} s in bins of {bin:g} s{beyond}: {around / bin:.3g} bins, wanted at most "
            f"{MOST_TIMES:,}: more would not fit into memory for all units and trials"
        )
