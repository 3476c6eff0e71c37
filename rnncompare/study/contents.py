"""The contents of a study: its sources, their networks, and the measures that are applied to each."""

from rnncompare import plugins
from rnncompare.comparison.measure_card import in_sample
from rnncompare.study.config_keys import DRAWS, Config, Member, Study
from rnncompare.study.model_networks import imported, seeds, simulated
from rnncompare.study.model_sizes import condensed
from rnncompare.study.source_keys import Control, Recording

# The tables of every study.
ALWAYS = ["similarity", "nulls", "probes", "summary", "contrasts", "training"]


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


def shows_dynamics(view: Member) -> bool:
    """Whether a view is made of the map of one step of networks, beside their activities."""
    return "networks" in plugins.parameters("views", view.use)


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
    wanted = [
        ("sweep", ["sweep", "ranking"]),
        ("within", ["within_models"]),
        ("recovery", ["recovery"]),
        ("generalisation", ["generalisation"]),
        ("distances", ["network_distances", "universality"]),
    ]
    studies = config.studies.values()
    optional = [name for key, names in wanted if any(getattr(study, key) for study in studies) for name in names]
    by_size = ["size_curves"] if any(condensed(study) for study in studies) else []
    over_animals = ["animals", "animal_nearness"] if config.animals else []
    verdict = ["verdict"] if any(study.claim for study in studies) else []
    return [*ALWAYS, *config.views, *optional, *by_size, *over_animals, *verdict]


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
