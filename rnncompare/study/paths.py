"""The paths of the files of a config: cards, activities, weights, rows of measures, tables and figures."""

from dataclasses import dataclass

from rnncompare.study import contents, model_networks, places
from rnncompare.study.batches import batches, first_batch
from rnncompare.study.config_keys import Config, Study
from rnncompare.study.model_tasks import owner_of_task
from rnncompare.study.network_distances import networks_from
from rnncompare.study.recorded_training import trained_on, units_of_generalisation


@dataclass(frozen=True)
class Paths:
    """The paths of the files that rules of the workflow read and write, for all studies of a config."""

    config: Config

    def card(self, name: str) -> str:
        """The card of a recording or of published statistics."""
        return places.card(self.config.data, name)

    def cards(self) -> list[str]:
        """All cards that the config names."""
        used = {r.card for _, study in self._studies() for r in contents.recordings(study).values()}
        used |= {name for _, study in self._studies() for name in study.published}
        return [self.card(name) for name in sorted(used)]

    def folders(self) -> list[str]:
        """The folders of results to which jobs write, without those of logs."""
        shared = ["recordings", "tables", "figures", "report", "calibration"]
        return [f"{self.config.results}/{name}" for name in (*shared, *self.config.studies)]

    def activities(self, name: str, source: str, batch: str | None = None) -> list[str]:
        """The activities of a source of the study `name`, a file for each seed or, if it is divided, for each batch.

        batch: only this batch of a divided source.
        """
        return self._files(name, source, batch, "activity", "nc")

    def first_activities(self, name: str, source: str) -> list[str]:
        """The activities of the networks of a source that are compared with each other."""
        return self.activities(name, source, first_batch(self.config, name, source))

    def recorded(self) -> list[str]:
        """The activities of the recordings of all studies."""
        sources = [(name, source) for name, study in self._studies() for source in contents.recordings(study)]
        return [path for name, source in sources for path in self.activities(name, source)]

    def task(self, name: str, model: str | None = None) -> str:
        """The task of a model of the study `name`; without a model, that of the study."""
        owner = model and owner_of_task(self.config.studies[name], model)
        return f"{self._of(name)}/tasks/{owner}.nc" if owner else f"{self._of(name)}/task.nc"

    def weights(self, name: str, model: str, batch: str | None = None) -> list[str]:
        """The weights of the networks of a model of the study `name`, in files as its activities."""
        return self._files(name, model, batch, "weights", "pt")

    def start(self, name: str, model: str, position: int) -> list[str]:
        """The file of the network with whose weights the one at this position of a model begins, if there is one."""
        given = self.config.studies[name].models[model].start
        if given is None:
            return []
        divided = batches(self.config, name, given.model)
        return [self.weights(name, given.model)[position // self.config.batch if divided else position]]

    def trained_on(self, name: str, model: str) -> list[str]:
        """The recording on whose activity a model of the study `name` is trained; none for one of its task alone."""
        found = trained_on(self.config.studies[name], model)
        return self.activities(name, found.source) if found else []

    def networks(self) -> list[tuple[dict[str, str], list[str]]]:
        """Labels and weights of each model of each study that is trained or has published weights."""
        models = [(name, model) for name, study in self._studies() for model in model_networks.trained(study)]
        return [(contents.labels(self.config, name, model=m), self.weights(name, m)) for name, m in models]

    def imported_networks(self) -> list[tuple[dict[str, str], list[str]]]:
        """Labels and files of each model of each study whose networks were trained elsewhere."""
        models = [(name, study, model) for name, study in self._studies() for model in model_networks.imported(study)]
        return [(contents.labels(self.config, name, model=m), study.models[m].activities) for name, study, m in models]

    def references(self, name: str, source: str, batch: str | None = None) -> list[str]:
        """The activities with which a source is compared: the recording, or the source that its control names."""
        control = self.config.studies[name].controls.get(source)
        return self._beside(name, (control and control.against) or "recording", batch)

    def targets(self, name: str, source: str, batch: str | None = None) -> list[str]:
        """The activities whose behavior is decoded from a source: its own if it is a recording, else the recording's.

        Without a recording, it is the source's own as well.
        """
        study = self.config.studies[name]
        own = study.recording is None or source in contents.recordings(study)
        return self._beside(name, source if own else "recording", batch)

    def probed_weights(self, name: str, source: str, probe: str, batch: str | None = None) -> list[str]:
        """The weights of a source, if the probe measures the connections of networks; otherwise none."""
        return self.weights(name, source, batch) if contents.measures_weights(self.config.probes[probe]) else []

    def shown(self, name: str, view: str) -> dict[str, list[str]]:
        """Source -> the activities of which a view is made, for a study; the last file can have further networks."""
        entry, limits = self.config.views[view], self.shown_networks(name, view)
        files = {source: entry.seeds for source in contents.viewed(self.config.studies[name], entry)}
        files |= {source: -(-count // self.config.batch) for source, count in limits.items()}
        return {source: self.activities(name, source)[:count] for source, count in files.items()}

    def shown_networks(self, name: str, view: str) -> dict[str, int]:
        """Divided source -> the number of its networks of which a view is made: those of the first batch by default."""
        entry, batch = self.config.views[view], self.config.batch
        sources = contents.viewed(self.config.studies[name], entry)
        counts = {source: len(self._seeds(name, source)) for source in sources}
        return {source: min(count, entry.seeds or batch) for source, count in counts.items() if count > batch}

    def shown_weights(self, name: str, view: str) -> dict[str, list[str]]:
        """Model -> the weights of the networks of which a view is made, if it uses their dynamics; otherwise none."""
        if not contents.shows_dynamics(self.config.views[view]):
            return {}
        own = model_networks.simulated(self.config.studies[name])
        shown = self.shown(name, view)
        return {source: self.weights(name, source)[: len(paths)] for source, paths in shown.items() if source in own}

    def similarity(self, kind: str) -> list[str]:
        """The rows of all comparisons; kind: rows.csv, summary.csv, nulls.csv or draws.nc."""
        sources = [(name, source) for name, study in self._studies() for source in contents.compared(study)]
        return [f"{self._of(name)}/similarity/{source}.{kind}" for name, source in sources]

    def sweeps(self) -> list[str]:
        """The rows of all sweeps."""
        swept = [(name, study.sweep.sources) for name, study in self._studies() if study.sweep]
        return [f"{self._of(name)}/sweep/{source}.csv" for name, sources in swept for source in sources]

    def within(self) -> list[str]:
        """The rows of the comparisons of networks of one model with each other."""
        models = [(name, model) for name, study in self._studies() for model in contents.compared_within(study)]
        return [f"{self._of(name)}/within/{model}.csv" for name, model in models]

    def recoveries(self) -> list[str]:
        """The rows of the comparisons with recordings of a study's own networks, a file for each generating model."""
        models = [(name, model) for name, study in self._studies() if study.recovery for model in study.recovery.models]
        return [f"{self._of(name)}/recovery/{model}.csv" for name, model in models]

    def recovered(self, name: str) -> dict[str, list[str]]:
        """Model -> the activities of the two models of a recovery of the study `name`."""
        return {model: self.first_activities(name, model) for model in self.config.studies[name].recovery.models}

    def generalisations(self) -> list[str]:
        """The rows of the comparisons in conditions on which networks were not trained, a file for each model."""
        studies = [(name, study.generalisation) for name, study in self._studies() if study.generalisation]
        files = [(name, model) for name, given in studies for model in given.models]
        files += [(name, "recording") for name, _ in studies if units_of_generalisation(self.config.studies[name])]
        return [f"{self._of(name)}/generalisation/{model}.csv" for name, model in files]

    def distances(self) -> list[str]:
        """The distances between networks by their activity, a file for each model."""
        studies = [(name, study) for name, study in self._studies() if study.distances]
        return [f"{self._of(name)}/distances/{model}.csv" for name, study in studies for model in study.models]

    def distant(self, name: str, model: str) -> dict[str, list[str]]:
        """Model -> the activities with which those of a model are compared, its own first."""
        return {m: self.first_activities(name, m) for m in networks_from(self.config.studies[name], model)}

    def distance_mechanisms(self) -> list[tuple[str, list[str]]]:
        """The file of mechanisms/ and the rows of each mechanism of a study by which networks are compared."""
        studies = [(name, study.distances) for name, study in self._studies() if study.distances]
        return [
            (self.config.mechanisms[m].use, self._first_of_mechanism(name, m))
            for name, given in studies
            for m in given.mechanisms
        ]

    def batches(self, name: str, kind: str, source: str) -> list[str]:
        """The rows of each batch of a divided source; kind: the folder of a measure, such as robustness."""
        suffix = "nc" if kind == "similarity" else "json"
        return [f"{self._of(name)}/{kind}/{source}/{b}.{suffix}" for b in batches(self.config, name, source)]

    def probes(self) -> list[str]:
        """The rows of all probes, of the robustness and the mechanisms of networks, and of published statistics."""
        probed = [
            f"{self._of(name)}/probes/{probe}/{source}.csv"
            for name, study in self._studies()
            for probe in contents.chosen(self.config, study, "probes")
            for source in contents.probed(self.config, study, probe)
        ]
        return probed + (self._robustness() if self.config.robustness else []) + self._mechanisms() + self._published()

    def views(self, view: str) -> list[str]:
        """The rows of a view of all studies that have models."""
        entry = self.config.views[view]
        names = [name for name, study in self._studies() if contents.viewed(study, entry)]
        return [f"{self._of(name)}/views/{view}.csv" for name in names]

    def tables(self) -> list[str]:
        """The tables of all studies, of which figures and the report are made."""
        return [f"{self.config.results}/tables/{table}.csv" for table in contents.tables(self.config)]

    def of_tables(self, name: str) -> list[str]:
        """The table of this name, if the config has it; otherwise none."""
        return [path for path in self.tables() if path.endswith(f"/{name}.csv")]

    def figures(self) -> list[str]:
        """The figures of the report."""
        figures = [(name, figure) for name, study in self._studies() for figure in (*study.composed, *study.figures)]
        return [f"{self.config.results}/figures/{name}/{figure}.svg" for name, figure in figures]

    def calibration(self) -> list[str]:
        """The table of a calibration that the report cites, if the config names one and it exists; otherwise none."""
        cited = self.config.calibration and self.config.calibration.cited
        found = cited and places.existing(cited)
        return [found] if found else []

    def _robustness(self) -> list[str]:
        """The robustness of the trained models of each study whose task has a reference delay."""
        studies = [(name, study) for name, study in self._studies() if study.simulation is None]
        return [
            f"{self._of(name)}/robustness/{m}.csv" for name, study in studies for m in model_networks.trained(study)
        ]

    def _mechanisms(self) -> list[str]:
        return [
            path
            for name, study in self._studies()
            for mechanism in contents.chosen(self.config, study, "mechanisms")
            for path in self._mechanism(name, mechanism)
        ]

    def _mechanism(self, name: str, mechanism: str) -> list[str]:
        """The rows of a mechanism of the study `name`, a file for each model."""
        models = contents.analysed(self.config.studies[name], self.config.mechanisms[mechanism])
        return [f"{self._of(name)}/mechanisms/{mechanism}/{model}.csv" for model in models]

    def _first_of_mechanism(self, name: str, mechanism: str) -> list[str]:
        """The rows of the networks that are compared with each other."""
        models = contents.analysed(self.config.studies[name], self.config.mechanisms[mechanism])
        found = []
        for model, whole in zip(models, self._mechanism(name, mechanism), strict=True):
            found += self.batches(name, f"mechanisms/{mechanism}", model)[:1] or [whole]
        return found

    def _published(self) -> list[str]:
        return [f"{self._of(name)}/published/{c}.csv" for name, study in self._studies() for c in study.published]

    def _of(self, name: str) -> str:
        return f"{self.config.results}/{name}"

    def _studies(self) -> list[tuple[str, Study]]:
        return list(self.config.studies.items())

    def _files(self, name: str, source: str, batch: str | None, folder: str, suffix: str) -> list[str]:
        """The files of the networks of a source: one for each, or one for each batch."""
        where = f"{self._of(name)}/{folder}/{source}"
        if parts := batches(self.config, name, source):
            return [f"{where}/{part}.zip" for part in ([batch] if batch else parts)]
        return [f"{where}/{seed}.{suffix}" for seed in self._seeds(name, source)]

    def _beside(self, name: str, source: str, batch: str | None) -> list[str]:
        """The activities of a source to which a batch of another is compared: the same batch, if it is divided."""
        return self.activities(name, source, batch if batches(self.config, name, source) else None)

    def _seeds(self, name: str, source: str) -> list[int]:
        return model_networks.seeds(self.config.studies[name], source)
