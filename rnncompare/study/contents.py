"""The contents of a study: its sources, their networks, and the measures that are applied to each."""

from rnncompare import plugins
from rnncompare.study import config_file
from rnncompare.study.model import DRAWS, Config, Member, Study
from rnncompare.study.source_keys import Recording


def model_options(study: Study, name: str) -> dict:
    """Return the options of a model, {'network': options, 'training': options or None}.

    The options of the model take precedence over those of the study. Published weights are added as `weights`.
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
    """Return the seeds of a source."""
    if source in imported(study):
        return [study.first_seed + k for k in range(len(study.models[source].activities))]
    if source in study.models:
        return [study.first_seed + k for k in range(study.models[source].seeds or study.seeds)]
    return list(range(study.controls[source].repeats)) if source in study.controls else [0]


def input_sets(study: Study, source: str) -> list[int] | None:
    """The set of random inputs of each network of a source; None if its inputs are not random.

    Network k of every model has the same set, k modulo the number of sets: networks that share a seed share their
    inputs, and a model with fewer networks than there are sets has one network for each of the first sets. The numbers
    begin at the first seed, so that a repetition with other seeds has other inputs as well.
    """
    if study.input_sets is None or source not in simulated(study):
        return None
    return [study.first_seed + k % study.input_sets for k in range(len(seeds(study, source)))]


def all_input_sets(study: Study) -> list[int]:
    """The numbers of all sets of inputs of a study's task; one set if inputs are not random."""
    return [study.first_seed + k for k in range(study.input_sets or 1)]


def other_animals(config: Config) -> dict[str, list[str]]:
    """Study -> its sources that are recordings of the other animals of its group."""
    found = {}
    for studies in config.animals.values():
        cards = {name: config.studies[name].recording.card for name in studies}
        for name in studies:
            others = [card for study, card in cards.items() if study != name]
            found[name] = [source for source, r in config.studies[name].others.items() if r.card in others]
    return found


def recordings(study: Study) -> dict[str, Recording]:
    """Return all recordings of a study by source name."""
    return ({"recording": study.recording} if study.recording else {}) | study.others


def sources(study: Study) -> list[str]:
    """Return all sources of a study."""
    return [*recordings(study), *study.models, *study.controls]


def compared(study: Study) -> list[str]:
    """Return the sources that are compared with the recording: all except itself, its substitutes and muscles."""
    if study.recording is None:
        return []
    substitutes = {c.against for c in study.controls.values()} | {study.muscles}
    return [s for s in sources(study) if s != "recording" and s not in substitutes]


def similarity_of(config: Config, study: Study, source: str) -> list[str]:
    """Return the names of the similarity measures that are applied to a source."""
    names, family = chosen(config, study, "similarity"), study.comparison.correction.family
    return [n for n in names if n in family] if source in study.primary_only and family is not None else names


def comparison_of(study: Study, source: str) -> dict:
    """Return the comparison of a source: that of the study, with only the first null for sources in `primary_only`."""
    comparison = study.comparison.model_dump()
    if source in study.primary_only:
        comparison["nulls"] = dict(list(comparison["nulls"].items())[:1])
    return comparison


def bootstrap_draws(config: Config) -> int:
    """Return the number of bootstrap draws of the intervals in the summaries of all studies."""
    comparisons = [study.comparison for study in config.studies.values() if study.comparison]
    return max((comparison.intervals.draws for comparison in comparisons), default=DRAWS)


def measured(study: Study, entry: Member) -> list[str]:
    """Return the sources of a study to which a probe or a view is applied."""
    everything = [s for s in [*recordings(study), *study.models] if s != study.muscles]
    return everything if entry.sources is None else [s for s in entry.sources if s in sources(study)]


def viewed(study: Study, entry: Member) -> list[str]:
    """The sources of a study that a view shows: none of a study without models."""
    return measured(study, entry) if study.models else []


def probed(config: Config, study: Study, probe: str) -> list[str]:
    """The sources of a study that a probe measures: not those without weights, where it measures weights."""
    entry = config.probes[probe]
    without = imported(study) if plugins.takes(plugins.find("probes", entry.use), "weights") else []
    return [source for source in measured(study, entry) if source not in without]


def chosen(config: Config, study: Study, kind: str) -> list[str]:
    """Return the names of the similarity measures or probes of a study."""
    names = getattr(study, kind)
    return list(getattr(config, kind)) if names is None else names
