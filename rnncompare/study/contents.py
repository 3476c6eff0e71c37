"""The contents of a study: its sources, their networks, and the measures that are applied to each."""

from rnncompare import plugins
from rnncompare.comparison.measure_card import in_sample
from rnncompare.study import config_file
from rnncompare.study.model import DRAWS, Config, Member, Study
from rnncompare.study.model_tasks import has_random_inputs
from rnncompare.study.source_keys import Control, Recording


def model_options(study: Study, name: str) -> dict:
    """Return the options of a model, {'network': options, 'training': options or None}.

    The options of the model take precedence over those of the study. Published weights are added as `weights`.
    """
    model = study.models[name]
    training = None if model.training is None else config_file.on_top(study.training, model.training)
    weights = {} if model.weights is None else {"weights": model.weights}
    return {"network": _network(study.network, model.network), "training": training, **weights}


def _network(below: dict, own: dict) -> dict:
    """The options of a model's network: `own` above those of the study.

    A network of another kind than the study's (`use`) takes from the study only the options that it has, too.
    """
    if own.get("use") in plugins.available("models") and own["use"] != below.get("use"):
        known = plugins.parameters("models", own["use"])
        below = {name: value for name, value in below.items() if name in known}
    return config_file.on_top(below, own)


def imported(study: Study) -> list[str]:
    """The models whose networks were trained elsewhere: their activities are read from files."""
    return [name for name, model in study.models.items() if model.activities is not None]


def simulated(study: Study) -> list[str]:
    """The models whose networks are made, trained and run here."""
    return [name for name in study.models if name not in imported(study)]


def reading_options(study: Study, name: str) -> dict:
    """The reading options of an imported model: its own, with the study's smoothing if they do not give one."""
    return {"smooth": study.smooth, **study.models[name].options}


def trained(study: Study) -> list[str]:
    """The models that are trained here or have published weights."""
    options = {name: model_options(study, name) for name in simulated(study)}
    return [name for name, of in options.items() if of["training"] is not None or "weights" in of]


def unpaired(study: Study) -> list[str]:
    """The sources whose seeds have no counterpart in a model: controls, and imported networks that share no seeds."""
    return [name for name in imported(study) if not study.models[name].shares_seeds] + list(study.controls)


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
    if study.input_sets is None or source not in simulated(study) or not has_random_inputs(study, source):
        return None
    return [study.first_seed + k % study.input_sets for k in range(len(seeds(study, source)))]


def input_set(study: Study, model: str, seed: int) -> int | None:
    """The set of random inputs of the network with this seed; None if inputs are not random."""
    sets = input_sets(study, model)
    return None if sets is None else sets[seed - study.first_seed]


def all_input_sets(study: Study, model: str | None = None) -> list[int] | None:
    """The numbers of all sets of inputs of a model's task, or of the study's; None if inputs are not random."""
    if not has_random_inputs(study, model):
        return None
    return [study.first_seed + k for k in range(study.input_sets)]


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


def compared_within(study: Study) -> list[str]:
    """Return the models whose networks are compared with each other: those with at least two."""
    return [model for model in study.models if len(seeds(study, model)) > 1] if study.within else []


def within_measures(config: Config, study: Study, model: str) -> list[str]:
    """Return the measures by which the networks of a model are compared with each other: default, the family's."""
    names = study.within.measures or study.comparison.correction.family
    measured = similarity_of(config, study, model)
    return [n for n in measured if (not in_sample(n) if names is None else n in names)]


def recovery_measures(config: Config, study: Study) -> list[str]:
    """Return the measures of the comparison with recordings of a study's own networks: default, the family's."""
    names = study.recovery.measures or study.comparison.correction.family
    return [n for n in chosen(config, study, "similarity") if (not in_sample(n) if names is None else n in names)]


def cross_validated(config: Config, name: str) -> bool:
    """Whether a similarity measure is scored on conditions to which it was not fitted: its function returns Scores."""
    return plugins.returned("similarity", config.similarity[name]["use"]) == "Scores"


def generalisation_measures(config: Config, study: Study) -> list[str]:
    """Return the measures of the comparison in held-out conditions: default, the cross-validated ones of the family."""
    names = study.generalisation.measures or study.comparison.correction.family
    known = [n for n in chosen(config, study, "similarity") if cross_validated(config, n)]
    return [n for n in known if (not in_sample(n) if names is None else n in names)]


def comparison_of(study: Study, source: str) -> dict:
    """Return the comparison of a source: that of the study, with only the first null for sources in `primary_only`.

    Units are resampled `units_alone` times for a source with one activity.
    """
    comparison = study.comparison.model_dump()
    alone = comparison["intervals"].pop("units_alone")
    if alone is not None and len(seeds(study, source)) == 1:
        comparison["intervals"]["units"] = alone
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
    """The sources of a study that a probe measures; a probe of weights measures only sources that have weights."""
    entry = config.probes[probe]
    without = imported(study) if measures_weights(entry) else []
    return [source for source in measured(study, entry) if source not in without]


def measures_weights(probe: Member) -> bool:
    """Whether a probe measures the connections of networks."""
    return "weights" in plugins.parameters("probes", probe.use)


def analysed(study: Study, entry: Member) -> list[str]:
    """The models of a study to which an analysis of mechanisms is applied; those trained elsewhere have no weights."""
    own = simulated(study)
    return own if entry.sources is None else [model for model in own if model in entry.sources]


def chosen(config: Config, study: Study, kind: str) -> list[str]:
    """Return the names of the similarity measures, probes or mechanisms of a study."""
    names = getattr(study, kind)
    return list(getattr(config, kind)) if names is None else names


def labels(config: Config, name: str, **more: str) -> dict[str, str]:
    """The labels of rows: the study `name`, the card of its recording ('' if there is none), and `more`."""
    recording = config.studies[name].recording
    return {"study": name, "recording": recording.card if recording else "", **more}


def entry(member: Member | Control) -> dict:
    """The name and the options of a member of a folder as one mapping."""
    return {"use": member.use, **member.options}


def with_options(config: Config, names: list[str]) -> list[list]:
    """Names and options of similarity measures."""
    return [[name, config.similarity[name]] for name in names]


def corrections(config: Config) -> dict[str, dict]:
    """Study -> its correction for multiple comparisons, for the studies with a comparison."""
    return {name: s.comparison.correction.model_dump() for name, s in config.studies.items() if s.comparison}


def tables(config: Config) -> list[str]:
    """The names of the tables of all studies."""
    swept = any(study.sweep for study in config.studies.values())
    always = ["similarity", "nulls", "probes", "summary", "contrasts", "training"]
    over_animals = ["animals", "animal_nearness"] if config.animals else []
    within = ["within_models"] if any(study.within for study in config.studies.values()) else []
    recovery = ["recovery"] if any(study.recovery for study in config.studies.values()) else []
    general = ["generalisation"] if any(study.generalisation for study in config.studies.values()) else []
    distances = any(study.distances for study in config.studies.values())
    between = ["network_distances", "universality"] if distances else []
    swept_tables = ["sweep", "ranking"] if swept else []
    verdict = ["verdict"] if any(study.claim for study in config.studies.values()) else []
    return [*always, *config.views, *swept_tables, *within, *recovery, *general, *between, *over_animals, *verdict]


def calibration_options(config: Config) -> dict:
    """The simulations of a calibration and their numbers."""
    of_tables = {"study", "measures", "nulls", "power_share", "chunks", "cited"}
    return config.calibration.model_dump(exclude=of_tables)


def calibrated_measures(config: Config) -> dict[str, dict]:
    """Name -> options of the similarity measures that are calibrated."""
    study = config.studies[config.calibration.study]
    names = config.calibration.measures or chosen(config, study, "similarity")
    return {name: config.similarity[name] for name in names}


def calibrated_comparison(config: Config) -> dict:
    """The comparison of the calibrated study, with the null distributions that are calibrated."""
    comparison = config.studies[config.calibration.study].comparison.model_dump(exclude={"intervals": {"units_alone"}})
    return comparison | {"nulls": config.calibration.model_dump()["nulls"]}
