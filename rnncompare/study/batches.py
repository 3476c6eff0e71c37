"""Batches: the networks of a source that one job makes or measures, if the source has more than `batch` of them.

A source with at most `batch` networks has a file for each, and one job for all. A larger one is divided: batch k has
the networks from k * batch on, with one file and one job of each kind, and further jobs combine what was measured. If
networks are added, earlier batches that are full do not change.
"""

from rnncompare.plugins import BadOption
from rnncompare.study.config_keys import Config
from rnncompare.study.model_networks import seeds


def batches(config: Config, name: str, source: str) -> dict[str, range]:
    """The batches of a source of the study `name`: their names and the positions of their networks.

    Empty if the source is not divided.
    """
    count, size = len(seeds(config.studies[name], source)), config.batch
    if count <= size:
        return {}
    return {f"batch_{k}": range(k * size, min((k + 1) * size, count)) for k in range(-(-count // size))}


def first_batch(config: Config, name: str, source: str) -> str | None:
    """The first batch of a divided source, whose networks are compared with each other; None if it is not divided."""
    return next(iter(batches(config, name, source)), None)


def positions(config: Config, name: str, source: str, batch: str | None) -> range:
    """The positions of the networks of a batch, or of all networks of a source."""
    every = range(len(seeds(config.studies[name], source)))
    return every if batch is None else batches(config, name, source)[batch]


def compared_with_each_other(config: Config, name: str, source: str) -> range:
    """The positions of the networks of a source that are compared with each other: all, or those of the first batch."""
    return positions(config, name, source, first_batch(config, name, source))


def check_batches(config: Config, where: str) -> None:
    """Raise BadOption if networks are to be compared with each other and a batch of a divided model has only one."""
    for name, study in config.studies.items():
        models = [model for model in study.models if config.batch == 1 < len(seeds(study, model))]
        for key in ("within", "recovery", "distances"):
            if models and getattr(study, key) is not None:
                raise BadOption(
                    f"{where}: found batch 1 and studies.{name}.{key}, which compares the networks of the first batch "
                    f"of {models[0]} with each other, wanted a batch of at least 2"
                )


def divided(config: Config) -> dict[str, list[str]]:
    """Study -> its divided sources, for the studies that have any."""
    found = {
        name: [source for source in (*study.models, *study.controls) if batches(config, name, source)]
        for name, study in config.studies.items()
    }
    return {name: sources for name, sources in found.items() if sources}
