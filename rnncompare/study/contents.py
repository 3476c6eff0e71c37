"""What a study is made of: its sources, their networks, and what is measured of each."""

from rnncompare import plugins
from rnncompare.study import config_file
from rnncompare.study.model import DRAWS, Config, Member, Recording, Study


def model_options(study: Study, name: str) -> dict:
    """What makes a model: {'network': options, 'training': options or None}, the study's with the model's on top.

    With `weights` where they are published ones.
    """
    model = study.models[name]
    training = None if model.training is None else config_file.on_top(study.training, model.training)
    weights = {} if model.weights is None else {"weights": model.weights}
    return {"network": config_file.on_top(study.network, model.network), "training": training, **weights}


def imported(study: Study) -> list[str]:
    """The models whose networks were trained elsewhere: their activities are read from files."""
    return [name for name, model in study.models.items() if model.activities is not None]


def simulated(study: Study) -> list[str]:
    """The models whose networks are made, trained and run here."""
    return [name for name in study.models if name not in imported(study)]


def reading_options(study: Study, name: str) -> dict:
    """How an imported model's files are read: its options, and the study's smoothing where they say none."""
    return {"smooth": study.smooth, **study.models[name].options}


def unpaired(study: Study) -> list[str]:
    """The models whose networks share their seeds with no other model's."""
    return [name for name in imported(study) if not study.models[name].shares_seeds]


def seeds(study: Study, source: str) -> list[int]:
    """The seeds a source comes in."""
    if source in imported(study):
        return [study.first_seed + k for k in range(len(study.models[source].activities))]
    if source in study.models:
        return [study.first_seed + k for k in range(study.models[source].seeds or study.seeds)]
    return list(range(study.controls[source].repeats)) if source in study.controls else [0]


def recordings(study: Study) -> dict[str, Recording]:
    """All recordings of a study by source name."""
    return ({"recording": study.recording} if study.recording else {}) | study.others


def sources(study: Study) -> list[str]:
    """All sources of a study."""
    return [*recordings(study), *study.models, *study.controls]


def compared(study: Study) -> list[str]:
    """The sources that are compared: all but the recording itself and what only stands in for it; none without one."""
    if study.recording is None:
        return []
    stand_ins = {c.against for c in study.controls.values()} | {study.muscles}
    return [s for s in sources(study) if s != "recording" and s not in stand_ins]


def similarity_of(config: Config, study: Study, source: str) -> list[str]:
    """Names of the similarity measures that a source is compared by."""
    names, family = chosen(config, study, "similarity"), study.comparison.correction.family
    return [n for n in names if n in family] if source in study.in_brief and family is not None else names


def comparison_of(study: Study, source: str) -> dict:
    """How a source is compared: the study's comparison, with the first null alone for those in brief."""
    comparison = study.comparison.model_dump()
    if source in study.in_brief:
        comparison["nulls"] = dict(list(comparison["nulls"].items())[:1])
    return comparison


def bootstrap_draws(config: Config) -> int:
    """Behind the intervals of all studies' summaries."""
    comparisons = [study.comparison for study in config.studies.values() if study.comparison]
    return max((comparison.intervals.draws for comparison in comparisons), default=DRAWS)


def measured(study: Study, entry: Member) -> list[str]:
    """The sources of a study that a probe or a view is run on."""
    everything = [s for s in [*recordings(study), *study.models] if s != study.muscles]
    return everything if entry.sources is None else [s for s in entry.sources if s in sources(study)]


def probed(config: Config, study: Study, probe: str) -> list[str]:
    """The sources of a study that a probe measures: not those without weights, where it measures weights."""
    entry = config.probes[probe]
    without = imported(study) if plugins.takes(plugins.find("probes", entry.use), "weights") else []
    return [source for source in measured(study, entry) if source not in without]


def chosen(config: Config, study: Study, kind: str) -> list[str]:
    """Names of the similarity measures or probes that a study asks for."""
    names = getattr(study, kind)
    return list(getattr(config, kind)) if names is None else names
