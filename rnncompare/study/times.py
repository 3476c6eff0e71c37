"""Check that the times of a config are consistent: windows of measures, times of sources, and time constants."""

from rnncompare import plugins
from rnncompare.activity import RESOLUTION
from rnncompare.plugins import BadOption
from rnncompare.recordings.card import read_card
from rnncompare.study import places
from rnncompare.study.config_keys import Config, Study
from rnncompare.study.contents import chosen, compared, measured, recordings
from rnncompare.study.model_networks import model_options, simulated
from rnncompare.study.model_tasks import task_options

Window = tuple[float, float]


def check_times(config: Config, study: Study, where: str) -> None:
    """Raise BadOption for a window without any time of a source, or for a step that is longer than a time constant."""
    windows = windows_of(config, study)
    if study.comparison is not None:
        for source in ("recording", *compared(study)):
            _overlap(
                study.comparison.preparation.window, windows.get(source), source, f"{where}.comparison.preparation"
            )
    for kind in ("probes", "views"):
        names = chosen(config, study, kind) if kind == "probes" else config.views
        for name in names:
            entry = getattr(config, kind)[name]
            if entry.options.get("window") is not None and entry.options.get("align") is None:
                for source in measured(study, entry):
                    _overlap(entry.options["window"], windows.get(source), source, f"{where}, {kind}.{name}")
    for name in simulated(study):
        step = step_of(study, name)
        tau = model_options(study, name)["network"].get("tau")
        if step is not None and tau is not None and step > tau:
            raise BadOption(
                f"{where}.models.{name}.network.tau: found {tau:g} s and time steps of {step:g} s, wanted a time "
                "constant of at least one step, because Euler's method overshoots otherwise"
            )


def windows_of(config: Config, study: Study) -> dict[str, Window]:
    """Return the first and last time (s) of each source for which the config determines them."""
    found = {}
    for source, recording in recordings(study).items():
        if recording.options.get("window") is not None:
            offset = read_card(places.card(config.data, recording.card)).offset
            found[source] = tuple(edge + offset for edge in recording.options["window"])
    own = found.get("recording")
    trained = own if study.simulation is None else study.simulation.window
    return found | {
        source: window
        for sources, window in ((study.controls, own), (simulated(study), trained))
        if window is not None
        for source in sources
    }


def step_of(study: Study, model: str) -> float | None:
    """Return the time step (s) of a model, from its task or the recording, or None if the config does not give it."""
    task = task_options(study, model)
    if task is None or "dt" in task:
        return None if task is None else task["dt"]
    if task.get("step") is not None:
        return task["step"]
    keeps_step = getattr(plugins.find("tasks", task["use"]), "keeps_step", False)
    return study.recording.options.get("bin") if keeps_step and study.recording else None


def _overlap(window: Window, there: Window | None, source: str, where: str) -> None:
    if there is not None and (window[0] > there[1] + RESOLUTION or window[1] < there[0] - RESOLUTION):
        raise BadOption(
            f"{where}.window: found {list(window)} s, wanted some of the times of '{source}', {there[0]:g} to "
            f"{there[1]:g} s"
        )
